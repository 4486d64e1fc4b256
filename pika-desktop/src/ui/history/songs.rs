//! The songs of a night: most loved first, or as they were played, each with what the floor said.

use eframe::egui::{Align, Layout, Pos2, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2, pos2, vec2};
use pika_engine::library::{NightDetail, Play};

use super::{
    data::{SongRow, Songs},
    panel::panel,
    state::{HistoryScreen, Order},
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{Caption, Chip, CoverTraits, PillSize, paint_key_pill},
};

/// Height of one song.
const ROW: f32 = 42.0;
/// The chips stand between here, from the top left, and there, from the top right.
const HEAD_FROM: Vec2 = vec2(80.0, 10.0);
const HEAD_TO: Vec2 = vec2(16.0, 44.0);
/// The list stands in so far from the left and the top, and from the right and the bottom.
const LIST_INSET: (Vec2, Vec2) = (vec2(20.0, 46.0), vec2(12.0, 12.0));
/// Free room after a song, for the bar that scrolls.
const TAIL: f32 = 12.0;
/// Width of a rank, and of a time of day.
const RANK: f32 = 26.0;
const CLOCK: f32 = 48.0;
/// Side of a cover, and the room between it and the title.
const COVER: f32 = 32.0;
const COVER_GAP: f32 = 12.0;
/// From the right edge to the middle of the heart.
const HEART: f32 = 34.0;
/// Heart and likes are at least this wide; then the room between them and the votes.
const LIKES: f32 = 44.0;
const LIKES_GAP: f32 = 14.0;
/// Width of the votes, of the tempo, of the key.
const VOTES: f32 = 86.0;
const BPM: f32 = 38.0;
const KEY: f32 = 50.0;
/// An artist in less room than this is left out.
const LEAST_ARTIST: f32 = 30.0;

pub(super) fn show(
    ui: &mut Ui,
    rect: Rect,
    screen: &mut HistoryScreen,
    detail: &NightDetail,
    out: &mut Requests,
) {
    panel(ui, rect, "Songs");
    let head = Rect::from_min_max(
        rect.min + HEAD_FROM,
        pos2(rect.right() - HEAD_TO.x, rect.top() + HEAD_TO.y),
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
    let songs = Songs::of(detail, screen.order);
    let lead = match screen.order {
        Order::MostLoved => RANK,
        Order::AsPlayed => CLOCK,
    };
    let list = Rect::from_min_max(rect.min + LIST_INSET.0, rect.max - LIST_INSET.1);
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(list)
            .layout(Layout::top_down(Align::Min)),
    );
    child.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("history-songs")
        .auto_shrink(false)
        .show_rows(&mut child, ROW, songs.len(), |ui, rows| {
            for at in rows {
                if let Some(song) = songs.row(at) {
                    song_ui(ui, lead, &song, out);
                }
            }
        });
}

/// One song: from the left what leads it, its cover and its name; from the right what the floor said of it
/// and what it is.
fn song_ui(ui: &mut Ui, lead: f32, song: &SongRow<'_>, out: &mut Requests) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width() - TAIL, ROW), Sense::hover());
    let middle = rect.center().y;
    Caption::new(&song.lead, text::body(), theme.text3).left(ui, rect.left_center());
    let cover = Rect::from_min_size(pos2(rect.left() + lead, middle - COVER / 2.0), Vec2::splat(COVER));
    let traits = CoverTraits::song(&song.values, &song.play.title, &song.play.artist);
    out.cover(ui, cover, &traits);
    let mut right = likes_ui(ui, rect.right_center(), &song.likes);
    if let Some(votes) = &song.votes {
        let place = Caption::new(&votes.signs, text::small(), theme.text3).right(ui, pos2(right, middle));
        let id = ui.scope_id().with(("votes", song.play.id));
        ui.interact(place, id, Sense::hover())
            .on_hover_text(votes.tip.as_str());
    }
    right -= VOTES;
    if let Some(bpm) = &song.bpm {
        Caption::new(bpm, text::body(), theme.text2).right(ui, pos2(right, middle));
    }
    right -= BPM;
    if let Some(key) = song.values.key {
        paint_key_pill(ui.painter(), pos2(right - 20.0, middle), key, PillSize::Small);
    }
    right -= KEY;
    name_ui(ui, pos2(cover.right() + COVER_GAP, middle), right, song.play);
}

/// The likes with their heart; returns where the next thing to the left ends.
fn likes_ui(ui: &Ui, at: Pos2, likes: &str) -> f32 {
    let theme = Theme::of(ui);
    let place = Caption::new(likes, text::strong(), theme.heart_text).right(ui, at);
    icons::HEART.paint_filled(ui.painter(), pos2(at.x - HEART, at.y), 14.0, theme.heart);
    place.left().min(at.x - LIKES) - LIKES_GAP
}

/// Title, and the artist where there is room.
fn name_ui(ui: &Ui, at: Pos2, right: f32, play: &Play) {
    let theme = Theme::of(ui);
    let title = Caption::new(&play.title, text::strong(), theme.text)
        .within(right - at.x)
        .left(ui, at);
    if !play.artist.is_empty() && title.right() + LEAST_ARTIST < right {
        Caption::new(&format!(" · {}", play.artist), text::body(), theme.text2)
            .within(right - title.right())
            .left(ui, pos2(title.right(), at.y));
    }
}
