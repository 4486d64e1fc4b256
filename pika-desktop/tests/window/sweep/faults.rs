//! What is wrong with a frame: words that are cut, words over words, controls over controls.

use std::collections::HashMap;

use eframe::egui::{self, Color32, LayerId, Rect, Shape, epaint::ClippedShape};
use egui_kittest::{Harness, kittest::NodeT};

/// Edges that lie over each other by no more are side by side, in points.
const TOUCHES: f32 = 1.5;
/// Words stand out of a control by so much where its edge is not seen: the heads of a table, in points.
const STANDS_OUT: f32 = 5.0;
/// A control that is higher is a card: what lies in it may cross what else lies in it.
const HIGHEST_CONTROL: f32 = 80.0;
/// A name that shows fewer letters before its `…` says nothing.
const LEAST_LETTERS: usize = 4;

/// Words on the screen.
struct Words {
    text: String,
    /// Where their ink is.
    ink: Rect,
    /// What is to be seen of it.
    shown: Rect,
    /// Letters before the `…` of those that have one.
    letters: Option<usize>,
}

/// Something that can be pressed, chosen or written in.
struct Control {
    name: String,
    layer: LayerId,
    shown: Rect,
}

/// Everything that is wrong with the last frame.
pub(super) fn of<State>(window: &Harness<'_, State>) -> Vec<String> {
    let screen = window.ctx.content_rect();
    let words = words(&window.output().shapes, screen);
    let controls = controls(window);
    let mut faults = Vec::new();
    let typed = typed(window);
    for word in &words {
        if typed.contains(&word.text) {
            // A field scrolls.
            continue;
        }
        let cut =
            word.ink.left() < word.shown.left() - TOUCHES || word.ink.right() > word.shown.right() + TOUCHES;
        if cut && word.shown.is_positive() {
            faults.push(format!("cut: “{}” {:?} in {:?}", word.text, word.ink, word.shown));
        }
        if let Some(letters) = word.letters.filter(|letters| *letters < LEAST_LETTERS) {
            faults.push(format!(
                "{letters} letters are left of “{}” {:?}",
                word.text, word.ink
            ));
        }
    }
    pairs(&words, |a, b| {
        if overlap(a.ink.intersect(a.shown), b.ink.intersect(b.shown)) {
            faults.push(format!(
                "“{}” {:?} lies on “{}” {:?}",
                b.text, b.ink, a.text, a.ink
            ));
        }
    });
    pairs(&controls, |a, b| {
        let within =
            a.shown.expand(TOUCHES).contains_rect(b.shown) || b.shown.expand(TOUCHES).contains_rect(a.shown);
        if a.layer == b.layer && overlap(a.shown, b.shown) && !within {
            faults.push(format!(
                "[{}] {:?} lies on [{}] {:?}",
                b.name, b.shown, a.name, a.shown
            ));
        }
    });
    // Words that a dialog lets through are gone already; what lies under it cannot be pressed.
    let top = window.ctx.memory(|memory| memory.top_modal_layer());
    let is_top = |control: &&Control| top.is_none_or(|top| control.layer == top);
    for control in controls.iter().filter(is_top) {
        if control.shown.height() > HIGHEST_CONTROL {
            continue;
        }
        for word in &words {
            let ink = word.ink.intersect(word.shown);
            if overlap(ink, control.shown) && !control.shown.expand(STANDS_OUT).contains_rect(ink) {
                let (text, name) = (&word.text, &control.name);
                faults.push(format!(
                    "“{text}” {ink:?} crosses the edge of [{name}] {:?}",
                    control.shown
                ));
            }
        }
    }
    faults.extend(cut_dialog(window, top));
    faults
}

/// What cannot be pressed as a whole in a dialog, though the window has room for more of it.
fn cut_dialog<State>(window: &Harness<'_, State>, top: Option<LayerId>) -> Vec<String> {
    let Some(dialog) = top else { return Vec::new() };
    let screen = window.ctx.content_rect();
    window.ctx.viewport(|viewport| {
        let there: Vec<_> = viewport.prev_pass.widgets.get_layer(dialog).collect();
        let drawn = there.iter().fold(Rect::NOTHING, |all, it| all | it.interact_rect);
        let has_room = drawn.height() + 100.0 < screen.height();
        let pressed = there.into_iter().filter(|it| it.sense.senses_click());
        let cut = pressed.filter(|it| has_room && it.rect.height() > it.interact_rect.height() + TOUCHES);
        cut.map(|it| format!("cut in its dialog: {:?}, {:?} of it", it.rect, it.interact_rect))
            .collect()
    })
}

/// Songs that go well next and can be seen whole.
pub(super) fn songs<State>(window: &Harness<'_, State>) -> usize {
    let copies = controls(window).into_iter();
    let rows = copies.filter(|control| control.name.starts_with("Copy ") && control.name.contains(" by "));
    rows.filter(|row| row.shown.height() > 50.0).count()
}

/// Whether anything stands in each half of the content, beside the rail.
pub(super) fn empty_halves<State>(window: &Harness<'_, State>) -> Vec<&'static str> {
    let screen = window.ctx.content_rect();
    let words = words(&window.output().shapes, screen);
    let content = screen.with_min_x(screen.left() + 126.0);
    let (x, y) = (content.center().x, content.center().y);
    [
        ("left", content.with_max_x(x)),
        ("right", content.with_min_x(x)),
        ("upper", content.with_max_y(y)),
        ("lower", content.with_min_y(y)),
    ]
    .into_iter()
    .filter(|(_, half)| {
        let within = words.iter().filter(|word| half.contains(word.ink.center()));
        within.count() < 3
    })
    .map(|(name, _)| name)
    .collect()
}

fn overlap(a: Rect, b: Rect) -> bool {
    let both = a.intersect(b);
    both.width() > TOUCHES && both.height() > TOUCHES
}

fn pairs<T>(all: &[T], mut each: impl FnMut(&T, &T)) {
    for (at, a) in all.iter().enumerate() {
        for b in &all[at + 1..] {
            each(a, b);
        }
    }
}

/// The words that can be seen, in the order in which they are painted.
fn words(shapes: &[ClippedShape], screen: Rect) -> Vec<Words> {
    let mut words = Vec::new();
    for clipped in shapes {
        take(
            &clipped.shape,
            clipped.clip_rect.intersect(screen),
            screen,
            &mut words,
        );
    }
    words
}

fn take(shape: &Shape, clip: Rect, screen: Rect, words: &mut Vec<Words>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| take(shape, clip, screen, words)),
        Shape::Text(text) => {
            let ink = text.visual_bounding_rect();
            let faint =
                text.override_text_color.is_some_and(|color| color.a() == 0) || text.opacity_factor == 0.0;
            if ink.is_positive() && !faint && ink.intersect(clip).is_positive() {
                let shown: usize = text.galley.rows.iter().map(|row| row.glyphs.len()).sum();
                words.push(Words {
                    text: text.galley.text().to_owned(),
                    ink,
                    // In a column that scrolls a line may be half in view.
                    shown: clip,
                    letters: text.galley.elided.then(|| shown.saturating_sub(1)),
                });
            }
        }
        Shape::Rect(rect) => {
            let covers = rect.rect.intersect(clip);
            if is_scrim(rect.fill) && covers.expand(1.0).contains_rect(screen) {
                words.clear();
            } else if rect.fill.a() == 255 {
                words.retain(|word| !covers.expand(0.5).contains_rect(word.ink.intersect(word.shown)));
            }
        }
        _ => {}
    }
}

/// Whether it takes the light from all below.
fn is_scrim(fill: Color32) -> bool {
    fill.a() > 100
}

/// What stands in the fields.
fn typed<State>(window: &Harness<'_, State>) -> Vec<String> {
    let nodes = window.root().children_recursive();
    let fields = nodes.filter(|node| node.accesskit_node().is_text_input());
    fields.filter_map(|node| node.accesskit_node().value()).collect()
}

/// What can be pressed, chosen or written in, and seen.
fn controls<State>(window: &Harness<'_, State>) -> Vec<Control> {
    let nodes = window.root().children_recursive().map(|node| {
        let node = node.accesskit_node();
        (node.locate().0, node.label().or_else(|| node.value()))
    });
    let names: HashMap<_, _> = nodes.collect();
    window.ctx.viewport(|viewport| {
        let mut controls = Vec::new();
        for (layer, widgets) in viewport.prev_pass.widgets.layers() {
            let pressed = widgets.iter().filter(|widget| {
                let sense = widget.sense;
                sense.senses_click() && sense.is_focusable() && widget.interact_rect.is_positive()
            });
            controls.extend(pressed.map(|widget| {
                Control {
                    name: names
                        .get(&widget.id.accesskit_id())
                        .cloned()
                        .flatten()
                        .unwrap_or_default(),
                    layer: *layer,
                    shown: widget.interact_rect,
                }
            }));
        }
        controls
    })
}

#[test]
fn what_is_wrong_is_found() {
    fn paint(ui: &egui::Ui, x: f32, text: &str) {
        let font = egui::FontId::proportional(14.0);
        let at = egui::pos2(x, 20.0);
        ui.painter()
            .text(at, egui::Align2::LEFT_TOP, text, font, Color32::WHITE);
    }
    fn found(draw: fn(&mut egui::Ui)) -> usize {
        let mut window = Harness::builder().with_size([300.0, 120.0]).build_ui(draw);
        window.run_steps(2);
        of(&window).len()
    }
    assert_eq!(found(|ui| paint(ui, 100.0, "in its place")), 0);
    assert_eq!(found(|ui| paint(ui, 270.0, "over the edge")), 1);
    let twice = |ui: &mut egui::Ui| {
        paint(ui, 100.0, "one");
        paint(ui, 110.0, "another");
    };
    assert_eq!(found(twice), 1);
    let hidden = |ui: &mut egui::Ui| {
        paint(ui, 100.0, "one");
        ui.painter().rect_filled(ui.max_rect(), 0.0, Color32::BLACK);
        paint(ui, 110.0, "another");
    };
    assert_eq!(found(hidden), 0);
    assert_eq!(
        found(|ui| {
            ui.put(
                Rect::from_min_size(egui::pos2(100.0, 15.0), egui::vec2(60.0, 30.0)),
                egui::Button::new("Go"),
            );
            ui.put(
                Rect::from_min_size(egui::pos2(150.0, 15.0), egui::vec2(60.0, 30.0)),
                egui::Button::new("On"),
            );
        }),
        1
    );
    assert_eq!(
        found(|ui| {
            ui.put(
                Rect::from_min_size(egui::pos2(100.0, 15.0), egui::vec2(60.0, 30.0)),
                egui::Button::new("Go"),
            );
            paint(ui, 150.0, "words over its edge");
        }),
        1
    );
    assert_eq!(
        found(|ui| {
            let job = egui::text::LayoutJob {
                wrap: egui::text::TextWrapping::truncate_at_width(16.0),
                ..egui::text::LayoutJob::simple_singleline(
                    "Dawn".into(),
                    egui::FontId::proportional(14.0),
                    Color32::WHITE,
                )
            };
            let galley = ui.painter().layout_job(job);
            ui.painter()
                .galley(egui::pos2(20.0, 20.0), galley, Color32::WHITE);
        }),
        1
    );
}
