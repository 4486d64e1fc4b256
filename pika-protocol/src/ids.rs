//! Ids and times: each kind of its own type, so that none is taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(transparent)]
        pub struct $name(#[cfg_attr(test, ts(type = "string"))] pub Uuid);

        impl $name {
            /// A new random id.
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// One action (message that asks for something), made by its sender; its repeats carry the same id.
    ActionId
}
id! {
    /// One live session, made by the relay. Not a secret, but not shown to dancers either: they know the code.
    SessionId
}
id! {
    /// One play: a track played once. Made by the DJ's program.
    PlayId
}
id! {
    /// One poll. Made by the DJ's program.
    PollId
}
id! {
    /// One announcement. Made by the DJ's program.
    AnnouncementId
}
id! {
    /// One installation of the DJ's program, made at its first start.
    DeviceId
}
id! {
    /// Which run of a session's numbered log an offset belongs to.
    Epoch
}

/// A moment: milliseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(transparent)]
pub struct UnixMs(#[cfg_attr(test, ts(type = "number"))] pub i64);

impl UnixMs {
    /// This moment plus `ms` milliseconds; stays at the ends of the range instead of wrapping.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This moment plus `secs` seconds.
    #[must_use]
    pub fn plus_secs(self, secs: u32) -> Self {
        self.plus_ms(i64::from(secs) * 1000)
    }

    /// Milliseconds from `earlier` to this moment; negative when it is later.
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}
