//! Live in one column: nothing goes out unseen, nothing is out of reach of the keyboard.

use eframe::egui::{Key, Modifiers};
use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::ui::Screen;
use pika_engine::{
    app::{AppState, Command},
    live::{LinkKind, LiveCommand, LivePhase},
};

use super::{arrived, edit, night};
use crate::stage::{Scene, asked, sized, types};

fn narrow(app: AppState) -> Harness<'static, Scene> {
    arrived(sized(app, Screen::Live, [760.0, 600.0]))
}

fn is_up(window: &Harness<'static, Scene>) -> bool {
    window.query_by_label("Back to the songs").is_some()
}

#[test]
fn what_is_sent_is_seen_first() {
    let mut window = narrow(night());
    let asks = |commands: Vec<Command>| {
        let asks = |command: &Command| matches!(command, Command::Live(LiveCommand::StartPoll { .. }));
        commands.iter().any(asks)
    };
    asked(&mut window);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    assert!(!asks(asked(&mut window)), "nobody has seen the question");
    assert!(is_up(&window));
    window.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    assert!(asks(asked(&mut window)));
}

#[test]
fn the_composers_come_up_only_where_they_have_no_place_and_only_while_the_session_is_on() {
    let mut window = arrived(sized(night(), Screen::Live, [1280.0, 800.0]));
    types(&mut window, 'p');
    window.run_steps(2);
    window.key_press(Key::Escape);
    window.run_steps(2);
    window.set_size(eframe::egui::vec2(760.0, 600.0));
    window.run_steps(4);
    assert!(!is_up(&window), "made narrow");
    types(&mut window, 'a');
    window.run_steps(2);
    assert!(is_up(&window));
    edit(&mut window.state_mut().0, |live| live.phase = LivePhase::Ending);
    window.run_steps(3);
    assert!(!is_up(&window), "the session ends");
}

#[test]
fn without_the_relay_the_composers_say_that_they_wait() {
    let mut app = night();
    edit(&mut app, |live| live.link.kind = LinkKind::Offline);
    let mut window = narrow(app);
    types(&mut window, 'p');
    window.run_steps(3);
    window.get_by_label("Polls and announcements wait");
    assert!(window.query_by_label("Ask the dancers").is_none());
    // When it is back the keyboard is not in a field that nobody asked for.
    edit(&mut window.state_mut().0, |live| {
        live.link.kind = LinkKind::Connected;
    });
    window.run_steps(3);
    window.get_by_label("Ask the dancers");
    assert!(!window.ctx.text_edit_focused());
}

#[test]
fn the_keyboard_brings_into_view_what_it_comes_to() {
    let mut window = narrow(night());
    let mut seen = 0;
    for _ in 0..30 {
        window.key_press(Key::Tab);
        window.run_steps(3);
        let focused = window.ctx.memory(|memory| memory.focused());
        let Some(response) = focused.and_then(|id| window.ctx.read_response(id)) else {
            continue;
        };
        let (whole, shown) = (response.rect, response.interact_rect);
        assert!(
            shown.height() > whole.height() * 0.6,
            "{whole:?} is out of sight: {shown:?}"
        );
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}
