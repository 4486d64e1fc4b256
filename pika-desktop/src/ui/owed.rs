//! What relays have not confirmed, in a line that stays until they have.

use eframe::egui::Ui;
use pika_engine::live::OwedSession;

use super::{
    icons,
    requests::Requests,
    screen::Screen,
    widgets::{Banner, Tone},
};

/// Says what is missing and what to do; a refusal is settled in the settings.
pub(super) fn show(ui: &mut Ui, owed: &OwedSession, out: &mut Requests) {
    let (title, text) = words(owed);
    let banner = Banner {
        tone: Tone::Look,
        icon: icons::CLOUD_SLASH,
        title: &title,
        text: &text,
        action: owed.problem.is_some().then_some("Open Settings"),
    };
    if banner.show(ui) {
        out.go(Screen::Settings);
    }
}

/// What is missing, and what to do.
fn words(owed: &OwedSession) -> (String, String) {
    let OwedSession { name, relay, .. } = owed;
    let is_here = relay == "this computer";
    let place = if is_here { "this laptop's relay" } else { relay };
    let title = match owed.songs {
        0 => format!("“{name}” is over, but {place} has not heard of it"),
        1 => format!("1 song of “{name}” has not arrived at {place}"),
        songs => format!("{songs} songs of “{name}” have not arrived at {place}"),
    };
    let what = match owed.songs {
        0 => "the end is",
        _ => "the rest is",
    };
    let then = match &owed.problem {
        Some(problem) => format!("{} {}", problem.title, problem.text),
        None if owed.whose.is_some() => {
            format!("It is {}: {what} handed in under that account.", whose(owed))
        }
        None if is_here => format!("Switch on “Serve dancers from this laptop” once: {what} handed in."),
        None => format!("Leave Pika! open and this computer online: {what} handed in by itself."),
    };
    let text = format!("Your set is stored here. {then}");
    (title, text.trim_end().to_owned())
}

/// Whose session it is, where that is another account.
fn whose(owed: &OwedSession) -> String {
    match owed.whose.as_deref().unwrap_or_default() {
        "" => "another DJ's session".to_owned(),
        name => format!("the session of {name}"),
    }
}

#[cfg(test)]
mod tests {
    use pika_engine::live::Words;

    use super::*;

    #[test]
    fn what_is_owed_is_said_with_what_to_do() {
        let mut owed = OwedSession {
            session_id: None,
            name: "Friday".into(),
            relay: "pika.stream".into(),
            songs: 3,
            whose: None,
            problem: None,
        };
        let (title, text) = words(&owed);
        assert_eq!(title, "3 songs of “Friday” have not arrived at pika.stream");
        assert!(
            text.ends_with("this computer online: the rest is handed in by itself."),
            "{text}"
        );
        owed.songs = 0;
        assert_eq!(
            words(&owed).0,
            "“Friday” is over, but pika.stream has not heard of it"
        );
        owed.relay = "this computer".into();
        assert!(words(&owed).1.contains("Serve dancers from this laptop"));
        owed.whose = Some("DJ Ola".into());
        let (_, text) = words(&owed);
        assert!(text.ends_with("It is the session of DJ Ola: the end is handed in under that account."));
        owed.problem = Some(Words::new("Token not accepted.", "Copy the new one."));
        assert_eq!(
            words(&owed).1,
            "Your set is stored here. Token not accepted. Copy the new one."
        );
    }
}
