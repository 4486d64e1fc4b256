//! A network of one hidden layer that gives a candidate a score.

/// Weights of a network of `INPUTS` features and `HIDDEN` units.
pub(crate) struct Network<const INPUTS: usize, const HIDDEN: usize> {
    /// Weight of each feature, by hidden unit.
    pub(crate) input: [[f32; INPUTS]; HIDDEN],
    /// Bias of each hidden unit.
    pub(crate) bias: [f32; HIDDEN],
    /// Weight of each hidden unit in the score.
    pub(crate) output: [f32; HIDDEN],
}

impl<const INPUTS: usize, const HIDDEN: usize> Network<INPUTS, HIDDEN> {
    /// Log-odds of a candidate; meaningful in comparison with the other candidates of a track.
    pub(crate) fn score(&self, features: &[f32; INPUTS]) -> f64 {
        let hidden = self.input.iter().zip(self.bias).zip(self.output);
        hidden
            .map(|((weights, bias), output)| {
                let sum: f32 = weights.iter().zip(features).map(|(w, x)| w * x).sum();
                f64::from(output * (sum + bias).tanh())
            })
            .sum()
    }
}

/// Probabilities from log-odds.
pub(crate) fn softmax(scores: &[f64]) -> Vec<f64> {
    let best = scores.iter().copied().fold(f64::MIN, f64::max);
    let weights: Vec<f64> = scores.iter().map(|score| (score - best).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// Index of the greatest value; 0 for none.
pub(crate) fn best_index(values: &[f64]) -> usize {
    (0..values.len())
        .max_by(|&a, &b| values[a].total_cmp(&values[b]))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_and_keep_the_order() {
        let shares = softmax(&[1.0, 3.0, 2.0]);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(best_index(&shares), 1);
        assert!(shares[2] > shares[0]);
        assert_eq!(softmax(&[-1e300, 5.0])[0], 0.0);
    }
}
