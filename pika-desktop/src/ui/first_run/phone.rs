//! Step 3: a song by hand, on the DJ's own phone, with the measured delay.

use eframe::egui::{Align, Align2, CornerRadius, Frame, Layout, Margin, Sense, Stroke, Ui, Vec2};
use pika_engine::{
    account::AccountStatus,
    app::{AppState, Command},
    live::{LivePhase, LivePlay},
    nowplaying::{NowPlayingCommand, SourceKind},
};

use super::{
    choice::card_ui,
    parts::{StepEnd, back_button, on_button, step_ui},
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, radius, text},
    widgets::{Button, QrCache, TextField, entered, label},
    words::spoken,
};

/// Side of the QR code, in points.
const QR_SIDE: f32 = 212.0;
/// Characters of the song's title.
const MAX_TITLE: usize = 120;
/// What is sent unless the DJ writes something else.
const FIRST_SONG: &str = "Hello, dance floor";

/// How far the test is.
#[derive(Debug)]
pub(super) struct Test {
    /// Over the relay inside this program; `None`: as the account says.
    local: Option<bool>,
    /// A session was asked for.
    is_started: bool,
    title: String,
    qr: QrCache,
}

impl Default for Test {
    fn default() -> Self {
        Self {
            local: None,
            is_started: false,
            title: FIRST_SONG.to_owned(),
            qr: QrCache::default(),
        }
    }
}

impl Test {
    /// Ends what was begun.
    pub(super) fn leave(&mut self, out: &mut Requests) {
        if std::mem::take(&mut self.is_started) {
            out.push(Command::EndTest);
        }
    }
}

/// What is known of the way to the phone.
struct PhoneProgress<'a> {
    /// Phones that came in.
    phones: u32,
    /// The song by hand as the session has it.
    song: Option<&'a LivePlay>,
    /// From the press until the relay had it.
    delay_ms: Option<u32>,
}

impl<'a> PhoneProgress<'a> {
    fn of(app: &'a AppState) -> Self {
        let by_hand = app
            .playing
            .as_ref()
            .filter(|play| play.source == SourceKind::Hand);
        let song = by_hand.and_then(|by_hand| app.live.plays.iter().find(|it| it.play_id == by_hand.play_id));
        Self {
            phones: app.live.crowd.listeners,
            song,
            delay_ms: song.and(app.live.link.song_delay_ms),
        }
    }

    fn hearts(&self) -> u32 {
        self.song.map_or(0, |song| song.likes)
    }
}

pub(super) fn show(ui: &mut Ui, app: &AppState, test: &mut Test, enter: bool, out: &mut Requests) -> StepEnd {
    let is_on = app.live.is_test() && matches!(app.live.phase, LivePhase::Starting | LivePhase::OnAir);
    let done = is_on && PhoneProgress::of(app).hearts() > 0;
    let mut starts = false;
    let ((), way) = step_ui(
        ui,
        "Try it with your phone",
        "A minute now saves the first quarter of an hour tonight. Nobody else sees it, and nothing of it stays.",
        |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            if is_on {
                running_ui(ui, app, test, out);
            } else {
                choice_ui(ui, app, test);
                trouble_ui(ui, app, test);
            }
        },
        |ui| {
            let mut way = StepEnd::Stay;
            if back_button(ui) {
                way = StepEnd::Back;
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if done {
                    if on_button(ui, "Finish", true) || enter {
                        way = StepEnd::On;
                    }
                } else if !is_on {
                    let start = Button::new("Start the test").primary().large();
                    starts = start.icon(icons::DEVICE_MOBILE).show(ui).clicked() || enter;
                }
                if !done {
                    ui.add_space(8.0);
                    if Button::new("Skip the test").ghost().large().show(ui).clicked() {
                        way = StepEnd::Skip;
                    }
                }
            });
            way
        },
    );
    if starts {
        test.is_started = true;
        let local = is_local(app, test);
        out.push(Command::StartTest { local });
    }
    way
}

fn has_account(app: &AppState) -> bool {
    matches!(app.account.status, AccountStatus::Valid(_))
}

fn is_local(app: &AppState, test: &Test) -> bool {
    !has_account(app) || test.local.unwrap_or(false)
}

/// Over which relay.
fn choice_ui(ui: &mut Ui, app: &AppState, test: &mut Test) {
    let theme = Theme::of(ui);
    let local = is_local(app, test);
    if has_account(app) {
        let relay = app.account.relay.as_ref().map_or("", |relay| relay.as_str());
        let relay = relay.split_once("://").map_or(relay, |(_, rest)| rest);
        let line = format!("{relay} · the phone may use any network, mobile data too");
        if card_ui(ui, icons::CLOUD_CHECK, "Over your relay", &line, !local) {
            test.local = Some(false);
        }
    }
    let line = "The phone joins the same network as this computer; no internet and no account are needed";
    if card_ui(ui, icons::WIFI_HIGH, "Over this Wi-Fi", line, local) {
        test.local = Some(true);
    }
    if !has_account(app) {
        label(
            ui,
            "Without an account this laptop serves the page itself, as it can at a venue without internet.",
            text::body(),
            theme.text2,
        );
    }
}

/// Why the test did not begin.
fn trouble_ui(ui: &mut Ui, app: &AppState, test: &Test) {
    let theme = Theme::of(ui);
    let Some(problem) = app.live.link.problem.as_ref().filter(|_| test.is_started) else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        icons::WARNING_CIRCLE.show_filled(ui, 18.0, theme.err);
        let words = format!("{} {}", problem.title, problem.text);
        label(ui, words.trim(), text::strong(), theme.err);
    });
}

/// The QR code, and the three things that are to happen.
fn running_ui(ui: &mut Ui, app: &AppState, test: &mut Test, out: &mut Requests) {
    let theme = Theme::of(ui);
    let address = app.live.session.as_ref().map_or("", |it| it.address.as_str());
    let progress = PhoneProgress::of(app);
    let width = ui.available_width();
    let is_wide = width >= QR_SIDE + 380.0;
    let side = if is_wide { QR_SIDE } else { 150.0 };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 28.0;
        ui.vertical(|ui| {
            ui.set_width(side);
            ui.spacing_mut().item_spacing.y = 8.0;
            let (square, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
            if address.is_empty() {
                ui.painter().rect_filled(square, 12.0, theme.bg2);
                icons::QR_CODE.paint(ui.painter(), square.center(), 48.0, theme.text3);
                label(ui, "Getting an address…", text::body(), theme.text2);
            } else {
                test.qr.paint(ui, square, address);
                let (path, code) = spoken(address);
                label(ui, path, text::body(), theme.text2);
                label(ui, code, text::code(), theme.spark_text);
            }
        });
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            phone_ui(ui, app, &progress);
            song_ui(ui, test, &progress, out);
            heart_ui(ui, &progress);
            if let Some(problem) = &app.live.link.problem {
                let words = format!("{} {}", problem.title, problem.text);
                label(ui, words.trim(), text::body(), theme.warn);
            }
        });
    });
}

/// One of the three things that are to happen: a number that becomes a check.
#[derive(Debug, PartialEq)]
struct Part {
    number: &'static str,
    title: &'static str,
    words: String,
    done: bool,
}

impl Part {
    fn phone(progress: &PhoneProgress<'_>) -> Self {
        Self {
            number: "1",
            title: "Scan the code with the phone's camera",
            words: match progress.phones {
                0 => "Waiting for a phone…".to_owned(),
                1 => "1 phone is here.".to_owned(),
                count => format!("{count} phones are here."),
            },
            done: progress.phones > 0,
        }
    }

    fn song(progress: &PhoneProgress<'_>) -> Self {
        Self {
            number: "2",
            title: "Send a song",
            words: match (progress.song, progress.delay_ms) {
                (Some(_), Some(ms)) => delay_words(ms, progress.phones),
                (Some(_), None) => "On its way…".to_owned(),
                (None, _) => {
                    "It stands on the phone in a moment, as songs from your DJ program will.".to_owned()
                }
            },
            done: progress.delay_ms.is_some(),
        }
    }

    fn heart(progress: &PhoneProgress<'_>) -> Self {
        let done = progress.hearts() > 0;
        let words = if done {
            "Your heart is here: the whole way works, there and back."
        } else {
            "It comes back to this screen."
        };
        Self {
            number: "3",
            title: "Tap the heart on the phone",
            words: words.to_owned(),
            done,
        }
    }

    /// Draws it with `content` below its title.
    fn show(&self, ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
        let theme = Theme::of(ui);
        Frame::new()
            .fill(theme.bg1)
            .stroke(Stroke::new(1.0, theme.line))
            .corner_radius(CornerRadius::same(radius::PANEL))
            .inner_margin(Margin::symmetric(18, 14))
            .show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 14.0;
                    self.mark_ui(ui);
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 4.0;
                        ui.add_space(3.0);
                        label(ui, self.title, text::section(), theme.text);
                        content(ui);
                    });
                });
            });
    }

    fn mark_ui(&self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let (mark, _) = ui.allocate_exact_size(Vec2::splat(28.0), Sense::hover());
        if self.done {
            icons::CHECK_CIRCLE.paint_filled(ui.painter(), mark.center(), 28.0, theme.ok);
            return;
        }
        ui.painter().circle_filled(mark.center(), 14.0, theme.bg3);
        ui.painter().text(
            mark.center(),
            Align2::CENTER_CENTER,
            self.number,
            text::count(),
            theme.text,
        );
    }

    fn words_ui(&self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        let color = if self.done { theme.ok } else { theme.text2 };
        label(ui, &self.words, text::body(), color);
    }
}

/// Which network the phone must be in, while none came in.
fn network(app: &AppState, progress: &PhoneProgress<'_>) -> Option<String> {
    let relay = app.local_relay.as_ref()?;
    let is_local = app.live.session.as_ref().is_some_and(|session| session.local);
    if progress.phones > 0 || !is_local {
        return None;
    }
    Some(if relay.in_network {
        format!("It must be in the same Wi-Fi. {}", relay.firewall_hint)
    } else {
        "This computer is in no network now: join the Wi-Fi that the phone is in.".to_owned()
    })
}

fn phone_ui(ui: &mut Ui, app: &AppState, progress: &PhoneProgress<'_>) {
    let theme = Theme::of(ui);
    let part = Part::phone(progress);
    part.show(ui, |ui| {
        part.words_ui(ui);
        if let Some(network) = network(app, progress) {
            label(ui, network, text::small(), theme.text3);
        }
    });
}

fn song_ui(ui: &mut Ui, test: &mut Test, progress: &PhoneProgress<'_>, out: &mut Requests) {
    let part = Part::song(progress);
    part.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let width = ui.available_width() - 92.0;
            let field = TextField::new(&mut test.title, "Title of the song")
                .max_chars(MAX_TITLE)
                .width(width)
                .show(ui);
            let entered = entered(ui, &field);
            let title = test.title.trim();
            let send = Button::new("Send").enabled(!title.is_empty());
            // It is the step to take, until a heart came back.
            let send = if progress.hearts() == 0 {
                send.primary()
            } else {
                send.quiet()
            };
            let pressed = send.name("Send the song").show(ui).clicked();
            if (pressed || entered) && !title.is_empty() {
                out.push(Command::NowPlaying(NowPlayingCommand::PlayText {
                    title: title.to_owned(),
                    artist: "Pika! test".to_owned(),
                }));
            }
        });
        part.words_ui(ui);
    });
}

fn heart_ui(ui: &mut Ui, progress: &PhoneProgress<'_>) {
    let part = Part::heart(progress);
    part.show(ui, |ui| part.words_ui(ui));
}

/// The measured delay, and what was measured.
fn delay_words(ms: u32, phones: u32) -> String {
    let took = if ms < 1000 {
        format!("{ms} ms")
    } else {
        format!("{:.1} s", f64::from(ms) / 1000.0)
    };
    let then = match phones {
        0 => "No phone is connected to show it yet.".to_owned(),
        1 => "From there it goes to your phone at once.".to_owned(),
        count => format!("From there it goes to the {count} phones at once."),
    };
    format!("{took} from your press until the relay had stored it. {then}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_says_what_was_measured() {
        assert_eq!(
            delay_words(41, 1),
            "41 ms from your press until the relay had stored it. From there it goes to your phone at once."
        );
        assert!(delay_words(1240, 0).starts_with("1.2 s from"));
        assert!(delay_words(1240, 0).ends_with("No phone is connected to show it yet."));
        assert!(delay_words(5, 3).contains("3 phones"));
    }

    #[test]
    fn the_three_things_are_told_as_they_happen() {
        let told = |progress: &PhoneProgress<'_>| {
            [Part::phone(progress), Part::song(progress), Part::heart(progress)].map(|part| {
                let mark = if part.done { "done" } else { part.number };
                format!("{mark} {}: {}", part.title, part.words)
            })
        };
        let mut progress = PhoneProgress {
            phones: 0,
            song: None,
            delay_ms: None,
        };
        assert_eq!(
            told(&progress),
            [
                "1 Scan the code with the phone's camera: Waiting for a phone…",
                "2 Send a song: It stands on the phone in a moment, as songs from your DJ program will.",
                "3 Tap the heart on the phone: It comes back to this screen.",
            ]
        );
        let song = LivePlay {
            play_id: uuid::Uuid::nil(),
            title: FIRST_SONG.into(),
            artist: String::new(),
            started_at_ms: 0,
            likes: 1,
            faster: 0,
            perfect: 0,
            slower: 0,
        };
        (progress.phones, progress.song) = (2, Some(&song));
        assert_eq!(
            told(&progress),
            [
                "done Scan the code with the phone's camera: 2 phones are here.",
                "2 Send a song: On its way…",
                "done Tap the heart on the phone: Your heart is here: the whole way works, there and back.",
            ]
        );
    }
}
