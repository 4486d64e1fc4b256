//! Every key in one list: it drives the window, and fills the sheet that `?` opens. Who has the keys at a moment is
//! said in `keyboard`.

use eframe::egui::{Context, Key};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The place of the rail with this number, from 0.
    Go(usize),
    /// Type into the search.
    Search,
    /// Open or close the sheet of shortcuts.
    ShowShortcuts,
    /// Close, cancel, select nothing.
    Close,
    /// One row down.
    RowDown,
    /// One row up.
    RowUp,
    /// As many rows down as are in view.
    PageDown,
    /// As many rows up as are in view.
    PageUp,
    /// To the first row.
    FirstRow,
    /// To the last row.
    LastRow,
    /// Select all that is shown.
    SelectAll,
    /// Take back what was done last.
    Undo,
    /// Halve the tempo.
    Halve,
    /// Double the tempo.
    Double,
    /// The chosen track plays now, by hand.
    PlayNow,
    /// Play or hold the audition.
    Audition,
    /// Jump 8 beats ahead.
    JumpAhead,
    /// Jump 8 beats back.
    JumpBack,
    /// Tap the tempo.
    Tap,
    /// Go to Live, and there on air.
    GoLive,
    /// Dim everything but the playing song.
    Dim,
    /// The whole screen, and back.
    FullScreen,
    /// Write a poll.
    NewPoll,
    /// Write an announcement.
    NewAnnouncement,
    /// Send what was written.
    Send,
    /// The QR code across the window.
    QrFullScreen,
    /// Copy the link for dancers.
    CopyLink,
    /// PIN on or off.
    TogglePin,
    /// Try to reach the relay now.
    Reconnect,
    /// End the session, held for a second.
    EndSession,
    /// The main button of a step of the first run.
    Continue,
}

impl Action {
    /// Whether a key that stays down does it again and again.
    pub(super) fn repeats(self) -> bool {
        matches!(
            self,
            Self::RowDown | Self::RowUp | Self::PageDown | Self::PageUp | Self::JumpAhead | Self::JumpBack
        )
    }

    /// Whether it leads elsewhere: keys that follow in the same moment are meant for what it opens.
    pub(super) fn opens(self) -> bool {
        matches!(
            self,
            Self::Go(_)
                | Self::Search
                | Self::ShowShortcuts
                | Self::GoLive
                | Self::NewPoll
                | Self::NewAnnouncement
                | Self::QrFullScreen
                | Self::TogglePin
                | Self::Continue
        )
    }
}

/// Where a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// On every screen.
    Anywhere,
    /// On Live.
    Live,
    /// In the library.
    Library,
    /// In the first run.
    FirstRun,
    /// In a set that is prepared.
    Sets,
}

/// How a key is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// By the sign that it types, whichever key of the keyboard types it; letters in lower case.
    Typed(char),
    /// By itself, alone.
    Key(Key),
    /// By itself, alone or with Shift.
    Row(Key),
    /// With Ctrl, on macOS ⌘.
    Command(Key),
    /// The same, held for a second.
    HeldCommand(Key),
}

/// An action and its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// What it does.
    pub action: Action,
    /// Its key.
    pub press: Press,
}

/// One line of the sheet.
#[derive(Debug, Clone, Copy)]
pub struct Shortcut {
    /// Where it works.
    pub group: Group,
    /// What it does, in words.
    pub name: &'static str,
    /// One key or several.
    pub keys: &'static [Binding],
    /// Whether it works in the fields of that place, too. All others mean nothing while text is typed.
    pub in_fields: bool,
}

const fn line(group: Group, name: &'static str, keys: &'static [Binding]) -> Shortcut {
    Shortcut {
        group,
        name,
        keys,
        in_fields: false,
    }
}

/// It types nothing: a field of that place has it, too.
const fn in_fields(shortcut: Shortcut) -> Shortcut {
    Shortcut {
        in_fields: true,
        ..shortcut
    }
}

const fn bind(action: Action, press: Press) -> Binding {
    Binding { action, press }
}

const fn typed(action: Action, sign: char) -> Binding {
    bind(action, Press::Typed(sign))
}

const fn command(action: Action, key: Key) -> Binding {
    bind(action, Press::Command(key))
}

const ANYWHERE: Group = Group::Anywhere;
const LIVE: Group = Group::Live;
const LIBRARY: Group = Group::Library;

/// All shortcuts, in the sheet's order.
pub const LIST: &[Shortcut] = &[
    line(
        ANYWHERE,
        "Change place",
        &[
            typed(Action::Go(0), '1'),
            typed(Action::Go(1), '2'),
            typed(Action::Go(2), '3'),
            typed(Action::Go(3), '4'),
        ],
    ),
    in_fields(line(ANYWHERE, "Search", &[command(Action::Search, Key::F)])),
    in_fields(line(
        ANYWHERE,
        "Live, there go live",
        &[command(Action::GoLive, Key::L)],
    )),
    in_fields(line(
        ANYWHERE,
        "Full screen",
        &[bind(Action::FullScreen, Press::Key(Key::F11))],
    )),
    line(ANYWHERE, "Undo", &[command(Action::Undo, Key::Z)]),
    line(ANYWHERE, "This list", &[typed(Action::ShowShortcuts, '?')]),
    line(
        ANYWHERE,
        "Close, cancel",
        &[bind(Action::Close, Press::Key(Key::Escape))],
    ),
    line(LIVE, "New poll", &[typed(Action::NewPoll, 'p')]),
    line(LIVE, "Announcement", &[typed(Action::NewAnnouncement, 'a')]),
    in_fields(line(LIVE, "Send, go live", &[command(Action::Send, Key::Enter)])),
    line(LIVE, "QR full screen", &[typed(Action::QrFullScreen, 'q')]),
    line(LIVE, "Copy link", &[typed(Action::CopyLink, 'c')]),
    line(LIVE, "PIN on, off", &[command(Action::TogglePin, Key::P)]),
    line(LIVE, "Reconnect now", &[typed(Action::Reconnect, 'r')]),
    line(LIVE, "Dim all but the song", &[typed(Action::Dim, 'd')]),
    line(
        LIVE,
        "End session",
        &[bind(Action::EndSession, Press::HeldCommand(Key::E))],
    ),
    line(
        LIBRARY,
        "Next, previous row",
        &[
            bind(Action::RowDown, Press::Row(Key::ArrowDown)),
            bind(Action::RowUp, Press::Row(Key::ArrowUp)),
        ],
    ),
    line(
        LIBRARY,
        "A page down, up",
        &[
            bind(Action::PageDown, Press::Row(Key::PageDown)),
            bind(Action::PageUp, Press::Row(Key::PageUp)),
        ],
    ),
    line(
        LIBRARY,
        "First, last row",
        &[
            bind(Action::FirstRow, Press::Row(Key::Home)),
            bind(Action::LastRow, Press::Row(Key::End)),
        ],
    ),
    line(
        LIBRARY,
        "Preview: play, pause",
        &[bind(Action::Audition, Press::Key(Key::Space))],
    ),
    line(
        LIBRARY,
        "Jump 8 beats",
        &[
            bind(Action::JumpBack, Press::Key(Key::ArrowLeft)),
            bind(Action::JumpAhead, Press::Key(Key::ArrowRight)),
        ],
    ),
    line(LIBRARY, "Tap tempo", &[typed(Action::Tap, 't')]),
    line(
        LIBRARY,
        "Halve, double BPM",
        &[typed(Action::Halve, '['), typed(Action::Double, ']')],
    ),
    line(LIBRARY, "Playing now, by hand", &[typed(Action::PlayNow, 'n')]),
    line(LIBRARY, "Select all shown", &[command(Action::SelectAll, Key::A)]),
    line(
        Group::FirstRun,
        "Continue",
        &[bind(Action::Continue, Press::Key(Key::Enter))],
    ),
];

/// Keys that are promised to what comes: nothing else may take them there.
pub const RESERVED: &[(Group, Press, &str)] = &[
    (ANYWHERE, Press::Command(Key::K), "commands"),
    (LIVE, Press::Typed('s'), "secret"),
    (LIBRARY, Press::Typed('s'), "secret"),
    (LIVE, Press::Typed('b'), "booth"),
    (LIVE, Press::Typed('o'), "offers"),
    (LIVE, Press::Typed('l'), "last song"),
    (LIBRARY, Press::Typed('w'), "not this weekend"),
    (Group::Sets, Press::Typed('k'), "lock"),
];

/// The keys of a shortcut as they are written in the window.
pub fn key_names(ctx: &Context, action: Action) -> String {
    LIST.iter()
        .flat_map(|shortcut| shortcut.keys)
        .find(|binding| binding.action == action)
        .map(|binding| caps(ctx, binding.press).join(" "))
        .unwrap_or_default()
}

/// The keys that are pressed together, as they are written on them.
pub(super) fn caps(ctx: &Context, press: Press) -> Vec<String> {
    let mac = matches!(ctx.os(), eframe::egui::os::OperatingSystem::Mac);
    let ctrl = if mac { "⌘" } else { "Ctrl" };
    match press {
        Press::Typed(sign) => vec![sign.to_uppercase().collect()],
        Press::Key(key) | Press::Row(key) => vec![cap(key)],
        Press::Command(key) | Press::HeldCommand(key) => vec![ctrl.to_owned(), cap(key)],
    }
}

fn cap(key: Key) -> String {
    match key {
        Key::ArrowUp => "↑",
        Key::ArrowDown => "↓",
        Key::ArrowLeft => "←",
        Key::ArrowRight => "→",
        Key::Escape => "Esc",
        Key::PageDown => "PgDn",
        Key::PageUp => "PgUp",
        other => other.name(),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which keys a place knows, and what each does there.
    fn keys_of(group: Group) -> Vec<(Press, String)> {
        let works = |other: Group| other == group || (other == ANYWHERE && group != Group::FirstRun);
        let known = LIST
            .iter()
            .filter(|shortcut| works(shortcut.group))
            .flat_map(|it| it.keys);
        let reserved = RESERVED.iter().filter(|(other, ..)| works(*other));
        known
            .map(|binding| (binding.press, format!("{:?}", binding.action)))
            .chain(reserved.map(|(_, press, what)| (*press, (*what).to_owned())))
            .collect()
    }

    /// The key without how it is held or what else may be held.
    fn bare(press: Press) -> Press {
        match press {
            Press::Row(key) => Press::Key(key),
            Press::HeldCommand(key) => Press::Command(key),
            other => other,
        }
    }

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for group in [ANYWHERE, LIVE, LIBRARY, Group::FirstRun, Group::Sets] {
            let keys = keys_of(group);
            for (at, (press, what)) in keys.iter().enumerate() {
                let twice = keys[..at].iter().find(|(other, _)| bare(*other) == bare(*press));
                assert_eq!(twice, None, "{press:?} is {what} in {group:?}");
            }
        }
    }

    #[test]
    fn an_action_has_one_key_and_letters_are_written_small() {
        let all = || LIST.iter().flat_map(|shortcut| shortcut.keys);
        for binding in all() {
            let action = binding.action;
            assert_eq!(
                all().filter(|other| other.action == action).count(),
                1,
                "{action:?}"
            );
            if let Press::Typed(sign) = binding.press {
                assert!(!sign.is_uppercase(), "{sign}");
            }
        }
    }
}
