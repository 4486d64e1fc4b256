//! A small night with the load tool against a real relay: fifty dancers over all three transports, slow and flapping
//! phones among them, everybody lost in the middle; and the relay killed. Nothing is lost, nothing doubled.

#![allow(clippy::unwrap_used)] // A test that cannot unwrap has failed.

use std::time::Duration;

use pika_relay_load::{
    report::Report,
    scenarios::{self, NightPlan, Setting, WhichRelay},
    server::RelaySettings,
    venue::Venue,
};

const DANCERS: usize = 50;

fn setting() -> Setting {
    Setting {
        relay: WhichRelay::Own(RelaySettings {
            program: env!("CARGO_BIN_EXE_pika-relay").into(),
            core: None,
            database: None,
        }),
        sources: 2,
        seed: 7,
    }
}

fn assert_is_well(report: &Report) {
    assert!(report.is_well(), "{}", report.text());
}

#[test]
fn a_small_night_loses_nothing_and_doubles_nothing() {
    let mut room = Venue::Social.room().of(DANCERS);
    room.ramp = Duration::from_secs(1);
    let night = NightPlan {
        room,
        n_songs: 4,
        song: Duration::from_secs(2),
        has_storm: true,
    };
    let report = scenarios::night(&setting(), &night).unwrap();
    assert_is_well(&report);
    let text = report.text();
    assert!(report.value("acked") > 0.0, "somebody liked something: {text}");
    assert!(
        report.value("resumed") > 0.0,
        "everybody was lost and came back: {text}"
    );
    // The last song at least, as it was played or after the loss; a slow machine lets them in during any other.
    assert!(report.value("heard") >= DANCERS as f64, "{text}");
    // By the relay's own count; a repeat may go to the database again, which knows it.
    assert!(report.value("relay_acks") >= report.value("acked"), "{text}");
}

#[test]
fn a_killed_relay_is_followed_exactly() {
    let report = scenarios::storm(&setting(), DANCERS).unwrap();
    assert_is_well(&report);
    assert_eq!(report.value("resumed"), (2 * DANCERS) as f64, "{}", report.text());
}
