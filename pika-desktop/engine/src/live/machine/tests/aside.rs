//! A session whose relay is gone is in nobody's way, and nothing of it is lost.

use super::*;

/// Live on a far relay that dies with a song on its way; the DJ has ended the session.
fn left_behind() -> Desk {
    left_behind_on_disk().0
}

fn left_behind_on_disk() -> (Desk, Vec<Keep>) {
    let mut desk = Desk::new();
    desk.go_live_on(far("https://far.example"));
    let mut kept = desk.kept();
    desk.registered(state(Vec::new()));
    desk.lose();
    desk.play("not confirmed");
    let now = desk.now.wall_ms;
    desk.ask(LiveCommand::Stopped { at_ms: now });
    desk.ask(LiveCommand::End);
    kept.extend(desk.kept());
    desk.opened();
    desk.link(LinkEvent::gone(FailKind::Unreachable));
    kept.extend(desk.kept());
    (desk, kept)
}

fn known(access: RelayAccess) -> LiveCommand {
    LiveCommand::KnownAccount {
        access: Some(access),
        name: None,
    }
}

/// The same relay, another token, and whose it is.
fn account(letter: &str, name: &str) -> LiveCommand {
    let address = RelayAddress::parse("https://far.example").unwrap();
    let token = Token::parse(&format!("pk_dj_{}", letter.repeat(32))).unwrap();
    LiveCommand::KnownAccount {
        access: Some(RelayAccess::of_account(&address, &token).unwrap()),
        name: Some(AccountName {
            slug: name.to_lowercase(),
            name: name.into(),
        }),
    }
}

fn is_handed_in(desk: &Desk) -> bool {
    let mut effects = desk.effects.iter();
    effects.any(|effect| matches!(effect, Effect::HandIn { .. }))
}

fn owed(desk: &mut Desk) -> Vec<String> {
    let all = titles(&desk.handed_in(Outcome::Over));
    all.into_iter().filter(|it| !it.starts_with('{')).collect()
}

fn is_new(message: &DjMessage) -> bool {
    matches!(message, DjMessage::RegisterSession { resume: None, .. })
}

#[test]
fn an_end_that_nobody_hears_says_what_waits_and_is_handed_in_later() {
    let mut desk = left_behind();
    assert_eq!(desk.view().phase, LivePhase::Ended);
    let words = &desk.view().notice.as_ref().unwrap().words;
    assert_eq!(
        format!("{} {}", words.title, words.text),
        "Your set is stored here. The relay far.example has not confirmed 1 song; Pika! sends it when it can be reached."
    );
    let ended = desk.effects.iter().find_map(|effect| match effect {
        Effect::Ended(ended) => Some(ended.access.clone()),
        _ => None,
    });
    assert_eq!(
        ended,
        Some(None),
        "the night is over here; nobody is asked how it was"
    );
    desk.handed_in(Outcome::Unreached(FailKind::Unreachable));
    assert_eq!(desk.view().owed[0].songs, 1);
    desk.wait(Duration::from_secs(2));
    assert_eq!(owed(&mut desk), ["not confirmed", "end"]);
    assert_eq!(desk.view().owed, []);
    let notice = &desk.view().notice.as_ref().unwrap().words;
    assert_eq!(notice.title, "Everything has arrived.");
    desk.wait(Duration::from_secs(60));
    assert!(
        !desk
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::HandIn { .. }))
    );
}

#[test]
fn a_relay_that_is_gone_keeps_no_other_from_being_used() {
    // At once, while its end is still tried; later; and in the middle of its night.
    for when in 0..3 {
        let mut desk = Desk::new();
        desk.go_live_on(far("https://far.example"));
        desk.registered(state(Vec::new()));
        desk.lose();
        if when < 2 {
            desk.ask(LiveCommand::End);
        }
        if when == 1 {
            desk.link(LinkEvent::gone(FailKind::Unreachable));
            desk.handed_in(Outcome::Unreached(FailKind::Unreachable));
        }
        desk.opened();
        desk.go_live_on(access("local"));
        assert!(is_new(&desk.registered(state(Vec::new()))), "{when}");
        assert_eq!(desk.view().phase, LivePhase::OnAir);
        assert_eq!(desk.view().owed.len(), 1);
        desk.play("here");
        assert_eq!(titles(&desk.acknowledge()), ["here"]);
        // The far relay is back while the night goes on here.
        desk.ask(known(far("https://far.example")));
        desk.wait(Duration::from_secs(2));
        assert_eq!(titles(&desk.handed_in(Outcome::Over)), ["end"]);
        assert_eq!((desk.view().phase, desk.view().owed.len()), (LivePhase::OnAir, 0));
    }
}

#[test]
fn on_the_same_relay_the_next_session_waits_for_the_end_of_the_one_before() {
    let mut desk = left_behind();
    desk.go_live_on(far("https://far.example"));
    assert_eq!(desk.view().phase, LivePhase::Starting);
    desk.play("tonight");
    desk.handed_in(Outcome::Unreached(FailKind::Unreachable));
    assert!(desk.view().link.problem.is_some(), "why it waits is said");
    desk.wait(Duration::from_secs(5));
    assert!(desk.opened().is_none(), "the relay has one session of an account");
    desk.handed_in(Outcome::Over);
    assert!(is_new(&desk.registered(state(Vec::new()))));
    assert_eq!(titles(&desk.acknowledge()), ["tonight"]);
    // One that refuses is not asked again with the same token, and says so.
    let mut desk = left_behind();
    desk.go_live_on(far("https://far.example"));
    desk.handed_in(Outcome::Refused(ErrorCode::Unauthorized));
    assert_eq!(desk.kind(), LinkKind::Refused);
    assert_eq!(
        desk.view().owed[0].problem.as_ref().unwrap().title,
        "Token not accepted."
    );
}

#[test]
fn what_was_put_aside_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let (desk, kept) = left_behind_on_disk();
    let saved = desk.saved(&path, &kept);
    assert!(saved.session.is_none() && saved.outbox.is_empty());
    let mut desk = Desk::with(saved);
    assert_eq!((desk.view().phase, desk.view().owed.len()), (LivePhase::Off, 1));
    desk.go_live_on(access("local"));
    assert!(is_new(&desk.registered(state(Vec::new()))));
    desk.ask(known(far("https://far.example")));
    assert_eq!(owed(&mut desk), ["not confirmed", "end"]);
}

#[test]
fn sessions_that_are_put_aside_are_bounded() {
    let mut desk = Desk::new();
    for number in 0..=shelf::MOST {
        desk.go_live_on(far(&format!("https://far-{number}.example")));
        desk.registered(state(Vec::new()));
        desk.lose();
    }
    desk.go_live_on(access("local"));
    assert_eq!(desk.view().owed.len(), shelf::MOST);
    assert_eq!(desk.view().owed[0].relay, "far-1.example");
    assert_eq!(desk.view().notice.as_ref().map(|it| it.is_trouble), Some(true));
}

#[test]
fn nothing_is_refused_without_a_word() {
    let notices = |desk: &Desk| desk.view().notice.as_ref().map_or(0, |notice| notice.number);
    let mut desk = Desk::live();
    for (command, title) in [
        (
            LiveCommand::GoLive(NewSession::default()),
            "You are live already.",
        ),
        (LiveCommand::EndPoll, "No poll is open."),
        (LiveCommand::CancelAnnouncement, "Nothing is announced."),
        (
            LiveCommand::Answer(LiveAnswer::GoOn),
            "This question is answered.",
        ),
    ] {
        let before = notices(&desk);
        desk.ask(command);
        assert_eq!(notices(&desk), before + 1, "{title}");
        assert_eq!(desk.view().notice.as_ref().unwrap().words.title, title);
    }
    let mut desk = Desk::new();
    desk.ask(LiveCommand::End);
    assert_eq!(
        desk.view().notice.as_ref().unwrap().words.title,
        "No session is on."
    );
}

#[test]
fn a_test_that_nobody_hears_the_end_of_is_put_aside_without_a_word() {
    let mut desk = Desk::new();
    desk.ask(LiveCommand::Relay(far("https://far.example")));
    desk.ask(LiveCommand::GoLive(NewSession {
        name: "A test".into(),
        is_test: true,
        ..NewSession::default()
    }));
    desk.registered(state(Vec::new()));
    desk.lose();
    let before = desk.view().notice.clone();
    desk.ask(LiveCommand::End);
    desk.opened();
    desk.link(LinkEvent::gone(FailKind::Unreachable));
    assert_eq!(desk.view().phase, LivePhase::Ended);
    assert_eq!(owed(&mut desk), ["end"]);
    assert_eq!((&desk.view().notice, desk.view().owed.len()), (&before, 0));
}

#[test]
fn what_was_refused_for_good_is_in_nobodys_way_either() {
    let mut desk = left_behind();
    let token_is_over = Outcome::Refused(ErrorCode::Unauthorized);
    desk.handed_in(token_is_over);
    assert_eq!(desk.view().owed.len(), 1, "it is kept");
    for _ in 0..2 {
        desk.go_live_on(far("https://far.example"));
        desk.wait(Duration::from_secs(2));
        assert!(
            is_new(&desk.registered(state(Vec::new()))),
            "the way there is tried"
        );
        desk.ask(LiveCommand::End);
        desk.acknowledge();
    }
}

#[test]
fn songs_that_a_relay_would_not_take_any_more_are_said_to_be_missing() {
    let mut desk = left_behind();
    desk.handed_in_without(Outcome::Over);
    assert_eq!(desk.view().owed, []);
    let words = &desk.view().notice.as_ref().unwrap().words;
    assert_eq!(
        words.text,
        "One song did not reach it and stay in your history alone."
    );
}

#[test]
fn what_a_session_owes_is_handed_in_as_the_account_that_it_belongs_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut desk = Desk::new();
    // The relay said whose the token is only after the session had begun.
    desk.go_live_on(far("https://far.example"));
    desk.ask(account("a", "Ada"));
    let mut kept = desk.kept();
    desk.registered(state(Vec::new()));
    desk.lose();
    desk.play("hers");
    desk.ask(LiveCommand::End);
    kept.extend(desk.kept());
    desk.opened();
    desk.link(LinkEvent::gone(FailKind::Unreachable));
    kept.extend(desk.kept());

    // Another DJ on the same laptop, at the same relay.
    let saved = desk.saved(&path, &kept);
    let mut desk = Desk::with(saved);
    desk.ask(account("b", "Bob"));
    desk.wait(Duration::from_secs(5));
    assert!(!is_handed_in(&desk));
    let told = desk.view().owed[0].words().text;
    assert_eq!(
        told,
        "The relay far.example has not confirmed 1 song; the set belongs to the account of Ada, and Pika! sends it when that is connected."
    );
    let LiveCommand::KnownAccount { access, .. } = account("b", "Bob") else {
        unreachable!()
    };
    desk.go_live_on(access.unwrap());
    assert!(
        is_new(&desk.registered(state(Vec::new()))),
        "nor is it in his way"
    );

    // Her token is another one now.
    desk.ask(account("c", "Ada"));
    desk.wait(Duration::from_secs(2));
    assert_eq!(owed(&mut desk), ["hers", "end"]);
}

#[test]
fn a_session_of_another_account_does_not_go_on_as_mine() {
    let mut desk = Desk::new();
    desk.go_live_on(far("https://far.example"));
    desk.registered(state(Vec::new()));
    desk.lose();
    let LiveCommand::KnownAccount { access, .. } = account("b", "Bob") else {
        unreachable!()
    };
    desk.opened();
    desk.ask(LiveCommand::Relay(access.clone().unwrap()));
    desk.wait(Duration::from_secs(30));
    assert!(desk.opened().is_none());
    let problem = desk.view().link.problem.as_ref().unwrap();
    assert_eq!(problem.title, "This session belongs to another account.");
    desk.go_live_on(access.unwrap());
    assert!(is_new(&desk.registered(state(Vec::new()))));
    assert_eq!(desk.view().owed.len(), 1, "it is kept for its own account");
}

#[test]
fn what_older_versions_put_aside_belongs_to_whoever_is_there() {
    let mut session = serde_json::to_value(left_behind().machine.shelf.kept()[0].session.clone()).unwrap();
    session.as_object_mut().unwrap().remove("owner").unwrap();
    let aside = SavedAside {
        number: 1,
        session: serde_json::from_value(session).unwrap(),
        owed: Vec::new(),
    };
    let mut desk = Desk::with(Saved {
        aside: vec![aside],
        ..Saved::default()
    });
    desk.ask(account("b", "Bob"));
    desk.wait(Duration::from_secs(2));
    assert!(is_handed_in(&desk));
}

#[test]
fn a_session_goes_on_with_the_token_that_takes_the_place_of_a_refused_one() {
    let with = |command: LiveCommand| match command {
        LiveCommand::KnownAccount { access, .. } => access.unwrap(),
        _ => unreachable!(),
    };
    let refused = |desk: &mut Desk| {
        desk.opened().unwrap();
        desk.link(LinkEvent::Open);
        desk.said();
        desk.hear(refusal(None, ErrorCode::Unauthorized, None));
        assert_eq!(desk.kind(), LinkKind::Refused);
    };
    // A relay that never took a token says nothing of whose it is.
    let mut desk = Desk::new();
    desk.go_live_on(far("https://far.example"));
    refused(&mut desk);
    desk.ask(LiveCommand::Relay(with(account("b", ""))));
    assert!(is_new(&desk.registered(state(Vec::new()))));
    // One that was taken is replaced in the middle of the night, and once more.
    for letter in ["c", "d"] {
        desk.lose();
        desk.wait(Duration::from_secs(2));
        refused(&mut desk);
        desk.ask(LiveCommand::Relay(with(account(letter, ""))));
        assert!(!is_new(&desk.registered(state(Vec::new()))), "{letter}");
    }
    // That it is Ada's is known now; Bob's is another one.
    desk.ask(account("d", "Ada"));
    desk.lose();
    desk.wait(Duration::from_secs(2));
    refused(&mut desk);
    desk.ask(account("b", "Bob"));
    desk.ask(LiveCommand::Relay(with(account("b", "Bob"))));
    assert!(desk.opened().is_none());
    desk.ask(account("e", "Ada"));
    desk.ask(LiveCommand::Relay(with(account("e", "Ada"))));
    assert!(!is_new(&desk.registered(state(Vec::new()))));
}

#[test]
fn a_token_of_nobody_known_takes_no_session_over_and_its_own_dj_goes_on_once_that_is_known() {
    let with = |command: &LiveCommand| match command {
        LiveCommand::KnownAccount { access, .. } => access.clone().unwrap(),
        _ => unreachable!(),
    };
    let mut desk = Desk::new();
    desk.ask(account("a", "Ada"));
    desk.go_live_on(with(&account("a", "Ada")));
    desk.registered(state(Vec::new()));
    desk.play("hers");
    desk.acknowledge();
    desk.lose();
    desk.wait(Duration::from_secs(2));
    desk.opened().unwrap();
    desk.link(LinkEvent::Open);
    desk.said();
    desk.hear(refusal(None, ErrorCode::Unauthorized, None));
    for (letter, name) in [("b", "Bob"), ("c", "Ada")] {
        let known = account(letter, name);
        let access = with(&known);
        // The relay did not say yet whose it is.
        desk.ask(LiveCommand::KnownAccount {
            access: Some(access.clone()),
            name: None,
        });
        desk.ask(LiveCommand::Account(Some(access.clone())));
        assert!(desk.opened().is_none(), "{name}");
        desk.ask(known);
        desk.ask(LiveCommand::Account(Some(access)));
        assert_eq!(desk.opened().is_some(), name == "Ada");
    }
}
