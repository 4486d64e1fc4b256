//! The playing song, large: title, tempo, key, how long it lasts, what the floor says to it.

use std::sync::Arc;

use eframe::egui::{
    Align2, Color32, Galley, Popup, Rect, Stroke, StrokeKind, Ui, UiBuilder, Vec2, pos2, text::LayoutJob,
    vec2,
};
use pika_engine::{
    app::{AppState, Command},
    nowplaying::{NowPlaying, SourceStatus},
};

use super::{
    link,
    state::{Dialog, LiveScreen},
    values,
};
use crate::ui::{
    fonts::Weight,
    icons,
    requests::Requests,
    theme::{Theme, font, radius, text},
    widgets::{Button, CoverTraits, icon_button, name_at, say, say_within},
    words::{self, duration, thousands},
};
use pika_engine::nowplaying::NowPlayingCommand;

/// Draws the card into `card`.
pub(super) fn show(ui: &mut Ui, card: Rect, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    ui.painter().rect(
        card,
        f32::from(radius::NOW_PLAYING),
        theme.bg1,
        Stroke::new(1.0, theme.line),
        StrokeKind::Inside,
    );
    match &app.playing {
        Some(playing) => song_ui(ui, card, app, playing, screen, out),
        None => waiting_ui(ui, card, app),
    }
}

fn waiting_ui(ui: &Ui, card: Rect, app: &AppState) {
    let theme = Theme::of(ui);
    let center = card.center();
    icons::MUSIC_NOTES.paint(ui.painter(), center - vec2(0.0, 56.0), 34.0, theme.text3);
    say(
        ui,
        center - vec2(0.0, 8.0),
        Align2::CENTER_CENTER,
        "Waiting for the first track",
        text::hero(),
        theme.text,
    );
    let program = app.sources.values().find_map(|status| match status {
        SourceStatus::Following { source, .. } => Some(source.name()),
        _ => None,
    });
    let words = match program {
        Some(program) => format!("Play something in {program}. It shows up here by itself."),
        None => "No DJ program is followed: choose “Now playing” on a track of the library.".to_owned(),
    };
    say_within(
        ui,
        center + vec2(0.0, 28.0),
        Align2::CENTER_CENTER,
        &words,
        text::large(),
        theme.text2,
        card.width() - 40.0,
    );
}

fn song_ui(
    ui: &mut Ui,
    card: Rect,
    app: &AppState,
    playing: &NowPlaying,
    screen: &mut LiveScreen,
    out: &mut Requests,
) {
    let theme = Theme::of(ui);
    let answers = app.live.plays.iter().find(|play| play.play_id == playing.play_id);
    let likes = answers.map_or(0, |play| play.likes);
    let (now, still) = (ui.ctx().time(), app.settings.less_motion);
    let risen = screen.motion.risen(playing.play_id, likes, now, still);
    let pulse = screen.motion.pulse(likes, now, still);
    if risen < 1.0 || pulse.is_some() {
        ui.ctx().request_repaint();
    }
    let mut left = card.left() + 23.0;
    // On a narrow window the words need the room.
    if card.width() >= 660.0 {
        let cover = Rect::from_min_size(card.min + vec2(23.0, 21.0), Vec2::splat(204.0));
        out.cover(
            ui,
            cover,
            &CoverTraits::song(&playing.values, &playing.title, &playing.artist),
        );
        left = cover.right() + 22.0;
    }
    let disc_x = card.right() - 89.0;
    disc_ui(ui, pos2(disc_x, card.top() + 111.0), app, playing, likes, pulse);
    let width = disc_x - 78.0 - left;
    let painter = ui.painter().clone();
    icons::MUSIC_NOTES.paint_filled(
        &painter,
        pos2(left + 8.0, card.top() + 30.0),
        14.0,
        theme.spark_text,
    );
    say(
        ui,
        pos2(left + 22.0, card.top() + 30.0),
        Align2::LEFT_CENTER,
        "Now playing",
        text::strong(),
        theme.spark_text,
    );
    let rise = vec2(0.0, 12.0 * (1.0 - risen));
    let title = title_galley(ui, &playing.title, width, theme.text);
    let lines = title.rows.len();
    let title_at = if lines > 1 {
        pos2(left, card.top() + 44.0)
    } else {
        pos2(left, card.top() + 79.0 - title.size().y / 2.0)
    };
    let title_rect = Rect::from_min_size(title_at + rise, title.size());
    name_at(ui, title_rect, &playing.title);
    painter.galley_with_override_text_color(title_rect.min, title, theme.text.gamma_multiply(risen));
    let artist_y = card.top() + if lines > 1 { 164.0 } else { 134.0 };
    let artist = if playing.artist.is_empty() {
        "Unknown artist"
    } else {
        &playing.artist
    };
    say_within(
        ui,
        pos2(left, artist_y) + rise,
        Align2::LEFT_CENTER,
        artist,
        text::artist_live(),
        theme.text2.gamma_multiply(risen),
        width,
    );
    let middle = card.top() + if lines > 1 { 207.0 } else { 194.0 };
    values::show(ui, pos2(left, middle), width + 14.0, playing, answers, lines > 1);
    time_ui(ui, card, app, playing);
    menu_ui(ui, card, app, playing, screen, out);
}

/// The title as large as it fits: 64, 52, 44 in one line, then two lines of 40 and less.
fn title_galley(ui: &Ui, title: &str, width: f32, color: Color32) -> Arc<Galley> {
    let painter = ui.painter();
    for points in [64.0, 52.0, 44.0] {
        let galley = painter.layout_no_wrap(title.to_owned(), font(points, Weight::ExtraBold), color);
        if galley.size().x <= width {
            return galley;
        }
    }
    let in_two_lines = |points: f32| {
        let mut job = LayoutJob::simple(title.to_owned(), font(points, Weight::ExtraBold), color, width);
        job.wrap.max_rows = 2;
        painter.layout_job(job)
    };
    [40.0, 34.0]
        .into_iter()
        .map(in_two_lines)
        .find(|galley| !galley.elided)
        .unwrap_or_else(|| in_two_lines(30.0))
}

/// Likes in the disc, and since when they are known.
fn disc_ui(
    ui: &Ui,
    center: eframe::egui::Pos2,
    app: &AppState,
    playing: &NowPlaying,
    likes: u32,
    pulse: Option<f32>,
) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let stale = link::is_stale(&app.live);
    painter.circle_filled(center, 62.0, theme.heart_quiet.gamma_multiply(0.8));
    if let Some(far) = pulse {
        painter.circle_stroke(
            center,
            62.0 + 14.0 * far,
            Stroke::new(2.0, theme.heart.gamma_multiply(1.0 - far)),
        );
    }
    painter.circle_filled(center, 48.0, theme.heart);
    icons::HEART.paint_filled(painter, center - vec2(0.0, 19.0), 20.0, theme.on_heart);
    let number = thousands(likes as usize);
    let points = if number.len() > 3 { 28.0 } else { 36.0 };
    let galley = painter.layout_no_wrap(number, font(points, Weight::ExtraBold), theme.on_heart);
    painter.galley(
        center + vec2(-galley.size().x / 2.0, 12.0 - galley.size().y / 2.0),
        galley,
        theme.on_heart,
    );
    let rect = Rect::from_center_size(center, Vec2::splat(96.0));
    let word = if likes == 1 { "like" } else { "likes" };
    name_at(ui, rect, &format!("{likes} {word} on this song"));
    let minute = app.live.crowd.likes_by_minute.last().copied().unwrap_or(0);
    let caption = if stale {
        format!(
            "as of {}",
            words::clock(app.live.crowd.updated_at_ms, app.utc_offset_s)
        )
    } else if app.now_ms - playing.started_at_ms < 20_000 {
        "just started".to_owned()
    } else if minute > 0 {
        format!("+{minute} this minute")
    } else if likes == 0 {
        "no likes yet".to_owned()
    } else {
        word.to_owned()
    };
    say(
        ui,
        center + vec2(0.0, 78.0),
        Align2::CENTER_CENTER,
        &caption,
        text::body(),
        theme.text2,
    );
}

/// How far the song is; an estimate, since only its start was seen.
fn time_ui(ui: &Ui, card: Rect, app: &AppState, playing: &NowPlaying) {
    let theme = Theme::of(ui);
    let y = card.bottom() - 29.0;
    let elapsed = ((app.now_ms - playing.started_at_ms).max(0) as f64 / 1000.0).floor();
    let shown = say(
        ui,
        pos2(card.left() + 23.0, y),
        Align2::LEFT_CENTER,
        &duration(elapsed),
        text::large(),
        theme.text2,
    );
    let right = card.right() - 23.0;
    let Some(length) = playing.values.duration_s.filter(|length| *length > 1.0) else {
        say_within(
            ui,
            pos2(right, y),
            Align2::RIGHT_CENTER,
            "length not known",
            text::body(),
            theme.text3,
            right - shown.right(),
        );
        return;
    };
    let left = length - elapsed;
    let (words, color) = if left >= 0.0 {
        (format!("{} left", duration(left)), theme.text)
    } else {
        (format!("+{}", duration(-left)), theme.text3)
    };
    let estimated = say(
        ui,
        pos2(right, y),
        Align2::RIGHT_CENTER,
        "estimated",
        text::body(),
        theme.text3,
    );
    let time = say(
        ui,
        pos2(estimated.left() - 14.0, y),
        Align2::RIGHT_CENTER,
        &words,
        text::list_live(),
        color,
    );
    let bar = Rect::from_min_max(
        pos2(shown.right().max(card.left() + 55.0) + 14.0, y - 5.0),
        pos2(time.left() - 14.0, y + 5.0),
    );
    if left < 0.0 {
        // Over: the bar becomes a hairline.
        ui.painter().hline(bar.x_range(), y, (1.0, theme.line_strong));
        return;
    }
    ui.painter().rect_filled(bar, 5.0, theme.bg3);
    let share = (elapsed / length).clamp(0.0, 1.0) as f32;
    let filled = bar.with_max_x(bar.left() + (bar.width() * share).max(10.0));
    ui.painter().rect_filled(filled, 5.0, theme.spark);
}

/// What to do when the wrong song is shown.
fn menu_ui(
    ui: &mut Ui,
    card: Rect,
    app: &AppState,
    playing: &NowPlaying,
    screen: &mut LiveScreen,
    out: &mut Requests,
) {
    let rect = Rect::from_min_size(pos2(card.right() - 42.0, card.top() + 12.0), Vec2::splat(30.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    let button = icon_button(&mut child, icons::DOTS_THREE, "Correct this song", 30.0);
    let before = app
        .live
        .plays
        .iter()
        .rev()
        .find(|play| play.play_id != playing.play_id)
        .map(|play| play.title.clone());
    Popup::menu(&button).width(300.0).show(|ui| {
        ui.set_min_width(280.0);
        let still = match &before {
            Some(title) => format!("It is still “{}”", words::short(title, 24)),
            None => "This song does not play".to_owned(),
        };
        if Button::new(&still)
            .ghost()
            .icon(icons::ARROW_BEND_UP_LEFT)
            .name("It is still the last song")
            .show(ui)
            .clicked()
        {
            out.push(Command::NowPlaying(NowPlayingCommand::StillLastSong));
            ui.close();
        }
        if Button::new("It is another song…")
            .ghost()
            .icon(icons::SWAP)
            .show(ui)
            .clicked()
        {
            screen.dialog = Some(Dialog::Replace {
                play: playing.play_id,
                text: String::new(),
            });
            ui.close();
        }
        if Button::new("Take it out of the night…")
            .ghost()
            .icon(icons::TRASH)
            .show(ui)
            .clicked()
        {
            screen.dialog = Some(Dialog::Remove(playing.play_id));
            ui.close();
        }
    });
}
