//! Tempo, key and character: what was measured, and the hand that knows better.

use eframe::egui::{Align, Id, Key, Label, Layout, RichText, Role, Sense, Ui, WidgetInfo, vec2};
use pika_analysis::{Mode, MusicalKey};
use pika_engine::{
    app::Command,
    library::{Correction, Corrections, Doubt, LibraryCommand, TrackDetail},
};

use super::{measured, state::DetailScreen, tap};
use crate::ui::{
    icons::{self, Icon},
    requests::Requests,
    theme::{Theme, text},
    widgets::{
        Button, Over, PillSize, TextField, Toast, feature_bar, focus_ring, label, link_button,
        paint_key_pill, popup, slider,
    },
};

/// Tempi that can be typed, in BPM.
const TEMPI: std::ops::RangeInclusive<f64> = 20.0..=400.0;

fn correct(detail: &TrackDetail, correction: Correction) -> Command {
    Command::Library(LibraryCommand::Correct {
        tracks: vec![detail.track.id],
        correction,
    })
}

/// Tempo on the left, key on the right.
pub(super) fn tempo_and_key(
    ui: &mut Ui,
    screen: &mut DetailScreen,
    detail: &TrackDetail,
    out: &mut Requests,
) {
    let width = ui.available_width();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let column = |ui: &mut Ui, width: f32, content: &mut dyn FnMut(&mut Ui)| {
            ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
                content(ui);
            });
        };
        column(ui, width - 114.0, &mut |ui| tempo_ui(ui, screen, detail, out));
        column(ui, 114.0, &mut |ui| key_ui(ui, detail, out));
    });
    if let Some(problem) = &screen.bpm_problem {
        label(ui, problem, text::micro(), Theme::of(ui).err);
    }
}

fn tempo_ui(ui: &mut Ui, screen: &mut DetailScreen, detail: &TrackDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    label(ui, "Tempo", text::micro(), theme.text3);
    let bpm = detail.track.values.bpm;
    ui.horizontal(|ui| {
        ui.set_min_height(36.0);
        ui.spacing_mut().item_spacing.x = 6.0;
        if screen.bpm.is_some() {
            typed_bpm_ui(ui, screen, detail, out);
        } else {
            let shown = bpm.map_or("–".to_owned(), |bpm| format!("{bpm:.1}"));
            let galley = ui
                .painter()
                .layout_no_wrap(shown.clone(), text::hero(), theme.text);
            let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::click());
            let name = format!("Tempo {shown} BPM, type another");
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            ui.painter().galley(rect.min, galley, theme.text);
            focus_ring(ui, &response, 4.0);
            if response.on_hover_text("Type another tempo").clicked() {
                screen.bpm = Some(bpm.map_or(String::new(), |bpm| format!("{bpm:.1}")));
            }
        }
        label(ui, "BPM", text::body(), theme.text3);
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        for (word, name, factor) in [
            ("÷2", "Half tempo", 0.5),
            ("×2", "Double tempo", 2.0),
            ("×3/2", "Three halves of the tempo", 1.5),
        ] {
            let button = Button::new(word)
                .small()
                .quiet()
                .name(name)
                .enabled(bpm.is_some());
            if button.show(ui).clicked() && bpm.is_some() {
                out.push(correct(detail, Correction::ScaleBpm(factor)));
            }
        }
        tap_ui(ui, screen, detail, out);
    });
    if let Some(other) = measured::alternative(detail.analysis.as_ref())
        && bpm.is_none_or(|bpm| (bpm - other).abs() >= 0.1)
    {
        let word = format!("or {other:.1}");
        let button = Button::new(&word).small().quiet();
        let name = format!("Use {other:.1} BPM");
        let button = button.name(&name).show(ui);
        if button.on_hover_text("The other tempo that was heard").clicked() {
            out.push(correct(detail, Correction::Bpm(other)));
        }
    }
}

/// A tempo as it is typed, with a point or a comma.
fn typed_bpm(typed: &str) -> Option<f64> {
    let bpm: f64 = typed.trim().replace(',', ".").parse().ok()?;
    TEMPI.contains(&bpm).then_some(bpm)
}

/// Why what is typed is no tempo.
fn no_tempo(typed: &str) -> String {
    let (slowest, fastest) = (TEMPI.start(), TEMPI.end());
    format!(
        "“{}” is no tempo from {slowest:.0} to {fastest:.0} BPM.",
        typed.trim()
    )
}

/// The field for a tempo. Leaving it keeps a good value, Esc does not; a bad one is said.
fn typed_bpm_ui(ui: &mut Ui, screen: &mut DetailScreen, detail: &TrackDetail, out: &mut Requests) {
    let Some(typed) = &mut screen.bpm else { return };
    let wrong = typed_bpm(typed).is_none();
    let field = TextField::new(typed, "Tempo in BPM")
        .width(86.0)
        .wrong(wrong)
        .max_chars(7)
        .id(Id::unique(("detail-tempo", detail.track.id)))
        .opened();
    let response = field.show(ui);
    if response.changed() {
        screen.bpm_problem = None;
    }
    if !response.lost_focus() {
        return;
    }
    // Only now, that the field has taken the letters of this frame.
    let value = typed_bpm(typed);
    let (enter, escape) = ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
    let shown = detail.track.values.bpm.map(|bpm| format!("{bpm:.1}"));
    match value {
        None if enter => {
            screen.bpm_problem = Some(no_tempo(typed));
            response.request_focus();
            return;
        }
        None if !escape && !typed.trim().is_empty() => out.toast(Toast::trouble(no_tempo(typed))),
        Some(bpm) if !escape && shown.as_deref() != Some(typed.trim()) => {
            out.push(correct(detail, Correction::Bpm(bpm)));
        }
        _ => {}
    }
    screen.bpm = None;
    screen.bpm_problem = None;
}

fn tap_ui(ui: &mut Ui, screen: &mut DetailScreen, detail: &TrackDetail, out: &mut Requests) {
    let now = ui.input(|input| input.time);
    let word = match (screen.tap.bpm(), screen.tap.is_empty()) {
        (Some(bpm), _) => format!("{bpm:.1}"),
        (None, false) => "Tap …".to_owned(),
        (None, true) => "Tap".to_owned(),
    };
    let button = Button::new(&word).small().quiet().name("Tap the tempo").show(ui);
    let pressed = button.on_hover_text("Tap four beats or more (T)").clicked();
    if pressed {
        screen.tap.tap(now);
    } else if let Some(tapped) = screen.tap.finished(now) {
        let measured = detail
            .analysis
            .as_ref()
            .and_then(|analysis| analysis.tempo.as_ref())
            .map(|tempo| tempo.bpm);
        out.push(correct(detail, Correction::Bpm(tap::meant(tapped, measured))));
    }
    if !screen.tap.is_empty() {
        ui.ctx()
            .request_repaint_after(std::time::Duration::from_millis(200));
    }
}

fn key_ui(ui: &mut Ui, detail: &TrackDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    label(ui, "Key", text::micro(), theme.text3);
    let key = detail.track.values.key;
    ui.horizontal(|ui| {
        ui.set_min_height(36.0);
        ui.spacing_mut().item_spacing.x = 6.0;
        let (rect, response) = ui.allocate_exact_size(vec2(50.0, 30.0), Sense::click());
        let name = match key {
            Some(key) => format!("Key {} {}, choose another", key.camelot(), key.short_name()),
            None => "No key, choose one".to_owned(),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        match key {
            Some(key) => paint_key_pill(ui.painter(), rect.center(), key, PillSize::Medium),
            None => {
                ui.painter().rect_filled(rect, 8.0, theme.bg3);
                icons::QUESTION.paint(ui.painter(), rect.center(), 16.0, theme.text2);
            }
        }
        focus_ring(ui, &response, 8.0);
        let response = response.on_hover_text("Choose another key");
        popup(Over::KeyPicker, &response, "Choose a key", |ui| {
            all_keys_ui(ui, detail, out);
        });
        if let Some(key) = key {
            label(ui, spelled(key), text::body(), theme.text2);
        }
    });
    if let Some(key) = key {
        ui.add_space(2.0);
        label(ui, "Mixes with", text::caption(), theme.text3);
        let names: Vec<String> = neighbours(key).iter().map(|key| key.camelot()).collect();
        label(ui, names.join(" · "), text::micro(), theme.text2);
    }
}

/// `A minor`, with the signs that musicians write.
fn spelled(key: MusicalKey) -> String {
    let short = key.short_name();
    let tonic = short.trim_end_matches('m');
    let mode = match key.mode() {
        Mode::Major => "major",
        Mode::Minor => "minor",
    };
    format!("{tonic} {mode}")
}

/// Keys that fit beside this one: a step down the wheel, the relative, a step up.
pub(super) fn neighbours(key: MusicalKey) -> [MusicalKey; 3] {
    let (tonic, mode) = (key.tonic(), key.mode());
    let relative = match mode {
        Mode::Minor => MusicalKey::new((tonic + 3) % 12, Mode::Major),
        Mode::Major => MusicalKey::new((tonic + 9) % 12, Mode::Minor),
    };
    // A step on the wheel is a fifth: seven semitones.
    [
        MusicalKey::new((tonic + 5) % 12, mode),
        relative,
        MusicalKey::new((tonic + 7) % 12, mode),
    ]
}

fn all_keys_ui(ui: &mut Ui, detail: &TrackDetail, out: &mut Requests) {
    let mut keys: Vec<MusicalKey> = (0..12)
        .flat_map(|tonic| [Mode::Minor, Mode::Major].map(|mode| MusicalKey::new(tonic, mode)))
        .collect();
    keys.sort_by_key(|key| (key.camelot_number(), key.mode() == Mode::Major));
    ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
    for row in keys.chunks(6) {
        ui.horizontal(|ui| {
            for key in row {
                let (rect, response) = ui.allocate_exact_size(vec2(38.0, 22.0), Sense::click());
                let name = format!("{} {}", key.camelot(), spelled(*key));
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
                paint_key_pill(ui.painter(), rect.center(), *key, PillSize::Small);
                focus_ring(ui, &response, 6.0);
                if response.on_hover_text(name.clone()).clicked() {
                    out.push(correct(detail, Correction::Key(*key)));
                    ui.close();
                }
            }
        });
    }
}

/// Energy (by hand, too), danceability, brightness.
pub(super) fn features(ui: &mut Ui, screen: &mut DetailScreen, detail: &TrackDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    let values = &detail.track.values;
    ui.spacing_mut().item_spacing.y = 4.0;
    row(
        ui,
        icons::FIRE,
        "Energy",
        screen.energy.or(values.energy),
        |ui, width, shown| {
            let mut share = shown.map_or(0.0, |energy| (energy / 100.0) as f32);
            let response = slider(ui, &mut share, theme.energy, width, "Energy, drag to correct");
            if response.changed() {
                screen.energy = Some(f64::from((share * 100.0).round()));
            }
            let moving = response.dragged() || response.is_pointer_button_down_on();
            if let Some(energy) = screen.energy.filter(|_| !moving) {
                screen.energy = None;
                out.push(correct(detail, Correction::Energy(energy)));
            }
        },
    );
    for (icon, name, value, color) in [
        (
            icons::SNEAKER_MOVE,
            "Danceability",
            values.danceability,
            theme.dance,
        ),
        (icons::SUN, "Brightness", values.brightness, theme.bright),
    ] {
        row(ui, icon, name, value, |ui, width, value| {
            let share = value.map_or(0.0, |value| (value / 100.0) as f32);
            feature_bar(ui, share, color, vec2(width, 8.0));
        });
    }
}

fn row(ui: &mut Ui, icon: Icon, name: &str, value: Option<f64>, bar: impl FnOnce(&mut Ui, f32, Option<f64>)) {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    ui.allocate_ui_with_layout(vec2(width, 24.0), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(24.0);
        ui.spacing_mut().item_spacing.x = 7.0;
        ui.allocate_ui_with_layout(vec2(100.0, 24.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(100.0);
            icon.show_filled(ui, 16.0, theme.text2);
            label(ui, name, text::body(), theme.text2);
        });
        let bar_width = ui.available_width() - 34.0;
        bar(ui, bar_width, value);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let shown = value.map_or("–".to_owned(), |value| format!("{value:.0}"));
            label(ui, shown, text::value(), theme.text);
        });
    });
}

/// What is corrected, with the way back; and what is doubted, with the way out.
pub(super) fn standing(ui: &mut Ui, detail: &TrackDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    if detail.corrections != Corrections::default() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            icons::LOCK_SIMPLE.show_filled(ui, 15.0, theme.text2);
            label(ui, "Corrected by you, kept as it is", text::micro(), theme.text2);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if link_button(ui, "Reset")
                    .on_hover_text("Back to what was measured")
                    .clicked()
                {
                    out.push(correct(detail, Correction::Reset));
                }
            });
        });
    }
    for doubt in &detail.doubts {
        doubt_ui(ui, detail, doubt, out);
    }
}

/// What is doubted, and on its button the way out, where one press is one.
fn doubt_words(doubt: &Doubt) -> (String, Option<(String, Correction)>) {
    match doubt {
        Doubt::Octave(_) => (
            "Tempo may be half or double. Listen and press ÷2 or ×2.".to_owned(),
            None,
        ),
        Doubt::Tempo(bpm) => (
            format!("VirtualDJ says {bpm:.1} BPM. Listen and choose."),
            Some((format!("Use {bpm:.1} BPM"), Correction::Bpm(*bpm))),
        ),
        Doubt::Key(key) => (
            format!(
                "VirtualDJ says {} ({}). Listen and choose.",
                spelled(*key),
                key.camelot()
            ),
            Some((format!("Use {}", key.camelot()), Correction::Key(*key))),
        ),
    }
}

fn doubt_ui(ui: &mut Ui, detail: &TrackDetail, doubt: &Doubt, out: &mut Requests) {
    let theme = Theme::of(ui);
    let (words, settle) = doubt_words(doubt);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        icons::QUESTION.show(ui, 15.0, theme.warn);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let words = RichText::new(words).font(text::micro()).color(theme.warn);
            ui.add(Label::new(words).wrap());
            if let Some((word, correction)) = settle
                && link_button(ui, &word).clicked()
            {
                out.push(correct(detail, correction));
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_stand_beside_it_on_the_wheel() {
        let names = |tonic, mode| neighbours(MusicalKey::new(tonic, mode)).map(|key| key.camelot());
        assert_eq!(names(9, Mode::Minor), ["7A", "8B", "9A"]);
        assert_eq!(names(11, Mode::Major), ["12B", "1A", "2B"]);
        assert_eq!(spelled(MusicalKey::new(1, Mode::Minor)), "C♯ minor");
        assert_eq!(spelled(MusicalKey::new(8, Mode::Major)), "A♭ major");
    }

    #[test]
    fn a_doubt_says_what_to_do_and_offers_it_where_it_can() {
        let told = |doubt: Doubt| {
            let (words, settle) = doubt_words(&doubt);
            (words, settle.map(|(word, _)| word))
        };
        let (words, settle) = told(Doubt::Tempo(96.04));
        assert_eq!(words, "VirtualDJ says 96.0 BPM. Listen and choose.");
        assert_eq!(settle.as_deref(), Some("Use 96.0 BPM"));
        let (words, settle) = told(Doubt::Key(MusicalKey::new(9, Mode::Minor)));
        assert_eq!(words, "VirtualDJ says A minor (8A). Listen and choose.");
        assert_eq!(settle.as_deref(), Some("Use 8A"));
    }
}
