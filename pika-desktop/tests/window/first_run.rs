//! The first start.

use egui_kittest::kittest::Queryable;

use crate::support::Booth;

#[test]
fn the_first_run_can_be_skipped_and_does_not_come_back() {
    let mut booth = Booth::first_start();
    booth.window.get_by_label("Where is your music?");
    booth.window.get_by_label("Skip for now").click();
    booth.until("the first run is over", |window| {
        window.app().is_some_and(|app| app.settings.is_set_up)
    });
    booth.window.get_by_label("no tracks yet");
}

#[test]
fn an_empty_library_says_what_to_do() {
    let booth = Booth::set_up();
    assert_eq!(booth.app().settings.scale, 1.0);
    booth.window.get_by_label("Show Pika! your music");
    assert!(booth.new_folder("music").is_dir());
    booth.window.get_by_label("Choose a folder");
}
