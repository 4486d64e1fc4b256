//! The way in for dancers: QR code, address, who may find it, PIN.

use eframe::egui::{FontId, OpenUrl, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    live::{LiveCommand, LivePhase, SessionInfo},
};

use super::state::{Dialog, LiveScreen};
use crate::ui::{
    icons::{self, Icon},
    requests::Requests,
    theme::{Theme, radius, size, text},
    widgets::{
        Button, Caption, Toast, focus_ring, icon_button, label, link_button, name_at, row_from_right, row_in,
        toggle,
    },
    words,
};

/// A narrower place has icons instead of words on its buttons, in points.
const WORDS_FROM: f32 = 164.0;
/// With words a third button needs this much, in points.
const LINK_FROM: f32 = 204.0;
/// Digits of a PIN that are written wide apart at most.
const SPACED: usize = 6;
/// What the switch at the right end takes, in points.
const TOGGLE: f32 = 62.0;
/// A narrower line says who finds the session without an icon, in points.
const ICON_FROM: f32 = 140.0;

/// Who finds the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FoundBy {
    /// Served here, and nobody else can come in.
    ThisComputer,
    /// Served here, for whoever is in the same network.
    ThisNetwork,
    /// It stands in the relay's list.
    Listed,
    /// By link and code only.
    Unlisted,
}

impl FoundBy {
    fn of(session: &SessionInfo) -> Self {
        let alone = session.address.contains("://127.") || session.address.contains("://[::1]");
        match (session.local, alone, session.listed) {
            (true, true, _) => Self::ThisComputer,
            (true, false, _) => Self::ThisNetwork,
            (false, _, true) => Self::Listed,
            (false, _, false) => Self::Unlisted,
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::ThisComputer | Self::ThisNetwork => icons::WIFI_HIGH,
            Self::Listed => icons::EYE,
            Self::Unlisted => icons::EYE_SLASH,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::ThisComputer => "Only this computer",
            Self::ThisNetwork => "Only on this Wi-Fi",
            Self::Listed => "Listed",
            Self::Unlisted => "Not listed",
        }
    }

    fn tip(self) -> &'static str {
        match self {
            Self::ThisComputer => "Phones cannot come in: the relay listens on this computer alone.",
            Self::ThisNetwork => {
                "Dancers must be on the same network as this laptop; mobile data does not reach it."
            }
            Self::Listed | Self::Unlisted => {
                "Listed sessions stand under “Live now”; others are found by link or QR code only."
            }
        }
    }

    /// What a press does, where it can be changed.
    fn verb(self) -> Option<&'static str> {
        match self {
            Self::ThisComputer | Self::ThisNetwork => None,
            Self::Listed => Some("Hide"),
            Self::Unlisted => Some("List"),
        }
    }
}

/// What the QR code holds.
pub(super) fn qr_text(session: &SessionInfo, with_pin: bool) -> String {
    match session.pin.as_ref().filter(|_| with_pin) {
        Some(pin) => format!("{}#pin={pin}", session.address),
        None => session.address.clone(),
    }
}

/// Sizes of the way in, in points.
struct WayInLook {
    qr: f32,
    /// Middles of the three lines beside the code, from its top.
    lines: [f32; 3],
    /// Top of the buttons.
    buttons: f32,
    /// Top of who finds the session.
    reach: f32,
}

const USUAL: WayInLook = WayInLook {
    qr: size::QR,
    lines: [8.0, 28.0, 54.0],
    buttons: 80.0,
    reach: 122.0,
};
/// In a large window (`d19`).
const LARGE: WayInLook = WayInLook {
    qr: size::QR_LARGE,
    lines: [10.0, 32.0, 76.0],
    buttons: 120.0,
    reach: 162.0,
};
/// A column that is wider has room for the large one, in points.
const LARGE_FROM: f32 = 390.0;

/// QR code, address, PIN.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let Some(session) = &app.live.session else { return };
    let look = if ui.available_width() >= LARGE_FROM {
        &LARGE
    } else {
        &USUAL
    };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), look.qr), Sense::hover());
    let square = Rect::from_min_size(rect.min, Vec2::splat(look.qr));
    let beside = rect.with_min_x(square.right() + 16.0);
    if session.address.is_empty() {
        no_address_ui(ui, square, beside);
        return;
    }
    code_ui(ui, square, session, screen);
    address_ui(ui, beside, look, session);
    let at = |down: f32, height: f32| {
        let corner = beside.min + vec2(0.0, down);
        Rect::from_min_size(corner, vec2(beside.width(), height))
    };
    buttons_ui(ui, at(look.buttons, size::CONTROL_SMALL), app, session, out);
    let line = at(look.reach, 20.0);
    if !link_fits_in_row(line.width()) {
        screen_link_ui(&mut row_from_right(ui, line), 24.0, session, out);
    }
    reach_ui(ui, line, app, session, out);
    ui.add_space(14.0);
    pin_ui(ui, session, screen, out);
}

/// What can be changed of the way in, where its code and address stand already.
pub(super) fn controls_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let Some(session) = app.live.session.as_ref().filter(|it| !it.address.is_empty()) else {
        return;
    };
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), size::CONTROL), Sense::hover());
    let middle = row.left() + row.width() * 0.6;
    buttons_ui(ui, row.with_max_x(middle), app, session, out);
    reach_ui(ui, row.with_min_x(middle + 12.0), app, session, out);
    pin_ui(ui, session, screen, out);
}

/// Before the relay gave an address.
fn no_address_ui(ui: &Ui, square: Rect, beside: Rect) {
    let theme = Theme::of(ui);
    ui.painter()
        .rect_filled(square, f32::from(radius::CONTROL_LARGE), theme.bg2);
    icons::QR_CODE.paint(ui.painter(), square.center(), 48.0, theme.text3);
    Caption::new("Getting an address…", text::body(), theme.text2)
        .within(beside.width())
        .left(ui, beside.left_center());
}

/// The QR code; a press shows it across the window.
fn code_ui(ui: &Ui, square: Rect, session: &SessionInfo, screen: &mut LiveScreen) {
    screen.qr.paint(ui, square, &qr_text(session, screen.pin_in_qr));
    opens_code(ui, square, screen);
}

/// A press here shows the code across the window.
pub(super) fn opens_code(ui: &Ui, square: Rect, screen: &mut LiveScreen) {
    let open = ui.interact(square, ui.scope_id().with("qr-open"), Sense::click());
    open.widget_info(|| WidgetInfo::labeled(Role::Button, true, "QR full screen"));
    focus_ring(ui, &open, f32::from(radius::CONTROL_LARGE));
    if open.on_hover_text("Across the whole window (Q)").clicked() {
        screen.dialog = Some(Dialog::Qr);
    }
}

/// The address as it is read out, as large as it fits.
fn address_ui(ui: &Ui, place: Rect, look: &WayInLook, session: &SessionInfo) {
    let theme = Theme::of(ui);
    let (path, code) = words::spoken(&session.address);
    let [join, address, below] = look.lines.map(|down| place.min + vec2(0.0, down));
    Caption::new("Dancers join at", text::small(), theme.text3).left(ui, join);
    let fits = |points: &u8| {
        let font = text::address_live(*points);
        let galley = ui.painter().layout_no_wrap(path.clone(), font, theme.text);
        galley.size().x <= place.width()
    };
    let (smallest, mut points) = (*text::ADDRESSES_LIVE.start(), text::ADDRESSES_LIVE.rev());
    let font = text::address_live(points.find(fits).unwrap_or(smallest));
    Caption::new(&path, font, theme.text)
        .within(place.width())
        .left(ui, address);
    let fonts = [text::code_large(), text::code(), text::code_long()];
    let fonts = if look.qr > size::QR {
        &fonts[..]
    } else {
        &fonts[1..]
    };
    let fits = |font: &&FontId| {
        let galley = ui
            .painter()
            .layout_no_wrap(code.clone(), (*font).clone(), theme.text);
        galley.size().x <= place.width()
    };
    let font = fonts.iter().find(fits).cloned().unwrap_or_else(text::code_long);
    Caption::new(&code, font, theme.spark_text)
        .within(place.width())
        .left(ui, below);
}

/// Copy the link, open the big screen, copy its link.
fn buttons_ui(ui: &mut Ui, place: Rect, app: &AppState, session: &SessionInfo, out: &mut Requests) {
    let mut row = row_in(ui, place);
    row.spacing_mut().item_spacing.x = 6.0;
    // In a narrow column the words give way to their icons.
    let words = place.width() >= WORDS_FROM;
    let button = |row: &mut Ui, word: &str, icon: Icon, name: &str| {
        if words {
            let button = Button::new(word).quiet().small().icon(icon);
            button.name(name).show(row)
        } else {
            icon_button(row, icon, name, size::CONTROL)
        }
    };
    if button(&mut row, "Copy", icons::COPY, "Copy link").clicked() {
        copy_link(&row, app, out);
    }
    let mut shown = button(&mut row, "Screen", icons::PROJECTOR_SCREEN, "Open the big screen");
    if words {
        shown = shown.on_hover_text("Opens the page for a projector in the browser.");
    }
    if shown.clicked() {
        row.ctx().open_url(OpenUrl::new_tab(session.screen_address()));
    }
    if link_fits_in_row(place.width()) {
        let side = if words { size::CONTROL_SMALL } else { size::CONTROL };
        screen_link_ui(&mut row, side, session, out);
    }
}

/// Whether the big screen's link can be copied beside the other two buttons, or stands in the line below.
fn link_fits_in_row(width: f32) -> bool {
    !(WORDS_FROM..LINK_FROM).contains(&width)
}

/// Copies the big screen's link.
fn screen_link_ui(row: &mut Ui, side: f32, session: &SessionInfo, out: &mut Requests) {
    let copy = icon_button(row, icons::LINK_SIMPLE, "Copy the big screen's link", side);
    if copy
        .on_hover_text("For a projector at another computer. It shows the PIN to whoever opens it.")
        .clicked()
    {
        row.ctx().copy_text(session.screen_address());
        out.toast(Toast::done("Link of the big screen copied"));
    }
}

/// Who finds the session, and a press that changes it.
fn reach_ui(ui: &mut Ui, line: Rect, app: &AppState, session: &SessionInfo, out: &mut Requests) {
    let theme = Theme::of(ui);
    let reach = FoundBy::of(session);
    let (icon_ink, ink) = if reach.verb().is_some() {
        (theme.text3, theme.text3)
    } else {
        (theme.warn, theme.text2)
    };
    let mut row = row_in(ui, line);
    row.spacing_mut().item_spacing.x = 6.0;
    // Where it is tight the word says it alone.
    if line.width() >= ICON_FROM {
        reach.icon().show(&mut row, 14.0, icon_ink);
    }
    label(&mut row, reach.word(), text::small(), ink).on_hover_text(reach.tip());
    if let Some(verb) = reach.verb() {
        row.add_enabled_ui(app.live.phase == LivePhase::OnAir, |ui| {
            if link_button(ui, verb).clicked() {
                out.push(Command::Live(LiveCommand::SetListed(!session.listed)));
            }
        });
    }
}

/// The PIN, whether there is one, and another.
fn pin_ui(ui: &mut Ui, session: &SessionInfo, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), size::PIN), Sense::hover());
    ui.painter()
        .rect_filled(rect, f32::from(radius::CONTROL_LARGE), theme.bg2);
    let middle = rect.center().y;
    icons::LOCK_SIMPLE.paint_filled(ui.painter(), pos2(rect.left() + 21.0, middle), 17.0, theme.text2);
    let name = Caption::new("PIN", text::strong(), theme.text).left(ui, pos2(rect.left() + 40.0, middle));
    let at = pos2(name.right() + 10.0, middle);
    let shown = match &session.pin {
        Some(pin) => {
            // Wide apart where there is room: it is read out.
            let spaced: String = if pin.len() <= SPACED {
                pin.chars().flat_map(|digit| [digit, '\u{2009}']).collect()
            } else {
                pin.clone()
            };
            let font = text::pin();
            let galley = ui.painter().layout_no_wrap(spaced, font, theme.text);
            let place = Rect::from_min_size(at - vec2(0.0, galley.size().y / 2.0), galley.size());
            name_at(ui, place, &format!("PIN {pin}"));
            ui.painter().galley(place.min, galley, theme.text);
            place
        }
        None => Caption::new("off, everybody may come in", text::body(), theme.text3)
            .within(rect.right() - TOGGLE - at.x)
            .left(ui, at),
    };
    let after = shown.right() + 8.0;
    let place = Rect::from_min_max(pos2(after, rect.top()), rect.max - vec2(12.0, 0.0));
    let mut row = row_from_right(ui, place);
    let mut on = session.pin.is_some();
    if toggle(&mut row, &mut on, "Ask dancers for a PIN").changed() {
        toggle_pin(session, screen, out);
    }
    if let Some(pin) = &session.pin {
        let place = Rect::from_min_size(pos2(after, middle - 10.0), vec2(60.0, 20.0));
        if change_ui(&mut row_in(ui, place)) {
            screen.dialog = Some(Dialog::Pin(pin.clone()));
        }
    }
}

/// A quiet word; returns whether it was pressed.
fn change_ui(ui: &mut Ui) -> bool {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let galley = painter.layout_no_wrap("Change".to_owned(), text::body(), theme.text3);
    let (place, response) = ui.allocate_exact_size(galley.size(), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Change PIN"));
    let ink = if response.hovered() {
        theme.text
    } else {
        theme.text3
    };
    ui.painter()
        .galley_with_override_text_color(place.min, galley, ink);
    focus_ring(ui, &response, 4.0);
    response.clicked()
}

/// PIN on (the last one, or a new one) or off.
pub(super) fn toggle_pin(session: &SessionInfo, screen: &mut LiveScreen, out: &mut Requests) {
    if session.pin.is_some() {
        out.push(Command::Live(LiveCommand::SetPin(None)));
    } else if is_pin(&screen.pin) {
        out.push(Command::Live(LiveCommand::SetPin(Some(screen.pin.clone()))));
    } else {
        screen.dialog = Some(Dialog::Pin(String::new()));
    }
}

/// 4 to 8 digits.
pub(super) fn is_pin(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Copies the link for dancers.
pub(super) fn copy_link(ui: &Ui, app: &AppState, out: &mut Requests) {
    if let Some(session) = app
        .live
        .session
        .as_ref()
        .filter(|session| !session.address.is_empty())
    {
        ui.ctx().copy_text(session.address.clone());
        out.toast(Toast::done("Link copied"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who finds the session, as text.
    fn told(session: &SessionInfo) -> String {
        let reach = FoundBy::of(session);
        let verb = reach.verb().map_or_else(String::new, |verb| format!(" [{verb}]"));
        format!("{}{verb}: {}", reach.word(), reach.tip())
    }

    #[test]
    fn it_says_who_finds_the_session() {
        let mut session = SessionInfo {
            address: "https://pika.example/live/K7QF".into(),
            ..SessionInfo::default()
        };
        assert_eq!(
            told(&session),
            "Not listed [List]: Listed sessions stand under “Live now”; others are found by link or QR code only."
        );
        session.listed = true;
        assert!(told(&session).starts_with("Listed [Hide]: "));
        session.local = true;
        session.address = "http://192.168.1.20:3001/live/K7QF".into();
        assert_eq!(
            told(&session),
            "Only on this Wi-Fi: Dancers must be on the same network as this laptop; mobile data does not reach it."
        );
        session.address = "http://127.0.0.1:3001/live/K7QF".into();
        assert_eq!(
            told(&session),
            "Only this computer: Phones cannot come in: the relay listens on this computer alone."
        );
    }

    #[test]
    fn the_code_carries_the_pin_only_when_it_should() {
        let session = SessionInfo {
            address: "https://pika.example/live/K7QF".into(),
            pin: Some("4711".into()),
            ..SessionInfo::default()
        };
        assert_eq!(qr_text(&session, true), "https://pika.example/live/K7QF#pin=4711");
        assert_eq!(qr_text(&session, false), "https://pika.example/live/K7QF");
        assert!(is_pin("4711") && !is_pin("471") && !is_pin("47 11"));
    }
}
