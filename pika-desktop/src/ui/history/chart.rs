//! The night on one time axis: likes as bars, energy and tempo as lines.

use std::rc::Rc;

use eframe::egui::{Align2, Rect, Role, Sense, Stroke, Ui, UiBuilder, pos2, vec2};
use egui_plot::{Bar, BarChart, GridMark, Line, LineStyle, Plot, PlotPoint, Text};
use pika_engine::library::NightDetail;

use super::panel::ground;
use crate::ui::{
    theme::{Theme, text},
    widgets::say,
    words::{clock, likes},
};

/// The highest bar reaches so far up the chart, in percent.
const BAR_TOP: f64 = 58.0;
/// The tempo curve lies between these heights, in percent.
const TEMPO_BAND: (f64, f64) = (28.0, 92.0);
/// The name of the chosen song stands here, above every curve.
const LABEL_AT: f64 = 114.0;

/// One song on the chart; times in minutes since the night began.
#[derive(Debug, Clone)]
struct Spot {
    title: String,
    from: f64,
    to: f64,
    likes: u32,
    bpm: Option<f64>,
    energy: Option<f64>,
}

impl Spot {
    fn middle(&self) -> f64 {
        f64::midpoint(self.from, self.to)
    }
}

fn spots(detail: &NightDetail) -> Vec<Spot> {
    let start = detail.night.started_at_ms;
    let minutes = |at_ms: i64| (at_ms - start) as f64 / 60_000.0;
    let plays = &detail.plays;
    plays
        .iter()
        .enumerate()
        .map(|(at, play)| {
            let values = play.track.and_then(|track| detail.values.get(&track));
            let from = minutes(play.started_at_ms);
            let length = values.and_then(|values| values.duration_s).unwrap_or(210.0) / 60.0;
            let next = plays.get(at + 1).map(|next| minutes(next.started_at_ms));
            // A break is not a long song.
            let to = next
                .map_or(from + length, |next| next.min(from + length * 1.5))
                .max(from + 0.05);
            Spot {
                title: play.title.clone(),
                from,
                to,
                likes: play.answers.map_or(0, |answers| answers.likes),
                bpm: values.and_then(|values| values.bpm),
                energy: values.and_then(|values| values.energy),
            }
        })
        .collect()
}

pub(super) fn show(ui: &mut Ui, detail: &NightDetail) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 259.0), Sense::hover());
    ground(ui, rect);
    say(
        ui,
        rect.left_top() + vec2(21.0, 28.0),
        Align2::LEFT_CENTER,
        "The night, track by track",
        text::section(),
        theme.text,
    );
    legend_ui(ui, rect);
    let spots: Rc<[Spot]> = spots(detail).into();
    if spots.is_empty() {
        say(
            ui,
            rect.center(),
            Align2::CENTER_CENTER,
            "Nothing was played in this night.",
            text::body(),
            theme.text3,
        );
        return;
    }
    let inner = Rect::from_min_max(rect.min + vec2(24.0, 48.0), rect.max - vec2(24.0, 10.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("night-chart"));
    child.visuals_mut().override_text_color = Some(theme.text3);
    let response = plot_ui(&mut child, detail, &spots);
    let best = spots.iter().max_by_key(|spot| spot.likes);
    let words = match best.filter(|best| best.likes > 0) {
        Some(best) => format!(
            "Likes, energy and tempo of {} tracks over the night; most loved: {} with {}",
            spots.len(),
            best.title,
            likes(best.likes)
        ),
        None => format!("Likes, energy and tempo of {} tracks over the night", spots.len()),
    };
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Image);
        node.set_label(words);
    });
}

fn legend_ui(ui: &Ui, rect: Rect) {
    let theme = Theme::of(ui);
    let mut x = rect.right() - 21.0;
    let y = rect.top() + 28.0;
    for name in ["Likes", "BPM", "Energy"] {
        let word = say(
            ui,
            pos2(x, y),
            Align2::RIGHT_CENTER,
            name,
            text::body(),
            theme.text2,
        );
        let left = word.left() - 8.0;
        let painter = ui.painter();
        match name {
            "Likes" => {
                let square = Rect::from_min_max(pos2(left - 10.0, y - 7.0), pos2(left, y + 7.0));
                painter.rect_filled(square, 3.0, theme.heart);
                x = square.left() - 18.0;
            }
            "BPM" => {
                for part in 0..2 {
                    let from = left - 18.0 + part as f32 * 10.0;
                    painter.hline(from..=from + 7.0, y, Stroke::new(2.5, theme.bright));
                }
                x = left - 36.0;
            }
            _ => {
                painter.hline(left - 18.0..=left, y, Stroke::new(3.5, theme.energy));
                x = left - 36.0;
            }
        }
    }
}

fn plot_ui(ui: &mut Ui, detail: &NightDetail, spots: &Rc<[Spot]>) -> eframe::egui::Response {
    let theme = Theme::of(ui);
    let most = f64::from(spots.iter().map(|spot| spot.likes).max().unwrap_or(0).max(1));
    let best = spots
        .iter()
        .enumerate()
        .filter(|(_, spot)| spot.likes > 0)
        .max_by_key(|(_, spot)| spot.likes)
        .map(|(at, _)| at);
    let (low, high) = spots
        .iter()
        .filter_map(|spot| spot.bpm)
        .fold((f64::MAX, f64::MIN), |(low, high), bpm| {
            (low.min(bpm), high.max(bpm))
        });
    let tempo = move |bpm: f64| {
        let (from, to) = TEMPO_BAND;
        if high - low < 1.0 {
            f64::midpoint(from, to)
        } else {
            from + (bpm - low) / (high - low) * (to - from)
        }
    };
    let end = spots.last().map_or(1.0, |spot| spot.to);
    let start_ms = detail.night.started_at_ms;
    let offset = detail.night.utc_offset_s;
    let size = ui.available_size();
    let drawn = spots.clone();
    let begin = spots.first().map_or(0.0, |spot| spot.from);
    let margin = (end - begin) * 0.01;
    let step = match end - begin {
        minutes if minutes > 360.0 => 60.0,
        minutes if minutes > 60.0 => 30.0,
        minutes if minutes > 15.0 => 10.0,
        _ => 2.0,
    };
    Plot::new(("night", detail.night.session_id))
        .width(size.x)
        .height(size.y)
        .include_x(begin - margin)
        .include_x(end + margin)
        .include_y(0.0)
        .include_y(LABEL_AT)
        .set_margin_fraction(vec2(0.0, 0.02))
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .show_background(false)
        .show_crosshair(false)
        .show_axes([true, false])
        .show_grid([false, true])
        .grid_color(theme.line)
        .label_formatter(|_| None)
        .x_grid_spacer(move |input| {
            // Full and half hours of the clock on the wall.
            let from = (start_ms.div_euclid(1000) + i64::from(offset)).rem_euclid(86_400) as f64 / 60.0;
            let first = ((from + input.bounds.0) / step).ceil() * step - from;
            (0..64)
                .map(|at| first + f64::from(at) * step)
                .take_while(|value| *value <= input.bounds.1)
                .map(|value| GridMark {
                    value,
                    step_size: step,
                })
                .collect()
        })
        .y_grid_spacer(|_| {
            [0.0, 50.0, 100.0]
                .map(|value| GridMark {
                    value,
                    step_size: 50.0,
                })
                .to_vec()
        })
        .x_axis_formatter(move |mark, _| clock(start_ms + (mark.value * 60_000.0).round() as i64, offset))
        .show(ui, move |plot| {
            let hovered = plot.pointer_coordinate().and_then(|pointer| {
                drawn
                    .iter()
                    .position(|spot| (spot.from..spot.to).contains(&pointer.x))
            });
            let lit = hovered.or(best);
            let bars = drawn
                .iter()
                .enumerate()
                .map(|(at, spot)| {
                    let fill = if lit == Some(at) {
                        theme.heart
                    } else {
                        theme.heart_quiet
                    };
                    Bar::new(spot.middle(), f64::from(spot.likes) / most * BAR_TOP)
                        .width((spot.to - spot.from) * 0.82)
                        .fill(fill)
                        .stroke(Stroke::NONE)
                })
                .collect();
            plot.bar_chart(BarChart::new("Likes", bars).allow_hover(false));
            let energy: Vec<[f64; 2]> = drawn
                .iter()
                .filter_map(|spot| Some([spot.middle(), spot.energy?]))
                .collect();
            plot.line(
                Line::new("Energy", energy)
                    .color(theme.energy)
                    .width(3.0)
                    .allow_hover(false),
            );
            let bpm: Vec<[f64; 2]> = drawn
                .iter()
                .filter_map(|spot| Some([spot.middle(), tempo(spot.bpm?)]))
                .collect();
            plot.line(
                Line::new("BPM", bpm)
                    .color(theme.bright)
                    .width(2.0)
                    .style(LineStyle::Dashed { length: 5.0 })
                    .allow_hover(false),
            );
            if let Some(spot) = lit.and_then(|at| drawn.get(at)) {
                let mut words = format!("{}, {}", spot.title, likes(spot.likes));
                if hovered.is_some()
                    && let (Some(bpm), Some(energy)) = (spot.bpm, spot.energy)
                {
                    words.push_str(&format!(" · {bpm:.0} BPM · energy {energy:.0}"));
                }
                let anchor = if spot.middle() < (begin + end) * 0.2 {
                    Align2::LEFT_TOP
                } else if spot.middle() > begin + (end - begin) * 0.8 {
                    Align2::RIGHT_TOP
                } else {
                    Align2::CENTER_TOP
                };
                let label = eframe::egui::RichText::new(words)
                    .font(text::micro())
                    .color(theme.heart_text);
                plot.text(
                    Text::new("", PlotPoint::new(spot.middle(), LABEL_AT), label)
                        .anchor(anchor)
                        .allow_hover(false),
                );
            }
        })
        .response
}
