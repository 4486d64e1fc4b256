//! The pages of DJs: register, log in, dashboard, one night, profile. Each page's data is one struct, which its
//! template sees as `page`.

pub(crate) mod curve;
pub(crate) mod dashboard;
pub(crate) mod entrance;
pub(crate) mod night;
pub(crate) mod profile;

use minijinja::{Error, context};
use pika_protocol::UnixMs;
use serde::Serialize;

use super::{render::Page, texts::Texts};
use crate::{
    accounts::rejected::{Field, Rejected},
    export,
};

/// A moment for a `<time>`: in UTC for readers without script; with one it becomes the reader's own time.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct When {
    /// Milliseconds since 1970.
    pub(crate) ms: i64,
    /// `2026-11-21T20:15:00Z`.
    pub(crate) iso: String,
    /// `2026-11-21`.
    pub(crate) day: String,
    /// `20:15`.
    pub(crate) clock: String,
}

impl From<UnixMs> for When {
    fn from(at: UnixMs) -> Self {
        let iso = export::utc(at);
        let part = |range: std::ops::Range<usize>| iso.get(range).unwrap_or_default().to_owned();
        Self {
            ms: at.0,
            day: part(0..10),
            clock: part(11..16),
            iso,
        }
    }
}

/// What is wrong with a form, shown at its field.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FormProblem {
    /// Which field; `form` for the whole.
    pub(crate) field: Field,
    /// Its text's key.
    pub(crate) key: &'static str,
    /// In the reader's language.
    pub(crate) text: String,
}

impl FormProblem {
    /// The problem in the reader's language.
    pub(crate) fn of(rejected: &Rejected, texts: &Texts) -> Self {
        Self {
            field: rejected.field,
            key: rejected.text,
            text: texts.text(rejected.text, rejected.n, &[]),
        }
    }

    /// A problem of the whole form, by its text.
    pub(crate) fn whole(texts: &Texts, key: &'static str) -> Self {
        Self {
            field: Field::Form,
            key,
            text: texts.text(key, None, &[]),
        }
    }
}

/// Renders a page of DJs; `name` begins its texts' keys (`login.title`).
fn html(
    texts: &'static Texts,
    origin: &str,
    (template, path, name): (&'static str, &str, &str),
    data: impl Serialize,
) -> Result<String, Error> {
    let page = Page {
        template,
        texts,
        origin,
        path,
        title: format!("{} · Pika!", texts.text(&format!("{name}.title"), None, &[])),
        description: texts.text(&format!("{name}.lead"), None, &[]),
        noindex: true,
        theme: None,
    };
    page.html(context! { page => data })
}

/// The address without its scheme, as people read and type it.
fn readable(address: &str) -> String {
    address
        .split_once("://")
        .map_or(address, |(_, rest)| rest)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_can_be_read_without_script() {
        let when = When::from(UnixMs(1_795_291_200_000));
        assert_eq!((when.day.len(), when.clock.len()), (10, 5));
        assert!(when.iso.starts_with(&when.day) && when.iso.contains(&when.clock));
    }
}
