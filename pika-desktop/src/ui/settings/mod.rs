//! Settings: one page with a list of its sections. Changes hold as they are made.

mod account;
mod appearance;
mod folders;
mod local;
mod parts;
mod question;
mod rest;
mod sources;
mod state;

pub use state::SettingsScreen;

use eframe::egui::{Align, Frame, Layout, Margin, Panel, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};
use pika_engine::{
    app::{AppState, Command},
    audition::AuditionCommand,
};

use crate::ui::{
    requests::Requests,
    theme::{Theme, is_narrow, radius, size, text},
    widgets::{central, focus_ring, head, label},
};
use state::Section;

/// Two columns need this much room, in points.
const TWO_COLUMNS: f32 = 760.0;
/// Wider lines are no easier to read, in points.
const WIDEST: f32 = 1600.0;

/// Draws the page.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    if !screen.outputs_asked {
        screen.outputs_asked = true;
        out.push(Command::Audition(AuditionCommand::ListOutputs));
    }
    head(ui, "settings-top", size::TOP, |ui| {
        ui.horizontal_centered(|ui| {
            label(ui, "Settings", text::page(), theme.text);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                label(
                    ui,
                    "Changes are saved as you make them",
                    text::body(),
                    theme.text3,
                );
            });
        });
    });
    // In one column they follow each other, and the list has no room.
    if !is_narrow(ui.ctx()) {
        list_ui(ui, screen);
    }
    central(ui, "sections", |ui| {
        let side = if is_narrow(ui.ctx()) { 20 } else { 32 };
        let width = ui.available_width().min(WIDEST);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(width);
            Frame::new()
                .inner_margin(Margin::symmetric(side, 20))
                .show(ui, |ui| columns_ui(ui, app, screen, out));
        });
    });
    screen.jump = false;
    screen.follow();
    question::show(ui.ctx(), screen, out);
}

/// The sections by name, to jump to.
fn list_ui(ui: &mut Ui, screen: &mut SettingsScreen) {
    let theme = Theme::of(ui);
    Panel::left("settings-sections")
        .exact_size(220.0)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().inner_margin(Margin::symmetric(14, 18)))
        .show(ui, |ui| {
            let area = ui.max_rect();
            ui.painter().vline(
                area.right() + 13.5,
                area.expand(18.0).y_range(),
                (1.0, theme.line),
            );
            ui.spacing_mut().item_spacing.y = 0.0;
            for section in Section::LEFT.iter().chain(Section::RIGHT) {
                if section_ui(
                    ui,
                    *section,
                    screen.section.unwrap_or(Section::Account) == *section,
                ) {
                    (screen.section, screen.jump, screen.is_awaited) = (Some(*section), true, true);
                }
            }
        });
}

fn columns_ui(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let width = ui.available_width();
    if width < TWO_COLUMNS {
        for section in Section::LEFT.iter().chain(Section::RIGHT) {
            body_ui(ui, *section, app, screen, out);
        }
        return;
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 40.0;
        for column in [Section::LEFT, Section::RIGHT] {
            ui.allocate_ui_with_layout(
                vec2((width - 40.0) / 2.0, 0.0),
                Layout::top_down(Align::Min),
                |ui| {
                    ui.set_width((width - 40.0) / 2.0);
                    for section in column {
                        body_ui(ui, *section, app, screen, out);
                    }
                },
            );
        }
    });
}

fn body_ui(ui: &mut Ui, section: Section, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let heading = label(ui, section.name(), text::section(), theme.text);
    if screen.jump && screen.section == Some(section) {
        heading.scroll_to_me(Some(Align::Min));
    }
    if ui.is_rect_visible(heading.rect) {
        screen.in_view.push(section);
    }
    ui.add_space(4.0);
    match section {
        Section::Account => account::show(ui, app, screen, out),
        Section::Local => local::show(ui, app, out),
        Section::Sources => sources::show(ui, app, out),
        Section::Folders => folders::show(ui, app, screen, out),
        Section::Library => folders::library_ui(ui, app, screen, out),
        Section::Appearance => appearance::show(ui, app, out),
        Section::Analysis => rest::analysis_ui(ui, app, screen, out),
        Section::Sound => rest::sound_ui(ui, app, screen, out),
        Section::Privacy => rest::privacy_ui(ui, app, out),
        Section::About => rest::about_ui(ui, app, out),
    }
    ui.add_space(24.0);
}

/// One line of the list of sections; returns whether it was pressed.
fn section_ui(ui: &mut Ui, section: Section, chosen: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::click());
    let name = section.name();
    response.widget_info(|| {
        WidgetInfo::selected(Role::Link, true, chosen, format!("Go to {}", name.to_lowercase()))
    });
    let corner = f32::from(radius::CONTROL);
    if chosen {
        ui.painter().rect_filled(rect, corner, theme.bg3);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, corner, theme.bg2);
    }
    let ink = if chosen { theme.text } else { theme.text2 };
    let galley = ui.painter().layout_no_wrap(name.to_owned(), text::strong(), ink);
    let at = rect.left_center() + vec2(14.0, -galley.size().y / 2.0);
    ui.painter().galley(at, galley, ink);
    focus_ring(ui, &response, corner);
    response.clicked()
}
