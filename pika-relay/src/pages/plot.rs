//! What the drawings of a night share: bars, lines through songs, and the drawing as a sentence.

use serde::Serialize;

use super::texts::Texts;

/// One song's likes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) width: String,
    pub(crate) height: String,
    /// Whether it is the most loved song.
    pub(crate) best: bool,
    /// What a pointer on it says.
    pub(crate) title: String,
}

/// From bottom to top of a drawing, in its own units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) height: f64,
    /// Lines keep this far from the top and the bottom.
    pub(crate) margin: f64,
    /// The value at the bottom.
    pub(crate) low: f64,
    /// The value at the top.
    pub(crate) high: f64,
}

/// Points `x,y x,y` through the songs that have a value; `x` tells where the nth song is.
pub(crate) fn line(values: &[Option<f64>], x: impl Fn(usize) -> f64, scale: Scale) -> String {
    let span = (scale.high - scale.low).max(f64::EPSILON);
    let points = values.iter().enumerate().filter_map(|(index, value)| {
        let share = (((*value)? - scale.low) / span).clamp(0.0, 1.0);
        let y = scale.height - scale.margin - share * (scale.height - 2.0 * scale.margin);
        Some(format!("{},{}", number(x(index)), number(y)))
    });
    points.collect::<Vec<_>>().join(" ")
}

/// Lowest and highest value.
pub(crate) fn range(values: &[Option<f64>]) -> Option<(f64, f64)> {
    let mut known = values.iter().flatten().copied();
    let first = known.next()?;
    Some(known.fold((first, first), |(low, high), value| {
        (low.min(value), high.max(value))
    }))
}

/// For those who do not see it; `best` is the most loved song and its likes.
pub(crate) fn label(
    best: Option<(&str, u32)>,
    energies: &[Option<f64>],
    tempos: &[Option<f64>],
    texts: &Texts,
) -> String {
    let mut sentences = Vec::new();
    for (key, values) in [("chart.energy", energies), ("chart.tempo", tempos)] {
        if let Some((low, high)) = range(values) {
            let ends = [("low", format!("{low:.0}")), ("high", format!("{high:.0}"))];
            sentences.push(texts.text(key, None, &ends));
        }
    }
    if let Some((title, likes)) = best {
        sentences.push(texts.text(
            "chart.best",
            Some(i64::from(likes)),
            &[("title", title.to_owned())],
        ));
    }
    sentences.join(" ")
}

/// One decimal is finer than any screen.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0")
        .map_or_else(|| text.clone(), str::to_owned)
}
