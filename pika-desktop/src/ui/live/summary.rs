//! How the night was, when it has just ended.

use eframe::egui::{Align, Context, Layout, OpenUrl, Ui, vec2};

use super::state::{After, Summary};
use crate::ui::{
    icons,
    requests::Requests,
    screen::Screen,
    theme::{Theme, text},
    widgets::{Button, Over, Toast, dialog, foot, label},
    words,
};

/// Its name and how long it was.
fn head(summary: &Summary) -> String {
    let length = match (summary.minutes / 60, summary.minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes:02} min"),
    };
    format!("{} · {length}", summary.name)
}

/// The figures with their names.
fn figures(summary: &Summary) -> [(String, &'static str); 4] {
    let likes = if summary.likes == 1 { "like" } else { "likes" };
    let tracks = if summary.songs == 1 { "track" } else { "tracks" };
    [
        (summary.peak.to_string(), "peak dancers"),
        (summary.likes.to_string(), likes),
        (summary.songs.to_string(), tracks),
        (summary.thanks.to_string(), "thanks"),
    ]
}

/// The song that was loved most, when one was loved.
fn best(summary: &Summary) -> Option<String> {
    let (title, likes) = summary.best.as_ref()?;
    Some(format!("Most loved: {title}, {}", words::likes(*likes)))
}

/// Draws the dialog.
pub(super) fn show(ctx: &Context, summary: &Summary, out: &mut Requests) -> After {
    let theme = Theme::of_ctx(ctx);
    let ((done, history), close) = dialog(ctx, Over::LiveSummary, "That was the last song", 440.0, |ui| {
        label(ui, head(summary), text::body(), theme.text2);
        ui.add_space(14.0);
        figures_ui(ui, summary);
        if let Some(best) = best(summary) {
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                icons::HEART.show_filled(ui, 17.0, theme.heart);
                label(ui, best, text::strong(), theme.heart_text);
            });
        }
        if !summary.recap.is_empty() {
            ui.add_space(12.0);
            ui.horizontal(|ui| recap_ui(ui, &summary.recap, out));
        }
        foot(ui, "Done", |ui| {
            Button::new("See it in History").primary().show(ui).clicked()
        })
    });
    if history {
        out.go(Screen::History);
    }
    After::closes_if(done || history || close)
}

fn figures_ui(ui: &mut Ui, summary: &Summary) {
    let theme = Theme::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (number, name) in figures(summary) {
            ui.allocate_ui_with_layout(vec2(110.0, 64.0), Layout::top_down(Align::Min), |ui| {
                ui.set_min_width(104.0);
                ui.spacing_mut().item_spacing.y = 0.0;
                label(ui, number, text::figure(), theme.text);
                label(ui, name, text::micro(), theme.text2);
            });
        }
    });
}

/// The public recap: its link, and the page itself.
fn recap_ui(ui: &mut Ui, recap: &str, out: &mut Requests) {
    let copy = Button::new("Copy recap link").quiet().icon(icons::COPY);
    if copy.show(ui).clicked() {
        ui.ctx().copy_text(recap.to_owned());
        out.toast(Toast::done("Recap link copied"));
    }
    let open = Button::new("Open recap").quiet().icon(icons::ARROW_SQUARE_OUT);
    if open.show(ui).clicked() {
        ui.ctx().open_url(OpenUrl::new_tab(recap));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that the dialog says of the night.
    fn told(summary: &Summary) -> String {
        let figures = figures(summary).map(|(number, name)| format!("{number} {name}"));
        let best = best(summary).unwrap_or_default();
        format!("{} / {} / {best}", head(summary), figures.join(", "))
    }

    #[test]
    fn a_night_is_told_in_figures() {
        let mut summary = Summary {
            session: None,
            name: "Friday Social".into(),
            minutes: 134,
            songs: 31,
            likes: 58,
            peak: 64,
            thanks: 12,
            best: Some(("Low Tide".into(), 9)),
            recap: String::new(),
        };
        assert_eq!(
            told(&summary),
            "Friday Social · 2 h 14 min / 64 peak dancers, 58 likes, 31 tracks, 12 thanks / Most loved: Low Tide, 9 likes"
        );
        (summary.minutes, summary.likes, summary.songs, summary.best) = (58, 1, 1, None);
        assert_eq!(
            told(&summary),
            "Friday Social · 58 min / 64 peak dancers, 1 like, 1 track, 12 thanks / "
        );
    }
}
