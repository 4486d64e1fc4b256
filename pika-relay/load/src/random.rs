//! A small generator of random numbers: a seed gives the same crowd again. Not for secrets.

/// xorshift64*.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// From 0 up to, but without, `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        // The high half: the low bits of this generator are weak.
        let part = (self.number() >> 32) * end as u64;
        (part >> 32) as usize
    }

    /// From 0 up to, but without, 1.
    pub fn fraction(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_and_all_of_them_are_in_range() {
        let (mut a, mut b) = (Random::new(7), Random::new(7));
        let mut seen = [false; 10];
        for _ in 0..1_000 {
            let n = a.below(10);
            assert_eq!(n, b.below(10));
            seen[n] = true;
            let fraction = a.fraction();
            assert!((0.0..1.0).contains(&fraction));
            assert_eq!(fraction, b.fraction());
        }
        assert_eq!(seen, [true; 10]);
        assert_eq!(a.below(0), 0);
    }
}
