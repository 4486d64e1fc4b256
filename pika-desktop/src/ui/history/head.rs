//! A night's name and time, what can be done with it, and its five figures.

use eframe::egui::{Align, Align2, Layout, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use pika_engine::library::NightDetail;

use super::{days, panel::ground, state::HistoryScreen};
use crate::{
    dialogs::ChooseFor,
    ui::{
        fonts::Weight,
        icons,
        requests::Requests,
        theme::{Theme, font, text},
        widgets::{Button, Toast, say, say_within},
        words::{clock, recap_address, thousands},
    },
};

pub(super) fn show(ui: &mut Ui, screen: &mut HistoryScreen, detail: &NightDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    let night = &detail.night;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 52.0), Sense::hover());
    let mut row = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::right_to_left(Align::Center)),
    );
    row.spacing_mut().item_spacing.x = 10.0;
    let recap = recap_address(&night.address);
    if !recap.is_empty() && night.place != "local" {
        if Button::new("Share recap")
            .primary()
            .icon(icons::SHARE_NETWORK)
            .show(&mut row)
            .on_hover_text("Copies the public link. What only you may see is never in it.")
            .clicked()
        {
            row.ctx().copy_text(recap.clone());
            out.toast(Toast::done("Recap link copied"));
        }
        if Button::new("Open")
            .icon(icons::ARROW_SQUARE_OUT)
            .name("Open the public recap")
            .show(&mut row)
            .clicked()
        {
            row.ctx().open_url(eframe::egui::OpenUrl::new_tab(&recap));
        }
    }
    for (name, purpose) in [
        ("JSON", ChooseFor::ExportNightJson),
        ("CSV", ChooseFor::ExportNightCsv),
    ] {
        let label = format!("Export as {name}");
        if Button::new(name)
            .icon(icons::EXPORT)
            .name(&label)
            .show(&mut row)
            .clicked()
        {
            screen.exporting = Some(night.session_id);
            out.choose(purpose);
        }
    }
    let width = row.min_rect().left() - rect.left() - 16.0;
    say_within(
        ui,
        rect.left_top() + vec2(0.0, 15.0),
        Align2::LEFT_CENTER,
        &night.name,
        font(26.0, Weight::Bold),
        theme.text,
        width,
    );
    let offset = night.utc_offset_s;
    let mut when = format!(
        "{} · {}",
        days::long(night.started_at_ms, offset),
        clock(night.started_at_ms, offset)
    );
    if let Some(end) = night.ended_at_ms {
        when.push_str(&format!(" to {}", clock(end, offset)));
    }
    if night.place == "local" {
        when.push_str(" · served by this laptop");
    }
    say_within(
        ui,
        rect.left_top() + vec2(0.0, 42.0),
        Align2::LEFT_CENTER,
        &when,
        text::body(),
        theme.text2,
        width,
    );
}

/// Peak, likes, tracks, tempi, polls.
pub(super) fn figures_ui(ui: &mut Ui, detail: &NightDetail) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 86.0), Sense::hover());
    ground(ui, rect);
    let figures = figures(detail);
    let column = (rect.width() - 42.0) / figures.len() as f32;
    for (at, (number, name)) in figures.iter().enumerate() {
        let left = rect.left() + 21.0 + at as f32 * column;
        let place = Rect::from_min_size(pos2(left, rect.top()), vec2(column - 8.0, rect.height()));
        say(
            ui,
            place.left_top() + vec2(0.0, 33.0),
            Align2::LEFT_CENTER,
            number,
            font(30.0, Weight::ExtraBold),
            theme.text,
        );
        say_within(
            ui,
            place.left_top() + vec2(0.0, 62.0),
            Align2::LEFT_CENTER,
            name,
            text::body(),
            theme.text2,
            place.width(),
        );
    }
}

/// The figures with their names; what is not known is a dash.
fn figures(detail: &NightDetail) -> [(String, String); 5] {
    let recap = detail.recap.as_ref();
    let number = |value: Option<u32>| value.map_or("–".to_owned(), |value| thousands(value as usize));
    let tempi = detail
        .plays
        .iter()
        .filter_map(|play| detail.values.get(&play.track?)?.bpm)
        .fold(None, |range: Option<(f64, f64)>, bpm| {
            Some(range.map_or((bpm, bpm), |(low, high)| (low.min(bpm), high.max(bpm))))
        });
    let tempi = match tempi {
        None => "–".to_owned(),
        Some((low, high)) if (high - low).abs() < 1.0 => format!("{low:.0}"),
        Some((low, high)) => format!("{low:.0}–{high:.0}"),
    };
    let (polls, polls_name) = match recap {
        None => ("–".to_owned(), "polls".to_owned()),
        Some(recap) => {
            let most = recap
                .polls
                .iter()
                .map(|poll| poll.votes.iter().sum::<u32>())
                .max()
                .unwrap_or(0);
            let share = most.min(recap.dancers) * 100 / recap.dancers.max(1);
            let name = match recap.polls.len() {
                0 => "polls".to_owned(),
                1 => format!("poll, {share} % voted"),
                _ => format!("polls, up to {share} % voted"),
            };
            (recap.polls.len().to_string(), name)
        }
    };
    [
        (
            number(Some(detail.night.peak).filter(|peak| *peak > 0 || recap.is_some())),
            "dancers at the peak".to_owned(),
        ),
        (thousands(detail.night.likes as usize), "likes".to_owned()),
        (thousands(detail.plays.len()), "tracks".to_owned()),
        (tempi, "BPM".to_owned()),
        (polls, polls_name),
    ]
}
