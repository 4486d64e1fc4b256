//! One-line text fields.

use eframe::egui::{
    Align2, Color32, CornerRadius, Frame, Id, Key, Margin, Rect, Response, RichText, Role, Sense, Stroke,
    StrokeKind, TextEdit, Ui, UiBuilder, WidgetInfo, pos2,
    text::{CCursor, CCursorRange},
    text_edit::TextEditState,
    vec2,
};

use super::{chip::kbd, over::just_opened};
use crate::ui::{
    icons::{self, Icon},
    theme::{Theme, radius, size, text},
};

/// A text field with an icon, a hint and a border; `name` is its accessible name.
#[must_use = "show it"]
pub struct TextField<'a> {
    text: &'a mut String,
    name: &'a str,
    hint: &'a str,
    icon: Option<Icon>,
    shortcut: Option<&'a str>,
    width: f32,
    large: bool,
    wrong: bool,
    secret: bool,
    clearable: bool,
    max_chars: usize,
    id: Option<Id>,
    takes_keys: bool,
}

impl<'a> TextField<'a> {
    /// An empty field that fills what is free.
    pub fn new(text: &'a mut String, name: &'a str) -> Self {
        Self {
            text,
            name,
            hint: "",
            icon: None,
            shortcut: None,
            width: f32::INFINITY,
            large: false,
            wrong: false,
            secret: false,
            clearable: false,
            max_chars: 1000,
            id: None,
            takes_keys: false,
        }
    }

    /// What it shows while empty.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// An icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Which keys lead here; shown while empty.
    pub fn shortcut(mut self, keys: &'a str) -> Self {
        self.shortcut = Some(keys);
        self
    }

    /// How wide, in points.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// 50 points high.
    pub fn large(mut self) -> Self {
        self.large = true;
        self
    }

    /// Whether what it holds is wrong.
    pub fn wrong(mut self, wrong: bool) -> Self {
        self.wrong = wrong;
        self
    }

    /// Whether what is typed is hidden.
    pub fn secret(mut self, secret: bool) -> Self {
        self.secret = secret;
        self
    }

    /// With an × that empties it.
    pub fn clearable(mut self) -> Self {
        self.clearable = true;
        self
    }

    /// At most this many characters.
    pub fn max_chars(mut self, max: usize) -> Self {
        self.max_chars = max;
        self
    }

    /// Another id than that of its name, so that it can be given the keyboard.
    pub fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// It opened to be typed in: it has the keyboard from the first frame on, what it holds is selected.
    pub fn opened(mut self) -> Self {
        self.takes_keys = true;
        self
    }

    /// Adds it. The response is the text's own: `changed`, `lost_focus`.
    pub fn show(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui);
        let (height, font_id) = if self.large {
            (50.0, text::lead())
        } else {
            (size::CONTROL, text::body())
        };
        let width = self.width.min(ui.available_width());
        let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let corner = f32::from(if self.large {
            radius::CONTROL_LARGE
        } else {
            radius::CONTROL
        });
        ui.painter().rect_filled(rect, corner, theme.bg0);
        let mut left = rect.left() + 12.0;
        if let Some(icon) = self.icon {
            icon.paint(ui.painter(), pos2(left + 8.0, rect.center().y), 17.0, theme.text);
            left += 26.0;
        }
        let (right, cleared) = self.end_ui(ui, rect);
        let inner = Rect::from_min_max(pos2(left, rect.top() + 1.0), pos2(right, rect.bottom() - 1.0));
        let hint = RichText::new(self.hint).font(font_id.clone()).color(theme.text3);
        // Its own id, whatever appears above it while it is typed in: the keyboard stays.
        let id = self.id.unwrap_or_else(|| Id::unique(("field", self.name)));
        let edit = TextEdit::singleline(self.text)
            .id(id)
            .font(font_id)
            .frame(Frame::new().corner_radius(CornerRadius::ZERO))
            .margin(Margin::ZERO)
            .password(self.secret)
            .char_limit(self.max_chars)
            .text_color(theme.text)
            .hint_text(hint)
            .align(Align2::LEFT_CENTER)
            .desired_width(inner.width());
        let mut response = ui.place(inner, edit).accessible_name(self.name);
        if self.takes_keys && just_opened(ui.ctx(), response.id) {
            response.request_focus();
            let mut state = TextEditState::load(ui.ctx(), response.id).unwrap_or_default();
            let all = CCursorRange::two(CCursor::new(0), CCursor::new(self.text.chars().count()));
            state.cursor.set_char_range(Some(all));
            state.store(ui.ctx(), response.id);
        }
        if response.gained_focus() {
            // What scrolls brings it into view.
            response.scroll_to_me(None);
        }
        let stroke = if self.wrong {
            Stroke::new(2.0, theme.err)
        } else if response.has_focus() {
            Stroke::new(2.0, theme.spark_text)
        } else {
            Stroke::new(1.0, theme.line_strong)
        };
        ui.painter().rect_stroke(rect, corner, stroke, StrokeKind::Inside);
        if cleared {
            self.text.clear();
            response.mark_changed();
            response.request_focus();
        }
        response
    }

    /// What stands at the right end: the × or the keys. Returns where the text must end, and whether the × was
    /// pressed.
    fn end_ui(&self, ui: &mut Ui, rect: Rect) -> (f32, bool) {
        let right = rect.right() - 10.0;
        let middle = rect.center().y;
        let filled = !self.text.is_empty();
        if self.clearable && filled {
            let area = Rect::from_center_size(pos2(right - 8.0, middle), vec2(24.0, 24.0));
            return (right - 28.0, clear_ui(ui, area, self.name));
        }
        let Some(keys) = self.shortcut.filter(|_| !filled) else {
            return (right, false);
        };
        let font = text::key();
        let galley = ui
            .painter()
            .layout_no_wrap(keys.to_owned(), font, Color32::PLACEHOLDER);
        let cap = galley.size().x + 12.0;
        let area = Rect::from_min_size(pos2(right - cap, middle - 10.0), vec2(cap, 20.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(area).id_salt("keys"));
        kbd(&mut child, keys);
        (right - cap - 8.0, false)
    }
}

/// Whether a field was left with Enter, that alone.
pub(in crate::ui) fn entered(ui: &Ui, field: &Response) -> bool {
    field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter) && input.modifiers.is_none())
}

/// The × that empties a field; returns whether it was pressed.
fn clear_ui(ui: &mut Ui, area: Rect, field: &str) -> bool {
    let theme = Theme::of(ui);
    let mut child = ui.new_child(UiBuilder::new().max_rect(area).id_salt("clear"));
    let response = child.allocate_rect(area, Sense::click());
    let name = format!("Clear {}", field.to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let ink = if response.hovered() {
        theme.text
    } else {
        theme.text2
    };
    icons::X.paint(ui.painter(), area.center(), 14.0, ink);
    response.clicked()
}
