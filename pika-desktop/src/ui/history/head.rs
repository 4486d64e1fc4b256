//! A night's name and time, what can be done with it, and its five figures.

use eframe::egui::{Align, Layout, OpenUrl, Sense, Ui, UiBuilder, pos2, vec2};
use pika_engine::library::NightDetail;

use super::{
    data::{NightHead, figures},
    panel::ground,
    state::HistoryScreen,
};
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons,
        requests::Requests,
        theme::{Theme, size, text},
        widgets::{Button, Caption, Toast, icon_button},
    },
};

/// Height of the head.
const HEIGHT: f32 = 52.0;
/// From its top to the middle of the name, and of the time.
const NAME: f32 = 15.0;
const WHEN: f32 = 42.0;
/// Free room between two buttons, and between the words and the first button.
const BUTTON_GAP: f32 = 10.0;
const WORDS_GAP: f32 = 16.0;
/// Height of the figures' part, and its free room at both sides.
const FIGURES: f32 = 86.0;
const SIDE: f32 = 21.0;
/// From its top to the middle of a number, and of what it is called.
const NUMBER: f32 = 33.0;
const NUMBER_NAME: f32 = 62.0;
/// Narrowest place of a figure, and from one row of them to the next.
const LEAST_FIGURE: f32 = 124.0;
const NEXT_FIGURES: f32 = 64.0;
/// A head that is narrower has shorter buttons.
const WORDS_FROM: f32 = 620.0;
/// Free room between two figures.
const FIGURE_GAP: f32 = 8.0;

pub(super) fn show(ui: &mut Ui, screen: &mut HistoryScreen, detail: &NightDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    let head = NightHead::of(&detail.night);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let mut row = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::right_to_left(Align::Center)),
    );
    row.spacing_mut().item_spacing.x = BUTTON_GAP;
    // Beside a narrow night's name the buttons have icons only.
    let words = rect.width() >= WORDS_FROM;
    if let Some(recap) = &head.recap {
        recap_ui(&mut row, recap, words, out);
    }
    export_ui(&mut row, screen, detail, words, out);
    let width = row.min_rect().left() - rect.left() - WORDS_GAP;
    for (y, words, font, color) in [
        (NAME, head.name, text::night(), theme.text),
        (WHEN, &head.when, text::body(), theme.text2),
    ] {
        let at = rect.left_top() + vec2(0.0, y);
        Caption::new(words, font, color).within(width).left(ui, at);
    }
}

/// The public recap: its link, and itself.
fn recap_ui(row: &mut Ui, recap: &str, words: bool, out: &mut Requests) {
    if Button::new(if words { "Share recap" } else { "Share" })
        .name("Share recap")
        .primary()
        .icon(icons::SHARE_NETWORK)
        .show(row)
        .on_hover_text("Copies the public link. What only you may see is never in it.")
        .clicked()
    {
        row.ctx().copy_text(recap.to_owned());
        out.toast(Toast::done("Recap link copied"));
    }
    let name = "Open the public recap";
    let opens = if words {
        let button = Button::new("Open").icon(icons::ARROW_SQUARE_OUT).name(name);
        button.show(row).clicked()
    } else {
        icon_button(row, icons::ARROW_SQUARE_OUT, name, size::CONTROL).clicked()
    };
    if opens {
        row.ctx().open_url(OpenUrl::new_tab(recap));
    }
}

fn export_ui(
    row: &mut Ui,
    screen: &mut HistoryScreen,
    detail: &NightDetail,
    words: bool,
    out: &mut Requests,
) {
    for (name, purpose) in [
        ("JSON", ChooseFor::ExportNightJson),
        ("CSV", ChooseFor::ExportNightCsv),
    ] {
        let label = format!("Export as {name}");
        let button = Button::new(name).name(&label);
        let button = if words { button.icon(icons::EXPORT) } else { button };
        if button.show(row).clicked() {
            screen.exporting = Some(detail.night.session_id);
            out.choose(purpose);
        }
    }
}

/// Peak, likes, tracks, tempi, polls.
pub(super) fn figures_ui(ui: &mut Ui, detail: &NightDetail) {
    let theme = Theme::of(ui);
    let figures = figures(detail);
    let width = ui.available_width();
    let fitting = ((width - 2.0 * SIDE) / LEAST_FIGURE).floor().max(1.0) as usize;
    let in_row = fitting.min(figures.len());
    let rows = figures.len().div_ceil(in_row);
    let height = FIGURES + (rows - 1) as f32 * NEXT_FIGURES;
    let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    ground(ui, rect);
    let column = (rect.width() - 2.0 * SIDE) / in_row as f32;
    for (at, (number, name)) in figures.iter().enumerate() {
        let left = rect.left() + SIDE + (at % in_row) as f32 * column;
        let top = rect.top() + (at / in_row) as f32 * NEXT_FIGURES;
        Caption::new(number, text::figure(), theme.text).left(ui, pos2(left, top + NUMBER));
        Caption::new(name, text::body(), theme.text2)
            .within(column - FIGURE_GAP)
            .left(ui, pos2(left, top + NUMBER_NAME));
    }
}
