//! The words of the pages: one flat file per language, the same for the server and the scripts.

use std::{collections::BTreeMap, sync::LazyLock};

use super::assets::TEXTS;

/// All texts of one language.
#[derive(Debug)]
pub(crate) struct Texts {
    /// Its tag, as in `lang="en"`.
    pub(crate) language: &'static str,
    words: BTreeMap<String, String>,
}

static LANGUAGES: LazyLock<Vec<Texts>> =
    LazyLock::new(|| TEXTS.iter().map(|(file, json)| Texts::read(file, json)).collect());

/// The first language that the reader's `Accept-Language` names and we have; English when there is none.
pub(crate) fn for_reader(accept_language: &str) -> &'static Texts {
    let wanted = accept_language
        .split(',')
        .map(|item| item.split([';', '-']).next().unwrap_or_default().trim());
    wanted
        .filter_map(|tag| LANGUAGES.iter().find(|l| l.language == tag))
        .next()
        .unwrap_or_else(|| english())
}

fn english() -> &'static Texts {
    LANGUAGES
        .iter()
        .find(|l| l.language == "en")
        .expect("en.json is embedded")
}

impl Texts {
    fn read(file: &'static str, json: &str) -> Self {
        let words = serde_json::from_str(json).expect("a test reads every language file");
        Self {
            language: file.trim_end_matches(".json"),
            words,
        }
    }

    /// The text of `key` with `{name}` replaced by each argument. With a count, `key.one` or `key.other` is taken.
    ///
    /// A missing key is shown as itself, so that the page still works; a test sees to it that none is missing.
    pub(crate) fn text(&self, key: &str, count: Option<i64>, values: &[(&str, String)]) -> String {
        let found = match count {
            Some(n) => self.words.get(&format!("{key}.{}", plural(n))),
            None => self.words.get(key),
        };
        let mut text = found.map_or_else(|| key.to_owned(), Clone::clone);
        if let Some(n) = count {
            text = text.replace("{n}", &n.to_string());
        }
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// The texts whose keys begin with one of the prefixes: what a page's script needs.
    pub(crate) fn part(&self, prefixes: &[&str]) -> BTreeMap<&str, &str> {
        let wanted = self
            .words
            .iter()
            .filter(|(key, _)| prefixes.iter().any(|p| key.starts_with(p)));
        wanted.map(|(k, v)| (k.as_str(), v.as_str())).collect()
    }
}

/// English plural category; other languages get their own rule with their file.
fn plural(n: i64) -> &'static str {
    if n == 1 { "one" } else { "other" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_file_can_be_read_and_has_every_key_of_english() {
        for language in LANGUAGES.iter() {
            for key in english().words.keys() {
                assert!(language.words.contains_key(key), "{}: {key}", language.language);
            }
        }
    }

    #[test]
    fn readers_get_a_language_we_have() {
        assert_eq!(for_reader("xx-YY, en;q=0.5").language, "en");
        assert_eq!(for_reader("").language, "en");
    }

    #[test]
    fn counts_and_values_are_filled_in() {
        let texts = english();
        assert_eq!(texts.text("count.songs", Some(1), &[]), "1 song");
        assert_eq!(texts.text("count.songs", Some(30), &[]), "30 songs");
        assert_eq!(texts.text("no.such.key", None, &[]), "no.such.key");
    }
}
