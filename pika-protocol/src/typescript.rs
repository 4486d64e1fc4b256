//! The TypeScript types of the messages, for checking the pages: made from the Rust types, so that both agree.
//!
//! `PIKA_BLESS=1 cargo test` writes `pika-relay/web/protocol.d.ts` anew.

use std::path::Path;

use ts_rs::{Config, TS};

use crate::{close, dancer, dj, feedback, ids, rest, session, track};

macro_rules! declarations {
    ($($kind:ty),* $(,)?) => {
        /// Every public type, in the order of this list.
        fn declarations(config: &Config) -> Vec<(String, Option<String>)> {
            vec![$((<$kind>::decl(config), <$kind>::docs())),*]
        }
    };
}

declarations![
    ids::ActionId,
    ids::SessionId,
    ids::PlayId,
    ids::PollId,
    ids::AnnouncementId,
    ids::DeviceId,
    ids::Epoch,
    ids::UnixMs,
    close::ErrorCode,
    track::Track,
    feedback::TempoChoice,
    feedback::PollCloses,
    feedback::Poll,
    feedback::Announcement,
    feedback::PlayLikes,
    feedback::PlayCounts,
    session::SessionCode,
    session::Position,
    session::SessionHead,
    session::Play,
    session::Snapshot,
    session::LiveElsewhere,
    dancer::DancerMessage,
    dancer::ToDancer,
    dj::DjMessage,
    dj::DjState,
    dj::ToDj,
    rest::JoinRequest,
    rest::JoinAnswer,
    rest::ScreenRequest,
    rest::ScreenAnswer,
    rest::DancerBatch,
    rest::DancerAnswers,
    rest::PolledState,
    rest::DjBatch,
    rest::DjAnswers,
    rest::ErrorBody,
    rest::SessionSummary,
    rest::SessionList,
    rest::History,
    rest::Recap,
    rest::OwnerRecap,
    rest::PollRecap,
    rest::ListenerSample,
    rest::VersionInfo,
    rest::Closing,
];

#[test]
fn the_types_of_the_pages_are_those_of_the_relay() {
    let mut text =
        "// The messages of Pika!, made from pika-protocol by its tests: do not edit.\n\n".to_owned();
    for (declaration, docs) in declarations(&Config::default()) {
        text.push_str(docs.as_deref().unwrap_or_default());
        text.push_str("export ");
        text.push_str(&declaration);
        text.push_str("\n\n");
    }
    let text: String = text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pika-relay/web/protocol.d.ts");
    if std::env::var_os("PIKA_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
    }
    let file = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        file,
        text,
        "run PIKA_BLESS=1 cargo test and commit {}",
        path.display()
    );
}
