//! Correcting the past: everything played, which song it really was, what did not happen.

use std::cmp::Reverse;

use eframe::egui::{Align, Context, Layout, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    library::PlayUuid,
    live::{LivePlay, LiveState},
    nowplaying::NowPlayingCommand,
};

use super::{
    replacing::Replacing,
    state::{After, Dialog},
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, size, text},
    widgets::{Button, Caption, Over, dialog, foot, icon_button, label},
    words::clock,
};

/// Height of one play in the list.
const ROW: f32 = 44.0;

/// What a press in the list opens.
enum Wanted {
    Replace(PlayUuid),
    Remove(PlayUuid),
}

/// Everything played tonight, newest first.
pub(super) fn plays_ui(ctx: &Context, app: &AppState) -> After {
    let theme = Theme::of_ctx(ctx);
    let plays = newest_first(&app.live);
    let height = (ctx.content_rect().height() - 260.0).max(160.0);
    let mut wanted = None;
    let (done, close) = dialog(ctx, Over::LivePlays, "Played tonight", size::DIALOG_LIST, |ui| {
        label(
            ui,
            "Wrong song? Put it right here: likes, phones and the recap follow.",
            text::body(),
            theme.text2,
        );
        ui.add_space(10.0);
        let row_height = ROW - ui.spacing().item_spacing.y;
        ScrollArea::vertical()
            .max_height(height)
            .auto_shrink([false, true])
            .show_rows(ui, row_height, plays.len(), |ui, rows| {
                for play in plays.iter().skip(rows.start).take(rows.len()) {
                    let time = if app.live.playing == Some(play.play_id) {
                        None
                    } else {
                        Some(clock(play.started_at_ms, app.utc_offset_s))
                    };
                    wanted = play_ui(ui, play, time).or(wanted.take());
                }
            });
        ui.add_space(12.0);
        Button::new("Done").show(ui).clicked()
    });
    match wanted {
        Some(Wanted::Remove(play)) => After::Opens(Dialog::Remove(play)),
        Some(Wanted::Replace(play)) => After::Opens(Dialog::Replace(Replacing::new(play))),
        None => After::closes_if(done || close),
    }
}

/// What plays first, then by when it began.
fn newest_first(live: &LiveState) -> Vec<&LivePlay> {
    let mut plays: Vec<&LivePlay> = live.plays.iter().collect();
    plays.sort_by_key(|play| (live.playing != Some(play.play_id), Reverse(play.started_at_ms)));
    plays
}

/// When, what, how it was liked, and two buttons; returns what was pressed.
fn play_ui(ui: &mut Ui, play: &LivePlay, time: Option<String>) -> Option<Wanted> {
    let theme = Theme::of(ui);
    let height = ROW - ui.spacing().item_spacing.y;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let middle = rect.center().y;
    ui.painter()
        .hline(rect.x_range(), rect.bottom() + 3.0, (1.0, theme.line));
    match time {
        Some(time) => Caption::new(&time, text::body(), theme.text3).left(ui, pos2(rect.left(), middle)),
        // What plays now.
        None => {
            let at = pos2(rect.left() + 7.0, middle);
            icons::SPEAKER_HIGH.paint_filled(ui.painter(), at, 15.0, theme.spark_text);
            Caption::new("now", text::strong(), theme.spark_text).left(ui, pos2(rect.left() + 18.0, middle))
        }
    };
    let title = Caption::new(&play.title, text::strong(), theme.text)
        .within(240.0)
        .left(ui, pos2(rect.left() + 52.0, middle));
    Caption::new(&play.artist, text::body(), theme.text2)
        .within(rect.right() - 220.0 - title.right() - 8.0)
        .left(ui, pos2(title.right() + 8.0, middle));
    let heart = pos2(rect.right() - 200.0, middle);
    icons::HEART.paint_filled(ui.painter(), heart, 13.0, theme.heart);
    Caption::new(&play.likes.to_string(), text::strong(), theme.heart_text).left(ui, heart + vec2(10.0, 0.0));
    if let Some(votes) = votes(play) {
        Caption::new(&votes, text::small(), theme.text3).left(ui, pos2(rect.right() - 155.0, middle));
    }
    let place = rect.with_min_x(rect.right() - 76.0);
    let mut row = ui.new_child(
        UiBuilder::new()
            .max_rect(place)
            .id_salt(play.play_id)
            .layout(Layout::right_to_left(Align::Center)),
    );
    row.spacing_mut().item_spacing.x = 6.0;
    let remove = format!("Remove {}", play.title);
    let removes = icon_button(&mut row, icons::TRASH, &remove, size::CONTROL_SMALL).clicked();
    let replace = format!("Replace {}", play.title);
    let replaces = icon_button(&mut row, icons::SWAP, &replace, size::CONTROL_SMALL).clicked();
    match (replaces, removes) {
        (true, _) => Some(Wanted::Replace(play.play_id)),
        (false, true) => Some(Wanted::Remove(play.play_id)),
        (false, false) => None,
    }
}

/// What the floor said of the tempo, in signs that need no colour; `None` without a vote.
fn votes(play: &LivePlay) -> Option<String> {
    let is_voted = play.faster + play.slower + play.perfect > 0;
    is_voted.then(|| format!("−{} ={} +{}", play.slower, play.perfect, play.faster))
}

/// How a play is called in a question.
pub(super) fn title_of(app: &AppState, play: PlayUuid) -> String {
    app.live
        .plays
        .iter()
        .find(|other| other.play_id == play)
        .map(|play| play.title.clone())
        .or_else(|| {
            app.playing
                .as_ref()
                .filter(|playing| playing.play_id == play)
                .map(|playing| playing.title.clone())
        })
        .unwrap_or_default()
}

/// What goes with a play of so many likes.
fn goes_with(likes: u32) -> String {
    match likes {
        0 => "It goes from the phones and from the recap.".to_owned(),
        1 => "It goes from the phones and from the recap, with its like.".to_owned(),
        likes => format!("It goes from the phones and from the recap, with its {likes} likes."),
    }
}

/// Did it not happen?
pub(super) fn remove_ui(ctx: &Context, app: &AppState, play: PlayUuid, out: &mut Requests) -> After {
    let theme = Theme::of_ctx(ctx);
    let title = format!("Take “{}” out of the night?", title_of(app, play));
    let likes = app
        .live
        .plays
        .iter()
        .find(|other| other.play_id == play)
        .map_or(0, |play| play.likes);
    let ((stays, removes), close) = dialog(ctx, Over::LiveRemove, &title, 400.0, |ui| {
        label(ui, goes_with(likes), text::body(), theme.text2);
        foot(ui, "Keep it", |ui| {
            Button::new("Take it out").danger_filled().show(ui).clicked()
        })
    });
    if removes {
        out.push(Command::NowPlaying(NowPlayingCommand::Remove(play)));
    }
    After::closes_if(removes || stays || close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_plays_now_stands_first_whenever_it_began() {
        let play = |number, started_at_ms| LivePlay {
            play_id: uuid::Uuid::from_u128(number),
            title: number.to_string(),
            artist: String::new(),
            started_at_ms,
            likes: 0,
            faster: 0,
            perfect: 0,
            slower: 0,
        };
        let live = LiveState {
            plays: vec![play(1, 100), play(3, 300), play(2, 200)],
            playing: Some(uuid::Uuid::from_u128(2)),
            ..LiveState::default()
        };
        let titles: Vec<_> = newest_first(&live)
            .iter()
            .map(|play| play.title.clone())
            .collect();
        assert_eq!(titles, ["2", "3", "1"]);
    }

    #[test]
    fn what_goes_with_a_play_is_said_in_words() {
        assert_eq!(goes_with(0), "It goes from the phones and from the recap.");
        assert_eq!(
            goes_with(1),
            "It goes from the phones and from the recap, with its like."
        );
        assert_eq!(
            goes_with(7),
            "It goes from the phones and from the recap, with its 7 likes."
        );
    }
}
