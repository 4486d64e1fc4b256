//! Analysis, sound, what dancers see, and about the program.

use eframe::egui::{OpenUrl, Ui};
use pika_analysis::Profile;
use pika_engine::{
    app::{AppState, Command},
    audition::AuditionCommand,
    settings::SettingsChange,
};

use super::{
    parts::{LineTone, Row, stepper},
    state::{Confirmation, SettingsScreen},
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::Theme,
    widgets::{Button, choice, slider, toggle},
};

/// The dance floor, and how many threads work for it.
pub(super) fn analysis_ui(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    for (profile, name, words) in [
        (
            Profile::Wcs,
            "West Coast Swing and social dances",
            "Tempi around 98 BPM",
        ),
        (Profile::General, "Any dance floor", "Tempi around 110 BPM"),
        (
            Profile::Electronic,
            "House, techno, drum and bass",
            "Tempi from 88 to 176 BPM",
        ),
    ] {
        let chosen = app.settings.profile == profile;
        if choice(ui, name, words, chosen) && !chosen {
            let analyzed = app
                .overview
                .as_ref()
                .is_some_and(|overview| overview.analyzed > 0);
            if analyzed {
                screen.question = Some(Confirmation::Profile(profile));
            } else {
                out.change(SettingsChange::Profile(profile));
            }
        }
    }
    let threads = app.settings.analysis_threads;
    let cores = app.cores.max(1);
    let shown = threads.map_or_else(|| format!("All {cores}"), |threads| threads.to_string());
    Row::new(
        icons::CPU,
        "Threads at once",
        "One while you are live, whatever is set here",
    )
    .show(ui, |ui| {
        let (fewer, more) = steps(threads, cores);
        if let Some(to) = stepper(ui, &shown, ("Fewer threads", fewer), ("More threads", more)) {
            out.change(SettingsChange::AnalysisThreads((to < cores).then_some(to)));
        }
    });
}

/// One thread fewer and one more, of 1 to `cores`, which are meant by `None`.
fn steps(threads: Option<usize>, cores: usize) -> (Option<usize>, Option<usize>) {
    let current = threads.unwrap_or(cores).clamp(1, cores);
    let within = |to: usize| (1..=cores).contains(&to).then_some(to);
    (within(current - 1), within(current + 1))
}

/// Where a preview plays, and how loud.
pub(super) fn sound_ui(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let chosen = app.settings.audio_output.as_deref();
    let own = "This computer's own output";
    if choice(ui, own, "As the system is set", chosen.is_none()) && chosen.is_some() {
        out.change(SettingsChange::AudioOutput(None));
    }
    for output in &app.audition.outputs {
        let is_chosen = chosen == Some(output.as_str());
        if choice(ui, output, "Previews play here and nowhere else", is_chosen) && !is_chosen {
            out.change(SettingsChange::AudioOutput(Some(output.clone())));
        }
    }
    if let Some(gone) = chosen.filter(|chosen| !app.audition.outputs.iter().any(|output| output == chosen)) {
        choice(ui, gone, "Not connected: previews stay silent until it is", true);
    }
    if app.audition.outputs.is_empty() {
        let words = match &app.audition.problem {
            Some(problem) => format!("{problem}."),
            None => "No other output was found.".to_owned(),
        };
        Row::new(icons::SPEAKER_SLASH, "Outputs", words)
            .tone(LineTone::Quiet)
            .show(ui, |_| {});
    }
    Row::new(icons::ARROWS_CLOCKWISE, "Plugged something in?", "").show(ui, |ui| {
        if Button::new("Look again")
            .name("Look for sound outputs")
            .show(ui)
            .clicked()
        {
            out.push(Command::Audition(AuditionCommand::ListOutputs));
        }
    });
    let mut volume = screen.volume.unwrap_or(app.settings.audition_volume);
    Row::new(icons::SPEAKER_HIGH, "Volume", "Of previews only").show(ui, |ui| {
        let response = slider(ui, &mut volume, theme.text2, 140.0, "Preview volume");
        if response.changed() {
            screen.volume = Some(volume);
            out.push(Command::Audition(AuditionCommand::Volume(volume)));
        }
        let moving = response.dragged() || response.is_pointer_button_down_on();
        if let Some(volume) = screen.volume.filter(|_| !moving) {
            screen.volume = None;
            out.change(SettingsChange::AuditionVolume(volume));
        }
    });
}

/// What dancers see, what stays here.
pub(super) fn privacy_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let mut shown = app.settings.show_values_to_dancers;
    Row::new(
        icons::EYE,
        "Show key and feel to dancers",
        "BPM, key, energy, danceability, brightness; from the next song on",
    )
    .show(ui, |ui| {
        if toggle(ui, &mut shown, "Show key and feel to dancers").changed() {
            out.change(SettingsChange::ShowValuesToDancers(shown));
        }
    });
    let count = app.overview.as_ref().map_or(0, |overview| overview.crash_reports);
    let words = match count {
        0 => "None. They stay on this computer; nothing is sent by itself".to_owned(),
        1 => "1 in the logs folder. It stays here; nothing is sent by itself".to_owned(),
        count => format!("{count} in the logs folder. They stay here; nothing is sent by itself"),
    };
    Row::new(icons::BUG, "Crash reports", &words).show(ui, |_| {});
    let words = if app.settings.check_for_updates {
        "The song that plays, while you are live, to your relay; once a day the question for a newer version, without a word about you"
    } else {
        "The song that plays, while you are live, to your relay. Nothing else, to nobody else"
    };
    Row::new(icons::SHIELD_CHECK, "What leaves this computer", words).show(ui, |_| {});
}

/// Version, logs, licence.
pub(super) fn about_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let words = format!(
        "Version {} · free software, Apache-2.0",
        env!("CARGO_PKG_VERSION")
    );
    Row::new(icons::INFO, "Pika!", &words).show(ui, |_| {});
    if let Some(release) = &app.newer_version {
        let words = format!(
            "Version {} is out. After tonight is early enough",
            release.version
        );
        Row::new(icons::DOWNLOAD_SIMPLE, "Newer version", &words).show(ui, |ui| {
            if Button::new("What is new").show(ui).clicked() {
                ui.ctx().open_url(OpenUrl::new_tab(&release.page));
            }
        });
    }
    let mut wanted = app.settings.check_for_updates;
    Row::new(
        icons::ARROWS_CLOCKWISE,
        "Look for a newer version",
        "Once a day, at the project's page of releases; nothing is installed by itself",
    )
    .show(ui, |ui| {
        if toggle(ui, &mut wanted, "Look for a newer version").changed() {
            out.change(SettingsChange::CheckForUpdates(wanted));
        }
    });
    Row::new(
        icons::FILE_TEXT,
        "Logs folder",
        "What happened, for whoever helps you; no passwords or tokens in it",
    )
    .show(ui, |ui| {
        if Button::new("Open")
            .name("Open the logs folder")
            .show(ui)
            .clicked()
        {
            out.push(Command::ShowFile(app.logs_folder.clone()));
        }
    });
    Row::new(icons::KEYBOARD, "Keyboard", "Press ? anywhere to see every key").show(ui, |_| {});
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_stay_within_the_computer_whatever_the_settings_hold() {
        assert_eq!(steps(None, 8), (Some(7), None));
        assert_eq!(steps(Some(1), 8), (None, Some(2)));
        assert_eq!(steps(Some(0), 8), (None, Some(2)));
        assert_eq!(steps(Some(64), 8), (Some(7), None));
        assert_eq!(steps(None, 1), (None, None));
    }
}
