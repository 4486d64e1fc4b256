//! Announcements, PIN, the DJ away, the end, a restart.

use super::*;

#[test]
fn a_dj_has_a_pace_and_repeats_are_free() {
    let mut night = Night::new();
    let mut refused = None;
    for _ in 0..40 {
        let message = now_playing(PlayId::random(), "Fast", night.now.at);
        if let Err(refusal) = night.session.apply_dj(message, night.now) {
            refused = Some(refusal.code);
        }
    }
    assert_eq!(refused, Some(ErrorCode::RateLimited));
    assert_eq!(night.session.snapshot().plays_total, 10);
}

#[test]
fn a_new_announcement_replaces_the_old_one_and_time_removes_it() {
    let mut night = Night::new();
    let announce = |seconds| DjMessage::BroadcastAnnouncement {
        id: ActionId::random(),
        announcement_id: AnnouncementId::random(),
        text: "Water".to_owned(),
        seconds,
    };
    night.dj(announce(None)).unwrap();
    night.dj(announce(Some(15))).unwrap();
    assert_eq!(night.dj(announce(Some(14))), Err(ErrorCode::Invalid));
    assert!(night.session.snapshot().announcement.unwrap().ends_at.is_some());
    night.wait(15);
    assert!(night.session.snapshot().announcement.is_none());
}

#[test]
fn a_pin_asks_newcomers_only() {
    let mut night = Night::new();
    let (old, new) = (DancerKey([1; 16]), DancerKey([2; 16]));
    night.session.admit(old, night.now).unwrap();
    let pin = |pin: Option<&str>| DjMessage::SetPin {
        id: ActionId::random(),
        pin: pin.map(str::to_owned),
    };
    night.dj(pin(Some("4711"))).unwrap();
    assert_eq!(night.dj(pin(Some("12"))), Err(ErrorCode::Invalid));
    assert!(night.session.admits(old, None).is_ok());
    let code = |night: &Night, pin| night.session.admits(new, pin).map_err(|refusal| refusal.code);
    assert_eq!(code(&night, None), Err(ErrorCode::PinRequired));
    assert_eq!(code(&night, Some("4712")), Err(ErrorCode::PinWrong));
    assert_eq!(code(&night, Some("4711")), Ok(()));
    assert_eq!(night.session.summary().playing, None);
    assert_eq!(night.session.summary().listeners, None);
    night.dj(pin(None)).unwrap();
    assert_eq!(code(&night, None), Ok(()));
}

#[test]
fn dancers_are_told_when_the_dj_is_away() {
    let mut night = Night::new();
    night.session.dj_connected(true, night.now);
    night.wait(100);
    assert!(night.published.is_empty());
    night.session.dj_connected(false, night.now);
    night.wait(14);
    assert!(night.published.is_empty(), "a short break is nobody's business");
    night.wait(2);
    assert!(matches!(night.last(), ToDancer::DjOffline { .. }));
    let effects = night.session.dj_seen(night.now);
    night.keep(effects);
    assert!(matches!(night.last(), ToDancer::DjOnline { .. }));
}

#[test]
fn an_idle_session_and_an_old_one_end_by_themselves() {
    let mut night = Night::new();
    night.now = night.now.plus_ms(4 * 3_600_000 - 1000);
    night.wait(1);
    assert_eq!(night.session.row().end_reason, Some(EndReason::Idle));

    let mut night = Night::new();
    night.session.dj_connected(true, night.now);
    for _ in 0..24 {
        night.now = night.now.plus_ms(3_599_000);
        night.wait(1);
    }
    assert_eq!(night.session.row().end_reason, Some(EndReason::Age));
    assert!(matches!(
        night.to_dj.last(),
        Some(ToDj::Error {
            code: ErrorCode::SessionEnded,
            ..
        })
    ));
    assert!(matches!(night.last(), ToDancer::SessionEnded { .. }));
}

#[test]
fn after_the_end_nothing_changes() {
    let mut night = Night::new();
    let play_id = night.play("One");
    night.start_poll(PollCloses::Manual).unwrap();
    let end = DjMessage::EndSession {
        id: ActionId::random(),
    };
    night.dj(end.clone()).unwrap();
    assert!(matches!(night.last(), ToDancer::SessionEnded { .. }));
    assert_eq!(night.dj(end), Ok(()), "its repeat is acknowledged");
    assert_eq!(
        night.dj(DjMessage::EndSession {
            id: ActionId::random()
        }),
        Err(ErrorCode::SessionEnded)
    );
    assert!(!stored(night.like(1, play_id)).open);
    let snapshot = night.session.snapshot();
    assert!(snapshot.poll.is_none() && snapshot.playing.is_none() && snapshot.ended_at.is_some());
}

#[test]
fn offsets_have_no_gaps_and_the_saved_row_holds_the_last_one() {
    let mut night = Night::new();
    night.play("One");
    night.start_poll(PollCloses::SongEnd).unwrap();
    night.play("Two");
    let offsets: Vec<u64> = night.published.iter().filter_map(ToDancer::offset).collect();
    assert_eq!(offsets, (1..=offsets.len() as u64).collect::<Vec<_>>());
    let Some(Write::SaveSession(row)) = night.writes.last() else {
        panic!("the row comes last")
    };
    assert_eq!(row.last_offset, offsets.len() as u64);
}

pub(super) fn loaded(night: &Night) -> LoadedSession {
    LoadedSession {
        row: night.session.row().clone(),
        plays: night.session.plays.iter().map(|play| play.row.clone()).collect(),
        counts: vec![],
        polls: night.session.polls.iter().map(|poll| poll.row.clone()).collect(),
        votes: vec![],
        open_poll_votes: vec![],
        announcement: None,
        announcement_ids: vec![],
        thanks: 0,
        admitted: vec![],
        dj_actions: vec![],
        log: night
            .writes
            .iter()
            .filter_map(|write| match write {
                Write::Log { offset, body, .. } => Some(LogEntry {
                    offset: *offset,
                    body: body.clone(),
                }),
                _ => None,
            })
            .collect(),
    }
}

#[test]
fn a_restart_keeps_the_epoch_only_when_the_log_proves_the_offset() {
    let mut night = Night::new();
    night.play("One");
    night.play("Two");
    let (same, log, writes) = LiveSession::rebuild(loaded(&night), Arc::default(), night.now);
    assert_eq!(
        (same.snapshot(), log.len(), writes),
        (night.session.snapshot(), 2, vec![])
    );

    let mut torn = loaded(&night);
    torn.log.pop();
    let (other, log, writes) = LiveSession::rebuild(torn, Arc::default(), night.now);
    assert_ne!(other.row().epoch, night.session.row().epoch);
    assert_eq!((other.row().last_offset, log.len(), writes.len()), (0, 0, 2));
}
