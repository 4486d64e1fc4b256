//! An announcement as it is being written, and what is said often.

/// Characters of an announcement.
pub(super) const MAX_CHARS: usize = 140;
/// What is said often: a name and the text.
pub(super) const TEMPLATES: [(&str, &str); 3] = [
    ("Last song", "Last song of the night. Thank you for dancing!"),
    (
        "Water break",
        "Short water break. The music is back in five minutes.",
    ),
    ("Lost & found", "Something was found. Ask at the DJ booth."),
];

/// What is being written.
#[derive(Debug)]
pub(super) struct AnnouncementDraft {
    pub(super) text: String,
    pub(super) stays: Option<u32>,
}

impl Default for AnnouncementDraft {
    fn default() -> Self {
        Self {
            text: String::new(),
            stays: Some(300),
        }
    }
}

impl AnnouncementDraft {
    /// Whether dancers could get it as it is written.
    pub(super) fn fits(&self) -> bool {
        self.text.chars().count() <= MAX_CHARS
    }

    /// How many characters are left, or too many.
    pub(super) fn room(&self) -> String {
        let used = self.text.chars().count();
        if self.fits() {
            format!("{} left", MAX_CHARS - used)
        } else {
            format!("Too long by {}", used - MAX_CHARS)
        }
    }

    /// The text as it would be sent, when it can be.
    pub(super) fn ready(&self) -> Option<String> {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty() && text.chars().count() <= MAX_CHARS).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_is_sent() {
        let mut draft = AnnouncementDraft::default();
        assert_eq!(draft.ready(), None);
        draft.text = "  Strictly Swing\nstarts at 23:00 ".into();
        assert_eq!(draft.ready().unwrap(), "Strictly Swing starts at 23:00");
        draft.text = "x".repeat(MAX_CHARS + 1);
        assert_eq!(draft.ready(), None);
        assert_eq!(draft.room(), "Too long by 1");
        draft.text.pop();
        assert_eq!(draft.room(), "0 left");
        for (_, words) in TEMPLATES {
            assert!(words.chars().count() <= MAX_CHARS);
        }
    }
}
