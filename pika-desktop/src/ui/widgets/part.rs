//! Parts of a screen that stay the same thing.
//!
//! egui counts the widgets above to tell one from another, so that one more above makes others of all below: the
//! keyboard loses its place, and a press that a screen reader has sent arrives nowhere. What stands below or beside
//! things that come and go is therefore put into a part with a name.

use eframe::egui::{Align, AsIdSalt, CentralPanel, Frame, Layout, Rect, Ui, UiBuilder};

use crate::ui::theme::Theme;

/// A part in `rect`, whatever was drawn before; `name` is its own within the surrounding part.
pub fn part(ui: &mut Ui, name: impl AsIdSalt, rect: Rect) -> Ui {
    let id = ui.scope_id().with(name);
    ui.new_child(UiBuilder::new().max_rect(rect).scope_id(id))
}

/// A part that follows what was drawn before; `name` is its own within the surrounding part.
pub fn section<R>(ui: &mut Ui, name: impl AsIdSalt, content: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.scope_id().with(name);
    ui.scope_builder(UiBuilder::new().scope_id(id), content).inner
}

/// What the panels at the edges leave of a screen, as a part.
pub fn central<R>(ui: &mut Ui, name: impl AsIdSalt, content: impl FnOnce(&mut Ui) -> R) -> R {
    CentralPanel::default()
        .frame(Frame::new().fill(Theme::of(ui).bg0))
        .show(ui, |ui| section(ui, name, content))
        .inner
}

/// A row in `rect`, from the left, its parts in the middle of its height.
pub fn row_in(ui: &mut Ui, rect: Rect) -> Ui {
    laid_out(ui, rect, Layout::left_to_right(Align::Center))
}

/// A row in `rect`, from the right, its parts in the middle of its height.
pub fn row_from_right(ui: &mut Ui, rect: Rect) -> Ui {
    laid_out(ui, rect, Layout::right_to_left(Align::Center))
}

/// A column in `rect`, from the top, its parts at the left edge.
pub fn column_in(ui: &mut Ui, rect: Rect) -> Ui {
    laid_out(ui, rect, Layout::top_down(Align::Min))
}

/// A column in `rect`, from the top, its parts in the middle of its width.
pub fn centered_in(ui: &mut Ui, rect: Rect) -> Ui {
    laid_out(ui, rect, Layout::top_down(Align::Center))
}

fn laid_out(ui: &mut Ui, rect: Rect, layout: Layout) -> Ui {
    ui.new_child(UiBuilder::new().max_rect(rect).layout(layout))
}
