//! The right column on air: the way in for dancers, who is there, what can be asked and said.

use eframe::egui::{
    Align, Align2, Layout, Rect, Response, Role, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2,
    vec2,
};
use pika_engine::{
    app::{AppState, Command},
    live::{LivePhase, SessionInfo},
};

use super::{
    announce,
    crowd::{crowd_height, crowd_ui, line_ui},
    poll, poll_result,
    state::{Dialog, LiveScreen, Tab},
    tabs,
};
use crate::ui::{
    fonts::Weight,
    icons,
    requests::Requests,
    theme::{Theme, font, radius, text},
    widgets::{Button, Toast, focus_ring, icon_button, label, link_button, name_at, say, say_within, toggle},
    words,
};
use pika_engine::live::LiveCommand;

/// Side of the QR code in points.
const QR_SIDE: f32 = 148.0;

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let area = ui.max_rect().shrink2(vec2(18.0, 16.0));
    let polling = app.live.poll.is_some() && screen.tab == Tab::Poll;
    let reached = app.live.is_reached();
    // What is always at hand stands at the foot.
    let foot = if reached { 44.0 } else { 0.0 };
    // In a low window what can be pressed comes first.
    let crowd_below = if polling && reached && area.height() >= 560.0 {
        crowd_height(app) + 16.0
    } else {
        0.0
    };
    let body = area.with_max_y(area.bottom() - foot - crowd_below - if reached { 12.0 } else { 0.0 });
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(body)
            .layout(Layout::top_down(Align::Min)),
    );
    ScrollArea::vertical()
        .id_salt("live-room-scroll")
        .auto_shrink(false)
        .show(&mut child, |ui| {
            ui.set_width(area.width());
            ui.spacing_mut().item_spacing.y = 0.0;
            if polling && reached {
                tabs::show(ui, app, screen);
                ui.add_space(12.0);
                poll_result::show(ui, app, out);
                ui.add_space(14.0);
                line_ui(ui);
                ui.add_space(14.0);
                announce::composer_ui(ui, app, screen, out);
                return;
            }
            way_in_ui(ui, app, screen, out);
            ui.add_space(14.0);
            line_ui(ui);
            ui.add_space(12.0);
            crowd_ui(ui, app);
            if !reached {
                waits_ui(ui, app);
                return;
            }
            ui.add_space(12.0);
            tabs::show(ui, app, screen);
            ui.add_space(12.0);
            match screen.tab {
                Tab::Poll => poll::composer_ui(ui, app, screen, out),
                Tab::Announce => announce::composer_ui(ui, app, screen, out),
            }
        });
    if crowd_below > 0.0 {
        let rect = Rect::from_min_size(
            pos2(area.left(), body.bottom() + 4.0),
            vec2(area.width(), crowd_below - 4.0),
        );
        let mut child = ui.new_child(
            UiBuilder::new()
                .max_rect(rect)
                .layout(Layout::top_down(Align::Min)),
        );
        crowd_ui(&mut child, app);
    }
    if reached {
        let rect = Rect::from_min_max(pos2(area.left(), area.bottom() - 44.0), area.max);
        let mut child = ui.new_child(
            UiBuilder::new()
                .max_rect(rect)
                .layout(Layout::left_to_right(Align::Center)),
        );
        child.spacing_mut().item_spacing.x = 10.0;
        match screen.tab {
            Tab::Poll if !polling => poll::send_ui(&mut child, app, screen, out),
            _ => announce::send_ui(&mut child, app, screen, out),
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

/// QR code, address, PIN.
fn way_in_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let Some(session) = &app.live.session else { return };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), QR_SIDE), Sense::hover());
    let square = Rect::from_min_size(rect.min, Vec2::splat(QR_SIDE));
    if session.address.is_empty() {
        ui.painter().rect_filled(square, 12.0, theme.bg2);
        icons::QR_CODE.paint(ui.painter(), square.center(), 48.0, theme.text3);
        say_within(
            ui,
            pos2(square.right() + 16.0, square.center().y),
            Align2::LEFT_CENTER,
            "Getting an address…",
            text::body(),
            theme.text2,
            rect.right() - square.right() - 16.0,
        );
        return;
    }
    screen.qr.paint(ui, square, &qr_text(session, screen.pin_in_qr));
    let open = ui.interact(square, ui.scope_id().with("qr-open"), Sense::click());
    open.widget_info(|| WidgetInfo::labeled(Role::Button, true, "QR full screen"));
    focus_ring(ui, &open, 12.0);
    if open.on_hover_text("Across the whole window (Q)").clicked() {
        screen.dialog = Some(Dialog::Qr);
    }
    let left = square.right() + 16.0;
    let width = rect.right() - left;
    let (path, code) = words::spoken(&session.address);
    say(
        ui,
        pos2(left, rect.top() + 8.0),
        Align2::LEFT_CENTER,
        "Dancers join at",
        text::small(),
        theme.text3,
    );
    let mut points = 17.0;
    let fits = |points: f32| {
        ui.painter()
            .layout_no_wrap(path.clone(), font(points, Weight::SemiBold), theme.text)
            .size()
            .x
            <= width
    };
    while points > 11.0 && !fits(points) {
        points -= 1.0;
    }
    say_within(
        ui,
        pos2(left, rect.top() + 28.0),
        Align2::LEFT_CENTER,
        &path,
        font(points, Weight::SemiBold),
        theme.text,
        width,
    );
    say(
        ui,
        pos2(left, rect.top() + 54.0),
        Align2::LEFT_CENTER,
        &code,
        font(if code.len() > 4 { 22.0 } else { 26.0 }, Weight::Bold),
        theme.spark_text,
    );
    let buttons = Rect::from_min_size(pos2(left, rect.top() + 80.0), vec2(width, 30.0));
    let mut row = ui.new_child(
        UiBuilder::new()
            .max_rect(buttons)
            .layout(Layout::left_to_right(Align::Center)),
    );
    row.spacing_mut().item_spacing.x = 6.0;
    // In a narrow column the words give way to their icons.
    let words = width >= 164.0;
    let copy = if words {
        Button::new("Copy")
            .quiet()
            .small()
            .icon(icons::COPY)
            .name("Copy link")
            .show(&mut row)
    } else {
        icon_button(&mut row, icons::COPY, "Copy link", 36.0)
    };
    if copy.clicked() {
        copy_link(&row, app, out);
    }
    let big_screen = if words {
        Button::new("Screen")
            .quiet()
            .small()
            .icon(icons::PROJECTOR_SCREEN)
            .name("Open the big screen")
            .show(&mut row)
            .on_hover_text("Opens the page for a projector in the browser.")
    } else {
        icon_button(&mut row, icons::PROJECTOR_SCREEN, "Open the big screen", 36.0)
    };
    if big_screen.clicked() {
        row.ctx()
            .open_url(eframe::egui::OpenUrl::new_tab(session.screen_address()));
    }
    let line = Rect::from_min_size(pos2(left, rect.top() + 122.0), vec2(width, 20.0));
    let mut end = ui.new_child(
        UiBuilder::new()
            .max_rect(line)
            .layout(Layout::right_to_left(Align::Center)),
    );
    let copy = icon_button(&mut end, icons::LINK_SIMPLE, "Copy the big screen's link", 24.0);
    if copy
        .on_hover_text("For a projector at another computer. It shows the PIN to whoever opens it.")
        .clicked()
    {
        end.ctx().copy_text(session.screen_address());
        out.toast(Toast::done("Link of the big screen copied"));
    }
    let mut row = ui.new_child(
        UiBuilder::new()
            .max_rect(line)
            .layout(Layout::left_to_right(Align::Center)),
    );
    row.spacing_mut().item_spacing.x = 6.0;
    if session.local {
        let alone = session.address.contains("://127.") || session.address.contains("://[::1]");
        let (word, tip) = if alone {
            (
                "Only this computer",
                "Phones cannot come in: the relay listens on this computer alone.",
            )
        } else {
            (
                "Only on this Wi-Fi",
                "Dancers must be on the same network as this laptop; mobile data does not reach it.",
            )
        };
        row.label(icons::WIFI_HIGH.rich(14.0).color(theme.warn));
        label(&mut row, word, text::small(), theme.text2).on_hover_text(tip);
    } else {
        let (icon, word, verb) = if session.listed {
            (icons::EYE, "Listed", "Hide")
        } else {
            (icons::EYE_SLASH, "Not listed", "List")
        };
        row.label(icon.rich(14.0).color(theme.text3));
        label(&mut row, word, text::small(), theme.text3).on_hover_text(
            "Listed sessions stand under “Live now”; others are found by link or QR code only.",
        );
        row.add_enabled_ui(app.live.phase == LivePhase::OnAir, |ui| {
            if link_button(ui, verb).clicked() {
                out.push(Command::Live(LiveCommand::SetListed(!session.listed)));
            }
        });
    }
    ui.add_space(14.0);
    pin_ui(ui, session, screen, out);
}

fn pin_ui(ui: &mut Ui, session: &SessionInfo, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 44.0), Sense::hover());
    ui.painter()
        .rect_filled(rect, f32::from(radius::CONTROL_LARGE), theme.bg2);
    let middle = rect.center().y;
    icons::LOCK_SIMPLE.paint_filled(ui.painter(), pos2(rect.left() + 21.0, middle), 17.0, theme.text2);
    let name = say(
        ui,
        pos2(rect.left() + 40.0, middle),
        Align2::LEFT_CENTER,
        "PIN",
        text::strong(),
        theme.text,
    );
    let mut on = session.pin.is_some();
    let after = match &session.pin {
        Some(pin) => {
            // Wide apart: it is read out.
            let spaced: String = pin.chars().flat_map(|digit| [digit, '\u{2009}']).collect();
            let galley = ui
                .painter()
                .layout_no_wrap(spaced, font(20.0, Weight::Bold), theme.text);
            let place = Rect::from_min_size(
                pos2(name.right() + 10.0, middle - galley.size().y / 2.0),
                galley.size(),
            );
            name_at(ui, place, &format!("PIN {pin}"));
            ui.painter().galley(place.min, galley, theme.text);
            place.right() + 8.0
        }
        None => {
            let shown = say(
                ui,
                pos2(name.right() + 10.0, middle),
                Align2::LEFT_CENTER,
                "off, everybody may come in",
                text::body(),
                theme.text3,
            );
            shown.right() + 8.0
        }
    };
    let place = Rect::from_min_max(pos2(after, rect.top()), rect.max - vec2(12.0, 0.0));
    let mut row = ui.new_child(
        UiBuilder::new()
            .max_rect(place)
            .layout(Layout::right_to_left(Align::Center)),
    );
    if toggle(&mut row, &mut on, "Ask dancers for a PIN").changed() {
        toggle_pin(session, screen, out);
    }
    if let Some(pin) = &session.pin {
        let rect = Rect::from_min_size(pos2(after, middle - 10.0), vec2(60.0, 20.0));
        let mut change = ui.new_child(
            UiBuilder::new()
                .max_rect(rect)
                .layout(Layout::left_to_right(Align::Center)),
        );
        let galley = change
            .painter()
            .layout_no_wrap("Change".to_owned(), text::body(), theme.text3);
        let (place, response): (Rect, Response) = change.allocate_exact_size(galley.size(), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Change PIN"));
        let ink = if response.hovered() {
            theme.text
        } else {
            theme.text3
        };
        change
            .painter()
            .galley_with_override_text_color(place.min, galley, ink);
        focus_ring(&change, &response, 4.0);
        if response.clicked() {
            screen.dialog = Some(Dialog::Pin(pin.clone()));
        }
    }
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

/// While the relay is not reached.
fn waits_ui(ui: &mut Ui, app: &AppState) {
    let theme = Theme::of(ui);
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.add_space((ui.clip_rect().bottom() - ui.cursor().top()).clamp(40.0, 240.0) * 0.4);
        ui.label(icons::LIST_CHECKS.rich(30.0).color(theme.text3));
        label(ui, "Polls and announcements wait", text::strong(), theme.text);
        let words = match app.live.phase {
            LivePhase::Starting => "They can be sent once dancers can come in.",
            LivePhase::Ending => "The session is being ended.",
            _ => "They come back with the connection. Votes already in are safe.",
        };
        label(ui, words, text::body(), theme.text2);
    });
}
