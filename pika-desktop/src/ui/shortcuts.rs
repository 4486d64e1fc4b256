//! Every key in one list: it drives the window and fills the sheet that `?` opens.

use eframe::egui::{Align, Context, Key, Layout, Modifiers, Rect, Ui, UiBuilder, pos2};

use super::{
    screen::Screen,
    theme::{Theme, text},
    widgets::{dialog, kbd, label},
};

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
    /// Select all that is shown.
    SelectAll,
    /// Take the last correction back.
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
    /// Go to Live.
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
}

/// One line of the sheet.
#[derive(Debug, Clone, Copy)]
pub struct Shortcut {
    /// Where it works.
    pub group: Group,
    /// What it does, in words.
    pub name: &'static str,
    /// The action and its key, one or several.
    pub keys: &'static [(Action, Modifiers, Key)],
}

impl Shortcut {
    /// Whether the keys must be held for a second.
    fn is_held(&self) -> bool {
        matches!(self.keys, [(Action::EndSession, ..)])
    }
}

const fn plain(action: Action, key: Key) -> (Action, Modifiers, Key) {
    (action, Modifiers::NONE, key)
}

const fn command(action: Action, key: Key) -> (Action, Modifiers, Key) {
    (action, Modifiers::COMMAND, key)
}

/// All shortcuts, in the sheet's order.
pub const LIST: &[Shortcut] = &[
    Shortcut {
        group: Group::Anywhere,
        name: "Change place",
        keys: &[
            plain(Action::Go(0), Key::Num1),
            plain(Action::Go(1), Key::Num2),
            plain(Action::Go(2), Key::Num3),
            plain(Action::Go(3), Key::Num4),
            plain(Action::Go(4), Key::Num5),
        ],
    },
    Shortcut {
        group: Group::Anywhere,
        name: "Search",
        keys: &[command(Action::Search, Key::F)],
    },
    Shortcut {
        group: Group::Anywhere,
        name: "Go live",
        keys: &[command(Action::GoLive, Key::L)],
    },
    Shortcut {
        group: Group::Anywhere,
        name: "Full screen",
        keys: &[plain(Action::FullScreen, Key::F11)],
    },
    Shortcut {
        group: Group::Anywhere,
        name: "This list",
        keys: &[plain(Action::ShowShortcuts, Key::Questionmark)],
    },
    Shortcut {
        group: Group::Anywhere,
        name: "Close, cancel",
        keys: &[plain(Action::Close, Key::Escape)],
    },
    Shortcut {
        group: Group::Live,
        name: "New poll",
        keys: &[plain(Action::NewPoll, Key::P)],
    },
    Shortcut {
        group: Group::Live,
        name: "Announcement",
        keys: &[plain(Action::NewAnnouncement, Key::A)],
    },
    Shortcut {
        group: Group::Live,
        name: "Send",
        keys: &[command(Action::Send, Key::Enter)],
    },
    Shortcut {
        group: Group::Live,
        name: "QR full screen",
        keys: &[plain(Action::QrFullScreen, Key::Q)],
    },
    Shortcut {
        group: Group::Live,
        name: "Copy link",
        keys: &[plain(Action::CopyLink, Key::C)],
    },
    Shortcut {
        group: Group::Live,
        name: "PIN on, off",
        keys: &[command(Action::TogglePin, Key::P)],
    },
    Shortcut {
        group: Group::Live,
        name: "Reconnect now",
        keys: &[plain(Action::Reconnect, Key::R)],
    },
    Shortcut {
        group: Group::Live,
        name: "Dim all but the song",
        keys: &[plain(Action::Dim, Key::D)],
    },
    Shortcut {
        group: Group::Live,
        name: "End session",
        keys: &[command(Action::EndSession, Key::E)],
    },
    Shortcut {
        group: Group::Library,
        name: "Next, previous row",
        keys: &[
            plain(Action::RowDown, Key::ArrowDown),
            plain(Action::RowUp, Key::ArrowUp),
        ],
    },
    Shortcut {
        group: Group::Library,
        name: "Audition: play, pause",
        keys: &[plain(Action::Audition, Key::Space)],
    },
    Shortcut {
        group: Group::Library,
        name: "Jump 8 beats",
        keys: &[
            plain(Action::JumpBack, Key::ArrowLeft),
            plain(Action::JumpAhead, Key::ArrowRight),
        ],
    },
    Shortcut {
        group: Group::Library,
        name: "Tap tempo",
        keys: &[plain(Action::Tap, Key::T)],
    },
    Shortcut {
        group: Group::Library,
        name: "Halve, double BPM",
        keys: &[
            plain(Action::Halve, Key::OpenBracket),
            plain(Action::Double, Key::CloseBracket),
        ],
    },
    Shortcut {
        group: Group::Library,
        name: "Playing now, by hand",
        keys: &[plain(Action::PlayNow, Key::N)],
    },
    Shortcut {
        group: Group::Library,
        name: "Select all shown",
        keys: &[command(Action::SelectAll, Key::A)],
    },
    Shortcut {
        group: Group::Library,
        name: "Undo last correction",
        keys: &[command(Action::Undo, Key::Z)],
    },
];

/// Whether the key of `action` was pressed, taking it. Keys without Ctrl do nothing while text is typed.
pub fn pressed(ctx: &Context, action: Action) -> bool {
    presses(ctx, action) > 0
}

/// How often the key of `action` was pressed since the last frame, taking each; as [`pressed`] otherwise.
pub fn presses(ctx: &Context, action: Action) -> usize {
    let Some((_, modifiers, key)) = LIST
        .iter()
        .flat_map(|shortcut| shortcut.keys)
        .find(|(other, ..)| *other == action)
    else {
        return 0;
    };
    if modifiers.is_none() && *key != Key::Escape && ctx.text_edit_focused() {
        return 0;
    }
    ctx.input_mut(|input| input.count_and_consume_key(*modifiers, *key))
}

/// The keys of a shortcut as they are written in the window.
pub fn key_names(ctx: &Context, action: Action) -> String {
    LIST.iter()
        .flat_map(|shortcut| shortcut.keys)
        .find(|(other, ..)| *other == action)
        .map(|(_, modifiers, key)| caps(ctx, *modifiers, *key).join(" "))
        .unwrap_or_default()
}

fn caps(ctx: &Context, modifiers: Modifiers, key: Key) -> Vec<String> {
    let mac = matches!(ctx.os(), eframe::egui::os::OperatingSystem::Mac);
    let mut caps = Vec::new();
    if modifiers.command {
        caps.push(if mac { "⌘" } else { "Ctrl" }.to_owned());
    }
    if modifiers.shift {
        caps.push("Shift".to_owned());
    }
    if modifiers.alt {
        caps.push("Alt".to_owned());
    }
    caps.push(match key {
        Key::ArrowUp => "↑".to_owned(),
        Key::ArrowDown => "↓".to_owned(),
        Key::ArrowLeft => "←".to_owned(),
        Key::ArrowRight => "→".to_owned(),
        Key::Escape => "Esc".to_owned(),
        Key::OpenBracket => "[".to_owned(),
        Key::CloseBracket => "]".to_owned(),
        Key::Questionmark => "?".to_owned(),
        other => other.name().to_owned(),
    });
    caps
}

/// The sheet over everything, while it is open.
pub(super) fn sheet_ui(ctx: &Context, open: &mut bool) {
    if !*open {
        return;
    }
    let groups: Vec<(Group, &str)> = vec![
        (Group::Anywhere, "Anywhere"),
        (Group::Live, "Live"),
        (Group::Library, "Library"),
    ];
    let width = 248.0 * groups.len() as f32;
    let ((), close) = dialog(ctx, "shortcuts", "Keyboard", width, |ui| {
        any_time_ui(ui);
        ui.add_space(8.0);
        ui.spacing_mut().item_spacing.x = 32.0;
        ui.columns(groups.len(), |columns| {
            for (ui, (group, name)) in columns.iter_mut().zip(groups) {
                group_ui(ui, group, name);
            }
        });
    });
    if close {
        *open = false;
    }
}

/// How to come back, opposite the title.
fn any_time_ui(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let measured = |words: &str| {
        let galley = ui
            .painter()
            .layout_no_wrap(words.to_owned(), text::body(), theme.text3);
        galley.size().x
    };
    // Read from left to right, so that it is heard in that order, too.
    let width = measured("Press") + measured("any time") + 34.0;
    let place = ui.max_rect();
    let mut line = ui.new_child(
        UiBuilder::new()
            .max_rect(Rect::from_min_max(
                pos2(place.right() - width, place.top()),
                pos2(place.right(), place.top() + 26.0),
            ))
            .layout(Layout::left_to_right(Align::Center)),
    );
    line.spacing_mut().item_spacing.x = 6.0;
    label(&mut line, "Press", text::body(), theme.text3);
    kbd(&mut line, "?");
    label(&mut line, "any time", text::body(), theme.text3);
}

fn group_ui(ui: &mut Ui, group: Group, name: &str) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    label(ui, name, text::section(), theme.text);
    ui.add_space(8.0);
    let places = Screen::ALL.len();
    for shortcut in LIST.iter().filter(|shortcut| shortcut.group == group) {
        ui.allocate_ui_with_layout(
            eframe::egui::vec2(ui.available_width(), 33.0),
            Layout::left_to_right(Align::Center),
            |ui| {
                label(ui, shortcut.name, text::body(), theme.text2);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = 6.0;
                    for (action, modifiers, key) in shortcut.keys.iter().rev() {
                        if matches!(action, Action::Go(place) if *place >= places) {
                            continue;
                        }
                        for cap in caps(ui.ctx(), *modifiers, *key).iter().rev() {
                            kbd(ui, cap);
                        }
                    }
                    if shortcut.is_held() {
                        label(ui, "hold", text::micro(), theme.text3);
                    }
                });
            },
        );
        let line = ui.cursor().top();
        ui.painter()
            .hline(ui.max_rect().x_range(), line, (1.0, theme.line));
        ui.add_space(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let mut seen = Vec::new();
        for (action, modifiers, key) in LIST.iter().flat_map(|shortcut| shortcut.keys) {
            assert!(!seen.contains(&(*modifiers, *key)), "{key:?}");
            seen.push((*modifiers, *key));
            assert_eq!(
                LIST.iter()
                    .flat_map(|shortcut| shortcut.keys)
                    .filter(|(other, ..)| other == action)
                    .count(),
                1
            );
        }
    }
}
