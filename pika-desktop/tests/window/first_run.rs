//! The first start.

use eframe::egui::Role;
use egui_kittest::kittest::Queryable;
use pika_desktop::demo_music;

use crate::support::Booth;

#[test]
fn the_first_run_can_be_skipped_and_does_not_come_back() {
    let mut booth = Booth::first_start();
    booth.window.get_by_label("Where is your music?");
    booth.window.get_by_label("Step 1 of 3 · Music");
    booth.window.get_by_label("Skip for now").click();
    booth.window.run_ok();
    booth.window.get_by_label("Connect your DJ account");
    booth.window.get_by_label("Back").click();
    booth.window.run_ok();
    booth.window.get_by_label("Skip for now").click();
    booth.window.run_ok();
    booth.window.get_by_label("Work offline for now").click();
    booth.until("the first run is over", |window| {
        window.app().is_some_and(|app| app.settings.is_set_up)
    });
    booth.window.get_by_label("no tracks yet");
}

#[test]
fn virtualdj_is_found_by_itself_and_its_music_comes_in() {
    let mut booth = Booth::first_start_in(|folder| {
        let music = folder.join("gigs/music");
        demo_music::generate(&music).expect("music");
        let song = music.join("01 Slow Honey.wav");
        let database = format!(
            "<VirtualDJ_Database Version=\"8\"><Song FilePath=\"{}\"></Song></VirtualDJ_Database>",
            song.display()
        );
        std::fs::create_dir_all(folder.join("VirtualDJ/History")).expect("a folder");
        std::fs::write(folder.join("VirtualDJ/database.xml"), database).expect("a database");
    });
    booth.until("it was looked around", |window| {
        window.app().is_some_and(|app| app.surroundings.is_some())
    });
    booth
        .window
        .get_by_role_and_label(Role::CheckBox, "VirtualDJ library");
    booth
        .window
        .get_by_label("1 track · also used to see what you play live");
    booth.window.get_by_label("Continue").click();
    booth.window.run_ok();
    // What is typed is checked before anybody is asked.
    type_into(&mut booth, "Relay address", "ftp://relay");
    booth
        .window
        .get_by_label("A relay's address begins with https://");
    type_into(&mut booth, "DJ token", "pk_dj_7f8a2b4c9d3e1f6a0b");
    booth.window.get_by_label(
        "This token is not complete. It starts with pk_dj_ and has 32 characters after it; this one has 18.",
    );
    booth.window.get_by_label("Work offline for now").click();
    booth.until("its music is there", |window| {
        window
            .app()
            .and_then(|app| app.listing.as_ref())
            .is_some_and(|listing| listing.len() >= 6)
    });
    booth.window.get_by_label("You are ready");
    booth.window.get_by_label("Got it").click();
    booth.window.run_ok();
    assert!(booth.window.query_by_label("You are ready").is_none());
}

fn type_into(booth: &mut Booth, name: &str, text: &str) {
    booth.window.get_by_role_and_label(Role::TextInput, name).focus();
    booth.window.run_ok();
    booth
        .window
        .get_by_role_and_label(Role::TextInput, name)
        .type_text(text);
    booth.window.run_ok();
}

#[test]
fn an_empty_library_says_what_to_do() {
    let booth = Booth::set_up();
    assert_eq!(booth.app().settings.scale, 1.0);
    booth.window.get_by_label("Show Pika! your music");
    assert!(booth.new_folder("music").is_dir());
    booth.window.get_by_label("Choose a folder");
}
