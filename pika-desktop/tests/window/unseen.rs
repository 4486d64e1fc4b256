//! A window that is covered or minimised: its program goes on, no frame is drawn, and nothing wakes it for nothing.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use eframe::egui::{RawInput, Rect, ViewportId, ViewportInfo, pos2, vec2};
use egui_kittest::kittest::Queryable;
use pika_desktop::ui::Window;

use crate::{stage::types, support::Booth};

/// Runs the program without a frame, the window minimised at another place than before, until it asks for nothing more
/// at once; returns after how long it asks to be woken, if it does.
fn unseen(booth: &mut Booth) -> Option<Duration> {
    let ctx = booth.window.ctx.clone();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let sink = asked.clone();
    ctx.set_request_repaint_callback(move |info| sink.lock().unwrap().push(info.delay));
    let moved = Rect::from_min_size(pos2(40.0, 40.0), vec2(1300.0, 820.0));
    let info = ViewportInfo {
        minimized: Some(true),
        occluded: Some(false),
        inner_rect: Some(moved),
        outer_rect: Some(moved),
        ..ViewportInfo::default()
    };
    let input = RawInput {
        viewports: std::iter::once((ViewportId::ROOT, info)).collect(),
        ..RawInput::default()
    };
    let mut frame = eframe::Frame::_new_kittest();
    for _ in 0..1000 {
        let window: &mut Window = booth.window.state_mut();
        let _ = ctx.run_logic(&input, |ctx| eframe::App::logic(window, ctx, &mut frame));
        let asked = std::mem::take(&mut *asked.lock().unwrap());
        // A worker told something meanwhile.
        if !asked.contains(&Duration::ZERO) {
            return asked
                .into_iter()
                .min()
                .filter(|delay| *delay < Duration::from_secs(10));
        }
    }
    panic!("it never rests");
}

#[test]
fn it_sleeps_but_for_what_waits_to_reach_the_room() {
    let mut booth = Booth::set_up();
    booth.add_song();
    assert_eq!(
        unseen(&mut booth),
        None,
        "where it lies is looked at when it is seen"
    );
    booth.on_air(true);
    booth.window.get_by_label_contains("Four on the floor").click();
    booth.window.run_steps(3);
    types(&mut booth.window, 'n');
    booth.window.step();
    let wakes_in = unseen(&mut booth).expect("it is woken for it");
    assert!(wakes_in <= Duration::from_secs(2), "{wakes_in:?}");
    assert!(booth.app().playing.is_none(), "it has its two seconds");
}
