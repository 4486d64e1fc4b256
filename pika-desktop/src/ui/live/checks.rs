//! What is looked at before the night: the way to the relay, the account, where songs come from, the library.

use eframe::egui::{Rect, Sense, Ui, pos2, text::LayoutJob, vec2};
use pika_engine::{
    account::{AccountStatus, Reach},
    app::AppState,
    nowplaying::{SourceKind, SourceStatus},
};

use crate::ui::{
    icons::{self, Icon},
    theme::{Theme, radius, text},
    widgets::{Caption, name_at},
    words,
};

/// A relay that takes longer to answer is slow, in milliseconds.
const SLOW_MS: u32 = 800;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Good,
    Look,
    Blocked,
}

/// One thing to look at before the night.
pub(super) struct Check {
    icon: Icon,
    name: &'static str,
    words: String,
    outcome: Outcome,
}

/// Draws one: what it says has two lines.
pub(super) fn check_ui(ui: &mut Ui, check: &Check) {
    let theme = Theme::of(ui);
    let width = ui.available_width() - 104.0;
    let mut job = LayoutJob::simple(check.words.clone(), text::body(), theme.text2, width);
    job.wrap.max_rows = 2;
    let words = ui.painter().layout_job(job);
    let height = (words.size().y + 46.0).max(64.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, f32::from(radius::CONTROL_LARGE), theme.bg2);
    let middle = rect.center().y;
    check
        .icon
        .paint(painter, pos2(rect.left() + 26.0, middle), 22.0, theme.text2);
    let (icon, color) = match check.outcome {
        Outcome::Good => (icons::CHECK_CIRCLE, theme.ok),
        Outcome::Look => (icons::WARNING, theme.warn),
        Outcome::Blocked => (icons::X_CIRCLE, theme.err),
    };
    icon.paint_filled(painter, pos2(rect.right() - 26.0, middle), 22.0, color);
    let left = rect.left() + 52.0;
    Caption::new(check.name, text::strong(), theme.text)
        .within(width)
        .left(ui, pos2(left, rect.top() + 22.0));
    let place = Rect::from_min_size(pos2(left, rect.top() + 33.0), words.size());
    name_at(ui, place, &check.words);
    let response = ui.interact(rect, ui.scope_id().with(("check", check.name)), Sense::hover());
    if words.elided {
        response.on_hover_text(&check.words);
    }
    ui.painter().galley(place.min, words, theme.text2);
}

/// What is looked at before the night. None of it stops the DJ but a missing or refused token.
pub(super) fn checks(app: &AppState) -> Vec<Check> {
    let mut checks = vec![internet(app), account(app)];
    checks.extend(source(app));
    checks.push(library(app));
    checks.extend(battery(app));
    checks
}

/// How full the battery is, where there is one: a night is longer than a battery.
fn battery(app: &AppState) -> Option<Check> {
    let battery = app.battery?;
    let (words, outcome) = if battery.plugged_in {
        (format!("{} %, plugged in", battery.percent), Outcome::Good)
    } else {
        (format!("{} %, not charging", battery.percent), Outcome::Look)
    };
    Some(Check {
        icon: icons::LIGHTNING,
        name: "Battery",
        words,
        outcome,
    })
}

fn internet(app: &AppState) -> Check {
    if app.local_relay.is_some() {
        return Check {
            icon: icons::WIFI_HIGH,
            name: "This laptop's relay",
            words: "Running; no internet is needed".to_owned(),
            outcome: Outcome::Good,
        };
    }
    let (words, outcome) = match &app.account.status {
        _ if app.account.relay.is_some() && app.account.reach != Reach::Unknown => match app.account.reach {
            Reach::Answers(ms) if ms <= SLOW_MS => (format!("Good · {ms} ms"), Outcome::Good),
            Reach::Answers(ms) => (format!("Slow · {ms} ms to the relay and back"), Outcome::Look),
            _ => (
                "The relay does not answer now. You can go live; dancers follow when it does".to_owned(),
                Outcome::Look,
            ),
        },
        AccountStatus::Valid(_) | AccountStatus::Refused => ("The relay answers".to_owned(), Outcome::Good),
        AccountStatus::Checking => ("Looking…".to_owned(), Outcome::Look),
        AccountStatus::Unreachable(why) => (why.clone(), Outcome::Look),
        AccountStatus::NoToken | AccountStatus::Insecure => {
            ("Not checked without an account".to_owned(), Outcome::Look)
        }
    };
    Check {
        icon: icons::CLOUD_CHECK,
        name: "Internet",
        words,
        outcome,
    }
}

fn account(app: &AppState) -> Check {
    let (words, outcome) = match &app.account.status {
        AccountStatus::Valid(profile) if profile.token_ends_soon => (
            format!("{} · the token ends soon, use it or make a new one", profile.name),
            Outcome::Look,
        ),
        AccountStatus::Valid(profile) => (profile.name.clone(), Outcome::Good),
        AccountStatus::Checking => ("Asking the relay…".to_owned(), Outcome::Look),
        AccountStatus::Unreachable(_) => (
            "Kept here; checked when there is internet".to_owned(),
            Outcome::Look,
        ),
        AccountStatus::NoToken if app.local_relay.is_some() => {
            ("Not needed on this Wi-Fi".to_owned(), Outcome::Good)
        }
        AccountStatus::NoToken => ("No token yet".to_owned(), Outcome::Blocked),
        AccountStatus::Refused => ("Token not accepted".to_owned(), Outcome::Blocked),
        AccountStatus::Insecure => ("The address is not encrypted".to_owned(), Outcome::Blocked),
    };
    Check {
        icon: icons::USER_CIRCLE,
        name: "DJ account",
        words,
        outcome,
    }
}

fn source(app: &AppState) -> Vec<Check> {
    let check = |name: &'static str, words: String, outcome| Check {
        icon: icons::DISC,
        name,
        words,
        outcome,
    };
    let seen = app
        .playing
        .as_ref()
        .map(|play| format!("Last track seen {} ago", ago(app.now_ms - play.logged_at_ms)));
    let mut found: Vec<Check> = app
        .sources
        .values()
        .map(|status| match status {
            SourceStatus::Following {
                source,
                advice,
                delay_s,
                ..
            } => match (advice.first(), delay_s, &seen) {
                (Some(advice), ..) => check(source.name(), advice.clone(), Outcome::Look),
                (None, Some(delay), _) if *delay > 10 => check(
                    source.name(),
                    format!("Writes songs down after {delay} s: lower its history delay"),
                    Outcome::Look,
                ),
                (None, _, Some(seen)) => check(source.name(), seen.clone(), Outcome::Good),
                (None, ..) => check(
                    source.name(),
                    "Found, no track seen yet".to_owned(),
                    Outcome::Good,
                ),
            },
            SourceStatus::Missing { source, what } => check(source.name(), what.clone(), Outcome::Look),
            SourceStatus::Unreadable { source, reason, .. } => {
                check(source.name(), reason.clone(), Outcome::Look)
            }
        })
        .collect();
    if found.is_empty() {
        found.push(check(
            "Songs",
            "By hand: “Now playing” on any track".to_owned(),
            Outcome::Look,
        ));
    }
    found
}

fn ago(ms: i64) -> String {
    match ms.max(0) / 1000 {
        seconds if seconds < 60 => format!("{seconds} s"),
        seconds if seconds < 7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

fn library(app: &AppState) -> Check {
    let (words, outcome) = match &app.overview {
        None => ("Looking…".to_owned(), Outcome::Look),
        Some(overview) if overview.tracks == 0 => (
            "No music yet: songs are shown by name only".to_owned(),
            Outcome::Look,
        ),
        Some(overview) => {
            let (done, all) = (overview.analyzed as usize, overview.tracks as usize);
            let outcome = if done * 10 >= all * 9 {
                Outcome::Good
            } else {
                Outcome::Look
            };
            (
                format!("{} of {} analysed", words::thousands(done), words::thousands(all)),
                outcome,
            )
        }
    };
    Check {
        icon: icons::WAVEFORM,
        name: "Library",
        words,
        outcome,
    }
}

/// What the DJ plays from, as it is called.
pub(super) fn program(app: &AppState) -> &'static str {
    let followed = app.sources.values().find_map(|status| match status {
        SourceStatus::Following { source, .. } => Some(*source),
        _ => None,
    });
    match followed {
        Some(SourceKind::VirtualDj) => SourceKind::VirtualDj.name(),
        _ => "your DJ program",
    }
}

/// The DJ's name without "DJ", for a greeting.
pub(super) fn greeting(app: &AppState) -> String {
    match &app.account.status {
        AccountStatus::Valid(profile) => {
            let name = profile.name.trim();
            let bare = name.strip_prefix("DJ ").unwrap_or(name);
            let first = bare.split_whitespace().next().unwrap_or(bare);
            if first.is_empty() {
                "Ready when you are.".to_owned()
            } else {
                format!("Ready when you are, {first}.")
            }
        }
        _ => "Ready when you are.".to_owned(),
    }
}

/// Whether there is a relay to go live on, and if not, what to do.
pub(super) fn obstacle(app: &AppState) -> Option<&'static str> {
    match app.account.status {
        _ if app.local_relay.is_some() => None,
        _ if app.account.can_publish && app.account.status != AccountStatus::Refused => None,
        AccountStatus::Refused => {
            Some("Your token is not accepted. Log in on the website and copy the new one.")
        }
        AccountStatus::Insecure => {
            Some("The relay's address is not encrypted, so your token is not sent there.")
        }
        _ if app.account.relay.is_none() && app.account.token_tail.is_none() => {
            Some("Connect your DJ account first.")
        }
        _ => Some("There is no token yet. Create one on the website and paste it under Settings, Account."),
    }
}
