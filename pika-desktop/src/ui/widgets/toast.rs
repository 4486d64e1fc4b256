//! Toasts: what was done, for four seconds, bottom left.

use std::{collections::VecDeque, time::Duration};

use eframe::egui::{
    Area, Context, Id, LayerId, Order, Rect, Role, Sense, Shape, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use super::{button::link_button, text::elided};
use crate::ui::{
    icons::{self, Icon},
    theme::{Theme, motion, radius, rail_width, text},
};

/// Toasts at once; older ones go.
const MAX_TOASTS: usize = 3;
/// Widest and height of one, and between two, in points.
const WIDTH: f32 = 420.0;
const HEIGHT: f32 = 44.0;
/// Narrowest one in a lane, in points.
const LEAST: f32 = 300.0;
const GAP: f32 = 8.0;
/// Above the window's lower edge, where a foot may stand; without room there just above the edge, in points.
const UP: f32 = 60.0;
const LOW: f32 = 8.0;
/// Places that are tried further up.
const STEPS: u8 = 24;

/// What a toast's button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastAction {
    /// Takes the last correction back.
    Undo,
    /// Takes back what dancers see.
    TakeBack,
    /// Shows what went wrong.
    ShowFailed,
}

impl ToastAction {
    fn label(self) -> &'static str {
        match self {
            Self::Undo | Self::TakeBack => "Undo",
            Self::ShowFailed => "Show",
        }
    }
}

/// One short message.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// Its icon.
    pub icon: Icon,
    /// Whether it tells of something that did not work.
    pub is_trouble: bool,
    /// What was done.
    pub text: String,
    /// A button.
    pub action: Option<ToastAction>,
    /// How long it stays in seconds, where that is said.
    pub seconds: Option<f64>,
}

impl Toast {
    /// Something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self {
            icon: icons::CHECK_CIRCLE,
            is_trouble: false,
            text: text.into(),
            action: None,
            seconds: None,
        }
    }

    /// Something did not work.
    pub fn trouble(text: impl Into<String>) -> Self {
        Self {
            icon: icons::WARNING_CIRCLE,
            is_trouble: true,
            text: text.into(),
            action: None,
            seconds: None,
        }
    }

    /// For so many seconds.
    pub fn lasts(mut self, seconds: f64) -> Self {
        self.seconds = Some(seconds);
        self
    }

    /// With a button.
    pub fn action(mut self, action: ToastAction) -> Self {
        self.action = Some(action);
        self
    }
}

/// The toasts on screen.
#[derive(Debug, Default)]
pub struct Toasts {
    /// With the time each goes, in the window's seconds; unset until it is first drawn.
    shown: VecDeque<(Toast, Option<f64>)>,
}

impl Toasts {
    /// Shows one more.
    pub fn push(&mut self, toast: Toast) {
        // The same again only starts its time anew, and there is one thing to take back.
        let is_offer = |toast: &Toast| toast.action == Some(ToastAction::TakeBack);
        if is_offer(&toast) {
            self.take_offer_away();
        }
        self.shown.retain(|(other, _)| *other != toast);
        if self.shown.len() == MAX_TOASTS {
            let at = self.shown.iter().position(|(other, _)| !is_offer(other));
            self.shown.remove(at.unwrap_or(0));
        }
        self.shown.push_back((toast, None));
    }

    /// There is nothing to take back any more.
    pub(in crate::ui) fn take_offer_away(&mut self) {
        self.shown
            .retain(|(toast, _)| toast.action != Some(ToastAction::TakeBack));
    }

    /// Whether one has this button.
    pub(in crate::ui) fn offers(&self, action: ToastAction) -> bool {
        self.shown.iter().any(|(toast, _)| toast.action == Some(action))
    }

    /// The texts on screen, oldest first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.shown.iter().map(|(toast, _)| toast.text.as_str())
    }

    /// Whether there is none.
    pub(in crate::ui) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Draws them, in `lane` where the screen keeps one free, and returns the action that was pressed. Trouble stays
    /// twice as long.
    pub(in crate::ui) fn show(&mut self, ctx: &Context, lane: Option<Rect>) -> Option<ToastAction> {
        let now = ctx.time();
        for (toast, until) in &mut self.shown {
            let usual = motion::TOAST.as_secs_f64() * if toast.is_trouble { 2.0 } else { 1.0 };
            until.get_or_insert(now + toast.seconds.unwrap_or(usual));
        }
        self.shown
            .retain(|(_, until)| until.is_none_or(|until| until > now));
        let next = self
            .shown
            .iter()
            .filter_map(|(_, until)| *until)
            .reduce(f64::min)?;
        if let Ok(left) = Duration::try_from_secs_f64((next - now).max(0.0)) {
            ctx.request_repaint_after(left);
        }
        let mut pressed = None;
        let places = places(ctx, lane, self.shown.len());
        let newest = placed(&self.shown, &places, lane.is_some());
        // Above dialogs: what can be taken back for seconds only must not lie behind a question.
        let area = Area::new(Id::unique("toasts")).order(Order::Tooltip);
        let from = places.first().map_or(pos2(0.0, 0.0), |place| place.min);
        area.fixed_pos(from).show(ctx, |ui| {
            for (toast, place) in newest {
                pressed = toast_ui(ui, place, toast).or(pressed);
            }
        });
        if let Some(action) = pressed {
            self.shown.retain(|(toast, _)| toast.action != Some(action));
        }
        pressed
    }
}

/// The newest messages, newest first, each with its place. In a lane what can be taken back stands first: it has its
/// place whatever is said after it.
fn placed<'a>(
    shown: &'a VecDeque<(Toast, Option<f64>)>,
    places: &[Rect],
    in_lane: bool,
) -> Vec<(&'a Toast, Rect)> {
    let is_first = |toast: &&Toast| in_lane && toast.action == Some(ToastAction::TakeBack);
    let all = || shown.iter().map(|(toast, _)| toast);
    let others: Vec<&Toast> = all().filter(|toast| !is_first(toast)).collect();
    let first = all().find(is_first);
    let room = places.len() - usize::from(first.is_some()).min(places.len());
    let newest = &others[others.len().saturating_sub(room)..];
    let ordered = first.into_iter().chain(newest.iter().copied());
    let mut placed: Vec<_> = ordered.zip(places.iter().copied()).collect();
    placed.reverse();
    placed
}

/// One message in `room`, or in less where its words are few; returns what was pressed.
fn toast_ui(ui: &mut Ui, room: Rect, toast: &Toast) -> Option<ToastAction> {
    let theme = Theme::of(ui);
    let side = 18.0;
    let word = toast.action.map(|action| {
        let ink = theme.spark_text;
        ui.painter()
            .layout_no_wrap(action.label().to_owned(), text::strong(), ink)
            .size()
    });
    let after = word.map_or(0.0, |size| size.x + 24.0);
    let left = room.left() + side + 30.0;
    let most = room.right() - side - after - left;
    let words = elided(ui.painter(), &toast.text, text::strong(), theme.text, most);
    let ground = room.with_max_x(left + words.size().x + after + side);
    let response = ui.allocate_rect(ground, Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(ground, f32::from(radius::CONTROL_LARGE), theme.bg3);
    let middle = ground.center().y;
    let color = if toast.is_trouble { theme.err } else { theme.ok };
    let at = pos2(ground.left() + side + 9.0, middle);
    toast.icon.paint_filled(painter, at, 18.0, color);
    let is_cut = words.elided;
    painter.galley(pos2(left, middle - words.size().y / 2.0), words, theme.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &toast.text));
    if is_cut {
        response.on_hover_text(&toast.text);
    }
    let (action, size) = (toast.action?, word?);
    let place = Rect::from_min_size(pos2(ground.right() - side - size.x, middle - size.y / 2.0), size);
    let mut child = ui.new_child(UiBuilder::new().max_rect(place).id_salt(&toast.text));
    link_button(&mut child, action.label())
        .clicked()
        .then_some(action)
}

/// Where so many toasts lie, the newest last: beside one another in a lane, or one above the other.
fn places(ctx: &Context, lane: Option<Rect>, count: usize) -> Vec<Rect> {
    if let Some(lane) = lane {
        // What does not fit into the lane was said before.
        let most = ((lane.width() + GAP) / (LEAST + GAP)) as usize;
        let count = count.min(most.max(1));
        let width = ((lane.width() + GAP) / count as f32 - GAP).min(WIDTH);
        let top = lane.center().y - HEIGHT / 2.0;
        let left = |at: usize| lane.left() + at as f32 * (width + GAP);
        return (0..count)
            .map(|at| Rect::from_min_size(pos2(left(at), top), vec2(width, HEIGHT)))
            .collect();
    }
    let height = count as f32 * (HEIGHT + GAP) - GAP;
    let all = free_place(ctx, vec2(WIDTH, height));
    let down = |at: usize| vec2(0.0, at as f32 * (HEIGHT + GAP));
    (0..count)
        .map(|at| Rect::from_min_size(all.min + down(at), vec2(WIDTH, HEIGHT)))
        .collect()
}

/// Words and icons of the places, as they are drawn in this frame.
fn written(ctx: &Context) -> Vec<Rect> {
    let below: Vec<LayerId> = ctx.viewport(|viewport| {
        let layers = viewport.prev_pass.widgets.layers();
        let below = layers.filter(|(layer, _)| layer.order < Order::Foreground);
        below.map(|(layer, _)| *layer).collect()
    });
    ctx.graphics(|graphics| {
        let lists = below.iter().filter_map(|layer| graphics.get(*layer));
        let texts = lists.flat_map(|list| list.all_entries()).filter_map(|drawn| {
            let is_text = matches!(drawn.shape, Shape::Text(_));
            is_text.then(|| drawn.shape.visual_bounding_rect().intersect(drawn.clip_rect))
        });
        texts.filter(Rect::is_positive).collect()
    })
}

/// Where toasts of this size lie: bottom left, above the foot; where something stands there that is pressed or read, as
/// near to it as nothing does.
fn free_place(ctx: &Context, size: Vec2) -> Rect {
    let all = ctx.content_rect();
    let left = all.left() + rail_width(ctx) + 16.0;
    let at = |up: f32| Rect::from_min_size(pos2(left, all.bottom() - up - size.y), size);
    let pressed: Vec<Rect> = ctx.viewport(|viewport| {
        let layers = viewport.prev_pass.widgets.layers();
        let below = layers.filter(|(layer, _)| layer.order < Order::Foreground);
        below
            .flat_map(|(_, widgets)| widgets)
            // The rows of a list fill it, and are pressed wherever they show.
            .filter(|widget| widget.sense.senses_click() && widget.sense.is_focusable())
            .map(|widget| widget.interact_rect)
            .collect()
    });
    let written = written(ctx);
    let shares = |rects: &[Rect], place: Rect| -> f32 {
        let shared = rects.iter().map(|rect| rect.intersect(place));
        shared.filter(Rect::is_positive).map(|rect| rect.area()).sum()
    };
    // What is pressed matters most.
    let covers = |place: Rect| 100.0 * shares(&pressed, place) + shares(&written, place);
    let steps = (0..STEPS).map(|step| UP + f32::from(step) * 12.0);
    // In the first place that covers nothing; in the one that covers least where none is free.
    let mut best = (f32::INFINITY, at(UP));
    for up in std::iter::once(UP).chain([LOW]).chain(steps) {
        let place = at(up);
        if place.top() < all.top() {
            continue;
        }
        let covered = covers(place);
        if covered < best.0 {
            best = (covered, at(up));
        }
    }
    best.1
}
