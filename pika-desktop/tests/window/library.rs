//! The library: found, sorted, searched, chosen, corrected.

use eframe::egui::{self, Role};
use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::ui::{
    Requests, Screen, UiState, Window, theme,
    widgets::{Over, topmost},
};
use pika_engine::{
    app::{AppState, Command},
    demo_music,
    library::{LibraryCommand, SortColumn, browse::Filters},
    settings::{Appearance, Column},
};

use crate::{
    live, scenes,
    stage::{asked, painted, picture, sized, stage, types},
    support::Booth,
};

/// A window on six analysed songs.
fn with_music() -> Booth {
    let mut booth = Booth::set_up();
    let music = booth.new_folder("music");
    demo_music::generate(&music).expect("music");
    booth.command(Command::Library(LibraryCommand::AddFolder(music)));
    booth.until("six songs are analysed", |window| {
        titles(window).len() == 6 && window.app().is_some_and(all_analyzed)
    });
    booth
}

/// A window on six songs, analysed or not.
fn with_tracks() -> Booth {
    let mut booth = Booth::set_up();
    let music = booth.new_folder("music");
    demo_music::generate(&music).expect("music");
    booth.command(Command::Library(LibraryCommand::AddFolder(music)));
    booth.until("six songs are found", |window| titles(window).len() == 6);
    booth
}

fn all_analyzed(app: &AppState) -> bool {
    app.listing
        .as_ref()
        .is_some_and(|listing| listing.table.rows().all(|(_, row)| row.bpm.is_some()))
        && app.analysis.is_none()
}

fn titles(window: &Window) -> Vec<String> {
    let Some(listing) = window.app().and_then(|app| app.listing.as_ref()) else {
        return Vec::new();
    };
    (0..listing.len())
        .filter_map(|place| listing.row(place).map(|row| row.title.to_string()))
        .collect()
}

fn bpm(window: &Window, title: &str) -> f32 {
    let listing = window.app().and_then(|app| app.listing.as_ref()).expect("a list");
    let row = listing
        .table
        .rows()
        .map(|(_, row)| row)
        .find(|row| &*row.title == title);
    row.and_then(|row| row.bpm).expect("a tempo")
}

#[test]
fn a_folder_is_found_analysed_sorted_searched_and_corrected() {
    let mut booth = with_music();

    // Sorted by tempo, both ways, and kept.
    booth.window.get_by_label("Sort by BPM").click();
    booth.until("sorted by tempo", |window| {
        titles(window)
            .first()
            .is_some_and(|title| title == "Paper Moonlight")
    });
    booth.window.get_by_label("Sort by BPM, now rising").click();
    booth.until("fastest first", |window| {
        titles(window).first().is_some_and(|title| title == "Neon Whip")
    });
    let table = &booth.app().settings.table;
    assert_eq!((table.sort, table.descending), (SortColumn::Bpm, true));

    // Found as it is typed, by words and by values.
    let search = booth.window.get_by_label("Search");
    search.focus();
    booth.window.run_ok();
    booth.window.get_by_label("Search").type_text("demo trio");
    booth.until("found by artist", |window| {
        titles(window) == ["Late Train Shuffle", "Slow Honey"]
    });
    booth.window.get_by_label("Clear search").click();
    booth.until("all again", |window| titles(window).len() == 6);

    // Chosen, doubled with a key, and taken back.
    booth
        .window
        .get_by_label_contains("Slow Honey, The Demo Trio")
        .click();
    booth.window.run_ok();
    assert!(booth.window.state_mut().state().library.focused().is_some());
    let before = bpm(booth.window.state(), "Slow Honey");
    types(&mut booth.window, ']');
    booth.window.run_steps(2);
    // Said at once, with a way back; how long it stays is a matter of the window's time.
    booth.window.get_by_label("Undo");
    booth.until("doubled", |window| bpm(window, "Slow Honey") > 1.9 * before);
    booth
        .window
        .get_by_label_contains("Slow Honey, The Demo Trio, 168");
    booth
        .window
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    booth.until("as it was", |window| bpm(window, "Slow Honey") == before);
}

#[test]
fn several_tracks_are_chosen_and_corrected_at_once() {
    let mut booth = with_music();
    booth.window.get_by_label("Sort by Title").click();
    booth.until("sorted", |window| titles(window)[0] == "Late Train Shuffle");
    booth.window.key_press(egui::Key::ArrowDown);
    booth.window.run_ok();
    booth
        .window
        .key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::ArrowDown);
    booth.window.run_ok();
    booth.window.get_by_label("2 selected");
    let (first, second) = (
        bpm(booth.window.state(), "Late Train Shuffle"),
        bpm(booth.window.state(), "Neon Whip"),
    );
    booth
        .window
        .get_by_label("Halve the tempo of the selected")
        .click();
    booth.until("halved", |window| {
        bpm(window, "Late Train Shuffle") < 0.6 * first && bpm(window, "Neon Whip") < 0.6 * second
    });
    booth
        .window
        .key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    booth.until("as it was", |window| {
        bpm(window, "Late Train Shuffle") == first && bpm(window, "Neon Whip") == second
    });
    booth.window.key_press(egui::Key::Escape);
    booth.window.run_ok();
    assert!(booth.window.query_by_label("2 selected").is_none());

    // A filter that nothing fits says so and shows the way back.
    booth
        .window
        .get_by_role_and_label(egui::Role::Button, "Energy")
        .click();
    booth.window.run_ok();
    booth.window.key_press(egui::Key::Escape);
    booth.window.run_ok();
    booth.window.state_mut().state().library.text = "kersene".to_owned();
    booth.until("nothing fits", |window| titles(window).is_empty());
    booth.window.get_by_label("Nothing matches “kersene”");
}

#[test]
fn what_cannot_be_read_is_listed_with_the_reason_and_can_be_tried_again() {
    let mut booth = Booth::set_up();
    let music = booth.new_folder("music");
    std::fs::write(music.join("broken.mp3"), b"this is no music at all").expect("a file");
    booth.command(Command::Library(LibraryCommand::AddFolder(music)));
    booth.until("it is known as unreadable", |window| {
        window
            .app()
            .and_then(|app| app.overview.as_ref())
            .is_some_and(|overview| overview.unreadable.len() == 1)
    });
    booth.window.get_by_label("1 could not be read").click();
    booth.window.run_ok();
    booth
        .window
        .get_by_role_and_label(Role::Dialog, "1 file could not be read");
    booth.window.get_by_label_contains("broken.mp3: ");
    booth.window.get_by_label("Try again").click();
    booth.window.run_ok();
    assert!(booth.window.query_by_role(Role::Dialog).is_none());
}

#[test]
fn columns_are_chosen_and_kept() {
    let mut booth = with_tracks();
    assert!(booth.window.query_by_label("Sort by Album").is_none());
    booth.window.get_by_label("Choose columns").click();
    booth.window.run_ok();
    booth.window.get_by_label("Column Album").click();
    booth.until("the album is shown", |window| {
        window.app().is_some_and(|app| {
            app.settings
                .table
                .shown
                .contains(&pika_engine::settings::Column::Album)
        })
    });
    booth.window.get_by_label("Sort by Album");
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    let mut booth = with_tracks();
    // Workers still report for a while; a window that rests draws what changed and no more.
    booth.until_it_rests();
}

#[test]
fn the_list_of_shortcuts_opens_and_closes() {
    let mut window: Harness<'_, (AppState, UiState, Requests)> = crate::support::drawing();
    types(&mut window, '?');
    window.run_ok();
    window.get_by_role_and_label(Role::Dialog, "Keyboard");
    window.get_by_label("Playing now, by hand");
    window.key_press(egui::Key::Escape);
    window.run_ok();
    assert!(window.query_by_role(Role::Dialog).is_none());
}

#[test]
fn a_filter_that_is_only_looked_at_filters_nothing() {
    let mut window = crate::stage::stage(crate::scenes::library(), pika_desktop::ui::Screen::Library);
    for chip in ["BPM", "Energy", "Danceability"] {
        window.get_by_role_and_label(Role::Button, chip).click();
        window.run_steps(4);
        window.key_press(egui::Key::Escape);
        window.run_steps(2);
    }
    assert_eq!(window.state().1.library.filters, Filters::default());
}

#[test]
fn a_column_without_room_is_named() {
    let mut app = crate::scenes::library();
    app.settings.table.shown.push(Column::Year);
    let narrow = [1024.0, 680.0];
    let mut window = crate::stage::sized(app, pika_desktop::ui::Screen::Library, narrow);
    window.get_by_label_contains("Silk & Gravel, Monroe").click();
    window.run_steps(3);
    window.get_by_label("Choose columns").click();
    window.run_steps(4);
    let told = window.query_all_by_label("no room at this width").count();
    assert!(told >= 1, "of the year at least");
}

#[test]
fn what_failed_is_in_the_colour_of_trouble() {
    let mut app = scenes::library();
    if let Some(progress) = &mut app.analysis {
        progress.failed = 1;
    }
    let mut window = painted(app, Screen::Library, Appearance::Dark);
    let words = window.get_by_label("1 failed").rect();
    let picture = window.render().expect("a picture");
    let is_like = |ink: egui::Color32| {
        let pixels = picture.enumerate_pixels().filter(|(x, y, _)| {
            let at = egui::pos2(*x as f32, *y as f32);
            words.contains(at)
        });
        let near = |pixel: &image::Rgba<u8>| {
            let apart = pixel.0.iter().zip(ink.to_array()).map(|(a, b)| a.abs_diff(b));
            apart.max().is_some_and(|apart| apart < 40)
        };
        pixels.filter(|(.., pixel)| near(pixel)).count()
    };
    assert!(is_like(theme::DARK.err) > 0);
    assert_eq!(is_like(theme::DARK.spark_text), 0);
}

#[test]
fn on_air_the_analysis_shares_the_row_of_the_session() {
    let mut app = live::night();
    app.analysis = scenes::library().analysis;
    if let Some(progress) = &mut app.analysis {
        progress.failed = 1;
    }
    for screen in Screen::ALL
        .iter()
        .copied()
        .filter(|screen| *screen != Screen::Live)
    {
        let mut window = stage(app.clone(), screen);
        picture(&mut window, &format!("strip-{screen:?}"));
        asked(&mut window);
        let row = window.get_by_label("Back to Live").rect();
        let is_in_row = |rect: egui::Rect| (rect.center().y - row.center().y).abs() < 2.0;
        for words in [
            "1,284 of 4,812",
            "slower while you are live",
            "Pause the analysis",
            "1 failed",
        ] {
            let all: Vec<_> = window.query_all_by_label(words).map(|node| node.rect()).collect();
            assert_eq!(all.len(), 1, "{words} on {screen:?}");
            assert!(
                is_in_row(all[0]) && all[0].right() < row.left(),
                "{words} on {screen:?}"
            );
        }
        window.get_by_label("Pause the analysis").click();
        assert!(asked(&mut window).contains(&Command::PauseAnalysis(true)));
        window.get_by_label("1 failed").click();
        window.run_steps(3);
        assert_eq!(window.state().1.screen, Screen::Library);
        assert_eq!(topmost(&window.ctx), Some(Over::Failed));
    }
    // In a small window the song keeps its room.
    let window = sized(app, Screen::Settings, [760.0, 600.0]);
    window.get_by_label("Pause the analysis");
    let song = window.get_by_label_contains("Low Tide").rect();
    assert!(song.width() > 60.0, "{song:?}");
}
