//! The playing song, large: title, tempo, key, how long it lasts, what the floor says to it.

use std::sync::Arc;

use eframe::egui::{Color32, Galley, Pos2, Rect, Stroke, Ui, UiBuilder, Vec2, pos2, text::LayoutJob, vec2};
use pika_engine::{
    app::{AppState, Command},
    library::PlayUuid,
    nowplaying::{NowPlaying, NowPlayingCommand, SourceStatus},
};

use super::{
    link,
    look::CardLook,
    replacing::Replacing,
    state::{Dialog, LiveScreen},
    values,
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{
        Theme, radius, size,
        text::{self, TitleSizes},
    },
    widgets::{Button, Caption, CoverTraits, Over, centered_in, ground, icon_button, label, menu, name_at},
    words::{self, duration, thousands},
};

/// A song is new for so long, in milliseconds.
const JUST_STARTED_MS: i64 = 20_000;
/// A card that is narrower has no room for the cover, in points.
const COVER_FROM: f32 = 600.0;

/// Draws the card into `card`.
pub(super) fn show(
    ui: &mut Ui,
    card: Rect,
    look: &'static CardLook,
    app: &AppState,
    screen: &mut LiveScreen,
    out: &mut Requests,
) {
    ground(ui, card, radius::NOW_PLAYING);
    match &app.playing {
        Some(playing) => song_ui(ui, card, look, app, playing, screen, out),
        None => waiting_ui(ui, card, app),
    }
}

fn waiting_ui(ui: &mut Ui, card: Rect, app: &AppState) {
    let theme = Theme::of(ui);
    let program = app.sources.values().find_map(|status| match status {
        SourceStatus::Following { source, .. } => Some(source.name()),
        _ => None,
    });
    let words = match program {
        Some(program) => format!("Play something in {program}. It shows up here by itself."),
        None => "No DJ program is followed: choose “Now playing” on a track of the library.".to_owned(),
    };
    let block = Rect::from_center_size(card.center(), vec2(card.width() - 40.0, 126.0));
    let mut column = centered_in(ui, block);
    column.spacing_mut().item_spacing.y = 6.0;
    icons::MUSIC_NOTES.show(&mut column, 34.0, theme.text3);
    label(
        &mut column,
        "Waiting for the first track",
        text::hero(),
        theme.text,
    );
    label(&mut column, words, text::large(), theme.text2);
}

fn song_ui(
    ui: &mut Ui,
    card: Rect,
    look: &'static CardLook,
    app: &AppState,
    playing: &NowPlaying,
    screen: &mut LiveScreen,
    out: &mut Requests,
) {
    let answers = app.live.plays.iter().find(|play| play.play_id == playing.play_id);
    let likes = answers.map_or(0, |play| play.likes);
    let (now, still) = (ui.ctx().time(), app.settings.less_motion);
    let risen = screen.motion.risen(playing.play_id, likes, now, still);
    let pulse = screen.motion.pulse(likes, now, still);
    if risen < 1.0 || pulse.is_some() {
        ui.ctx().request_repaint();
    }
    let edge = card.left() + look.cover_at.x;
    let mut left = edge;
    // On a narrow window the words need the room.
    if look.cover > 0.0 && card.width() >= COVER_FROM {
        let cover = Rect::from_min_size(card.min + look.cover_at, Vec2::splat(look.cover));
        out.cover(
            ui,
            cover,
            &CoverTraits::song(&playing.values, &playing.title, &playing.artist),
        );
        left = cover.right() + look.gap;
    }
    let disc = disc_ui(ui, card, look, likes, pulse);
    let caption = caption(app, playing, likes);
    let caption = Caption::new(&caption, text::body(), Theme::of(ui).text2);
    let caption_left = if look.values_below {
        let at = pos2(card.right() - look.cover_at.x, card.top() + look.caption);
        caption.right(ui, at).left()
    } else {
        let at = pos2(disc.center().x, card.top() + look.caption);
        caption.center(ui, at).left().min(disc.left())
    };
    // Beside a disc that fills the corner.
    let corner = if look.values_below {
        let left = disc.left() - 8.0 - size::CONTROL_SMALL;
        pos2(left, card.top() + look.label - 15.0)
    } else {
        card.right_top() + vec2(-42.0, 12.0)
    };
    let words = Rect::from_min_max(
        pos2(left, card.top()),
        pos2(corner.x.min(disc.left() - 6.0) - 8.0, card.bottom()),
    );
    let two_lines = words_ui(ui, words, look, playing, risen);
    let (lines, bpm) = if two_lines {
        (&look.two_lines, look.bpm_small)
    } else {
        (&look.one_line, look.bpm)
    };
    let values_left = if look.values_below { edge } else { left };
    let place = values::ValuesPlace {
        at: pos2(values_left, card.top() + lines.values),
        width: caption_left - 12.0 - values_left,
        bpm: bpm(),
        features: look.features,
    };
    values::show(ui, &place, playing, answers);
    time_ui(ui, card, look, app, playing);
    if let Some(wrong) = menu_ui(ui, corner, &still_words(app, playing)) {
        wrong.obey(playing.play_id, screen, out);
    }
}

/// Title and artist, risen from 0 to 1; returns whether the title has two lines.
fn words_ui(ui: &Ui, place: Rect, look: &CardLook, playing: &NowPlaying, risen: f32) -> bool {
    let theme = Theme::of(ui);
    let (left, top, width) = (place.left(), place.top(), place.width());
    let painter = ui.painter();
    icons::MUSIC_NOTES.paint_filled(
        painter,
        pos2(left + 8.0, top + look.label),
        14.0,
        theme.spark_text,
    );
    Caption::new("Now playing", text::strong(), theme.spark_text)
        .left(ui, pos2(left + 22.0, top + look.label));
    let rise = vec2(0.0, 12.0 * (1.0 - risen));
    let title = title_galley(ui, &playing.title, look.titles, width, theme.text);
    let two_lines = title.rows.len() > 1;
    let (lines, title_y) = if two_lines {
        // Some scripts have higher lines: the artist keeps its place, the title moves up.
        let artist = look.two_lines.artist - (look.artist)().size * 0.62;
        let top = look.two_lines.title.min(artist - title.size().y);
        (&look.two_lines, top)
    } else {
        (&look.one_line, look.one_line.title - title.size().y / 2.0)
    };
    let title_rect = Rect::from_min_size(pos2(left, top + title_y) + rise, title.size());
    name_at(ui, title_rect, &playing.title);
    painter.galley_with_override_text_color(title_rect.min, title, theme.text.gamma_multiply(risen));
    let artist = if playing.artist.is_empty() {
        "Unknown artist"
    } else {
        &playing.artist
    };
    Caption::new(artist, (look.artist)(), theme.text2.gamma_multiply(risen))
        .within(width)
        .left(ui, pos2(left, top + lines.artist) + rise);
    two_lines
}

/// The title as large as it fits, in one line or two.
fn title_galley(ui: &Ui, title: &str, sizes: TitleSizes, width: f32, color: Color32) -> Arc<Galley> {
    let painter = ui.painter();
    let (one_line, two_lines) = sizes;
    for points in one_line {
        let galley = painter.layout_no_wrap(title.to_owned(), text::title_live(points), color);
        if galley.size().x <= width {
            return galley;
        }
    }
    let [larger @ .., smallest] = two_lines;
    let in_two_lines = |points: f32| {
        let mut job = LayoutJob::simple(title.to_owned(), text::title_live(points), color, width);
        job.wrap.max_rows = 2;
        painter.layout_job(job)
    };
    larger
        .into_iter()
        .map(in_two_lines)
        .find(|galley| !galley.elided)
        .unwrap_or_else(|| in_two_lines(smallest))
}

/// Likes in the disc; returns where it is.
fn disc_ui(ui: &Ui, card: Rect, look: &CardLook, likes: u32, pulse: Option<f32>) -> Rect {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let center = card.right_top() + look.disc_at;
    let (outer, inner) = (look.disc, look.disc * 0.775);
    painter.circle_filled(center, outer, theme.heart_quiet.gamma_multiply(0.8));
    if let Some(far) = pulse {
        painter.circle_stroke(
            center,
            outer + 14.0 * far,
            Stroke::new(2.0, theme.heart.gamma_multiply(1.0 - far)),
        );
    }
    painter.circle_filled(center, inner, theme.heart);
    let heart = center - vec2(0.0, inner * 0.4);
    icons::HEART.paint_filled(painter, heart, inner * 0.42, theme.on_heart);
    let number = thousands(likes as usize);
    let font = text::likes_live(number.len(), inner);
    let galley = painter.layout_no_wrap(number, font, theme.on_heart);
    painter.galley(
        center + vec2(-galley.size().x / 2.0, inner / 4.0 - galley.size().y / 2.0),
        galley,
        theme.on_heart,
    );
    let word = if likes == 1 { "like" } else { "likes" };
    let rect = Rect::from_center_size(center, Vec2::splat(2.0 * inner));
    name_at(ui, rect, &format!("{likes} {word} on this song"));
    Rect::from_center_size(center, Vec2::splat(2.0 * outer))
}

/// What stands under the number of likes.
fn caption(app: &AppState, playing: &NowPlaying, likes: u32) -> String {
    let crowd = &app.live.crowd;
    if link::is_stale(&app.live) {
        return format!("as of {}", words::clock(crowd.updated_at_ms, app.utc_offset_s));
    }
    if app.now_ms - playing.started_at_ms < JUST_STARTED_MS {
        return "just started".to_owned();
    }
    match (crowd.likes_by_minute.last(), likes) {
        (Some(minute @ 1..), _) => format!("+{minute} this minute"),
        (_, 0) => "no likes yet".to_owned(),
        (_, 1) => "like".to_owned(),
        _ => "likes".to_owned(),
    }
}

/// How far the song is; an estimate, since only its start was seen.
#[derive(Debug, PartialEq)]
struct SongProgress {
    elapsed: String,
    /// `None` where the song's length is not known.
    rest: Option<Rest>,
}

/// What is left of the song.
#[derive(Debug, PartialEq)]
struct Rest {
    words: String,
    /// The song should have ended.
    is_over: bool,
    /// What has played, 0 to 1.
    share: f32,
}

impl SongProgress {
    fn of(now_ms: i64, playing: &NowPlaying) -> Self {
        let elapsed = ((now_ms - playing.started_at_ms).max(0) as f64 / 1000.0).floor();
        let length = playing.values.duration_s.filter(|length| *length > 1.0);
        let rest = length.map(|length| {
            let left = length - elapsed;
            let is_over = left < 0.0;
            Rest {
                words: if is_over {
                    format!("+{}", duration(-left))
                } else {
                    format!("{} left", duration(left))
                },
                is_over,
                share: (elapsed / length).clamp(0.0, 1.0) as f32,
            }
        });
        Self {
            elapsed: duration(elapsed),
            rest,
        }
    }
}

fn time_ui(ui: &Ui, card: Rect, look: &CardLook, app: &AppState, playing: &NowPlaying) {
    let theme = Theme::of(ui);
    let progress = SongProgress::of(app.now_ms, playing);
    let y = card.bottom() - look.time;
    let left = card.left() + look.cover_at.x;
    let shown = Caption::new(&progress.elapsed, text::large(), theme.text2).left(ui, pos2(left, y));
    let right = card.right() - look.cover_at.x;
    let Some(rest) = progress.rest else {
        Caption::new("length not known", text::body(), theme.text3)
            .within(right - shown.right())
            .right(ui, pos2(right, y));
        return;
    };
    let color = if rest.is_over { theme.text3 } else { theme.text };
    let estimated = Caption::new("estimated", text::body(), theme.text3).right(ui, pos2(right, y));
    let time =
        Caption::new(&rest.words, text::list_live(), color).right(ui, pos2(estimated.left() - 14.0, y));
    let bar = Rect::from_min_max(
        pos2(shown.right().max(left + 32.0) + 14.0, y - 5.0),
        pos2(time.left() - 14.0, y + 5.0),
    );
    if rest.is_over {
        // The bar becomes a hairline.
        ui.painter().hline(bar.x_range(), y, (1.0, theme.line_strong));
        return;
    }
    ui.painter().rect_filled(bar, 5.0, theme.bg3);
    let filled = bar.with_max_x(bar.left() + (bar.width() * rest.share).max(10.0));
    ui.painter().rect_filled(filled, 5.0, theme.spark);
}

/// What the DJ says of a song that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    /// It does not play: the last one still does.
    StillTheLast,
    /// It is another one.
    Another,
    /// It was not played at all.
    NotPlayed,
}

impl Wrong {
    fn obey(self, play: PlayUuid, screen: &mut LiveScreen, out: &mut Requests) {
        match self {
            Self::StillTheLast => out.push(Command::NowPlaying(NowPlayingCommand::StillLastSong)),
            Self::Another => screen.dialog = Some(Dialog::Replace(Replacing::new(play))),
            Self::NotPlayed => screen.dialog = Some(Dialog::Remove(play)),
        }
    }
}

/// Which song would play still.
fn still_words(app: &AppState, playing: &NowPlaying) -> String {
    let mut before = app.live.plays.iter().rev();
    match before.find(|play| play.play_id != playing.play_id) {
        Some(play) => format!("It is still “{}”", words::short(&play.title, 24)),
        None => "This song does not play".to_owned(),
    }
}

/// What to do when the wrong song is shown; returns what was pressed.
fn menu_ui(ui: &mut Ui, corner: Pos2, still: &str) -> Option<Wrong> {
    let side = size::CONTROL_SMALL;
    let rect = Rect::from_min_size(corner, Vec2::splat(side));
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    let button = icon_button(&mut child, icons::DOTS_THREE, "Correct this song", side);
    let mut wrong = None;
    menu(Over::WrongSong, &button, 300.0, |ui| {
        ui.set_min_width(280.0);
        let last = Button::new(still).ghost().icon(icons::ARROW_BEND_UP_LEFT);
        if last.name("It is still the last song").show(ui).clicked() {
            wrong = Some(Wrong::StillTheLast);
            ui.close();
        }
        let another = Button::new("It is another song…").ghost().icon(icons::SWAP);
        if another.show(ui).clicked() {
            wrong = Some(Wrong::Another);
            ui.close();
        }
        let none = Button::new("Take it out of the night…")
            .ghost()
            .icon(icons::TRASH);
        if none.show(ui).clicked() {
            wrong = Some(Wrong::NotPlayed);
            ui.close();
        }
    });
    wrong
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pika_engine::{
        library::Values,
        live::{Crowd, LinkInfo, LinkKind, LiveState},
        nowplaying::SourceKind,
    };

    use super::*;

    fn song(duration_s: Option<f64>) -> NowPlaying {
        NowPlaying {
            play_id: uuid::Uuid::nil(),
            started_at_ms: 0,
            logged_at_ms: 0,
            title: "Low Tide".into(),
            artist: String::new(),
            source: SourceKind::Hand,
            track: None,
            matched_by: None,
            values: Values {
                duration_s,
                ..Values::default()
            },
            needs_analysis: false,
        }
    }

    #[test]
    fn the_time_left_is_an_estimate_that_may_be_over() {
        let told = |now_ms, length| {
            let progress = SongProgress::of(now_ms, &song(length));
            let rest = progress.rest.map_or("?".to_owned(), |rest| rest.words);
            format!("{} / {rest}", progress.elapsed)
        };
        assert_eq!(told(62_900, Some(242.0)), "1:02 / 3:00 left");
        assert_eq!(told(250_000, Some(242.0)), "4:10 / +0:08");
        assert_eq!(told(-5, None), "0:00 / ?");
        assert_eq!(told(3_000, Some(0.5)), "0:03 / ?", "a length that cannot be");
    }

    #[test]
    fn under_the_likes_stands_what_is_newest() {
        let told = |now_ms, minute, likes, kind| {
            let app = AppState {
                now_ms,
                live: Arc::new(LiveState {
                    crowd: Crowd {
                        likes_by_minute: vec![minute],
                        updated_at_ms: 60_000,
                        ..Crowd::default()
                    },
                    link: LinkInfo {
                        kind,
                        ..LinkInfo::default()
                    },
                    ..LiveState::default()
                }),
                ..AppState::default()
            };
            caption(&app, &song(None), likes)
        };
        assert_eq!(told(90_000, 3, 9, LinkKind::Offline), "as of 00:01");
        assert_eq!(told(19_999, 3, 9, LinkKind::Connected), "just started");
        assert_eq!(told(90_000, 3, 9, LinkKind::Connected), "+3 this minute");
        assert_eq!(told(90_000, 0, 9, LinkKind::Connected), "likes");
        assert_eq!(told(90_000, 0, 1, LinkKind::Connected), "like");
        assert_eq!(told(90_000, 0, 0, LinkKind::Connected), "no likes yet");
    }
}
