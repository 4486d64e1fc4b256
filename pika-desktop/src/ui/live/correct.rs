//! Correcting the past: everything played, which song it really was, what did not happen.

use eframe::egui::{
    Align, Align2, Context, Layout, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use pika_engine::{
    app::{AppState, Command},
    library::{LibraryCommand, PlayUuid, Track, TrackId},
    live::LivePlay,
    nowplaying::{NowPlayingCommand, Replacement},
};

use super::state::{After, Dialog};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, radius, size, text},
    widgets::{Button, Caption, TextField, dialog, elided, foot, icon_button, label},
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
    let plays = &app.live.plays;
    let height = (ctx.content_rect().height() - 260.0).max(160.0);
    let mut wanted = None;
    let (done, close) = dialog(ctx, "live-plays", "Played tonight", size::DIALOG_LIST, |ui| {
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
                for play in plays.iter().rev().skip(rows.start).take(rows.len()) {
                    wanted = play_ui(ui, play, app.utc_offset_s).or(wanted.take());
                }
            });
        ui.add_space(12.0);
        Button::new("Done").show(ui).clicked()
    });
    match wanted {
        Some(Wanted::Remove(play)) => After::Opens(Dialog::Remove(play)),
        Some(Wanted::Replace(play)) => After::Opens(Dialog::Replace {
            play,
            text: String::new(),
        }),
        None => After::closes_if(done || close),
    }
}

/// When, what, how it was liked, and two buttons; returns what was pressed.
fn play_ui(ui: &mut Ui, play: &LivePlay, utc_offset_s: i32) -> Option<Wanted> {
    let theme = Theme::of(ui);
    let height = ROW - ui.spacing().item_spacing.y;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let middle = rect.center().y;
    ui.painter()
        .hline(rect.x_range(), rect.bottom() + 3.0, (1.0, theme.line));
    let time = clock(play.started_at_ms, utc_offset_s);
    Caption::new(&time, text::body(), theme.text3).left(ui, pos2(rect.left(), middle));
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
fn title_of(app: &AppState, play: PlayUuid) -> String {
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
    let ((stays, removes), close) = dialog(ctx, "live-remove", &title, 400.0, |ui| {
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

/// Which song was it really?
pub(super) fn replace_ui(
    ctx: &Context,
    app: &AppState,
    play: PlayUuid,
    typed: &mut String,
    out: &mut Requests,
) -> After {
    let theme = Theme::of_ctx(ctx);
    let title = format!("“{}” was really…", title_of(app, play));
    let mut chosen = None;
    let (cancel, close) = dialog(ctx, "live-replace", &title, 520.0, |ui| {
        label(
            ui,
            "Its likes and votes stay with the play.",
            text::body(),
            theme.text2,
        );
        ui.add_space(10.0);
        let response = TextField::new(typed, "Search the library")
            .hint("Title, artist, 96 bpm, 8A…")
            .icon(icons::MAGNIFYING_GLASS)
            .large()
            .show(ui);
        if response.changed() || (app.found.is_none() && typed.is_empty()) {
            out.push(Command::Library(LibraryCommand::FindTracks(typed.clone())));
        }
        if typed.is_empty() {
            response.request_focus();
        }
        ui.add_space(8.0);
        ui.spacing_mut().item_spacing.y = 2.0;
        if let Some(found) = app.found.as_ref().filter(|found| found.text == *typed) {
            chosen = found_ui(ui, &found.tracks);
        }
        ui.add_space(12.0);
        Button::new("Cancel").show(ui).clicked()
    });
    if let Some(track) = chosen {
        out.push(Command::NowPlaying(NowPlayingCommand::Replace {
            play,
            with: Replacement::Track(track),
        }));
    }
    After::closes_if(chosen.is_some() || cancel || close)
}

/// The tracks that match; returns the one that was pressed.
fn found_ui(ui: &mut Ui, tracks: &[Track]) -> Option<TrackId> {
    let theme = Theme::of(ui);
    if tracks.is_empty() {
        label(ui, "Nothing in the library matches.", text::body(), theme.text3);
    }
    let mut chosen = None;
    for track in tracks {
        if track_ui(ui, track) {
            chosen = Some(track.id);
        }
    }
    chosen
}

/// Title, artist, tempo; returns whether it was pressed.
fn track_ui(ui: &mut Ui, track: &Track) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::click());
    response.widget_info(|| {
        let name = format!("It was {} by {}", track.title, track.artist);
        WidgetInfo::labeled(Role::Button, true, name)
    });
    if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect, f32::from(radius::CONTROL), theme.bg3);
    }
    let painter = ui.painter();
    let middle = rect.center().y;
    let room = rect.width() * 0.5;
    let title = elided(painter, &track.title, text::strong(), theme.text, room);
    let left = rect.left() + 10.0;
    let after = left + title.size().x + 8.0;
    painter.galley(pos2(left, middle - title.size().y / 2.0), title, theme.text);
    let room = rect.right() - 60.0 - after;
    let artist = elided(painter, &track.artist, text::body(), theme.text2, room);
    painter.galley(pos2(after, middle - artist.size().y / 2.0), artist, theme.text2);
    if let Some(bpm) = track.values.bpm {
        painter.text(
            pos2(rect.right() - 10.0, middle),
            Align2::RIGHT_CENTER,
            format!("{bpm:.0}"),
            text::body(),
            theme.text3,
        );
    }
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

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
