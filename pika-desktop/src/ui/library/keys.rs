//! The library by keyboard.

use eframe::egui::{Context, Event, Key, Modifiers};
use pika_engine::{
    app::{AppState, Command},
    library::{LibraryCommand, TrackId, browse::Listing},
    nowplaying::NowPlayingCommand,
};

use super::{actions::TrackAction, selection::Choice, state::LibraryScreen, top::search_id};
use crate::ui::{
    requests::Requests,
    shortcuts::{self, Action},
    widgets::Toast,
};

/// The keys of the list; nothing may lie over the screen.
pub(in crate::ui) fn handle(ctx: &Context, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    // A dialog or a popup has the keys for itself.
    if screen.failed_open || ctx.any_popup_open() {
        return;
    }
    if shortcuts::pressed(ctx, Action::Search) {
        ctx.memory_mut(|memory| memory.request_focus(search_id()));
    }
    let Some(listing) = &app.listing else { return };
    if ctx.memory(|memory| memory.has_focus(search_id())) {
        keys_of_search(ctx, listing, screen);
    } else if !ctx.text_edit_focused() {
        // While text is typed, Ctrl Z takes typing back.
        keys_of_list(ctx, app, listing, screen, out);
    }
}

/// From the search into the list, or out of it.
fn keys_of_search(ctx: &Context, listing: &Listing, screen: &mut LibraryScreen) {
    let down = ctx.input_mut(|input| {
        input.consume_key(Modifiers::NONE, Key::ArrowDown) || input.consume_key(Modifiers::NONE, Key::Enter)
    });
    if down && !listing.is_empty() {
        ctx.memory_mut(|memory| memory.surrender_focus(search_id()));
        screen.selection.choose(listing, 0, Choice::Only);
        screen.scroll_to = Some(0);
    } else if shortcuts::pressed(ctx, Action::Close) {
        screen.text.clear();
        ctx.memory_mut(|memory| memory.surrender_focus(search_id()));
    }
}

fn keys_of_list(
    ctx: &Context,
    app: &AppState,
    listing: &Listing,
    screen: &mut LibraryScreen,
    out: &mut Requests,
) {
    if shortcuts::pressed(ctx, Action::Undo) {
        out.push(Command::Library(LibraryCommand::UndoCorrection));
        out.toast(Toast::done("Taken back"));
    }
    if shortcuts::pressed(ctx, Action::SelectAll) {
        screen.selection.choose_all(listing);
    }
    if shortcuts::pressed(ctx, Action::Close) {
        if screen.selection.len() > 1 {
            screen.selection.clear();
        } else {
            screen.text.clear();
        }
    }
    for (by, extend) in steps(ctx, screen.page) {
        if let Some(place) = screen.selection.step(listing, by, extend) {
            screen.scroll_to = Some(place);
        }
    }
    // A slow frame brings several presses: each counts.
    let presses = |action| shortcuts::presses(ctx, action).min(8) as i32;
    let doublings = presses(Action::Double) - presses(Action::Halve);
    if doublings != 0 {
        let scale = TrackAction::Scale(2f64.powi(doublings));
        scale.run(screen.selection.in_order(listing), out);
    }
    if shortcuts::pressed(ctx, Action::PlayNow)
        && let Some(track) = screen.focused()
    {
        play_now(track, app, out);
    }
}

/// A track plays now because the DJ says so.
pub(super) fn play_now(track: TrackId, app: &AppState, out: &mut Requests) {
    if let Some(row) = app.listing.as_ref().and_then(|listing| listing.table.find(track)) {
        out.toast(Toast::done(format!("Now playing: {}", row.title)));
    }
    out.push(Command::NowPlaying(NowPlayingCommand::PlayNow(track)));
}

/// Rows to move by, each with whether the selection grows. Every press counts, however many a frame brings,
/// and each with the Shift of its own moment.
fn steps(ctx: &Context, page: usize) -> Vec<(isize, bool)> {
    let page = isize::try_from(page.max(2) - 1).unwrap_or(10);
    let mut steps = Vec::new();
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } = event
            else {
                return true;
            };
            let by = match key {
                Key::ArrowDown => 1,
                Key::ArrowUp => -1,
                Key::PageDown => page,
                Key::PageUp => -page,
                Key::Home => isize::MIN + 1,
                Key::End => isize::MAX,
                _ => return true,
            };
            if modifiers.command || modifiers.alt {
                return true;
            }
            steps.push((by, modifiers.shift));
            false
        });
    });
    steps
}
