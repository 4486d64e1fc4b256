//! The library by keyboard.

use eframe::egui::Context;
use pika_engine::{
    app::AppState,
    library::{TrackId, browse::Listing},
};

use super::{actions::TrackAction, state::LibraryScreen, top::search_id};
use crate::ui::{
    deed::{By, Deed},
    detail,
    keyboard::{Keys, Pressed},
    requests::Requests,
    shortcuts::Action,
};

/// What is pressed while nothing lies over the screen.
pub(in crate::ui) fn obey(
    ctx: &Context,
    app: &AppState,
    screen: &mut LibraryScreen,
    keys: &Keys,
    out: &mut Requests,
) {
    if keys.has(Action::Search) {
        ctx.memory_mut(|memory| memory.request_focus(search_id()));
    }
    let Some(listing) = &app.listing else { return };
    for pressed in keys.iter() {
        obey_one(app, listing, screen, pressed, out);
    }
    // A slow frame brings several presses: each counts.
    let presses = |action| keys.count(action).min(8) as i32;
    let doublings = presses(Action::Double) - presses(Action::Halve);
    if doublings != 0 {
        let scale = TrackAction::Scale(2f64.powi(doublings));
        scale.run(screen.selection.in_order(listing), out);
    }
    if let Some(focused) = screen.in_panel() {
        detail::obey(app, focused, &mut screen.detail, keys, ctx.time(), out);
    }
}

fn obey_one(
    app: &AppState,
    listing: &Listing,
    screen: &mut LibraryScreen,
    pressed: Pressed,
    out: &mut Requests,
) {
    let page = isize::try_from(screen.page.max(2) - 1).unwrap_or(10);
    let by = match pressed.action {
        Action::RowDown => 1,
        Action::RowUp => -1,
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::FirstRow => isize::MIN + 1,
        Action::LastRow => isize::MAX,
        Action::SelectAll => return screen.selection.choose_all(listing),
        Action::Close => return close(screen),
        Action::PlayNow => {
            if let Some(track) = screen.focused() {
                play_now(track, By::Key, app, out);
            }
            return;
        }
        _ => return,
    };
    if let Some(place) = screen.selection.step(listing, by, pressed.extends) {
        screen.scroll_to = Some(place);
    }
}

/// Esc, from the top: several chosen rows, the panel, the search.
fn close(screen: &mut LibraryScreen) {
    if screen.selection.len() > 1 {
        screen.selection.clear();
    } else if screen.focused().is_some() {
        screen.close_panel();
    } else {
        screen.text.clear();
    }
}

/// A track plays now because the DJ says so.
pub(super) fn play_now(track: TrackId, by: By, app: &AppState, out: &mut Requests) {
    let row = app.listing.as_ref().and_then(|listing| listing.table.find(track));
    let title = row.map(|row| row.title.to_string()).unwrap_or_default();
    out.reach(Deed::PlayNow { track, title }, by);
}
