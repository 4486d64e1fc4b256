//! A poll as it is being written, and the polls that are asked often.

use pika_protocol::feedback::PollCloses;

/// Options of one poll.
pub(super) const MAX_OPTIONS: usize = 10;
/// Characters of a question.
pub(super) const MAX_QUESTION: usize = 200;
/// Characters of an option.
pub(super) const MAX_OPTION: usize = 100;

/// A poll that is asked often.
pub(super) struct Template {
    pub(super) name: &'static str,
    pub(super) question: &'static str,
    pub(super) options: &'static [&'static str],
}

/// The polls that are asked often; the first stands in an empty composer.
pub(super) const TEMPLATES: [Template; 5] = [
    Template {
        name: "Vibe",
        question: "What vibe next?",
        options: &["Blues", "Pop", "Slow & smooth", "Surprise me"],
    },
    Template {
        name: "Faster / slower",
        question: "Faster or slower next?",
        options: &["Faster", "Just right", "Slower"],
    },
    Template {
        name: "One more?",
        question: "One more song?",
        options: &["Yes, please!", "I am done for tonight"],
    },
    Template {
        name: "Next style",
        question: "Which style next?",
        options: &["Contemporary", "Blues", "Hip-hop", "Oldies"],
    },
    Template {
        name: "Jack & Jill",
        question: "A quick Jack & Jill?",
        options: &["I am in", "I would watch", "Just social, please"],
    },
];

/// What is being written for the next poll.
#[derive(Debug, Clone)]
pub(super) struct PollDraft {
    pub(super) question: String,
    pub(super) options: Vec<String>,
    pub(super) closes: PollCloses,
}

impl Default for PollDraft {
    fn default() -> Self {
        let mut draft = Self {
            question: String::new(),
            options: Vec::new(),
            closes: PollCloses::After { seconds: 120 },
        };
        draft.fill(&TEMPLATES[0]);
        draft
    }
}

impl PollDraft {
    pub(super) fn fill(&mut self, template: &Template) {
        self.question = template.question.to_owned();
        self.options = template.options.iter().map(|&option| option.to_owned()).collect();
    }

    /// Question and options as they would be sent; `None` while something is missing.
    pub(super) fn ready(&self) -> Option<(String, Vec<String>)> {
        let question = self.question.trim();
        let options: Vec<String> = self
            .options
            .iter()
            .map(|option| option.trim())
            .filter(|option| !option.is_empty())
            .map(str::to_owned)
            .collect();
        (!question.is_empty() && options.len() >= 2).then(|| (question.to_owned(), options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_is_sent_only_when_it_can_be_answered() {
        let mut draft = PollDraft::default();
        assert_eq!(draft.ready().unwrap().1.len(), 4);
        draft.options = vec!["Yes".into(), "  ".into()];
        assert_eq!(draft.ready(), None);
        draft.options.push(" No ".into());
        assert_eq!(draft.ready().unwrap().1, ["Yes", "No"]);
        draft.question = " ".into();
        assert_eq!(draft.ready(), None);
    }

    #[test]
    fn templates_keep_to_the_relays_limits() {
        for template in &TEMPLATES {
            assert!((2..=MAX_OPTIONS).contains(&template.options.len()));
            assert!(template.question.chars().count() <= MAX_QUESTION);
        }
    }
}
