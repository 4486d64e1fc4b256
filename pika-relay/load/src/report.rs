//! What a run found, for people, for programs and for the documentation.

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name for programs.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// The value.
    pub value: f64,
    /// Its unit, if it has one.
    pub unit: &'static str,
}

/// What one scenario found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Which scenario, of what size.
    pub title: String,
    /// In the order in which they are read.
    pub figures: Vec<Figure>,
    /// Counts by reason, for each kind of reason.
    pub reasons: Vec<(&'static str, crate::stats::Reasons)>,
    /// Samples over time, for programs only.
    pub samples: Vec<Value>,
    /// What must not be: something lost or doubled. Empty when all is well.
    pub failures: Vec<String>,
}

impl Report {
    /// A report with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// Adds a figure.
    pub fn add(&mut self, key: &'static str, label: &'static str, value: f64, unit: &'static str) {
        self.figures.push(Figure {
            key,
            label,
            value,
            unit,
        });
    }

    /// A figure by its name; 0 when there is none.
    pub fn value(&self, key: &str) -> f64 {
        let figure = self.figures.iter().find(|figure| figure.key == key);
        figure.map_or(0.0, |figure| figure.value)
    }

    /// Whether nothing was lost or doubled.
    pub fn is_well(&self) -> bool {
        self.failures.is_empty()
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        let width = self
            .figures
            .iter()
            .map(|figure| figure.label.chars().count())
            .max()
            .unwrap_or(0);
        // Writing to a string cannot fail.
        for figure in &self.figures {
            let _ = writeln!(
                text,
                "  {:width$}  {:>12} {}",
                figure.label,
                number(figure.value),
                figure.unit
            );
        }
        for (name, reasons) in self.reasons.iter().filter(|(_, reasons)| !reasons.is_empty()) {
            let all: Vec<String> = reasons
                .iter()
                .map(|(reason, count)| format!("{count} × {reason}"))
                .collect();
            let _ = writeln!(text, "  {name}: {}", all.join(", "));
        }
        if self.is_well() {
            text.push_str("  All is well: nothing lost, nothing doubled.\n");
        }
        for failure in &self.failures {
            let _ = writeln!(text, "  FAILED: {failure}");
        }
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let figures: Map<String, Value> = self
            .figures
            .iter()
            .map(|figure| (figure.key.to_owned(), json!(figure.value)))
            .collect();
        let reasons: Map<String, Value> = self
            .reasons
            .iter()
            .map(|(name, reasons)| ((*name).to_owned(), json!(reasons)))
            .collect();
        json!({
            "scenario": self.title,
            "figures": figures,
            "reasons": reasons,
            "samples": self.samples,
            "failures": self.failures,
        })
    }
}

/// A number with as many digits as mean something.
pub fn number(value: f64) -> String {
    match value.abs() {
        big if big >= 1_000.0 => {
            let digits = format!("{:.0}", value.abs());
            let groups: Vec<&str> = digits
                .as_bytes()
                .rchunks(3)
                .rev()
                .filter_map(|group| std::str::from_utf8(group).ok())
                .collect();
            format!("{}{}", if value < 0.0 { "-" } else { "" }, groups.join(","))
        }
        big if big >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        big if big >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A table in Markdown.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_mean_something() {
        let texts = [0.0, 0.123, 12.34, 123.4, 1_234.5, 12_345_678.0, -4_321.0].map(number);
        assert_eq!(
            texts,
            ["0", "0.12", "12.3", "123", "1,234", "12,345,678", "-4,321"]
        );
    }

    #[test]
    fn a_failure_is_seen_by_people_and_programs() {
        let mut report = Report::new("likes");
        report.add("acked", "acknowledged", 5_000.0, "likes");
        assert!(report.text().contains("5,000 likes") && report.text().contains("All is well"));
        report.failures.push("one like too many".to_owned());
        assert!(!report.is_well() && report.text().contains("FAILED: one like too many"));
        assert_eq!(report.json()["figures"]["acked"], 5_000.0);
        assert_eq!(report.json()["failures"][0], "one like too many");
        assert_eq!(report.value("acked"), 5_000.0);
    }

    #[test]
    fn tables_are_markdown() {
        let table = table(&["a", "b"], &[vec!["1".to_owned(), "2".to_owned()]]);
        assert_eq!(table, "| a | b |\n|---|---|\n| 1 | 2 |\n");
    }
}
