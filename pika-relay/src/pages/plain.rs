//! Pages without data of their own: privacy, organisers, "My songs", errors.

use minijinja::{Error, context};

use super::{
    render::{Page, embedded_json},
    texts::Texts,
};

/// Pages that only differ in their template and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlainPage {
    /// What is stored and what is not.
    Privacy,
    /// For DJs.
    Djs,
    /// For those who run an event.
    Organisers,
    /// The likes of this phone over all nights.
    Songs,
}

/// `/privacy`, `/dj`, `/organisers`, `/songs`.
pub(crate) fn plain_page(texts: &'static Texts, origin: &str, which: PlainPage) -> Result<String, Error> {
    let (template, path, name) = match which {
        PlainPage::Privacy => ("privacy.html", "/privacy", "privacy"),
        PlainPage::Djs => ("djs.html", "/dj", "djs"),
        PlainPage::Organisers => ("organisers.html", "/organisers", "organisers"),
        PlainPage::Songs => ("songs.html", "/songs", "songs"),
    };
    let page = Page {
        template,
        texts,
        origin,
        path,
        title: format!("{} · Pika!", texts.text(&format!("{name}.title"), None, &[])),
        description: texts.text(&format!("{name}.lead"), None, &[]),
        noindex: which == PlainPage::Songs,
        theme: None,
    };
    let boot = serde_json::json!({ "texts": texts.part(&["songs.", "recap.", "count."]) });
    // `djs.html` asks whether accounts are served here.
    page.html(context! { boot => embedded_json(&boot), page => context! { accounts => false } })
}

/// What went wrong, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// 404 for a page.
    NoPage,
    /// 404 for a session.
    NoSession,
    /// 429: too many requests; seconds to wait.
    TooMany(u32),
    /// 500.
    OnUs,
    /// 503.
    BackSoon,
    /// Kept by the service worker for a phone without network.
    Offline,
}

impl Problem {
    /// The status that goes with it.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::NoPage | Self::NoSession => 404,
            Self::TooMany(_) => 429,
            Self::OnUs => 500,
            Self::BackSoon => 503,
            Self::Offline => 200,
        }
    }
}

/// An error page: what happened, what it means, what to do.
pub(crate) fn problem_page(texts: &'static Texts, problem: Problem) -> Result<String, Error> {
    let (name, icon, tone) = match problem {
        Problem::NoPage => ("nopage", "pin", "sub"),
        Problem::NoSession => ("missing", "pin", "sub"),
        Problem::TooMany(_) => ("toomany", "hand", "sub"),
        Problem::OnUs => ("onus", "bug", "bad"),
        Problem::BackSoon => ("backsoon", "restart", "slow"),
        Problem::Offline => ("offline", "wifi-slash", "slow"),
    };
    let seconds = if let Problem::TooMany(seconds) = problem {
        i64::from(seconds)
    } else {
        0
    };
    let title = texts.text(&format!("{name}.title"), None, &[]);
    let page = Page {
        template: "problem.html",
        texts,
        origin: "",
        path: "",
        title: format!("{title} · Pika!"),
        description: title.clone(),
        noindex: true,
        theme: None,
    };
    let text = texts.text(&format!("{name}.text"), (seconds > 0).then_some(seconds), &[]);
    let go = texts.text(&format!("{name}.go"), None, &[]);
    let target = match problem {
        Problem::NoPage | Problem::NoSession => "/live",
        Problem::Offline => "/songs",
        _ => "",
    };
    page.html(context! { title, text, go, target, icon_name => icon, tone })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::texts;

    #[test]
    fn every_page_and_problem_renders_with_words() {
        let english = texts::for_reader("en");
        for page in [
            PlainPage::Privacy,
            PlainPage::Djs,
            PlainPage::Organisers,
            PlainPage::Songs,
        ] {
            let html = plain_page(english, "", page).expect("it renders");
            assert!(html.contains("<h1"), "{page:?}");
        }
        for problem in [
            Problem::NoPage,
            Problem::NoSession,
            Problem::TooMany(5),
            Problem::OnUs,
            Problem::BackSoon,
            Problem::Offline,
        ] {
            let html = problem_page(english, problem).expect("it renders");
            assert!(
                !html.contains(".title<") && !html.contains(".text<"),
                "{problem:?} has no words"
            );
        }
    }
}
