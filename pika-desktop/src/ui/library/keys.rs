//! The library by keyboard.

use eframe::egui::{Context, Event, Key};

use super::{batch, search_id};
use crate::ui::Requests;
use crate::ui::{
    UiState,
    shortcuts::{self, Action},
    widgets::Toast,
};
use pika_engine::{app::AppState, command::Command};

pub(super) fn handle(ctx: &Context, app: &AppState, state: &mut UiState, out: &mut Requests) {
    // A dialog or a popup has the keys for itself.
    let dialog = state.shortcuts_open || state.library.failed_open || state.typing.is_some();
    if dialog || ctx.any_popup_open() {
        return;
    }
    if shortcuts::pressed(ctx, Action::Search) {
        ctx.memory_mut(|memory| memory.request_focus(search_id()));
    }
    let Some(listing) = &app.listing else { return };
    if ctx.memory(|memory| memory.has_focus(search_id())) {
        // From the search into the list.
        let down = ctx.input_mut(|input| {
            input.consume_key(eframe::egui::Modifiers::NONE, Key::ArrowDown)
                || input.consume_key(eframe::egui::Modifiers::NONE, Key::Enter)
        });
        if down && !listing.is_empty() {
            ctx.memory_mut(|memory| memory.surrender_focus(search_id()));
            state
                .library
                .selection
                .choose(listing, 0, super::selection::Choice::Only);
            state.library.scroll_to = Some(0);
        } else if shortcuts::pressed(ctx, Action::Close) {
            state.library.text.clear();
            ctx.memory_mut(|memory| memory.surrender_focus(search_id()));
        }
        return;
    }
    // While text is typed, Ctrl Z takes typing back.
    if ctx.text_edit_focused() {
        return;
    }
    if shortcuts::pressed(ctx, Action::Undo) {
        out.push(Command::UndoCorrection);
        state.toasts.push(Toast::done("Taken back"));
    }
    if shortcuts::pressed(ctx, Action::SelectAll) {
        state.library.selection.choose_all(listing);
    }
    if shortcuts::pressed(ctx, Action::Close) {
        let screen = &mut state.library;
        if screen.selection.len() > 1 {
            screen.selection.clear();
        } else {
            screen.text.clear();
        }
    }
    for (by, extend) in steps(ctx, state.library.page) {
        if let Some(place) = state.library.selection.step(listing, by, extend) {
            state.library.scroll_to = Some(place);
        }
    }
    // A slow frame brings several presses: each counts.
    let presses = |action| shortcuts::presses(ctx, action).min(8) as i32;
    let doublings = presses(Action::Double) - presses(Action::Halve);
    if doublings != 0 {
        let factor = 2f64.powi(doublings);
        batch::scale(state.library.selection.in_order(listing), factor, state, out);
    }
    if shortcuts::pressed(ctx, Action::PlayNow)
        && let Some(track) = state.library.focused()
    {
        play_now(track, app, state, out);
    }
}

/// A track plays now because the DJ says so.
pub(super) fn play_now(
    track: pika_engine::library::TrackId,
    app: &AppState,
    state: &mut UiState,
    out: &mut Requests,
) {
    if let Some(row) = app.listing.as_ref().and_then(|listing| listing.table.find(track)) {
        state
            .toasts
            .push(Toast::done(format!("Now playing: {}", row.title)));
    }
    out.push(Command::PlayNow(track));
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
