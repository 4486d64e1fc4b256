//! Step 3: a song by hand, on the DJ's own phone, with the measured delay.

use eframe::egui::{
    Align, Align2, CornerRadius, Frame, Layout, Margin, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};
use pika_engine::{
    account::AccountStatus,
    app::{AppState, Command},
    live::{LivePhase, LivePlay},
    nowplaying::SourceKind,
};

use super::parts::{Way, back_button, on_button, step_ui};
use crate::ui::{
    fonts::Weight,
    icons::{self, Icon},
    requests::Requests,
    theme::{Theme, font, radius, text},
    widgets::{Button, QrCache, TextField, focus_ring, label, say_within},
    words::spoken,
};
use pika_engine::nowplaying::NowPlayingCommand;

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
struct Progress<'a> {
    /// Phones that came in.
    phones: u32,
    /// The song by hand as the session has it.
    song: Option<&'a LivePlay>,
    /// From the press until the relay had it.
    delay_ms: Option<u32>,
}

impl<'a> Progress<'a> {
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

pub(super) fn show(ui: &mut Ui, app: &AppState, test: &mut Test, out: &mut Requests) -> Way {
    let is_on = app.live.is_test() && matches!(app.live.phase, LivePhase::Starting | LivePhase::OnAir);
    let done = is_on && Progress::of(app).hearts() > 0;
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
            let mut way = Way::Stay;
            if back_button(ui) {
                way = Way::Back;
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if is_on {
                    if on_button(ui, "Finish", true) {
                        way = Way::On;
                    }
                } else if Button::new("Start the test")
                    .primary()
                    .large()
                    .icon(icons::DEVICE_MOBILE)
                    .show(ui)
                    .clicked()
                {
                    starts = true;
                }
                if !done {
                    ui.add_space(8.0);
                    if Button::new("Skip the test").ghost().large().show(ui).clicked() {
                        way = Way::Skip;
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

/// One of the ways to the phone; returns whether it was pressed.
fn card_ui(ui: &mut Ui, icon: Icon, title: &str, line: &str, chosen: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 86.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, title));
    let (width, border) = if chosen {
        (2.0, theme.spark_text)
    } else if response.hovered() {
        (1.0, theme.line_strong)
    } else {
        (1.0, theme.line)
    };
    let corner = f32::from(radius::PANEL);
    ui.painter().rect(
        rect,
        corner,
        theme.bg1,
        Stroke::new(width, border),
        StrokeKind::Inside,
    );
    let center = pos2(rect.left() + 32.0, rect.center().y);
    ui.painter().circle_stroke(
        center,
        10.0,
        Stroke::new(
            2.0,
            if chosen {
                theme.spark_text
            } else {
                theme.line_strong
            },
        ),
    );
    if chosen {
        ui.painter().circle_filled(center, 5.0, theme.spark_text);
    }
    let square = Rect::from_center_size(pos2(rect.left() + 84.0, rect.center().y), Vec2::splat(48.0));
    ui.painter().rect_filled(square, 12.0, theme.bg3);
    icon.paint(ui.painter(), square.center(), 26.0, theme.text);
    let left = square.right() + 16.0;
    let room = rect.right() - 20.0 - left;
    say_within(
        ui,
        pos2(left, rect.center().y - 11.0),
        Align2::LEFT_CENTER,
        title,
        font(17.0, Weight::SemiBold),
        theme.text,
        room,
    );
    say_within(
        ui,
        pos2(left, rect.center().y + 12.0),
        Align2::LEFT_CENTER,
        line,
        text::body(),
        theme.text2,
        room,
    );
    focus_ring(ui, &response, corner);
    response.clicked()
}

/// Why the test did not begin.
fn trouble_ui(ui: &mut Ui, app: &AppState, test: &Test) {
    let theme = Theme::of(ui);
    let Some(problem) = app.live.link.problem.as_ref().filter(|_| test.is_started) else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.label(icons::WARNING_CIRCLE.rich_filled(18.0).color(theme.err));
        let words = format!("{} {}", problem.title, problem.text);
        label(ui, words.trim(), text::strong(), theme.err);
    });
}

/// The QR code, and the three things that are to happen.
fn running_ui(ui: &mut Ui, app: &AppState, test: &mut Test, out: &mut Requests) {
    let theme = Theme::of(ui);
    let address = app.live.session.as_ref().map_or("", |it| it.address.as_str());
    let progress = Progress::of(app);
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
                label(ui, code, font(26.0, Weight::Bold), theme.spark_text);
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

/// One of the three: a number that becomes a check.
fn part_ui(ui: &mut Ui, number: &str, done: bool, title: &str, content: impl FnOnce(&mut Ui)) {
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
                let (mark, _) = ui.allocate_exact_size(Vec2::splat(28.0), Sense::hover());
                if done {
                    icons::CHECK_CIRCLE.paint_filled(ui.painter(), mark.center(), 28.0, theme.ok);
                } else {
                    ui.painter().circle_filled(mark.center(), 14.0, theme.bg3);
                    ui.painter().text(
                        mark.center(),
                        Align2::CENTER_CENTER,
                        number,
                        font(15.0, Weight::Bold),
                        theme.text,
                    );
                }
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    ui.add_space(3.0);
                    label(ui, title, text::section(), theme.text);
                    content(ui);
                });
            });
        });
}

fn phone_ui(ui: &mut Ui, app: &AppState, progress: &Progress<'_>) {
    let theme = Theme::of(ui);
    part_ui(
        ui,
        "1",
        progress.phones > 0,
        "Scan the code with the phone's camera",
        |ui| {
            let words = match progress.phones {
                0 => "Waiting for a phone…".to_owned(),
                1 => "1 phone is here.".to_owned(),
                count => format!("{count} phones are here."),
            };
            label(
                ui,
                words,
                text::body(),
                if progress.phones > 0 {
                    theme.ok
                } else {
                    theme.text2
                },
            );
            let Some(relay) = app
                .local_relay
                .as_ref()
                .filter(|_| progress.phones == 0 && app.live.session.as_ref().is_some_and(|it| it.local))
            else {
                return;
            };
            let words = if relay.in_network {
                format!("It must be in the same Wi-Fi. {}", relay.firewall_hint)
            } else {
                "This computer is in no network now: join the Wi-Fi that the phone is in.".to_owned()
            };
            label(ui, words, text::small(), theme.text3);
        },
    );
}

fn song_ui(ui: &mut Ui, test: &mut Test, progress: &Progress<'_>, out: &mut Requests) {
    let theme = Theme::of(ui);
    part_ui(ui, "2", progress.delay_ms.is_some(), "Send a song", |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let width = ui.available_width() - 92.0;
            let entered = TextField::new(&mut test.title, "Title of the song")
                .max_chars(MAX_TITLE)
                .width(width)
                .show(ui);
            let entered =
                entered.lost_focus() && ui.input(|input| input.key_pressed(eframe::egui::Key::Enter));
            let title = test.title.trim();
            let pressed = Button::new("Send")
                .quiet()
                .enabled(!title.is_empty())
                .name("Send the song")
                .show(ui)
                .clicked();
            if (pressed || entered) && !title.is_empty() {
                out.push(Command::NowPlaying(NowPlayingCommand::PlayText {
                    title: title.to_owned(),
                    artist: "Pika! test".to_owned(),
                }));
            }
        });
        let (words, color) = match (progress.song, progress.delay_ms) {
            (Some(_), Some(ms)) => (delay_words(ms, progress.phones), theme.ok),
            (Some(_), None) => ("On its way…".to_owned(), theme.text2),
            (None, _) => (
                "It stands on the phone in a moment, as songs from your DJ program will.".to_owned(),
                theme.text2,
            ),
        };
        label(ui, words, text::body(), color);
    });
}

fn heart_ui(ui: &mut Ui, progress: &Progress<'_>) {
    let theme = Theme::of(ui);
    let hearts = progress.hearts();
    part_ui(ui, "3", hearts > 0, "Tap the heart on the phone", |ui| {
        let (words, color) = match hearts {
            0 => ("It comes back to this screen.".to_owned(), theme.text2),
            _ => (
                "Your heart is here: the whole way works, there and back.".to_owned(),
                theme.ok,
            ),
        };
        label(ui, words, text::body(), color);
    });
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
}
