//! `--self-test`: every part of the program once, in a folder of its own, without a display.

use std::{
    fs,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use eframe::egui::epaint::text::{Fonts, TextOptions};
use pika_engine::{
    analyzer::AnalysisReport,
    app::{App, Command, Event, StartOptions},
    demo_music,
    library::{LibraryCommand, Query},
    paths::DataPaths,
    report::Failure,
    settings::Settings,
};

use crate::ui::{fonts, icons};

/// Generous: six short songs take a second or two on any machine of this decade.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs all checks, writes a line for each to `out`, and returns whether all went well.
pub fn run(out: &mut impl Write) -> bool {
    let folder = std::env::temp_dir().join(format!("pika-self-test-{}", std::process::id()));
    let mut all = true;
    for (name, check) in [
        ("fonts and icons", check_fonts as fn(&Path) -> Result<String>),
        ("settings", check_settings),
        ("library, scan and analysis", check_library),
    ] {
        let outcome = fs::create_dir_all(&folder)
            .context("no temporary folder")
            .and_then(|()| check(&folder));
        let line = match &outcome {
            Ok(what) => format!("ok      {name}: {what}"),
            Err(error) => format!("FAILED  {name}: {error:#}"),
        };
        all &= outcome.is_ok();
        // An output that is closed is no reason to stop.
        let _ = writeln!(out, "{line}");
    }
    let _ = fs::remove_dir_all(&folder);
    all
}

fn check_fonts(_: &Path) -> Result<String> {
    let mut fonts = Fonts::new(TextOptions::default(), fonts::definitions());
    let font = crate::ui::theme::text::body();
    ensure!(
        fonts.has_glyphs(&font, "Żar Кино Νίκος C♯m A♭"),
        "a script is missing"
    );
    for icon in icons::ALL {
        ensure!(fonts.has_glyphs(&font, icon.0), "{icon:?} is missing");
    }
    Ok(format!("{} icons", icons::ALL.len()))
}

fn check_settings(folder: &Path) -> Result<String> {
    let path = folder.join("settings.json");
    let settings = Settings {
        is_set_up: true,
        ..Settings::default()
    };
    settings.save(&path)?;
    ensure!(Settings::load(&path)? == settings, "they came back different");
    Ok("written and read".to_owned())
}

fn check_library(folder: &Path) -> Result<String> {
    let music = folder.join("music");
    demo_music::generate(&music)?;
    let options = StartOptions {
        // Nothing of this computer's own is touched.
        history: Some(folder.join("history.m3u")),
        ..StartOptions::new(DataPaths::open(Some(folder.join("data")))?, Settings::default())
    };
    let (mut app, _) = App::start(&options, || {})?;
    app.run(Command::Library(LibraryCommand::AddFolder(music)));
    let began = Instant::now();
    let mut analyzed = 0;
    while analyzed < 6 {
        ensure!(
            began.elapsed() < PATIENCE,
            "only {analyzed} of 6 songs after five minutes"
        );
        match app.next_event(Duration::from_secs(1)) {
            Some(Event::Analysis(AnalysisReport::Analyzed(_))) => analyzed += 1,
            Some(Event::Analysis(AnalysisReport::Failed { path, reason, .. })) => {
                anyhow::bail!("{reason}: {}", path.display());
            }
            Some(Event::Failed(Failure { what, error })) => anyhow::bail!("could not {what}: {error}"),
            _ => {}
        }
    }
    let found = app.library().call(|library| {
        library.search(&Query {
            text: "honey".to_owned(),
            ..Query::default()
        })
    })?;
    app.stop();
    let bpm = found
        .first()
        .and_then(|track| track.values.bpm)
        .context("the song was not found")?;
    ensure!((bpm - 84.0).abs() < 1.5, "84 BPM were heard as {bpm:.1}");
    Ok(format!("6 songs in {:.1} s", began.elapsed().as_secs_f64()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_self_test_passes() {
        let mut out = Vec::new();
        assert!(super::run(&mut out), "{}", String::from_utf8_lossy(&out));
    }
}
