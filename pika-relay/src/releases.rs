//! Whether there is a newer version of the relay: the project's feed is asked once a day, at a time of day that is
//! each relay's own, so that restarts cause no further questions and not all relays ask at once.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use pika_update::{Feed, FeedUrl, Release, until_slot};
use semver::Version;

use crate::{auth::SigningKey, base::Moment, telemetry::spawn_blocking};

/// Longest sleep at a time: a computer that slept has another time of day than the timer thinks.
const LOOK: Duration = Duration::from_secs(1800);

/// What is known of newer versions.
#[derive(Debug, Default)]
pub struct Releases {
    newer: Mutex<Option<Release>>,
}

impl Releases {
    /// The newer version, if one is known.
    pub fn newer(&self) -> Option<Release> {
        self.newer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes in what the feed said; says it once in the log.
    pub fn note(&self, latest: Release) {
        let newer = latest.is_news_to(&current()).then_some(latest);
        let mut known = self.newer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(release) = &newer
            && *known != newer
        {
            tracing::info!(version = %release.version, page = release.page, "a newer version is out");
        }
        *known = newer;
    }
}

fn current() -> Version {
    Version::parse(env!("CARGO_PKG_VERSION")).expect("cargo checks it")
}

/// Asks `feed` at `slot` of each day, in milliseconds from midnight (see [`slot`]), without end.
pub async fn watch(releases: Arc<Releases>, feed: FeedUrl, slot: u64) {
    loop {
        // Until the slot in steps; only the last step ends in a question.
        loop {
            let wait = until_slot(Moment::now().at.0, slot);
            tokio::time::sleep(wait.min(LOOK)).await;
            if wait <= LOOK {
                break;
            }
        }
        let asked = feed.clone();
        let answer = spawn_blocking(move || asked.latest()).await;
        match answer {
            Ok(release) => releases.note(release),
            // What the feed said before still holds.
            Err(error) => tracing::debug!(%error, "it is asked again tomorrow"),
        }
        // Past the slot, whatever the clocks say of the last millisecond.
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

/// The relay's own time of day, from its signing key: the same after every restart, another for each relay.
pub fn slot(key: &SigningKey) -> u64 {
    let tag = key.tag(b"pika release feed 1", &[]);
    // Half of the tag is enough.
    u128::from_le_bytes(tag) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(version: &str) -> Release {
        Release {
            version: version.parse().expect("a version"),
            page: "https://example.org/r".to_owned(),
        }
    }

    #[test]
    fn only_a_newer_version_is_kept() {
        let releases = Releases::default();
        releases.note(release(env!("CARGO_PKG_VERSION")));
        assert_eq!(releases.newer(), None);
        releases.note(release("999.0.0"));
        assert_eq!(releases.newer(), Some(release("999.0.0")));
        // Taken back by the project.
        releases.note(release("0.0.1"));
        assert_eq!(releases.newer(), None);
    }
}
