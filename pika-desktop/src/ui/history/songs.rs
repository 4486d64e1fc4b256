//! The songs of a night: most loved first, or as they were played, each with what the floor said.

use std::cmp::Reverse;

use eframe::egui::{Align, Align2, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2, pos2, vec2};
use pika_engine::library::{NightDetail, Play};

use super::{
    panel::panel,
    state::{HistoryScreen, Order},
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{Chip, CoverTraits, PillSize, paint_key_pill, say, say_within},
    words::clock,
};

/// Height of one song.
const ROW: f32 = 42.0;

pub(super) fn show(
    ui: &mut Ui,
    rect: Rect,
    screen: &mut HistoryScreen,
    detail: &NightDetail,
    out: &mut Requests,
) {
    panel(ui, rect, "Songs");
    let head = Rect::from_min_max(
        rect.min + vec2(80.0, 10.0),
        pos2(rect.right() - 16.0, rect.top() + 44.0),
    );
    let mut row = ui.new_child(
        UiBuilder::new()
            .max_rect(head)
            .layout(Layout::right_to_left(Align::Center)),
    );
    for (order, name) in [(Order::AsPlayed, "As played"), (Order::MostLoved, "Most loved")] {
        if Chip::new(name)
            .on(screen.order == order)
            .show(&mut row)
            .response
            .clicked()
        {
            screen.order = order;
        }
    }
    let mut plays: Vec<&Play> = detail.plays.iter().collect();
    if screen.order == Order::MostLoved {
        plays.sort_by_key(|play| Reverse(play.answers.map_or(0, |answers| answers.likes)));
    }
    let list = Rect::from_min_max(rect.min + vec2(20.0, 46.0), rect.max - vec2(12.0, 12.0));
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(list)
            .layout(Layout::top_down(Align::Min)),
    );
    child.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("history-songs")
        .auto_shrink(false)
        .show_rows(&mut child, ROW, plays.len(), |ui, rows| {
            for at in rows {
                if let Some(play) = plays.get(at) {
                    song_ui(ui, screen.order, detail, play, at, out);
                }
            }
        });
}

fn song_ui(ui: &mut Ui, order: Order, detail: &NightDetail, play: &Play, at: usize, out: &mut Requests) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width() - 12.0, ROW), Sense::hover());
    let middle = rect.center().y;
    let first = match order {
        Order::MostLoved => (at + 1).to_string(),
        Order::AsPlayed => clock(play.started_at_ms, detail.night.utc_offset_s),
    };
    let lead = match order {
        Order::MostLoved => 26.0,
        Order::AsPlayed => 48.0,
    };
    say(
        ui,
        pos2(rect.left(), middle),
        Align2::LEFT_CENTER,
        &first,
        text::body(),
        theme.text3,
    );
    let values = play
        .track
        .and_then(|track| detail.values.get(&track))
        .copied()
        .unwrap_or_default();
    let cover = Rect::from_center_size(pos2(rect.left() + lead + 16.0, middle), Vec2::splat(32.0));
    out.cover(ui, cover, &CoverTraits::song(&values, &play.title, &play.artist));
    let answers = play.answers.unwrap_or_default();
    let mut right = rect.right();
    let likes = say(
        ui,
        pos2(right, middle),
        Align2::RIGHT_CENTER,
        &answers.likes.to_string(),
        text::strong(),
        theme.heart_text,
    );
    icons::HEART.paint_filled(ui.painter(), pos2(right - 34.0, middle), 14.0, theme.heart);
    right = likes.left().min(right - 44.0) - 14.0;
    if answers.faster + answers.perfect + answers.slower > 0 {
        // Slower, just right, faster: signs that need no colour.
        let words = format!("−{}  ={}  +{}", answers.slower, answers.perfect, answers.faster);
        let place = say(
            ui,
            pos2(right, middle),
            Align2::RIGHT_CENTER,
            &words,
            text::small(),
            theme.text3,
        );
        let tip = format!(
            "{} wanted it slower, for {} it was just right, {} wanted it faster",
            answers.slower, answers.perfect, answers.faster
        );
        ui.interact(place, ui.scope_id().with(("votes", play.id)), Sense::hover())
            .on_hover_text(tip);
    }
    right -= 86.0;
    if let Some(bpm) = values.bpm {
        say(
            ui,
            pos2(right, middle),
            Align2::RIGHT_CENTER,
            &format!("{bpm:.0}"),
            text::body(),
            theme.text2,
        );
    }
    right -= 38.0;
    if let Some(key) = values.key {
        paint_key_pill(ui.painter(), pos2(right - 20.0, middle), key, PillSize::Small);
    }
    right -= 50.0;
    let left = cover.right() + 12.0;
    let title = say_within(
        ui,
        pos2(left, middle),
        Align2::LEFT_CENTER,
        &play.title,
        text::strong(),
        theme.text,
        right - left,
    );
    if !play.artist.is_empty() && title.right() + 30.0 < right {
        say_within(
            ui,
            pos2(title.right(), middle),
            Align2::LEFT_CENTER,
            &format!(" · {}", play.artist),
            text::body(),
            theme.text2,
            right - title.right(),
        );
    }
}
