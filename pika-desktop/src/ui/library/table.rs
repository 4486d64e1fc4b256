//! The table: a header that sorts and stretches, and the rows that are in view. Rows are painted, not laid
//! out: a hundred thousand cost what twenty do.

use eframe::egui::{
    CursorIcon, Id, PointerButton, Rect, Response, Role, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo,
    pos2, vec2,
};
use pika_engine::{
    app::AppState,
    library::{
        SortColumn,
        browse::{Listing, RowStatus, TrackRow},
    },
    settings::{Column, TableSettings},
};

use super::{
    actions::TrackAction,
    cells,
    columns::{self, ColumnPlace, LEAD, layout},
    empty, filters, keys,
    selection::{Choice, Selection},
    state::LibraryScreen,
    top,
};
use crate::ui::{
    deed::By,
    icons,
    requests::Requests,
    theme::{Theme, size, text},
    widgets::{Over, checkbox, context_menu, focus_ring},
};

/// Side of a check box, and its middle from the left.
const CHECK: f32 = 16.0;
const CHECK_AT: f32 = 24.0;

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    let mut table = screen.table.take().unwrap_or_else(|| app.settings.table.clone());
    let width = ui.available_width();
    let places = layout(&table, width);
    screen.in_view = places.iter().map(|place| place.column).collect();
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
        Some(listing) => {
            let list = RowContext {
                app,
                listing,
                places: &places,
                focus: screen.selection.place(listing),
            };
            rows_ui(ui, &list, screen, out);
        }
    }
}

/// Draws the header; returns whether a width is being dragged.
fn header_ui(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut LibraryScreen,
    places: &[ColumnPlace],
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
        let mut child = ui.new_child(UiBuilder::new().max_rect(check_rect(rect)));
        if checkbox(&mut child, &mut checked, !all, "Select all", CHECK).changed() {
            if checked {
                screen.selection.choose_all(listing);
            } else {
                screen.selection.clear();
            }
        }
    }
    let mut dragging = false;
    for (index, place) in places.iter().enumerate() {
        let cell = place.cell(rect);
        header_cell_ui(ui, cell, place.column, table);
        // The title takes what the others leave; the status is an icon.
        let next = places.get(index + 1);
        if place.column != Column::Title && place.column != Column::Status && next.is_some() {
            dragging |= edge_ui(ui, cell, place, table);
        }
    }
    dragging
}

/// Where the check box of a row stands, or of the header.
fn check_rect(row: Rect) -> Rect {
    let center = pos2(row.left() + CHECK_AT, row.center().y);
    Rect::from_center_size(center, Vec2::splat(CHECK))
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
    let galley = ui
        .painter()
        .layout_no_wrap(columns::header(column).to_owned(), text::mark(), ink);
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
fn edge_ui(ui: &mut Ui, cell: Rect, place: &ColumnPlace, table: &mut TableSettings) -> bool {
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

/// What all rows share.
struct RowContext<'a> {
    app: &'a AppState,
    listing: &'a Listing,
    places: &'a [ColumnPlace],
    /// The row that has the focus.
    focus: Option<usize>,
}

impl<'a> RowContext<'a> {
    fn row(&self, place: usize, rect: Rect) -> Option<RowPlace<'a>> {
        let row = self.listing.row(place)?;
        let playing = self.app.playing.as_ref().and_then(|play| play.track);
        let in_work = self.app.analysis.as_ref().map(|progress| &progress.in_work);
        Some(RowPlace {
            place,
            row,
            rect,
            focused: self.focus == Some(place),
            playing: playing == Some(row.id),
            in_work: in_work.is_some_and(|in_work| in_work.contains(&row.id)),
        })
    }
}

/// A row and where it is.
struct RowPlace<'a> {
    place: usize,
    row: &'a TrackRow,
    rect: Rect,
    focused: bool,
    playing: bool,
    in_work: bool,
}

fn rows_ui(ui: &mut Ui, list: &RowContext<'_>, screen: &mut LibraryScreen, out: &mut Requests) {
    let count = list.listing.len();
    ScrollArea::vertical()
        .id_salt("library-rows")
        .auto_shrink([false, false])
        .content_margin(0.0)
        .show_viewport(ui, |ui, viewport| {
            let full = ui.available_rect_before_wrap();
            let top = full.top();
            ui.set_min_height(count as f32 * size::ROW);
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
            let last = ((viewport.bottom() / size::ROW).ceil().max(0.0) as usize).min(count);
            for place in first..last {
                if let Some(row) = list.row(place, row_rect(place)) {
                    row_ui(ui, list, &row, screen, out);
                }
            }
        });
}

fn row_ui(
    ui: &mut Ui,
    list: &RowContext<'_>,
    at: &RowPlace<'_>,
    screen: &mut LibraryScreen,
    out: &mut Requests,
) {
    let row = at.row;
    let chosen = screen.selection.contains(row.id);
    let several = screen.selection.len() > 1;
    // Not in the chain of Tab: the arrows walk here.
    let response = ui.interact(at.rect, Id::unique(("track", row.id.0)), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::Row, true, chosen, cells::spoken(row, at.in_work)));
    ground_ui(ui, at, (chosen, several, response.hovered()));
    if several {
        if check_ui(ui, at, chosen) {
            screen.selection.choose(list.listing, at.place, Choice::Toggle);
        }
    } else if at.playing {
        let center = pos2(at.rect.left() + LEAD - 18.0, at.rect.center().y);
        icons::SPEAKER_HIGH.paint_filled(ui.painter(), center, 16.0, Theme::of(ui).spark_text);
    }
    cells::row_ui(ui, row, at.in_work, at.rect, list.places);
    if response.clicked() {
        let choice = Choice::by(ui.input(|input| input.modifiers));
        screen.selection.choose(list.listing, at.place, choice);
        // The keys belong to the list now.
        ui.ctx()
            .memory_mut(|memory| memory.surrender_focus(top::search_id()));
    }
    if response.secondary_clicked() && !chosen {
        screen.selection.choose(list.listing, at.place, Choice::Only);
    }
    context_menu(Over::Row, &response, |ui| {
        menu_ui(ui, list, row, &screen.selection, out);
    });
    if let Some(pointer) = response.hover_pos() {
        hint(response, list.places, pointer.x, at);
    }
}

/// Fill, hairline, and the mark of the focus.
fn ground_ui(ui: &Ui, at: &RowPlace<'_>, (chosen, several, hovered): (bool, bool, bool)) {
    let theme = Theme::of(ui);
    let rect = at.rect;
    let fill = match (chosen, several, hovered) {
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
}

/// The check box where several are chosen; returns whether it was pressed.
fn check_ui(ui: &mut Ui, at: &RowPlace<'_>, chosen: bool) -> bool {
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(check_rect(at.rect))
            .id_salt(at.row.id.0),
    );
    let mut checked = chosen;
    let name = format!("Select {}", at.row.title);
    checkbox(&mut child, &mut checked, false, &name, CHECK).changed()
}

/// What an icon or an elided text says in full.
fn hint(response: Response, places: &[ColumnPlace], x: f32, at: &RowPlace<'_>) {
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

/// What a line of a row's menu does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum MenuEntry {
    PlayNow,
    Action(TrackAction),
    Copy,
}

/// The menu of a row, from the top. `many`: it is for several tracks.
fn menu(many: bool, status: &RowStatus) -> Vec<(&'static str, MenuEntry)> {
    let mut menu = Vec::new();
    if !many {
        menu.push(("Playing now", MenuEntry::PlayNow));
    }
    menu.push(("Halve the tempo", MenuEntry::Action(TrackAction::Scale(0.5))));
    menu.push(("Double the tempo", MenuEntry::Action(TrackAction::Scale(2.0))));
    if many || *status == RowStatus::Corrected {
        menu.push(("Back to what was measured", MenuEntry::Action(TrackAction::Reset)));
    }
    menu.push(("Analyse again", MenuEntry::Action(TrackAction::AnalyzeAgain)));
    menu.push(("Copy artist and title", MenuEntry::Copy));
    menu
}

fn menu_ui(ui: &mut Ui, list: &RowContext<'_>, row: &TrackRow, selection: &Selection, out: &mut Requests) {
    for (words, entry) in menu(selection.shows_several(list.listing), &row.status) {
        if !ui.button(words).clicked() {
            continue;
        }
        match entry {
            MenuEntry::PlayNow => keys::play_now(row.id, By::Button, list.app, out),
            MenuEntry::Action(action) => action.run(selection.in_order(list.listing), out),
            MenuEntry::Copy => {
                let tracks = selection.in_order(list.listing);
                let text = top::as_text(list.listing, &tracks);
                ui.ctx().copy_text(text.trim_end().to_owned());
            }
        }
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

    #[test]
    fn a_menu_offers_what_fits_the_row() {
        let words = |many, status| {
            let menu = menu(many, &status);
            menu.into_iter()
                .map(|(words, _)| words)
                .collect::<Vec<_>>()
                .join(", ")
        };
        assert_eq!(
            words(false, RowStatus::Analyzed),
            "Playing now, Halve the tempo, Double the tempo, Analyse again, Copy artist and title"
        );
        assert_eq!(
            words(false, RowStatus::Corrected),
            "Playing now, Halve the tempo, Double the tempo, Back to what was measured, Analyse again, \
             Copy artist and title"
        );
        assert_eq!(
            words(true, RowStatus::Analyzed),
            "Halve the tempo, Double the tempo, Back to what was measured, Analyse again, Copy artist and title"
        );
    }
}
