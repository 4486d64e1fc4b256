//! The row of filter chips, and the column chooser at its end.

use eframe::egui::{
    Align, Frame, Layout, Margin, RangeSlider, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    vec2,
};
use pika_analysis::{Mode, MusicalKey};
use pika_engine::{
    app::AppState,
    library::browse::Filters,
    settings::{Column, SettingsChange, TableSettings},
};

use super::state::LibraryScreen;
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, is_narrow, size, text},
    widgets::{
        Button, Chip, Over, PillSize, checkbox, focus_ring, icon_button, label, paint_key_pill, popup,
    },
    words,
};

/// Tempi that the slider offers, in BPM.
const BPM: std::ops::RangeInclusive<f64> = 50.0..=200.0;
/// Values of energy and danceability.
const PERCENT: std::ops::RangeInclusive<f64> = 0.0..=100.0;

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let frame = Frame::new()
        .inner_margin(Margin::symmetric(20, 10))
        .show(ui, |ui| {
            ui.set_min_height(30.0);
            let shown = shown(ui, app);
            let font = text::body();
            let words = ui.painter().layout_no_wrap(shown.clone(), font, theme.text3);
            let side = words.size().x + 8.0 + size::CONTROL_SMALL;
            let room = ui.available_width() - side - 12.0;
            ui.horizontal_top(|ui| {
                let chips = vec2(room, size::CONTROL_SMALL);
                let wrapped = Layout::left_to_right(Align::Center).with_main_wrap(true);
                ui.allocate_ui_with_layout(chips, wrapped, |ui| {
                    ui.set_max_width(room);
                    ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
                    chips_ui(ui, app, &mut screen.filters);
                });
                let row = vec2(ui.available_width(), size::CONTROL_SMALL);
                let from_right = Layout::right_to_left(Align::Center);
                ui.allocate_ui_with_layout(row, from_right, |ui| {
                    columns_ui(ui, app, screen, out);
                    label(ui, shown, text::body(), theme.text3);
                });
            });
        });
    let rect = frame.response.rect;
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, (1.0, theme.line));
}

/// How many tracks stand below, where there is room to say so.
fn shown(ui: &Ui, app: &AppState) -> String {
    let listing = app.listing.as_ref().filter(|_| !is_narrow(ui.ctx()));
    listing.map_or_else(String::new, |listing| {
        format!("{} shown", words::thousands(listing.len()))
    })
}

fn chips_ui(ui: &mut Ui, app: &AppState, filters: &mut Filters) {
    range_chip(ui, "BPM", &mut filters.bpm, BPM);
    key_chip(ui, &mut filters.keys);
    range_chip(ui, "Energy", &mut filters.energy, PERCENT);
    range_chip(ui, "Danceability", &mut filters.danceability, PERCENT);
    toggle_chip(ui, Chip::new("Never played"), &mut filters.never_played);
    let need_look = app.listing.as_ref().map_or(0, |listing| listing.need_look);
    if need_look > 0 || filters.needs_look {
        toggle_chip(
            ui,
            Chip::new("Needs a look").count(need_look),
            &mut filters.needs_look,
        );
    }
}

fn toggle_chip(ui: &mut Ui, chip: Chip<'_>, on: &mut bool) {
    let shown = chip.on(*on).clearable(*on).show(ui);
    if shown.cleared {
        *on = false;
    } else if shown.response.clicked() {
        *on = !*on;
    }
}

/// A chip whose popup sets a range.
fn range_chip(ui: &mut Ui, name: &str, value: &mut Option<(f64, f64)>, range: std::ops::RangeInclusive<f64>) {
    let words = match value {
        Some((low, high)) => format!("{name} {low:.0}–{high:.0}"),
        None => name.to_owned(),
    };
    ui.push_id(name, |ui| {
        let shown = Chip::new(&words)
            .on(value.is_some())
            .clearable(value.is_some())
            .show(ui);
        if shown.cleared {
            *value = None;
            return;
        }
        filter_popup(Over::Range, &shown.response, name, |ui| {
            // Opening it filters nothing: the whole range.
            let (mut low, mut high) = value.unwrap_or((*range.start(), *range.end()));
            label(ui, name, text::micro(), Theme::of(ui).text3);
            let mut changed = false;
            ui.spacing_mut().slider_width = 240.0;
            ui.name_inputs(format!("{name} from and to"), |ui| {
                changed = ui
                    .add(
                        RangeSlider::new(&mut low, &mut high, range.clone())
                            .integer()
                            .show_value(true),
                    )
                    .changed();
            });
            if changed {
                let is_whole = low <= *range.start() && high >= *range.end();
                *value = (!is_whole).then_some((low, high));
            }
            if Button::new("Clear")
                .small()
                .quiet()
                .name("Clear the filter")
                .show(ui)
                .clicked()
            {
                *value = None;
                ui.close();
            }
        });
    });
}

fn key_chip(ui: &mut Ui, keys: &mut Vec<MusicalKey>) {
    let words = match keys.as_slice() {
        [] => "Key".to_owned(),
        [key] => format!("Key {}", key.camelot()),
        many => format!("{} keys", many.len()),
    };
    let shown = Chip::new(&words)
        .on(!keys.is_empty())
        .clearable(!keys.is_empty())
        .show(ui);
    if shown.cleared {
        keys.clear();
        return;
    }
    filter_popup(Over::Keys, &shown.response, "key", |ui| {
        let theme = Theme::of(ui);
        label(ui, "Keys", text::micro(), theme.text3);
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        for mode in [Mode::Minor, Mode::Major] {
            ui.horizontal(|ui| {
                for number in 1..=12 {
                    key_ui(ui, key_on_wheel(number, mode), keys);
                }
            });
        }
        ui.horizontal(|ui| {
            let one = keys.len() == 1;
            if Button::new("With neighbours")
                .small()
                .quiet()
                .enabled(one)
                .show(ui)
                .clicked()
            {
                let key = keys[0];
                keys.extend(neighbours(key));
            }
            if Button::new("Clear")
                .small()
                .quiet()
                .name("Clear the keys")
                .show(ui)
                .clicked()
            {
                keys.clear();
                ui.close();
            }
        });
    });
}

fn key_ui(ui: &mut Ui, key: MusicalKey, keys: &mut Vec<MusicalKey>) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(42.0, 28.0), Sense::click());
    let on = keys.contains(&key);
    response.widget_info(|| {
        WidgetInfo::selected(
            Role::CheckBox,
            true,
            on,
            format!("{} {}", key.camelot(), key.short_name()),
        )
    });
    paint_key_pill(ui.painter(), rect.center(), key, PillSize::Small);
    if on {
        let ring = Stroke::new(2.0, theme.text);
        ui.painter().rect_stroke(rect, 8.0, ring, StrokeKind::Inside);
    }
    focus_ring(ui, &response, 8.0);
    if response.clicked() {
        if on {
            keys.retain(|other| *other != key);
        } else {
            keys.push(key);
        }
    }
    response.on_hover_text(key.short_name());
}

/// The key at a place of the Camelot wheel, 1 to 12.
fn key_on_wheel(number: u8, mode: Mode) -> MusicalKey {
    (0..12)
        .map(|tonic| MusicalKey::new(tonic, mode))
        .find(|key| key.camelot_number() == number)
        .unwrap_or(MusicalKey::new(0, mode))
}

/// One step each way on the wheel, and the relative key.
fn neighbours(key: MusicalKey) -> [MusicalKey; 3] {
    let number = key.camelot_number();
    let other = match key.mode() {
        Mode::Minor => Mode::Major,
        Mode::Major => Mode::Minor,
    };
    [
        key_on_wheel((number + 10) % 12 + 1, key.mode()),
        key_on_wheel(number % 12 + 1, key.mode()),
        key_on_wheel(number, other),
    ]
}

fn filter_popup(over: Over, anchor: &Response, name: &str, content: impl FnOnce(&mut Ui)) {
    popup(over, anchor, &format!("Filter by {name}"), |ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        Frame::new().inner_margin(Margin::same(6)).show(ui, content);
    });
}

fn columns_ui(ui: &mut Ui, app: &AppState, screen: &LibraryScreen, out: &mut Requests) {
    let button = icon_button(ui, icons::COLUMNS, "Choose columns", size::CONTROL_SMALL);
    popup(Over::Columns, &button, "Columns", |ui| {
        let theme = Theme::of(ui);
        let mut table = app.settings.table.clone();
        for column in Column::ALL.into_iter().filter(|column| *column != Column::Title) {
            let mut shown = table.shown.contains(&column);
            ui.horizontal(|ui| {
                if checkbox(ui, &mut shown, false, &format!("Column {}", column.name()), 16.0).changed() {
                    if shown {
                        table.shown.push(column);
                    } else {
                        table.shown.retain(|other| *other != column);
                    }
                }
                label(ui, column.name(), text::body(), theme.text);
                if shown && !screen.in_view.contains(&column) {
                    label(ui, "no room at this width", text::small(), theme.text3);
                }
            });
        }
        if Button::new("As it was")
            .small()
            .quiet()
            .name("Columns as they were")
            .show(ui)
            .clicked()
        {
            table = TableSettings {
                sort: table.sort,
                descending: table.descending,
                ..TableSettings::default()
            };
        }
        keep_table(app, table, out);
    });
}

/// Keeps the table as it is now.
pub(super) fn keep_table(app: &AppState, table: TableSettings, out: &mut Requests) {
    if table != app.settings.table {
        out.change(SettingsChange::Table(table));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_step_away() {
        let names = |key: MusicalKey| neighbours(key).map(MusicalKey::camelot);
        assert_eq!(names(key_on_wheel(8, Mode::Minor)), ["7A", "9A", "8B"]);
        assert_eq!(names(key_on_wheel(1, Mode::Major)), ["12B", "2B", "1A"]);
        assert_eq!(names(key_on_wheel(12, Mode::Minor)), ["11A", "1A", "12B"]);
    }
}
