//! The table: a header that sorts and stretches, and the rows that are in view. Rows are painted, not laid
//! out: a hundred thousand cost what twenty do.

use eframe::egui::{
    CursorIcon, Id, PointerButton, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use pika_engine::{
    app::{AppState, Command},
    library::{
        Correction, SortColumn, TrackId,
        browse::{Listing, RowStatus, TrackRow},
    },
    settings::{Column, TableSettings},
};

use super::{
    batch, cells,
    columns::{self, LEAD, Place, layout},
    empty, filters, keys,
    selection::Choice,
    state::LibraryScreen,
    top,
};
use crate::ui::{
    fonts::Weight,
    icons,
    requests::Requests,
    theme::{Theme, font, size},
    widgets::{Toast, checkbox, focus_ring},
    words,
};
use pika_engine::library::LibraryCommand;

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    let mut table = screen.table.take().unwrap_or_else(|| app.settings.table.clone());
    let width = ui.available_width();
    let places = layout(&table, width);
    let dragging = header_ui(ui, app, screen, &places, &mut table);
    if !dragging {
        filters::keep_table(app, table.clone(), out);
    }
    // The hand keeps what is being dragged, and what has not come round through the settings yet.
    if table != app.settings.table {
        screen.table = Some(table);
    }
    match &app.listing {
        None => {}
        Some(listing) if listing.is_empty() => empty::nothing_ui(ui, app, screen),
        Some(listing) => rows_ui(ui, app, listing, screen, &places, out),
    }
}

/// Draws the header; returns whether a width is being dragged.
fn header_ui(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut LibraryScreen,
    places: &[Place],
    table: &mut TableSettings,
) -> bool {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), size::HEADER), Sense::hover());
    ui.painter().rect_filled(rect, 0.0, theme.bg1);
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, (1.0, theme.line));
    if screen.selection.len() > 1
        && let Some(listing) = &app.listing
    {
        let all = screen.selection.len() >= listing.len();
        let mut checked = all;
        let at = Rect::from_center_size(pos2(rect.left() + 24.0, rect.center().y), vec2(16.0, 16.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(at));
        if checkbox(&mut child, &mut checked, !all, "Select all", 16.0).changed() {
            if checked {
                screen.selection.choose_all(listing);
            } else {
                screen.selection.clear();
            }
        }
    }
    let mut dragging = false;
    for (index, place) in places.iter().enumerate() {
        let cell = Rect::from_min_size(
            pos2(rect.left() + place.left, rect.top()),
            vec2(place.width, rect.height()),
        );
        header_cell_ui(ui, cell, place.column, table);
        // The title takes what the others leave; the status is an icon.
        let next = places.get(index + 1);
        if place.column != Column::Title && place.column != Column::Status && next.is_some() {
            dragging |= edge_ui(ui, cell, place, table);
        }
    }
    dragging
}

fn header_cell_ui(ui: &mut Ui, cell: Rect, column: Column, table: &mut TableSettings) {
    let theme = Theme::of(ui);
    let id = Id::unique(("header", column));
    let response = ui.interact(cell.shrink2(vec2(4.0, 0.0)), id, Sense::click());
    let sorted = table.sort == column.sort();
    let name = match (sorted, table.descending) {
        (false, _) => format!("Sort by {}", column.name()),
        (true, false) => format!("Sort by {}, now rising", column.name()),
        (true, true) => format!("Sort by {}, now falling", column.name()),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &name));
    let ink = if sorted || response.hovered() {
        theme.text
    } else {
        theme.text3
    };
    let galley =
        ui.painter()
            .layout_no_wrap(columns::header(column).to_owned(), font(12.0, Weight::Bold), ink);
    let caret = if sorted { 14.0 } else { 0.0 };
    let text = vec2(galley.size().x + caret, galley.size().y);
    let left = if columns::is_right(column) {
        cell.right() - 10.0 - text.x
    } else {
        cell.left()
    };
    let painter = ui.painter().with_clip_rect(cell.intersect(ui.clip_rect()));
    let after = left + galley.size().x + 8.0;
    painter.galley(pos2(left, cell.center().y - text.y / 2.0), galley, ink);
    if sorted {
        let icon = if table.descending {
            icons::CARET_DOWN
        } else {
            icons::CARET_UP
        };
        icon.paint_filled(&painter, pos2(after, cell.center().y), 10.0, ink);
    }
    focus_ring(ui, &response, 4.0);
    if response.clicked() {
        sort_by(table, column.sort());
    }
    if column == Column::Status {
        response.on_hover_text("Status");
    }
}

/// Once rising, again falling, a third time back to what came last.
fn sort_by(table: &mut TableSettings, sort: SortColumn) {
    (table.sort, table.descending) = match (table.sort == sort, table.descending) {
        (false, _) => (sort, false),
        (true, false) => (sort, true),
        (true, true) => (SortColumn::Added, sort != SortColumn::Added),
    };
}

/// The edge of a column that can be dragged; returns whether it is.
fn edge_ui(ui: &mut Ui, cell: Rect, place: &Place, table: &mut TableSettings) -> bool {
    let theme = Theme::of(ui);
    let edge = Rect::from_center_size(
        pos2(cell.right() - 4.0, cell.center().y),
        vec2(8.0, cell.height()),
    );
    let id = Id::unique(("edge", place.column));
    let response = ui
        .interact(edge, id, Sense::DRAG)
        .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    if response.hovered() || response.dragged() {
        ui.painter().vline(
            edge.center().x,
            edge.y_range().shrink(8.0),
            (2.0, theme.line_strong),
        );
    }
    if response.dragged_by(PointerButton::Primary) {
        let width =
            (place.width + response.drag_delta().x).clamp(*columns::WIDTHS.start(), *columns::WIDTHS.end());
        table.widths.insert(place.column, width);
        return true;
    }
    false
}

fn rows_ui(
    ui: &mut Ui,
    app: &AppState,
    listing: &Listing,
    screen: &mut LibraryScreen,
    places: &[Place],
    out: &mut Requests,
) {
    let playing = app.playing.as_ref().and_then(|play| play.track);
    let in_work = match &app.analysis {
        Some(progress) => &progress.in_work[..],
        None => &[],
    };
    let focus = screen.selection.place(listing);
    ScrollArea::vertical()
        .id_salt("library-rows")
        .auto_shrink([false, false])
        .content_margin(0.0)
        .show_viewport(ui, |ui, viewport| {
            let full = ui.available_rect_before_wrap();
            let top = full.top();
            ui.set_min_height(listing.len() as f32 * size::ROW);
            let row_rect = |place: usize| {
                Rect::from_min_size(
                    pos2(full.left(), top + place as f32 * size::ROW),
                    vec2(full.width(), size::ROW),
                )
            };
            if let Some(place) = screen.scroll_to.take() {
                ui.scroll_to_rect(row_rect(place), None);
            }
            screen.page = (viewport.height() / size::ROW) as usize;
            let first = (viewport.top() / size::ROW).max(0.0) as usize;
            let last = ((viewport.bottom() / size::ROW).ceil().max(0.0) as usize).min(listing.len());
            for place in first..last {
                let Some(row) = listing.row(place) else { continue };
                let rect = row_rect(place);
                row_ui(
                    ui,
                    app,
                    screen,
                    &RowPlace {
                        listing,
                        place,
                        row,
                        rect,
                        focused: focus == Some(place),
                        playing: playing == Some(row.id),
                        in_work: in_work.contains(&row.id),
                    },
                    places,
                    out,
                );
            }
        });
}

/// A row and where it is.
struct RowPlace<'a> {
    listing: &'a Listing,
    place: usize,
    row: &'a TrackRow,
    rect: Rect,
    focused: bool,
    playing: bool,
    in_work: bool,
}

fn row_ui(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut LibraryScreen,
    at: &RowPlace<'_>,
    places: &[Place],
    out: &mut Requests,
) {
    let theme = Theme::of(ui);
    let (row, rect) = (at.row, at.rect);
    let chosen = screen.selection.contains(row.id);
    let several = screen.selection.len() > 1;
    // Not in the chain of Tab: the arrows walk here.
    let response = ui.interact(rect, Id::unique(("track", row.id.0)), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, chosen, cells::spoken(row, at.in_work)));
    let fill = match (chosen, several, response.hovered()) {
        (true, false, _) => theme.bg3,
        (true, true, _) => theme.bg2,
        (false, _, true) => theme.bg1,
        (false, _, false) => theme.bg0,
    };
    let painter = ui.painter();
    painter.rect_filled(rect, 0.0, fill);
    let hairline = theme.line.gamma_multiply(0.45);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, (1.0, hairline));
    if at.focused {
        painter.rect_filled(rect.with_max_x(rect.left() + 3.0), 0.0, theme.spark_text);
    }
    if several {
        let center = pos2(rect.left() + 24.0, rect.center().y);
        let mut child = ui.new_child(
            UiBuilder::new()
                .max_rect(Rect::from_center_size(center, vec2(16.0, 16.0)))
                .id_salt(row.id.0),
        );
        let mut checked = chosen;
        if checkbox(
            &mut child,
            &mut checked,
            false,
            &format!("Select {}", row.title),
            16.0,
        )
        .changed()
        {
            screen.selection.choose(at.listing, at.place, Choice::Toggle);
        }
    } else if at.playing {
        let center = pos2(rect.left() + LEAD - 18.0, rect.center().y);
        icons::SPEAKER_HIGH.paint_filled(ui.painter(), center, 16.0, theme.spark_text);
    }
    cells::row_ui(ui, row, at.in_work, rect, places);
    if response.clicked() {
        let modifiers = ui.input(|input| input.modifiers);
        let choice = if modifiers.shift {
            Choice::Range
        } else if modifiers.command {
            Choice::Toggle
        } else {
            Choice::Only
        };
        screen.selection.choose(at.listing, at.place, choice);
        // The keys belong to the list now.
        ui.ctx()
            .memory_mut(|memory| memory.surrender_focus(top::search_id()));
    }
    if response.secondary_clicked() && !chosen {
        screen.selection.choose(at.listing, at.place, Choice::Only);
    }
    response.context_menu(|ui| menu_ui(ui, app, screen, at.listing, row, out));
    if let Some(pointer) = response.hover_pos() {
        hint(response, places, pointer.x, at);
    }
}

/// What an icon or an elided text says in full.
fn hint(response: eframe::egui::Response, places: &[Place], x: f32, at: &RowPlace<'_>) {
    let (row, rect) = (at.row, at.rect);
    let Some(place) = places
        .iter()
        .find(|place| (place.left..place.left + place.width).contains(&(x - rect.left())))
    else {
        return;
    };
    match place.column {
        Column::Status => {
            response.on_hover_text_at_pointer(cells::status_words(row, at.in_work));
        }
        Column::Key => {
            if let Some(key) = row.key {
                response.on_hover_text_at_pointer(key.short_name());
            }
        }
        _ => {}
    }
}

fn menu_ui(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut LibraryScreen,
    listing: &Listing,
    row: &TrackRow,
    out: &mut Requests,
) {
    let tracks: Vec<TrackId> = screen.selection.in_order(listing);
    let many = tracks.len() > 1;
    if !many && ui.button("Playing now").clicked() {
        keys::play_now(row.id, app, out);
    }
    if ui.button("Halve the tempo").clicked() {
        batch::scale(tracks.clone(), 0.5, out);
    }
    if ui.button("Double the tempo").clicked() {
        batch::scale(tracks.clone(), 2.0, out);
    }
    if (many || row.status == RowStatus::Corrected) && ui.button("Back to what was measured").clicked() {
        batch::correct(
            tracks.clone(),
            Correction::Reset,
            "Back to what was measured",
            out,
        );
    }
    if ui.button("Analyse again").clicked() {
        let words = format!("{} will be analysed again", words::tracks(tracks.len()));
        out.toast(Toast::done(words));
        out.push(Command::Library(LibraryCommand::AnalyzeAgain(tracks.clone())));
    }
    if ui.button("Copy artist and title").clicked() {
        ui.ctx()
            .copy_text(top::as_text(listing, &tracks).trim_end().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_sorts_rising_then_falling_then_by_date_added() {
        let mut table = TableSettings::default();
        let mut press = || {
            sort_by(&mut table, SortColumn::Bpm);
            (table.sort, table.descending)
        };
        assert_eq!(press(), (SortColumn::Bpm, false));
        assert_eq!(press(), (SortColumn::Bpm, true));
        assert_eq!(press(), (SortColumn::Added, true));
        let mut table = TableSettings::default();
        sort_by(&mut table, SortColumn::Added);
        assert_eq!((table.sort, table.descending), (SortColumn::Added, false));
    }
}
