//! Files that cannot be used, each with the reason, and another try.

use eframe::egui::{Context, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    library::{LibraryCommand, UnreadableFile},
};

use super::state::LibraryScreen;
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, size, text},
    widgets::{Button, Over, dialog, elided, icon_button, label, row_from_right},
    words,
};

/// Height of one file, in points.
const ROW: f32 = 48.0;

pub(super) fn show(ctx: &Context, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    if !screen.failed_open {
        return;
    }
    let files = app
        .overview
        .as_ref()
        .map_or(&[][..], |overview| &overview.unreadable);
    let title = match files.len() {
        0 => "Everything can be read".to_owned(),
        1 => "1 file could not be read".to_owned(),
        count => format!("{} files could not be read", words::thousands(count)),
    };
    let (done, close) = dialog(ctx, Over::Failed, &title, 680.0, |ui| {
        let theme = Theme::of(ui);
        label(
            ui,
            "They are left out; everything else goes on.",
            text::body(),
            theme.text2,
        );
        ui.add_space(8.0);
        let height = (files.len() as f32 * ROW).min(400.0);
        ScrollArea::vertical()
            .max_height(height)
            .auto_shrink([false, true])
            .show_rows(ui, ROW - ui.spacing().item_spacing.y, files.len(), |ui, rows| {
                for file in &files[rows] {
                    if file_ui(ui, file) {
                        out.push(Command::ShowFile(file.path.clone()));
                    }
                }
            });
        ui.add_space(8.0);
        let mut done = false;
        ui.horizontal(|ui| {
            if !files.is_empty()
                && Button::new("Try again")
                    .icon(icons::ARROWS_CLOCKWISE)
                    .show(ui)
                    .clicked()
            {
                out.push(Command::Library(LibraryCommand::RetryFailures));
                out.push(Command::Rescan);
                done = true;
            }
            done |= Button::new("Close").quiet().show(ui).clicked();
        });
        done
    });
    if done || close {
        screen.failed_open = false;
    }
}

/// Name, reason and folder; returns whether the file is to be shown.
fn file_ui(ui: &mut Ui, file: &UnreadableFile) -> bool {
    let theme = Theme::of(ui);
    let height = ROW - ui.spacing().item_spacing.y;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let name = file.path.file_name().unwrap_or(file.path.as_os_str());
    let name = name.to_string_lossy();
    let folder = file.path.parent().unwrap_or(&file.path).display();
    let reason = words::unreadable(&file.reason);
    let painter = ui.painter();
    let icon = pos2(rect.left() + 12.0, rect.center().y);
    icons::WARNING_CIRCLE.paint_filled(painter, icon, 18.0, theme.err);
    let width = rect.width() - 40.0 - size::CONTROL;
    let first = elided(painter, &name, text::strong(), theme.text, width);
    painter.galley(pos2(rect.left() + 32.0, rect.top() + 2.0), first, theme.text);
    let line = format!("{reason} {folder}");
    let second = elided(painter, &line, text::body(), theme.text2, width);
    painter.galley(pos2(rect.left() + 32.0, rect.top() + 21.0), second, theme.text2);
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, format!("{name}: {reason}")));
    response.on_hover_text(file.path.display().to_string());
    let mut end = row_from_right(ui, rect.with_max_x(rect.right() - 6.0));
    let show = format!("Show the file {name}");
    icon_button(&mut end, icons::FOLDER_OPEN, &show, size::CONTROL_SMALL).clicked()
}
