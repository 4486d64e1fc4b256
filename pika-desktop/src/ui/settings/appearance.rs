//! Dark or light, how large, how lively.

use eframe::egui::{Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use pika_engine::{
    app::AppState,
    settings::{Appearance, SettingsChange},
};

use super::parts::{Row, stepper};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{DARK, LIGHT, Theme, radius, text},
    widgets::{focus_ring, toggle},
};

/// Sizes to choose from.
const STEPS: [f32; 8] = [0.9, 1.0, 1.1, 1.25, 1.4, 1.6, 1.8, 2.0];

pub(super) fn show(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    ui.add_space(8.0);
    let gap = 10.0;
    let width = (ui.available_width() - 2.0 * gap) / 3.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for (look, name) in [
            (Appearance::Dark, "Booth dark"),
            (Appearance::Light, "Daylight"),
            (Appearance::System, "Follow system"),
        ] {
            if look_ui(ui, look, name, app.settings.appearance == look, width) {
                out.change(SettingsChange::Appearance(look));
            }
        }
    });
    ui.add_space(8.0);
    scale_ui(ui, app, out);
    let mut dims = app.settings.dim_when_idle;
    Row::new(
        icons::MOON,
        "Dim when idle",
        "On Live, all but the song goes dim after 2 minutes",
    )
    .show(ui, |ui| {
        if toggle(ui, &mut dims, "Dim when idle").changed() {
            out.change(SettingsChange::DimWhenIdle(dims));
        }
    });
    let mut less = app.settings.less_motion;
    Row::new(
        icons::WAVE_SINE,
        "Less motion",
        "Numbers just change; nothing slides or pulses",
    )
    .show(ui, |ui| {
        if toggle(ui, &mut less, "Less motion").changed() {
            out.change(SettingsChange::LessMotion(less));
        }
    });
}

/// One look as a small picture of it; returns whether it was pressed.
fn look_ui(ui: &mut Ui, look: Appearance, name: &str, chosen: bool, width: f32) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 102.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, name));
    let corner = f32::from(radius::CONTROL_LARGE);
    let painter = ui.painter();
    let border = if chosen {
        Stroke::new(2.0, theme.spark_text)
    } else if response.hovered() {
        Stroke::new(1.0, theme.line_strong)
    } else {
        Stroke::new(1.0, theme.line)
    };
    painter.rect(rect, corner, theme.bg1, border, StrokeKind::Inside);
    let picture = Rect::from_min_max(
        rect.min + vec2(10.0, 10.0),
        pos2(rect.right() - 10.0, rect.top() + 66.0),
    );
    let half = |colors: &Theme, area: Rect| {
        let painter = ui.painter().with_clip_rect(area);
        painter.rect_filled(picture, 8.0, colors.bg0);
        let line = |y: f32, share: f32, color| {
            let start = picture.min + vec2(10.0, y);
            let end = vec2((picture.width() - 20.0) * share, 9.0);
            painter.rect_filled(Rect::from_min_size(start, end), 3.0, color);
        };
        line(10.0, 0.62, colors.bg3);
        line(28.0, 0.36, colors.spark);
    };
    match look {
        Appearance::Dark => half(&DARK, picture),
        Appearance::Light => half(&LIGHT, picture),
        Appearance::System => {
            let middle = picture.center().x;
            half(&DARK, picture.with_max_x(middle));
            half(&LIGHT, picture.with_min_x(middle));
        }
    }
    let galley = painter.layout_no_wrap(name.to_owned(), text::strong(), theme.text);
    let at = pos2(rect.left() + 11.0, rect.bottom() - 9.0 - galley.size().y);
    painter.galley(at, galley, theme.text);
    focus_ring(ui, &response, corner);
    response.clicked() && !chosen
}

fn scale_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let scale = app.settings.scale;
    let smaller = STEPS.into_iter().rev().find(|step| *step < scale - 0.01);
    let larger = STEPS.into_iter().find(|step| *step > scale + 0.01);
    let is_capped = ui.ctx().zoom_factor() < scale - 0.01;
    let words = if is_capped {
        "As large as this window has room for"
    } else {
        "For reading at arm's length"
    };
    Row::new(icons::TEXT_AA, "Text size", words).show(ui, |ui| {
        let shown = format!("{:.0} %", scale * 100.0);
        if let Some(to) = stepper(ui, &shown, ("Smaller text", smaller), ("Larger text", larger)) {
            out.change(SettingsChange::Scale(to));
        }
    });
}
