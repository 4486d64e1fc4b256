//! Which song it really was: searched in the library, or typed when the library does not have it.

use eframe::egui::{Align2, Context, Key, Modifiers, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    library::{LibraryCommand, Track},
    nowplaying::{NowPlayingCommand, Replacement},
};

use super::{
    replacing::{Replacing, as_typed},
    state::After,
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, radius, text},
    widgets::{Button, Over, TextField, dialog, elided, entered, label},
    words,
};

/// Height of one track, in points.
const ROW: f32 = 40.0;
/// Tracks in view; the box is as high with fewer.
const ROWS: f32 = 6.0;

/// Draws the search under `title`.
pub(super) fn show(
    ctx: &Context,
    app: &AppState,
    title: &str,
    search: &mut Replacing,
    out: &mut Requests,
) -> After {
    // What the lines are the answer to: what is typed meanwhile must not take one of them.
    let is_answered =
        app.found.as_ref().is_some_and(|found| found.text == search.text) && search.asked.is_some();
    search.heard |= is_answered;
    let (tracks, typed) = lines(app, search);
    let mut chosen = None;
    let (cancel, close) = dialog(ctx, Over::LiveReplace, title, 520.0, |ui| {
        let theme = Theme::of(ui);
        let words = "Its likes and votes stay with the play. ↑ ↓ choose, Enter takes it.";
        label(ui, words, text::body(), theme.text2);
        ui.add_space(10.0);
        let count = tracks.len() + usize::from(typed.is_some());
        let moved = walk(ui, search, count);
        let response = TextField::new(&mut search.text, "Search the library")
            .hint("Title, artist, 96 bpm, 8A…")
            .icon(icons::MAGNIFYING_GLASS)
            .large()
            .opened()
            .show(ui);
        if search.asked.as_ref() != Some(&search.text) {
            search.asked = Some(search.text.clone());
            search.at = 0;
            out.push(Command::Library(LibraryCommand::FindTracks(search.text.clone())));
        }
        ui.add_space(8.0);
        let pressed = list_ui(ui, &tracks, typed.as_ref(), (search.at, moved));
        let pressed = pressed.filter(|at| is_answered || *at >= tracks.len());
        let enter = entered(ui, &response);
        if enter && !is_answered {
            // In a moment it counts: the field keeps the keyboard.
            response.request_focus();
        }
        chosen = pressed.or((enter && is_answered && count > 0).then_some(search.at));
        ui.add_space(12.0);
        Button::new("Cancel").show(ui).clicked()
    });
    let with = chosen.and_then(|at| match (tracks.get(at), typed) {
        (Some(track), _) => Some(Replacement::Track(track.id)),
        (None, Some((artist, title))) => Some(Replacement::Text { title, artist }),
        (None, None) => None,
    });
    let is_done = with.is_some();
    out.extend(with.map(|with| {
        let play = search.play;
        Command::NowPlaying(NowPlayingCommand::Replace { play, with })
    }));
    After::closes_if(is_done || cancel || close)
}

/// What can be taken: tracks of the library, and what was typed.
fn lines(app: &AppState, search: &Replacing) -> (Vec<Track>, Option<(String, String)>) {
    let found = app.found.as_ref();
    // While the answer to a further letter is awaited the last one stays, so that nothing jumps.
    let found = found.filter(|_| search.heard);
    let tracks = found.map_or(Vec::new(), |found| found.tracks.clone());
    (tracks, as_typed(&search.text))
}

/// The arrows choose a line; returns whether they did.
fn walk(ui: &Ui, search: &mut Replacing, count: usize) -> bool {
    let (down, up) = ui.input_mut(|input| {
        let mut presses = |key| input.count_and_consume_key(Modifiers::NONE, key);
        (presses(Key::ArrowDown), presses(Key::ArrowUp))
    });
    let last = count.saturating_sub(1);
    search.at = (search.at + down).saturating_sub(up).min(last);
    down + up > 0
}

/// The lines in a box of its own height; `at` is the chosen one and whether it just moved. Returns the pressed one.
fn list_ui(
    ui: &mut Ui,
    tracks: &[Track],
    typed: Option<&(String, String)>,
    (at, moved): (usize, bool),
) -> Option<usize> {
    let theme = Theme::of(ui);
    let mut pressed = None;
    let (room, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROWS * ROW), Sense::hover());
    let mut list = ui.new_child(eframe::egui::UiBuilder::new().max_rect(room).id_salt("found"));
    ScrollArea::vertical()
        .auto_shrink(false)
        .max_height(room.height())
        .show(&mut list, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (place, track) in tracks.iter().enumerate() {
                let about = words::by(&track.title, &track.artist);
                let line = Line {
                    name: format!("It was {about}"),
                    title: &track.title,
                    more: &track.artist,
                    bpm: track.values.bpm,
                };
                if line.show(ui, place == at, moved) {
                    pressed = Some(place);
                }
            }
            if let Some((artist, title)) = typed {
                let more = match artist.as_str() {
                    "" => "as it is typed, not in the library".to_owned(),
                    artist => format!("{artist} · as it is typed, not in the library"),
                };
                let line = Line {
                    name: format!("It was {}, as it is typed", words::by(title, artist)),
                    title,
                    more: &more,
                    bpm: None,
                };
                if line.show(ui, tracks.len() == at, moved) {
                    pressed = Some(tracks.len());
                }
            } else if tracks.is_empty() {
                label(ui, "Nothing in the library matches.", text::body(), theme.text3);
            }
        });
    pressed
}

/// One line that can be taken.
struct Line<'a> {
    name: String,
    title: &'a str,
    more: &'a str,
    bpm: Option<f64>,
}

impl Line<'_> {
    /// Title, artist, tempo; returns whether it was pressed.
    fn show(self, ui: &mut Ui, chosen: bool, moved: bool) -> bool {
        let theme = Theme::of(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &self.name));
        if chosen && moved {
            response.scroll_to_me(None);
        }
        let fill = match (chosen, response.hovered()) {
            (true, _) => theme.bg3,
            (false, true) => theme.bg2,
            (false, false) => theme.bg1,
        };
        let painter = ui.painter();
        painter.rect_filled(rect, f32::from(radius::CONTROL), fill);
        let middle = rect.center().y;
        let title = elided(
            painter,
            self.title,
            text::strong(),
            theme.text,
            rect.width() * 0.5,
        );
        let left = rect.left() + 10.0;
        let after = left + title.size().x + 8.0;
        painter.galley(pos2(left, middle - title.size().y / 2.0), title, theme.text);
        let room = rect.right() - 60.0 - after;
        let more = elided(painter, self.more, text::body(), theme.text2, room);
        painter.galley(pos2(after, middle - more.size().y / 2.0), more, theme.text2);
        if let Some(bpm) = self.bpm {
            let at = pos2(rect.right() - 10.0, middle);
            let bpm = format!("{bpm:.0}");
            painter.text(at, Align2::RIGHT_CENTER, bpm, text::body(), theme.text3);
        }
        response.clicked()
    }
}
