//! The start: what cannot be is named in a window, a second start brings the first one to the front.

use eframe::egui::ViewportCommand;
use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::ui::Refusal;
use pika_engine::{door, paths::DataPaths};

use crate::support::Booth;

#[test]
fn a_data_folder_that_cannot_be_used_is_named_in_a_window_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let in_the_way = folder.path().join("Pika");
    std::fs::write(&in_the_way, "a file").unwrap();
    let error = DataPaths::open(Some(in_the_way.clone())).expect_err("no folder");
    let mut window = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(|cc| Refusal::new(&cc.egui_ctx, error.to_string()));
    window.run_ok();
    window.get_by_label("Pika! cannot start");
    let named = in_the_way.display().to_string();
    let words = window.get_by_label_contains(&named).rect();
    assert!(
        words.left() > 0.0 && words.right() < 1280.0,
        "all of it is in view"
    );
    window.get_by_label_contains("a file of that name is in the way");
    window.get_by_label_contains("name another folder with --data-dir");
    window.get_by_label("Close").click();
    window.step();
    let closes = |commands: &[ViewportCommand]| commands.contains(&ViewportCommand::Close);
    let mut closed = false;
    for _ in 0..4 {
        closed |= window
            .output()
            .viewport_output
            .values()
            .any(|output| closes(&output.commands));
        window.step();
    }
    assert!(closed);
}

#[test]
fn a_second_start_is_heard_as_soon_as_the_library_is_open() {
    let booth = Booth::set_up();
    let lock = DataPaths::open(Some(booth.folder().join("data"))).unwrap().lock();
    assert!(door::ring(&lock));
    drop(booth);
    assert!(!door::ring(&lock), "nobody is there any more");
}
