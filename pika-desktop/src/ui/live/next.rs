//! What goes well next: advice, the DJ loads it in the DJ program.

use eframe::egui::{
    Align2, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use pika_engine::{
    app::AppState,
    suggest::{Mood, Suggestion},
};

use super::state::LiveScreen;
use crate::ui::{
    fonts::Weight,
    icons,
    requests::Requests,
    theme::{Theme, font, radius, size, text},
    widgets::{
        Button, Chip, CoverTraits, PillSize, Toast, elided, focus_ring, label, paint_dashed, paint_key_pill,
        say, say_within,
    },
};

/// Rows are this far apart.
const PITCH: f32 = size::ROW_LIVE + 8.0;

/// Draws heading and rows into `area`.
pub(super) fn show(ui: &mut Ui, area: Rect, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let playing = app.playing.as_ref();
    let from_before = screen.asks_from_before(app);
    let ready = from_before || playing.is_some_and(|play| play.values.bpm.is_some());
    let head = area.with_max_y(area.top() + 30.0);
    let title = say(
        ui,
        head.left_center(),
        Align2::LEFT_CENTER,
        "Goes well next",
        text::section(),
        theme.text,
    );
    let under = match (playing, ready) {
        (None, _) => "appears with the first song",
        (Some(_), false) => "appears when tempo and key are known",
        (Some(_), true) if from_before => "after the song before: this one is not known yet",
        (Some(_), true) => "by key, tempo and what the room likes",
    };
    let chips_left = if ready { head.right() - 200.0 } else { head.right() };
    say_within(
        ui,
        pos2(title.right() + 10.0, head.center().y),
        Align2::LEFT_CENTER,
        under,
        text::body(),
        theme.text3,
        chips_left - title.right() - 20.0,
    );
    if ready {
        let mut chips = ui.new_child(
            UiBuilder::new()
                .max_rect(head)
                .layout(eframe::egui::Layout::right_to_left(eframe::egui::Align::Center)),
        );
        chips.spacing_mut().item_spacing.x = 10.0;
        for (mood, name) in [
            (Mood::Lift, "Lift"),
            (Mood::Same, "Same"),
            (Mood::Calmer, "Calmer"),
        ] {
            if Chip::new(name)
                .on(screen.mood == mood)
                .show(&mut chips)
                .response
                .clicked()
            {
                screen.mood = mood;
            }
        }
    }
    let gap = if area.height() < 4.0 * PITCH + 44.0 {
        10.0
    } else {
        14.0
    };
    let rows = Rect::from_min_max(pos2(area.left(), head.bottom() + gap), area.max);
    if rows.height() < 40.0 {
        return;
    }
    let Some(playing) = playing else {
        empty_ui(
            ui,
            rows,
            icons::LIST_PLUS,
            "Nothing plays yet",
            "Four songs that fit stand here while one plays.",
            None,
        );
        return;
    };
    if !ready {
        let (title, words) = if playing.needs_analysis {
            (
                "Listening to this file first",
                "Dancers already see artist and title.",
            )
        } else {
            (
                "Tempo and key of this song are not known",
                "Dancers see artist and title.",
            )
        };
        let is_before_known = app
            .playing_before
            .as_ref()
            .is_some_and(|before| before.values.bpm.is_some());
        let button = is_before_known.then_some("Suggest from the song before");
        if empty_ui(ui, rows, icons::HOURGLASS, title, words, button) {
            screen.from_before = Some(playing.play_id);
        }
        return;
    }
    if !screen.is_answered {
        return;
    }
    if app.suggestions.is_empty() {
        let within = if screen.wide { 8 } else { 4 };
        let words = format!("No analysed track is within ±{within} BPM, in key and not played tonight.");
        let button = (!screen.wide).then_some("Widen to ±8 BPM");
        if empty_ui(ui, rows, icons::LIST_PLUS, "Nothing fits well", &words, button) {
            screen.wide = true;
        }
        return;
    }
    let fitting = ((rows.height() + 8.0) / PITCH).floor().max(0.0) as usize;
    for (at, suggestion) in app.suggestions.iter().take(fitting).enumerate() {
        let top = rows.top() + at as f32 * PITCH;
        let rect = Rect::from_min_size(pos2(rows.left(), top), vec2(rows.width(), size::ROW_LIVE));
        row_ui(ui, rect, suggestion, at == 0, out);
    }
}

fn row_ui(ui: &Ui, rect: Rect, suggestion: &Suggestion, best: bool, out: &mut Requests) {
    let theme = Theme::of(ui);
    let track = &suggestion.track;
    let response = ui.interact(rect, ui.scope_id().with(("next", track.id.0)), Sense::click());
    let why = suggestion.reason.clone();
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Button,
            true,
            format!("Copy {} by {}, {why}", track.title, track.artist),
        )
    });
    let (fill, border) = match (best, response.hovered()) {
        (true, _) => (theme.bg3, theme.line_strong),
        (false, true) => (theme.bg2, theme.line_strong),
        (false, false) => (theme.bg1, theme.line),
    };
    ui.painter().rect(
        rect,
        CornerRadius::same(radius::PANEL),
        fill,
        Stroke::new(1.0, border),
        StrokeKind::Inside,
    );
    let middle = rect.center().y;
    let cover = Rect::from_center_size(pos2(rect.left() + 37.0, middle), Vec2::splat(44.0));
    out.cover(
        ui,
        cover,
        &CoverTraits::song(&track.values, &track.title, &track.artist),
    );
    let left = cover.right() + 14.0;
    let reason_x = if rect.width() >= 640.0 {
        rect.left() + rect.width() * 0.557
    } else {
        rect.right() - 150.0
    };
    let painter = ui.painter();
    let title = elided(
        painter,
        &track.title,
        text::list_live(),
        theme.text,
        reason_x - left - 16.0,
    );
    painter.galley(
        pos2(left, middle - 10.0 - title.size().y / 2.0),
        title,
        theme.text,
    );
    let artist = elided(
        painter,
        &track.artist,
        text::body(),
        theme.text2,
        reason_x - left - 16.0,
    );
    painter.galley(
        pos2(left, middle + 13.0 - artist.size().y / 2.0),
        artist,
        theme.text2,
    );
    if rect.width() >= 640.0 {
        let galley = painter.layout_no_wrap(why, text::strong(), theme.text2);
        painter.galley(
            pos2(reason_x, middle - galley.size().y / 2.0),
            galley,
            theme.text2,
        );
    }
    if let Some(key) = track.values.key {
        paint_key_pill(painter, pos2(rect.right() - 40.0, middle), key, PillSize::Medium);
    }
    let change = suggestion.tempo_step.round();
    let sign = match change {
        change if change > 0.0 => format!("+{change:.0}"),
        change if change < 0.0 => format!("−{:.0}", -change),
        _ => "=".to_owned(),
    };
    let galley = painter.layout_no_wrap(sign, text::body(), theme.text3);
    let x = rect.right() - 93.0;
    painter.galley(
        pos2(x - 2.0, middle - galley.size().y / 2.0 + 1.0),
        galley,
        theme.text3,
    );
    let bpm = format!("{:.0}", track.values.bpm.unwrap_or_default());
    let galley = painter.layout_no_wrap(bpm, text::list_live(), theme.text);
    painter.galley(
        pos2(x - 8.0 - galley.size().x, middle - galley.size().y / 2.0),
        galley,
        theme.text,
    );
    focus_ring(ui, &response, f32::from(radius::PANEL));
    if response.clicked() {
        ui.ctx()
            .copy_text(format!("{} {}", track.artist, track.title).trim().to_owned());
        out.toast(Toast::done(format!(
            "“{}” copied for your DJ program's search",
            track.title
        )));
    }
    response.on_hover_text("Click to copy artist and title for your DJ program's search.");
}

/// A dashed field that says what will be here; returns whether its button was pressed.
fn empty_ui(
    ui: &mut Ui,
    area: Rect,
    icon: icons::Icon,
    title: &str,
    words: &str,
    button: Option<&str>,
) -> bool {
    let theme = Theme::of(ui);
    paint_dashed(ui, area.shrink(1.0), f32::from(radius::PANEL));
    let height: f32 = if button.is_some() { 130.0 } else { 84.0 };
    let block = Rect::from_center_size(
        area.center(),
        vec2(area.width() - 32.0, height.min(area.height())),
    );
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(block)
            .layout(eframe::egui::Layout::top_down(eframe::egui::Align::Center)),
    );
    child.spacing_mut().item_spacing.y = 5.0;
    if area.height() >= height {
        child.label(icon.rich(28.0).color(theme.text3));
    }
    label(&mut child, title, font(17.0, Weight::SemiBold), theme.text);
    label(&mut child, words, text::body(), theme.text2);
    let mut pressed = false;
    if let Some(name) = button {
        child.add_space(4.0);
        pressed = Button::new(name).show(&mut child).clicked();
    }
    pressed
}
