//! What stays bright when the screen goes dark, what wakes it, and where short messages lie.

use std::sync::Arc;

use eframe::egui::{Key, Rect, Role, Shape};
use egui_kittest::{Harness, kittest::Queryable};
use image::RgbaImage;
use pika_desktop::ui::{Screen, theme, widgets::Toast};
use pika_engine::{
    app::{AppState, Event},
    live::{LinkKind, LivePhase, LiveReport},
    settings::Appearance,
};

use crate::{
    live,
    stage::{Scene, asked, painted, painted_at, picture, stage, types},
};

fn linked(kind: LinkKind) -> AppState {
    let mut app = live::night();
    Arc::make_mut(&mut app.live).link.kind = kind;
    app
}

/// How bright a part of the picture is on the whole.
fn light(picture: &RgbaImage, part: Rect) -> f64 {
    let pixels = picture.enumerate_pixels();
    let inner = pixels.filter(|(x, y, _)| part.contains(eframe::egui::pos2(*x as f32, *y as f32)));
    let bright = inner.map(|(_, _, pixel)| pixel.0[..3].iter().map(|part| f64::from(*part)).sum::<f64>());
    bright.sum()
}

/// The light on a part of the screen after a while, beside that of before.
fn share(window: &mut Harness<'static, Scene>, before: &RgbaImage, part: Rect) -> f64 {
    window.run_steps(8);
    let now = window.render().expect("a picture");
    light(&now, part) / light(before, part)
}

#[test]
fn a_warning_is_never_dimmed() {
    let mut window = live::arrived(painted(linked(LinkKind::Offline), Screen::Live, Appearance::Dark));
    window.remove_cursor();
    window.run_steps(8);
    let before = window.render().expect("a picture");
    let banner = window.get_by_label("Try now").rect();
    let song = window.get_by_label_contains("Copy One More Mile").rect();
    let places = window.get_by_label("History").rect();
    types(&mut window, 'd');
    assert!(share(&mut window, &before, song) < 0.6, "dimmed");
    assert!(share(&mut window, &before, places) < 0.9, "dimmed");
    assert!(share(&mut window, &before, banner) > 0.99, "the banner stays");
    for pill in window
        .query_all_by_role(Role::Status)
        .map(|pill| pill.rect())
        .collect::<Vec<_>>()
    {
        assert!(share(&mut window, &before, pill) > 0.99, "{pill:?} stays");
    }
    // A message lies above the dark.
    window
        .state_mut()
        .1
        .toasts
        .push(Toast::trouble("The relay said no."));
    window.run_steps(4);
    let toast = window.get_by_label("The relay said no.").rect();
    assert!(share(&mut window, &before, toast) > 1.2);
    // The connection changes: the light goes on.
    window.state_mut().0 = linked(LinkKind::Connected);
    assert!(share(&mut window, &before, places) > 0.99, "awake");
}

#[test]
fn another_session_begins_with_the_light_on() {
    let mut app = live::night();
    app.settings.dim_when_idle = true;
    let mut window = live::arrived(painted(app.clone(), Screen::Live, Appearance::Dark));
    window.remove_cursor();
    window.run_steps(8);
    let bright = window.render().expect("a picture");
    let song = window.get_by_label_contains("Copy One More Mile").rect();
    let phase = |window: &mut Harness<'static, Scene>, app: &mut AppState, phase: LivePhase| {
        Arc::make_mut(&mut app.live).phase = phase;
        let report = LiveReport::State(app.live.clone());
        window.state_mut().1.take_in(&Event::Live(report));
        window.state_mut().0 = app.clone();
    };
    // Two minutes and more, four frames a second: nobody touches it.
    window.run_steps(4 * 125);
    assert!(share(&mut window, &bright, song) < 0.6, "idle");
    phase(&mut window, &mut app, LivePhase::Off);
    window.run_steps(4);
    // On the page before the night D means nothing.
    types(&mut window, 'd');
    window.run_steps(4 * 125);
    phase(&mut window, &mut app, LivePhase::OnAir);
    assert!(share(&mut window, &bright, song) > 0.99, "bright again");
}

/// Words and icons on screen, each with its place.
fn written(window: &Harness<'static, Scene>) -> Vec<(Rect, String)> {
    let shapes = window.output().shapes.iter();
    let texts = shapes.filter_map(|drawn| match &drawn.shape {
        Shape::Text(text) => {
            let seen = text.visual_bounding_rect().intersect(drawn.clip_rect);
            Some((seen, text.galley.text().to_owned()))
        }
        _ => None,
    });
    texts.filter(|(seen, _)| seen.is_positive()).collect()
}

#[test]
fn a_message_is_narrow_and_covers_nothing_that_is_pressed_or_read() {
    let long = "A title that goes on for a while, as titles of live recordings do, and then still goes on: Gravity (Late Night Piano Version)";
    for (app, screen, near) in [
        (live::before(), Screen::Live, "Go live"),
        (
            live::night(),
            Screen::Live,
            "Copy Half Past Blue by Ella Marchetti, Minor to major · steady",
        ),
        (live::night(), Screen::Settings, "Back to Live"),
    ] {
        let mut window = live::arrived(stage(app, screen));
        window.state_mut().1.toasts.push(Toast::done(long));
        window.state_mut().1.toasts.push(Toast::done("Short"));
        window.run_steps(4);
        picture(&mut window, &format!("message-{near:.7}"));
        let toast = window.get_by_role_and_label(Role::Status, long).rect();
        assert!(toast.width() <= 420.0 && toast.left() > 84.0, "{toast:?}");
        for button in window.query_all_by_role(Role::Button) {
            assert!(!button.rect().intersects(toast), "{toast:?} covers {button:?}");
        }
        for (seen, words) in written(&window) {
            let is_own_icon = words.chars().count() == 1 && seen.left() < toast.left() + 48.0;
            let is_own = is_own_icon || long.starts_with(words.trim_end_matches('…')) || words == "Short";
            // A page full of words leaves no free place.
            let is_full = screen == Screen::Settings;
            assert!(
                is_own || is_full || !seen.intersects(toast),
                "{toast:?} covers {words}"
            );
        }
        assert!(!window.get_by_label(near).rect().intersects(toast), "{near}");
        // Esc is nobody's here; the message goes by itself.
        window.key_press(Key::Escape);
        asked(&mut window);
        window.run_steps(20);
        assert!(window.query_by_role_and_label(Role::Status, long).is_none());
    }
}

#[test]
fn a_code_has_sharp_edges_on_a_screen_with_larger_points() {
    let scale = 1.25;
    let mut window = live::arrived(painted_at(live::night(), Screen::Live, scale));
    let code = window.get_by_label("QR code for dancers").rect();
    let picture = window.render().expect("a picture");
    // Without its round corners.
    let inner = code.shrink(code.width() * 0.06) * scale;
    let pixels = picture
        .enumerate_pixels()
        .filter(|(x, y, _)| inner.contains(eframe::egui::pos2(*x as f32 + 0.5, *y as f32 + 0.5)));
    let (white, dark) = (theme::QR.0.to_array(), theme::QR.1.to_array());
    let soft = pixels.filter(|(.., pixel)| pixel.0 != white && pixel.0 != dark);
    assert_eq!(soft.count(), 0);
}
