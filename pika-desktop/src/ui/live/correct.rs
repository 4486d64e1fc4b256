//! Correcting the past: everything played, which song it really was, what did not happen.

use eframe::egui::{Align, Align2, Context, Layout, Rect, ScrollArea, Sense, UiBuilder, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    library::PlayUuid,
};

use super::state::{After, Dialog};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, TextField, dialog, elided, foot, icon_button, label, say, say_within},
    words::clock,
};
use pika_engine::library::LibraryCommand;
use pika_engine::nowplaying::{NowPlayingCommand, Replacement};

/// Height of one play in the list.
const ROW: f32 = 44.0;

/// Everything played tonight, newest first.
pub(super) fn plays_ui(ctx: &Context, app: &AppState) -> After {
    let theme = Theme::of_ctx(ctx);
    let plays = &app.live.plays;
    let height = (ctx.content_rect().height() - 260.0).max(160.0);
    let mut next = None;
    let (done, close) = dialog(ctx, "live-plays", "Played tonight", 640.0, |ui| {
        label(
            ui,
            "Wrong song? Put it right here: likes, phones and the recap follow.",
            text::body(),
            theme.text2,
        );
        ui.add_space(10.0);
        ScrollArea::vertical()
            .max_height(height)
            .auto_shrink([false, true])
            .show_rows(ui, ROW - ui.spacing().item_spacing.y, plays.len(), |ui, rows| {
                for at in rows {
                    let Some(play) = plays.len().checked_sub(at + 1).and_then(|at| plays.get(at)) else {
                        continue;
                    };
                    let (rect, _) = ui.allocate_exact_size(
                        vec2(ui.available_width(), ROW - ui.spacing().item_spacing.y),
                        Sense::hover(),
                    );
                    let middle = rect.center().y;
                    ui.painter()
                        .hline(rect.x_range(), rect.bottom() + 3.0, (1.0, theme.line));
                    say(
                        ui,
                        pos2(rect.left(), middle),
                        Align2::LEFT_CENTER,
                        &clock(play.started_at_ms, app.utc_offset_s),
                        text::body(),
                        theme.text3,
                    );
                    let title = say_within(
                        ui,
                        pos2(rect.left() + 52.0, middle),
                        Align2::LEFT_CENTER,
                        &play.title,
                        text::strong(),
                        theme.text,
                        240.0,
                    );
                    say_within(
                        ui,
                        pos2(title.right() + 8.0, middle),
                        Align2::LEFT_CENTER,
                        &play.artist,
                        text::body(),
                        theme.text2,
                        rect.right() - 220.0 - title.right() - 8.0,
                    );
                    icons::HEART.paint_filled(
                        ui.painter(),
                        pos2(rect.right() - 200.0, middle),
                        13.0,
                        theme.heart,
                    );
                    say(
                        ui,
                        pos2(rect.right() - 190.0, middle),
                        Align2::LEFT_CENTER,
                        &play.likes.to_string(),
                        text::strong(),
                        theme.heart_text,
                    );
                    if play.faster + play.slower + play.perfect > 0 {
                        let votes = format!("−{} ={} +{}", play.slower, play.perfect, play.faster);
                        say(
                            ui,
                            pos2(rect.right() - 155.0, middle),
                            Align2::LEFT_CENTER,
                            &votes,
                            text::small(),
                            theme.text3,
                        );
                    }
                    let place = Rect::from_min_max(pos2(rect.right() - 76.0, rect.top()), rect.max);
                    let mut row = ui.new_child(
                        UiBuilder::new()
                            .max_rect(place)
                            .id_salt(play.play_id)
                            .layout(Layout::right_to_left(Align::Center)),
                    );
                    row.spacing_mut().item_spacing.x = 6.0;
                    if icon_button(&mut row, icons::TRASH, &format!("Remove {}", play.title), 30.0).clicked()
                    {
                        next = Some(Dialog::Remove(play.play_id));
                    }
                    if icon_button(&mut row, icons::SWAP, &format!("Replace {}", play.title), 30.0).clicked()
                    {
                        next = Some(Dialog::Replace {
                            play: play.play_id,
                            text: String::new(),
                        });
                    }
                }
            });
        ui.add_space(12.0);
        Button::new("Done").show(ui).clicked()
    });
    next.map_or_else(|| After::closes_if(done || close), After::Opens)
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
        let words = match likes {
            0 => "It goes from the phones and from the recap.".to_owned(),
            1 => "It goes from the phones and from the recap, with its like.".to_owned(),
            likes => format!("It goes from the phones and from the recap, with its {likes} likes."),
        };
        label(ui, words, text::body(), theme.text2);
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
        let found = app.found.as_ref().filter(|found| found.text == *typed);
        ui.spacing_mut().item_spacing.y = 2.0;
        match found {
            Some(found) if found.tracks.is_empty() => {
                label(ui, "Nothing in the library matches.", text::body(), theme.text3);
            }
            Some(found) => {
                for track in &found.tracks {
                    let (rect, response) =
                        ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::click());
                    response.widget_info(|| {
                        eframe::egui::WidgetInfo::labeled(
                            eframe::egui::Role::Button,
                            true,
                            format!("It was {} by {}", track.title, track.artist),
                        )
                    });
                    if response.hovered() || response.has_focus() {
                        ui.painter().rect_filled(rect, 9.0, theme.bg3);
                    }
                    let painter = ui.painter();
                    let title = elided(
                        painter,
                        &track.title,
                        text::strong(),
                        theme.text,
                        rect.width() * 0.5,
                    );
                    let after = rect.left() + 10.0 + title.size().x + 8.0;
                    painter.galley(
                        pos2(rect.left() + 10.0, rect.center().y - title.size().y / 2.0),
                        title,
                        theme.text,
                    );
                    let artist = elided(
                        painter,
                        &track.artist,
                        text::body(),
                        theme.text2,
                        rect.right() - 60.0 - after,
                    );
                    painter.galley(
                        pos2(after, rect.center().y - artist.size().y / 2.0),
                        artist,
                        theme.text2,
                    );
                    if let Some(bpm) = track.values.bpm {
                        painter.text(
                            pos2(rect.right() - 10.0, rect.center().y),
                            Align2::RIGHT_CENTER,
                            format!("{bpm:.0}"),
                            text::body(),
                            theme.text3,
                        );
                    }
                    if response.clicked() {
                        chosen = Some(track.id);
                    }
                }
            }
            None => {}
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
