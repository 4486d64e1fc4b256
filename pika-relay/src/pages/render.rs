//! Templates become HTML: escaping, texts, icons, addresses of assets.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use minijinja::{
    AutoEscape, Environment, Error, context,
    value::{Kwargs, Value},
};
use serde::Serialize;

use super::{
    assets::{self, ICONS, TEMPLATES},
    texts::Texts,
};

/// Where the sprite of the icons that a page uses goes.
const SPRITE_MARK: &str = "<!--sprite-->";

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(environment);
static ICON_PATHS: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(ICONS).expect("a test reads the icons"));

/// One page to be rendered.
pub(crate) struct Page<'a> {
    /// Template's file name.
    pub(crate) template: &'static str,
    /// The reader's language.
    pub(crate) texts: &'static Texts,
    /// Public address of this relay without a slash at the end; empty when it is not known.
    pub(crate) origin: &'a str,
    /// Path of this page, for the address in link previews.
    pub(crate) path: &'a str,
    pub(crate) title: String,
    pub(crate) description: String,
    /// Whether search engines stay out.
    pub(crate) noindex: bool,
    /// `dark` where the room is dark; else the system decides.
    pub(crate) theme: Option<&'static str>,
}

impl Page<'_> {
    /// The page as HTML. `values` are what the template asks for beyond the page's own fields.
    pub(crate) fn html(&self, values: impl Serialize) -> Result<String, Error> {
        let template = ENVIRONMENT.get_template(self.template)?;
        let texts = self.texts;
        let t = Value::from_function(move |key: &str, values: Kwargs| text(texts, key, &values));
        let url = if self.origin.is_empty() {
            String::new()
        } else {
            format!("{}{}", self.origin, self.path)
        };
        let frame = context! {
            t, lang => texts.language, title => self.title, description => self.description,
            origin => self.origin, url, noindex => self.noindex, theme => self.theme,
        };
        let html = template.render(context! { ..Value::from_serialize(values), ..frame })?;
        Ok(html.replacen(SPRITE_MARK, &sprite(&html), 1))
    }
}

/// JSON that stands inside a `<script>` element: no `<`, so that nothing in it ends the element.
pub(crate) fn embedded_json(value: &impl Serialize) -> Value {
    let json = serde_json::to_string(value).expect("plain data becomes JSON");
    Value::from_safe_string(json.replace('<', "\\u003c"))
}

fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    for (name, source) in TEMPLATES {
        env.add_template(name, source)
            .expect("a test renders every template");
    }
    env.add_function("asset", |path: &str| {
        Value::from_safe_string(assets::address(path))
    });
    env.add_filter("first_bold", first_bold);
    env.add_filter("short", short);
    env.add_function("icon", |name: &str, size: u32| {
        Value::from_safe_string(format!("<svg class=\"ic\" width=\"{size}\" height=\"{size}\" aria-hidden=\"true\"><use href=\"#i-{name}\"/></svg>"))
    });
    env
}

/// What happened in bold, then what to do: the first sentence and the rest of a text.
fn first_bold(text: &str) -> Value {
    let escape = |part: &str| minijinja::HtmlEscape(part).to_string();
    Value::from_safe_string(match text.split_once(". ") {
        Some((first, rest)) => format!("<b>{}.</b> {}", escape(first), escape(rest)),
        None => format!("<b>{}</b>", escape(text)),
    })
}

/// A count in few characters: `6.8k`.
fn short(count: u64) -> String {
    match count {
        0..1000 => count.to_string(),
        1000..100_000 => format!("{}.{}k", count / 1000, count % 1000 / 100),
        100_000..1_000_000 => format!("{}k", count / 1000),
        _ => format!("{}.{}M", count / 1_000_000, count % 1_000_000 / 100_000),
    }
}

/// `t("key", n=3, name="…")` in a template.
fn text(texts: &Texts, key: &str, values: &Kwargs) -> Result<String, Error> {
    let mut named = Vec::new();
    let mut count = None;
    for name in values.args() {
        let value: Value = values.get(name)?;
        match (name, value.as_i64()) {
            ("n", Some(n)) => count = Some(n),
            _ => named.push((name, value.to_string())),
        }
    }
    Ok(texts.text(key, count, &named))
}

/// The icons that are used in this page, each drawn once.
fn sprite(html: &str) -> String {
    let used: BTreeSet<&str> = html
        .split("href=\"#i-")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let symbols: String = used
        .iter()
        .filter_map(|name| {
            Some(format!(
                "<symbol id=\"i-{name}\" viewBox=\"0 0 256 256\"><path d=\"{}\"/></symbol>",
                ICON_PATHS.get(*name)?
            ))
        })
        .collect();
    format!("<svg hidden aria-hidden=\"true\">{symbols}</svg>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        for (name, _) in TEMPLATES {
            ENVIRONMENT.get_template(name).expect("the template parses");
        }
    }

    #[test]
    fn every_icon_that_templates_name_exists() {
        for (name, source) in TEMPLATES {
            for icon in source
                .split("icon('")
                .skip(1)
                .filter_map(|rest| rest.split('\'').next())
            {
                assert!(ICON_PATHS.contains_key(icon), "{name}: {icon}");
            }
        }
    }

    #[test]
    fn every_text_that_templates_name_exists() {
        let texts = super::super::texts::for_reader("en");
        let known = texts.part(&[""]);
        for (name, source) in TEMPLATES {
            let asked = source
                .split(" t('")
                .skip(1)
                .chain(source.split("(t('").skip(1))
                .filter_map(|rest| rest.split('\'').next());
            for key in asked.filter(|key| !key.is_empty()) {
                // A key that goes on (`'privacy.' ~ part`, or a plural) is met by any that begins so.
                assert!(known.keys().any(|k| k.starts_with(key)), "{name}: {key}");
            }
        }
    }

    #[test]
    fn counts_and_refusals_are_set_in_few_characters() {
        assert_eq!(
            [0, 999, 1000, 6812, 99_999, 123_456, 1_250_000].map(short),
            ["0", "999", "1.0k", "6.8k", "99.9k", "123k", "1.2M"]
        );
        assert_eq!(
            first_bold("Wrong <b>. Try again.").to_string(),
            "<b>Wrong &lt;b&gt;.</b> Try again."
        );
        assert_eq!(first_bold("Wrong").to_string(), "<b>Wrong</b>");
    }

    #[test]
    fn json_in_a_page_cannot_end_its_element() {
        let json = embedded_json(&"</script><script>alert(1)</script>");
        assert!(!json.to_string().contains('<'));
    }
}
