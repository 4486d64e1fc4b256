//! Live: how dancers come in, and who finds them.

use eframe::egui::{OutputCommand, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable};
use pika_engine::{app::Command, live::LiveCommand};

use super::{edit, night, on_live};
use crate::stage::{Scene, asked, picture, types};

#[test]
fn pin_list_and_link_are_one_press_away() {
    let mut window = on_live(night());
    window
        .get_by_role_and_label(Role::Switch, "Ask dancers for a PIN")
        .click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::SetPin(None))));
    window.get_by_label("Hide").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::SetListed(false))));
    window.get_by_label("Change PIN").click();
    window.run_steps(3);
    window.get_by_label("New PIN").click();
    window.run_steps(2);
    window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::A);
    window.get_by_label("New PIN").type_text("7740");
    window.run_steps(2);
    picture(&mut window, "live-pin");
    window.get_by_label("Set PIN").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::SetPin(Some("7740".into())))));
    types(&mut window, 'c');
    window.run_steps(2);
    assert!(window.state().1.toasts.texts().any(|text| text == "Link copied"));
    types(&mut window, 'q');
    window.run_steps(4);
    window.get_by_label("pika.stream/live/K7QF");
    picture(&mut window, "live-qr");
    window.key_press(eframe::egui::Key::Escape);
    window.run_steps(4);
    assert!(window.query_by_label("pika.stream/live/K7QF").is_none());
}

/// What the window asks of the system while it is drawn a few times.
fn wishes(window: &mut Harness<'static, Scene>) -> Vec<OutputCommand> {
    let mut wishes = Vec::new();
    for _ in 0..4 {
        window.step();
        wishes.extend(window.output().platform_output.commands.clone());
    }
    wishes
}

#[test]
fn the_big_screen_opens_with_its_key_and_its_link_can_be_copied() {
    let address = "https://pika.stream/live/K7QF/screen#key=c2NyZWVuIGtleSBoZXJlIQ";
    let mut window = on_live(night());
    window.get_by_label("Open the big screen").click();
    let opened = wishes(&mut window).into_iter().find_map(|wish| match wish {
        OutputCommand::OpenUrl(url) => Some(url.url),
        _ => None,
    });
    assert_eq!(opened.as_deref(), Some(address));
    window.get_by_label("Copy the big screen's link").click();
    let copied = wishes(&mut window).into_iter().find_map(|wish| match wish {
        OutputCommand::CopyText(text) => Some(text),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some(address));
    // Dancers' own link has no key.
    window.get_by_label("Copy link").click();
    let copied = wishes(&mut window).into_iter().find_map(|wish| match wish {
        OutputCommand::CopyText(text) => Some(text),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some("https://pika.stream/live/K7QF"));
}

#[test]
fn on_this_computers_relay_the_screen_says_who_can_come_in() {
    let mut app = night();
    edit(&mut app, |live| {
        let session = live.session.as_mut().unwrap();
        session.local = true;
        session.address = "http://192.168.178.20:3001/live/K7QF".into();
    });
    let mut window = on_live(app);
    window.get_by_label("Only on this Wi-Fi");
    assert!(window.query_by_label("Hide").is_none());
    picture(&mut window, "live-local");
}
