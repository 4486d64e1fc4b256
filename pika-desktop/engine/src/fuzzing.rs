//! What has to hold for any bytes: run by the tests over thousands of small changes, by `scripts/fuzz` without end.
//! Each function stands beside what it tries.

pub use crate::{
    library::fuzzing::{content, record, waveform},
    live::machine::fuzzing::relay,
    nowplaying::fuzzing::{matcher, text_file, virtualdj_database, virtualdj_history, virtualdj_settings},
};

#[cfg(test)]
mod tests {
    use std::path::Path;

    fn check(target: &str, body: fn(&[u8])) {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz/corpus")
            .join(target);
        pika_mutate::check(target, &[&corpus], body);
    }

    #[test]
    fn virtualdj_database() {
        check("virtualdj_database", super::virtualdj_database);
    }

    #[test]
    fn virtualdj_history() {
        check("virtualdj_history", super::virtualdj_history);
    }

    #[test]
    fn virtualdj_settings() {
        check("virtualdj_settings", super::virtualdj_settings);
    }

    #[test]
    fn text_file() {
        check("text_file", super::text_file);
    }

    #[test]
    fn matcher() {
        check("matcher", super::matcher);
    }

    #[test]
    fn content() {
        check("content", super::content);
    }

    #[test]
    fn waveform() {
        check("waveform", super::waveform);
    }

    #[test]
    fn record() {
        check("record", super::record);
    }

    #[test]
    fn relay() {
        check("relay", super::relay);
    }
}
