//! Who has the keys, and what was pressed of them.
//!
//! The topmost thing has them, alone: a popup, a dialog, the field that is typed in, and only then the place with its
//! shortcuts. What lies open is asked of egui, which draws it, so that nothing new can be forgotten here.

use eframe::egui::{Context, Event, Id, Key, Modifiers, Popup};

use super::{
    shortcuts::{Action, Binding, Group, LIST, Press},
    widgets::{Over, topmost},
};

/// Who has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// What lies over the place.
    Over(Option<Over>),
    /// The field that is typed in.
    Field,
    /// The place.
    Place,
}

/// One press of a key that means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pressed {
    pub(super) action: Action,
    /// Shift was held: what is chosen grows.
    pub(super) extends: bool,
}

/// What was pressed since the last frame, oldest first.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pressed: Vec<Pressed>,
    held: Option<Action>,
}

impl Keys {
    /// Each press.
    pub(super) fn iter(&self) -> impl Iterator<Item = Pressed> + '_ {
        self.pressed.iter().copied()
    }

    /// How often this was pressed: a slow frame brings several presses, and each counts.
    pub(super) fn count(&self, action: Action) -> usize {
        self.iter().filter(|pressed| pressed.action == action).count()
    }

    /// Whether this was pressed.
    pub(super) fn has(&self, action: Action) -> bool {
        self.count(action) > 0
    }

    /// Whether the keys of this are down now.
    pub(super) fn holds(&self, action: Action) -> bool {
        self.held == Some(action)
    }
}

fn field_id() -> Id {
    Id::unique("keyboard-field")
}

/// Who has the keys in this frame; asked before anything is drawn.
pub(super) fn owner(ctx: &Context) -> Owner {
    if Popup::is_any_open(ctx) || ctx.memory(|memory| memory.top_modal_layer()).is_some() {
        return Owner::Over(topmost(ctx));
    }
    // Esc takes the focus from a field before the frame begins, but was pressed in it.
    let was_typed_in = ctx.data(|data| data.get_temp(field_id())).unwrap_or(false);
    if ctx.text_edit_focused() || was_typed_in {
        return Owner::Field;
    }
    Owner::Place
}

/// Remembers whether a field is typed in; said once everything is drawn.
pub(super) fn frame_ends(ctx: &Context) {
    let is_typed_in = ctx.text_edit_focused();
    ctx.data_mut(|data| data.insert_temp(field_id(), is_typed_in));
}

/// The key that closes what it opened.
fn toggles(over: Over) -> Option<Action> {
    match over {
        Over::Shortcuts => Some(Action::ShowShortcuts),
        Over::LiveQr => Some(Action::QrFullScreen),
        _ => None,
    }
}

/// Takes what was pressed and means something to `owner` in the place of these groups.
pub(super) fn take(ctx: &Context, owner: Owner, groups: &[Group]) -> Keys {
    let means = |group: Group, in_fields: bool, action: Action| match owner {
        Owner::Over(over) => over.and_then(toggles) == Some(action),
        Owner::Field => in_fields && groups.contains(&group),
        Owner::Place => groups.contains(&group),
    };
    let known: Vec<Binding> = LIST
        .iter()
        .flat_map(|shortcut| shortcut.keys.iter().map(move |binding| (shortcut, *binding)))
        .filter(|(shortcut, binding)| means(shortcut.group, shortcut.in_fields, binding.action))
        .map(|(_, binding)| binding)
        .collect();
    if known.is_empty() {
        return Keys::default();
    }
    // Space, Enter and the arrows are those of a button that has the focus.
    let is_focused = owner == Owner::Place && ctx.memory(|memory| memory.focused()).is_some();
    let mut keys = Keys::default();
    ctx.input_mut(|input| {
        let mut reader = Reader::default();
        input.events.retain(|event| {
            let found = reader.read(event, &known, is_focused);
            keys.pressed.extend(found);
            found.is_none()
        });
        let held = known.iter().find(|binding| match binding.press {
            Press::HeldCommand(key) => is_command(input.modifiers) && input.key_down(key),
            _ => false,
        });
        keys.held = held.map(|binding| binding.action);
    });
    keys
}

/// Ctrl alone, on macOS ⌘ alone. AltGr is Ctrl and Alt on some systems, and types.
fn is_command(modifiers: Modifiers) -> bool {
    modifiers.matches_exact(Modifiers::COMMAND)
}

/// Reads events in their order: a text belongs to the key before it.
#[derive(Default)]
struct Reader {
    /// The key whose text may follow.
    key: Option<(Key, Modifiers, bool)>,
    /// What was pressed leads elsewhere, and so does what follows.
    is_done: bool,
}

impl Reader {
    /// What an event means, if it means anything.
    fn read(&mut self, event: &Event, known: &[Binding], is_focused: bool) -> Option<Pressed> {
        if self.is_done {
            return None;
        }
        let (found, modifiers, repeat) = match event {
            Event::Key {
                key,
                pressed: true,
                repeat,
                modifiers,
                ..
            } => {
                self.key = Some((*key, *modifiers, *repeat));
                let found = known
                    .iter()
                    .find(|binding| is_key(binding.press, *key, *modifiers, is_focused));
                (found, *modifiers, *repeat)
            }
            Event::Text(text) => {
                let key = self.key.take();
                let sign = sign(text, key.map(|(key, modifiers, _)| (key, modifiers)))?;
                let found = known.iter().find(|binding| binding.press == Press::Typed(sign));
                let (_, modifiers, repeat) = key.unwrap_or((Key::F35, Modifiers::NONE, false));
                (found, modifiers, repeat)
            }
            _ => return None,
        };
        let action = found?.action;
        if repeat && !action.repeats() {
            return None;
        }
        self.is_done = action.opens();
        Some(Pressed {
            action,
            extends: modifiers.shift,
        })
    }
}

/// Whether this key with these is the one of a binding.
fn is_key(press: Press, key: Key, modifiers: Modifiers, is_focused: bool) -> bool {
    let is_free = !is_focused || matches!(key, Key::Escape | Key::F11);
    match press {
        Press::Key(other) => other == key && is_free && modifiers.matches_exact(Modifiers::NONE),
        Press::Row(other) => {
            let without_shift = Modifiers {
                shift: false,
                ..modifiers
            };
            other == key && is_free && without_shift.matches_exact(Modifiers::NONE)
        }
        Press::Command(other) => other == key && is_command(modifiers),
        // What is held is no press; what it types is nobody's.
        Press::HeldCommand(_) | Press::Typed(_) => false,
    }
}

/// The sign that was typed, letters in lower case; `None` when it is no command.
///
/// Letters and digits with Alt, Ctrl or ⌘ are commands of the system or letters of another kind; signs count however
/// a keyboard types them. On a keyboard without Latin letters a letter's key counts.
fn sign(text: &str, key: Option<(Key, Modifiers)>) -> Option<char> {
    let mut chars = text.chars();
    let (Some(typed), None) = (chars.next(), chars.next()) else {
        return None;
    };
    let modifiers = key.map_or(Modifiers::NONE, |(_, modifiers)| modifiers);
    let is_chord = modifiers.alt || modifiers.ctrl || modifiers.command || modifiers.mac_cmd;
    if typed.is_alphanumeric() && is_chord {
        return None;
    }
    if typed.is_alphabetic() && !is_latin(typed) {
        let (key, _) = key?;
        let mut name = key.name().chars();
        return match (name.next(), name.next()) {
            (Some(letter), None) if letter.is_ascii_alphabetic() => Some(letter.to_ascii_lowercase()),
            _ => None,
        };
    }
    typed.to_lowercase().next()
}

/// Whether a letter is of the Latin alphabet, with or without signs on it.
fn is_latin(letter: char) -> bool {
    matches!(letter, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Binding> {
        LIST.iter()
            .flat_map(|shortcut| shortcut.keys.iter().copied())
            .collect()
    }

    /// What a keyboard sends for one press, and what it means.
    fn pressed(key: Key, modifiers: Modifiers, text: &str) -> Vec<Action> {
        let mut events = vec![Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        }];
        if !text.is_empty() {
            events.push(Event::Text(text.to_owned()));
        }
        let mut reader = Reader::default();
        let known = all();
        let read = events
            .iter()
            .filter_map(|event| reader.read(event, &known, false));
        read.map(|pressed| pressed.action).collect()
    }

    #[test]
    fn a_letter_with_altgr_alt_ctrl_or_super_is_no_command() {
        let alt = Modifiers::ALT;
        let windows_altgr = Modifiers::CTRL | Modifiers::ALT | Modifiers::COMMAND;
        assert_eq!(pressed(Key::N, Modifiers::NONE, "n"), [Action::PlayNow]);
        assert_eq!(pressed(Key::N, Modifiers::SHIFT, "N"), [Action::PlayNow]);
        for (key, modifiers, text) in [
            (Key::N, Modifiers::NONE, "ń"),
            (Key::N, windows_altgr, ""),
            (Key::N, windows_altgr, "ń"),
            (Key::N, alt, "n"),
            (Key::N, Modifiers::CTRL | Modifiers::COMMAND, ""),
            (Key::N, Modifiers::MAC_CMD | Modifiers::COMMAND, "n"),
            (Key::N, Modifiers::NONE, ""),
            (Key::A, windows_altgr, ""),
            (Key::Z, windows_altgr, ""),
            (Key::L, windows_altgr, ""),
            (Key::Num1, alt, "1"),
        ] {
            assert_eq!(
                pressed(key, modifiers, text),
                [],
                "{key:?} {modifiers:?} “{text}”"
            );
        }
    }

    #[test]
    fn a_sign_counts_however_a_keyboard_types_it() {
        let windows_altgr = Modifiers::CTRL | Modifiers::ALT | Modifiers::COMMAND;
        for (keyboard, key, modifiers, text, action) in [
            ("English", Key::OpenBracket, Modifiers::NONE, "[", Action::Halve),
            ("German", Key::Num8, Modifiers::NONE, "[", Action::Halve),
            ("German on Windows", Key::Num8, windows_altgr, "[", Action::Halve),
            ("German on macOS", Key::Num5, Modifiers::ALT, "[", Action::Halve),
            ("German", Key::Minus, Modifiers::SHIFT, "?", Action::ShowShortcuts),
            ("Polish", Key::Slash, Modifiers::SHIFT, "?", Action::ShowShortcuts),
            ("French", Key::Comma, Modifiers::SHIFT, "?", Action::ShowShortcuts),
            ("French", Key::Num1, Modifiers::SHIFT, "1", Action::Go(0)),
            ("French", Key::Q, Modifiers::NONE, "q", Action::QrFullScreen),
            ("Russian", Key::N, Modifiers::NONE, "т", Action::PlayNow),
        ] {
            assert_eq!(pressed(key, modifiers, text), [action], "{keyboard} {text}");
        }
        // What another keyboard types with the same key is something else.
        for (keyboard, key, text) in [
            ("French", Key::Num1, "&"),
            ("German", Key::OpenBracket, "ü"),
            ("German, a dead key", Key::OpenBracket, ""),
            ("English", Key::Slash, "/"),
        ] {
            assert_eq!(pressed(key, Modifiers::NONE, text), [], "{keyboard} {text}");
        }
    }

    #[test]
    fn a_key_that_stays_down_commands_once_but_walks_on() {
        let known = all();
        let mut reader = Reader::default();
        let key = |key, repeat| Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat,
            modifiers: Modifiers::NONE,
        };
        let mut read = |event: Event| reader.read(&event, &known, false).map(|it| it.action);
        assert_eq!(read(key(Key::N, true)), None);
        assert_eq!(read(Event::Text("n".into())), None);
        assert_eq!(read(key(Key::ArrowDown, true)), Some(Action::RowDown));
        // What follows a key that opens a field is meant for the field.
        assert_eq!(read(key(Key::P, false)), None);
        assert_eq!(read(Event::Text("p".into())), Some(Action::NewPoll));
        assert_eq!(read(key(Key::C, false)), None);
        assert_eq!(read(Event::Text("c".into())), None);
    }
}
