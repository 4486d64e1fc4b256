//! Whether there is a newer Pika!: asks the project's release feed, at most once a day, and remembers the answer.
//!
//! What is sent is the request alone: no version, no identity. Who switches it off asks nobody. A program that was
//! built without a feed (every build but a release) asks nobody either.

mod daily;
mod feed;

pub use daily::{DAY, Daily, until_slot};
pub use feed::{Feed, FeedError, FeedUrl, MAX_BYTES, TIMEOUT};
use semver::Version;
use serde::{Deserialize, Serialize};

/// The feed of the project that released this program; set while building.
pub const PROJECT_FEED: Option<&str> = option_env!("PIKA_RELEASE_FEED");

/// A released version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its number, such as 0.2.0.
    pub version: Version,
    /// The page that describes it; always https.
    pub page: String,
}

impl Release {
    /// Whether people who run `current` should hear of it. Previews are announced to nobody.
    pub fn is_news_to(&self, current: &Version) -> bool {
        self.version.pre.is_empty() && self.version > *current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_news(latest: &str, current: &str) -> bool {
        let release = Release {
            version: latest.parse().expect("a version"),
            page: String::new(),
        };
        release.is_news_to(&current.parse().expect("a version"))
    }

    #[test]
    fn only_a_higher_finished_version_is_news() {
        assert!(is_news("0.2.0", "0.1.9"));
        assert!(is_news("0.10.0", "0.9.0"), "numbers, not texts");
        assert!(
            is_news("1.0.0", "1.0.0-rc.1"),
            "who tests the preview gets the release"
        );
        assert!(!is_news("0.2.0", "0.2.0"));
        assert!(
            !is_news("0.1.0", "0.2.0"),
            "a rolled back feed offers no step back"
        );
        assert!(!is_news("0.3.0-beta.1", "0.2.0"));
    }
}
