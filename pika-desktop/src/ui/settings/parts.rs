//! Rows of the page.

use std::borrow::Cow;

use eframe::egui::{Align, Color32, Label, Layout, RichText, Sense, Ui, vec2};

use crate::ui::{
    icons::{self, Icon},
    theme::{Theme, size, text},
    widgets::{icon_button, label},
};

/// Height of a row's icon, words and control, and the room over and under them.
const HEIGHT: f32 = 40.0;
const ROOM: f32 = 10.0;
/// Width of the number in a stepper.
const NUMBER: f32 = 46.0;

/// How the second line of a row is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineTone {
    Plain,
    /// There is nothing to choose.
    Quiet,
    /// It works, but look.
    Warn,
    /// It does not work.
    Trouble,
}

impl LineTone {
    pub(super) fn color(self, theme: &Theme) -> Color32 {
        match self {
            Self::Plain => theme.text2,
            Self::Quiet => theme.text3,
            Self::Warn => theme.warn,
            Self::Trouble => theme.err,
        }
    }
}

/// One row: an icon, what it is, what that means; a control stands at its right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row<'a> {
    icon: Icon,
    title: Cow<'a, str>,
    words: Cow<'a, str>,
    tone: LineTone,
}

impl<'a> Row<'a> {
    pub(super) fn new(icon: Icon, title: impl Into<Cow<'a, str>>, words: impl Into<Cow<'a, str>>) -> Self {
        Self {
            icon,
            title: title.into(),
            words: words.into(),
            tone: LineTone::Plain,
        }
    }

    /// Its second line in a colour of its own.
    pub(super) fn tone(mut self, tone: LineTone) -> Self {
        self.tone = tone;
        self
    }

    /// Draws it, with a hairline under it.
    pub(super) fn show(&self, ui: &mut Ui, control: impl FnOnce(&mut Ui)) {
        self.show_open(ui, control);
        hairline(ui);
    }

    /// Draws it without the hairline: more of it follows.
    pub(super) fn show_open(&self, ui: &mut Ui, control: impl FnOnce(&mut Ui)) {
        let theme = Theme::of(ui);
        ui.add_space(ROOM);
        ui.horizontal(|ui| {
            ui.set_min_height(HEIGHT);
            ui.spacing_mut().item_spacing.x = 14.0;
            self.icon.show(ui, 22.0, theme.text2);
            // The control is laid out first, from the right, so that words take what is left.
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                control(ui);
                ui.add_space(4.0);
                let rest = vec2(ui.available_width(), HEIGHT);
                ui.allocate_ui_with_layout(rest, Layout::top_down(Align::Min), |ui| {
                    ui.set_width(rest.x);
                    ui.spacing_mut().item_spacing.y = 0.0;
                    self.words_ui(ui);
                });
            });
        });
        ui.add_space(ROOM);
    }

    fn words_ui(&self, ui: &mut Ui) {
        let theme = Theme::of(ui);
        // Alone, the title stands in the middle.
        if self.words.is_empty() {
            ui.add_space(10.0);
        }
        let title = RichText::new(&*self.title).font(text::strong());
        ui.add(Label::new(title.color(theme.text)).wrap());
        if !self.words.is_empty() {
            let words = RichText::new(&*self.words).font(text::body());
            ui.add(Label::new(words.color(self.tone.color(theme))).wrap());
        }
    }

    /// The row as text, for tests.
    #[cfg(test)]
    pub(super) fn read_out(&self) -> String {
        match self.tone {
            LineTone::Plain => format!("{}: {}", self.title, self.words),
            tone => format!("{}: {} [{tone:?}]", self.title, self.words),
        }
    }
}

/// A number between a step down and a step up, each with its name and where it leads; from right to left, as a row's
/// controls stand. Returns what it is to be.
pub(super) fn stepper<T>(
    ui: &mut Ui,
    shown: &str,
    (down, lower): (&str, Option<T>),
    (up, higher): (&str, Option<T>),
) -> Option<T> {
    let theme = Theme::of(ui);
    let step = |ui: &mut Ui, icon, name: &str, to: Option<T>| {
        let button = |ui: &mut Ui| icon_button(ui, icon, name, size::CONTROL_SMALL).clicked();
        let pressed = ui.add_enabled_ui(to.is_some(), button).inner;
        to.filter(|_| pressed)
    };
    let higher = step(ui, icons::PLUS, up, higher);
    ui.allocate_ui(vec2(NUMBER, size::CONTROL_SMALL), |ui| {
        ui.centered_and_justified(|ui| label(ui, shown, text::strong(), theme.text));
    });
    step(ui, icons::MINUS, down, lower).or(higher)
}

pub(super) fn hairline(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter()
        .hline(rect.x_range(), rect.center().y, (1.0, theme.line));
}
