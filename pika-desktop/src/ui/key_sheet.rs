//! The sheet of all keys, drawn from their one list.

use eframe::egui::{Align, Context, Layout, Ui, vec2};

use super::{
    screen::Screen,
    shortcuts::{Action, Group, LIST, Press, Shortcut, caps},
    theme::{Theme, text},
    widgets::{Over, dialog, kbd, label},
};

/// The parts of the sheet, from the left.
const GROUPS: [(Group, &str); 3] = [
    (Group::Anywhere, "Anywhere"),
    (Group::Live, "Live"),
    (Group::Library, "Library"),
];

/// Width of a part, in points.
const COLUMN: f32 = 248.0;

/// The sheet over everything, while it is open.
pub(super) fn show(ctx: &Context, open: &mut bool) {
    if !*open {
        return;
    }
    // Beside each other where there is room, else one below the other.
    let room = ctx.content_rect().width() - 80.0;
    let (columns, width) = match COLUMN * GROUPS.len() as f32 {
        width if width <= room => (GROUPS.len(), width),
        _ => (1, 400.0),
    };
    let ((), close) = dialog(ctx, Over::Shortcuts, "Keyboard", width, |ui| {
        any_time_ui(ui);
        ui.add_space(8.0);
        ui.spacing_mut().item_spacing.x = 32.0;
        let last = columns - 1;
        ui.columns(columns, |columns| {
            for (at, (group, name)) in GROUPS.into_iter().enumerate() {
                let ui = &mut columns[at.min(last)];
                group_ui(ui, group, name);
                ui.add_space(12.0);
            }
        });
    });
    if close {
        *open = false;
    }
}

/// How to come back.
fn any_time_ui(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let row = vec2(ui.available_width(), 26.0);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |line| {
        line.spacing_mut().item_spacing.x = 6.0;
        label(line, "Press", text::body(), theme.text3);
        kbd(line, "?");
        label(line, "any time", text::body(), theme.text3);
    });
}

fn group_ui(ui: &mut Ui, group: Group, name: &str) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    label(ui, name, text::section(), theme.text);
    ui.add_space(8.0);
    for shortcut in LIST.iter().filter(|shortcut| shortcut.group == group) {
        let row = vec2(ui.available_width(), 33.0);
        ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
            label(ui, shortcut.name, text::body(), theme.text2);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                keys_ui(ui, shortcut);
            });
        });
        let line = ui.cursor().top();
        ui.painter()
            .hline(ui.max_rect().x_range(), line, (1.0, theme.line));
        ui.add_space(1.0);
    }
}

/// The keys of one line, from right to left.
fn keys_ui(ui: &mut Ui, shortcut: &Shortcut) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.x = 6.0;
    let places = Screen::ALL.len();
    for binding in shortcut.keys.iter().rev() {
        if matches!(binding.action, Action::Go(place) if place >= places) {
            continue;
        }
        for cap in caps(ui.ctx(), binding.press).iter().rev() {
            kbd(ui, cap);
        }
    }
    if matches!(shortcut.keys, [one] if matches!(one.press, Press::HeldCommand(_))) {
        label(ui, "hold", text::micro(), theme.text3);
    }
}
