//! Live: what is asked of the dancers, and what is said to them.

use egui_kittest::kittest::Queryable;
use pika_engine::{
    app::Command,
    live::{LiveAnnouncement, LiveCommand},
    settings::SettingsChange,
};
use pika_protocol::{AnnouncementId, feedback::PollCloses};
use uuid::Uuid;

use super::{NOW, edit, night, on_live, poll};
use crate::stage::{asked, picture, types};

#[test]
fn a_poll_is_asked_runs_and_is_closed() {
    let mut app = night();
    let mut window = on_live(app.clone());
    window.get_by_label("One more?").click();
    window.run_steps(2);
    window.get_by_label("Ask the dancers").click();
    assert!(
        asked(&mut window).contains(&Command::Live(LiveCommand::StartPoll {
            question: "One more song?".into(),
            options: vec!["Yes, please!".into(), "I am done for tonight".into()],
            closes: PollCloses::After { seconds: 120 },
        }))
    );
    edit(&mut app, |live| {
        live.poll = Some(poll(
            "What vibe next?",
            &[
                ("Blues", 18),
                ("Slow & smooth", 12),
                ("Pop", 6),
                ("Surprise me", 3),
            ],
        ));
    });
    let mut window = on_live(app.clone());
    window.get_by_label("39 of 64 have voted");
    window.get_by_label("Blues: 18 votes, leads");
    window.get_by_label("0:48");
    picture(&mut window, "live-poll");
    for (button, command) in [
        ("+1 min", Command::Live(LiveCommand::ExtendPoll { seconds: 60 })),
        ("Close poll and show result", Command::Live(LiveCommand::EndPoll)),
        ("Take the poll back", Command::Live(LiveCommand::CancelPoll)),
    ] {
        window.get_by_label(button).click();
        assert!(asked(&mut window).contains(&command), "{button}");
    }
    // Ten answers keep their buttons within reach.
    let options: Vec<(String, u32)> = (0..10)
        .map(|at| (format!("Answer number {at}"), at * 2))
        .collect();
    let options: Vec<(&str, u32)> = options
        .iter()
        .map(|(name, votes)| (name.as_str(), *votes))
        .collect();
    edit(&mut app, |live| {
        let mut poll = poll("Which of the ten?", &options);
        (poll.closes, poll.closes_at_ms) = (PollCloses::SongEnd, None);
        live.poll = Some(poll);
    });
    let mut window = on_live(app);
    window.get_by_label("this song");
    assert!(window.query_by_label("+1 min").is_none());
    picture(&mut window, "live-poll-ten");
}

#[test]
fn an_announcement_is_written_sent_and_removed() {
    let mut app = night();
    let mut window = on_live(app.clone());
    types(&mut window, 'a');
    window.run_steps(3);
    window
        .get_by_label("Announcement text")
        .type_text("Strictly Swing starts at 23:00");
    window.run_steps(2);
    window.get_by_label("110 left");
    picture(&mut window, "live-announce");
    window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::Enter);
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::Announce {
        text: "Strictly Swing starts at 23:00".into(),
        seconds: Some(300),
    })));
    edit(&mut app, |live| {
        live.announcement = Some(LiveAnnouncement {
            id: AnnouncementId(Uuid::from_u128(5)),
            text: "Strictly Swing starts at 23:00".into(),
            ends_at_ms: Some(NOW + 300_000),
        });
    });
    let mut window = on_live(app);
    window.get_by_label("Announce").click();
    window.run_steps(2);
    window.get_by_label("On dancers' phones until 22:46");
    window.get_by_label("Remove the announcement").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::CancelAnnouncement)));
}

#[test]
fn a_poll_of_ones_own_is_kept_and_forgotten() {
    let mut app = night();
    let mut window = on_live(app.clone());
    assert!(
        window.query_by_label("Keep as template").is_none(),
        "it is one already"
    );
    window.get_by_label("Question").click();
    window.run_steps(2);
    window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::A);
    window.get_by_label("Question").type_text("Line dance now?");
    window.run_steps(3);
    window.get_by_label("Keep as template").click();
    let kept = asked(&mut window)
        .into_iter()
        .find_map(|command| match command {
            Command::ChangeSettings(SettingsChange::PollTemplates(templates)) => Some(templates),
            _ => None,
        })
        .expect("settings");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].question, "Line dance now?");
    assert_eq!(kept[0].options.len(), 4);
    app.settings.poll_templates = kept;
    let mut window = on_live(app);
    window.get_by_label("Line dance now?").click();
    window.run_steps(3);
    picture(&mut window, "live-own-template");
    window.get_by_label("Forget this template").click();
    assert!(asked(&mut window).iter().any(
        |command| matches!(command, Command::ChangeSettings(SettingsChange::PollTemplates(templates)) if templates.is_empty())
    ));
}
