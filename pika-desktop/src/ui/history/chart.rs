//! The night on one time axis: likes as bars, energy and tempo as lines.

use eframe::egui::{Align2, Rect, Response, RichText, Role, Sense, Stroke, Ui, UiBuilder, Vec2, pos2, vec2};
use egui_plot::{Bar, BarChart, GridMark, Line, LineStyle, Plot, PlotPoint, PlotUi, Text};
use pika_engine::library::NightDetail;
use pika_protocol::SessionId;

use super::{
    chart_data::{Chart, Side},
    panel::ground,
};
use crate::ui::{
    theme::{Theme, text},
    widgets::Caption,
};

/// Height of the whole part.
const HEIGHT: f32 = 259.0;
/// The title's and the legend's middle, from the top.
const HEAD: f32 = 28.0;
/// From an edge of the part to the title and to the legend.
const SIDE: f32 = 21.0;
/// The plot stands in so far from the left and the top, and from the right and the bottom.
const INSET: (Vec2, Vec2) = (vec2(24.0, 48.0), vec2(24.0, 10.0));
/// A part that is narrower has a shorter title.
const LONG_TITLE: f32 = 480.0;
/// Width of a curve in the legend.
const LEGEND_LINE: f32 = 18.0;
/// Free room between two names of the legend, and between a name and its sign.
const LEGEND_GAPS: (f32, f32) = (18.0, 8.0);
/// The name of the chosen song stands here, above every curve.
const CAPTION_AT: f64 = 114.0;

pub(super) fn show(ui: &mut Ui, detail: &NightDetail) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    ground(ui, rect);
    let title = if rect.width() >= LONG_TITLE {
        "The night, track by track"
    } else {
        "The night"
    };
    Caption::new(title, text::section(), theme.text).left(ui, rect.left_top() + vec2(SIDE, HEAD));
    legend_ui(ui, rect);
    let chart = Chart::of(detail);
    if chart.is_empty() {
        Caption::new("Nothing was played in this night.", text::body(), theme.text3)
            .center(ui, rect.center());
        return;
    }
    let inner = Rect::from_min_max(rect.min + INSET.0, rect.max - INSET.1);
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("night-chart"));
    child.visuals_mut().override_text_color = Some(theme.text3);
    let response = plot_ui(&mut child, detail.night.session_id, &chart);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Image);
        node.set_label(chart.spoken());
    });
}

/// What the three signs mean, from right to left.
fn legend_ui(ui: &Ui, rect: Rect) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let (between, before) = LEGEND_GAPS;
    let mut x = rect.right() - SIDE;
    let y = rect.top() + HEAD;
    for name in ["Likes", "BPM", "Energy"] {
        let word = Caption::new(name, text::body(), theme.text2).right(ui, pos2(x, y));
        let right = word.left() - before;
        let left = match name {
            "Likes" => {
                let square = Rect::from_min_max(pos2(right - 10.0, y - 7.0), pos2(right, y + 7.0));
                painter.rect_filled(square, 3.0, theme.heart);
                square.left()
            }
            "BPM" => {
                for from in [right - LEGEND_LINE, right - LEGEND_LINE + 10.0] {
                    painter.hline(from..=from + 7.0, y, Stroke::new(2.5, theme.bright));
                }
                right - LEGEND_LINE
            }
            _ => {
                let line = right - LEGEND_LINE..=right;
                painter.hline(line, y, Stroke::new(3.5, theme.energy));
                right - LEGEND_LINE
            }
        };
        x = left - between;
    }
}

fn plot_ui(ui: &mut Ui, night: SessionId, chart: &Chart) -> Response {
    let theme = Theme::of(ui);
    let size = ui.available_size();
    axes(Plot::new(("night", night)), chart)
        .width(size.x)
        .height(size.y)
        .grid_color(theme.line)
        .show(ui, |plot| {
            let hovered = plot
                .pointer_coordinate()
                .and_then(|pointer| chart.song_at(pointer.x));
            paint(plot, theme, chart, hovered);
        })
        .response
}

/// A picture that stands still, with the clock under it and three lines across.
fn axes<'a>(plot: Plot<'a>, chart: &'a Chart) -> Plot<'a> {
    let [from, to] = chart.bounds();
    let mark = |value, step_size| GridMark { value, step_size };
    plot.include_x(from)
        .include_x(to)
        .include_y(0.0)
        .include_y(CAPTION_AT)
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
        .label_formatter(|_| None)
        .x_grid_spacer(move |input| {
            let marks = chart.marks(input.bounds).into_iter();
            marks.map(|at| mark(at, chart.mark_step())).collect()
        })
        .y_grid_spacer(move |_| [0.0, 50.0, 100.0].map(|at| mark(at, 50.0)).to_vec())
        .x_axis_formatter(move |mark, _| chart.clock_at(mark.value))
}

fn paint(plot: &mut PlotUi<'_>, theme: &Theme, chart: &Chart, hovered: Option<usize>) {
    let bars = chart
        .bars(hovered)
        .map(|bar| {
            let fill = if bar.is_lit {
                theme.heart
            } else {
                theme.heart_quiet
            };
            Bar::new(bar.middle, bar.height)
                .width(bar.width)
                .fill(fill)
                .stroke(Stroke::NONE)
        })
        .collect();
    plot.bar_chart(BarChart::new("Likes", bars).allow_hover(false));
    plot.line(
        Line::new("Energy", chart.energy())
            .color(theme.energy)
            .width(3.0)
            .allow_hover(false),
    );
    plot.line(
        Line::new("BPM", chart.tempo())
            .color(theme.bright)
            .width(2.0)
            .style(LineStyle::Dashed { length: 5.0 })
            .allow_hover(false),
    );
    if let Some(caption) = chart.caption(hovered) {
        let anchor = match caption.side {
            Side::After => Align2::LEFT_TOP,
            Side::Over => Align2::CENTER_TOP,
            Side::Before => Align2::RIGHT_TOP,
        };
        let words = RichText::new(caption.words)
            .font(text::micro())
            .color(theme.heart_text);
        plot.text(
            Text::new("", PlotPoint::new(caption.middle, CAPTION_AT), words)
                .anchor(anchor)
                .allow_hover(false),
        );
    }
}
