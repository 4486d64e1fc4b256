//! What lies over a place: every dialog, popup and menu has its name here, and what is drawn over the rest says which
//! it is. Tests walk through all of them.

use eframe::egui::{Context, Id, Popup};

macro_rules! overs {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// Something that lies over a place and has the keys for itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Over {
            $($(#[doc = $doc])* $name,)*
        }

        impl Over {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

overs! {
    /// The sheet of shortcuts.
    Shortcuts,
    /// A path that is typed.
    Path,
    /// Whether a preview may be heard while live.
    AuditionLive,
    /// Files that could not be read.
    Failed,
    /// What is asked in the settings before something is lost.
    SettingsQuestion,
    /// End the session?
    LiveEnd,
    /// Close the program while live?
    LiveQuit,
    /// How it was.
    LiveSummary,
    /// Another PIN.
    LivePin,
    /// The QR code across the window.
    LiveQr,
    /// Everything played tonight.
    LivePlays,
    /// Which song it really was.
    LiveReplace,
    /// Take a song out of the night?
    LiveRemove,
    /// From which to which value, of the library's filters.
    Range,
    /// Which keys, of the library's filters.
    Keys,
    /// Which columns the table has.
    Columns,
    /// Where the list goes.
    Export,
    /// What can be done with a row.
    Row,
    /// Which key a track has.
    KeyPicker,
    /// What is wrong with the song that plays.
    WrongSong,
    /// How long a poll stays open.
    PollLength,
    /// How long an announcement stays.
    AnnouncementStays,
}

/// What was drawn over the rest, and in which pass.
#[derive(Clone, Copy)]
struct Shown {
    over: Over,
    is_popup: bool,
    pass: u64,
}

fn shown_id() -> Id {
    Id::unique("over-shown")
}

/// Says that this is drawn over the rest now.
pub(super) fn mark(ctx: &Context, over: Over, is_popup: bool) {
    let pass = ctx.cumulative_pass_nr();
    ctx.data_mut(|data| {
        data.insert_temp(shown_id(), Shown { over, is_popup, pass });
    });
}

/// What lies on top, as it was drawn last.
pub fn topmost(ctx: &Context) -> Option<Over> {
    let shown: Shown = ctx.data(|data| data.get_temp(shown_id()))?;
    let is_drawn = shown.pass + 1 >= ctx.cumulative_pass_nr();
    let is_open = !shown.is_popup || Popup::is_any_open(ctx);
    (is_drawn && is_open).then_some(shown.over)
}

/// Whether this was not drawn in the last pass: it just opened. Asked once a pass.
pub(super) fn just_opened(ctx: &Context, id: Id) -> bool {
    let pass = ctx.cumulative_pass_nr();
    let id = id.with("opened");
    let before: Option<u64> = ctx.data(|data| data.get_temp(id));
    ctx.data_mut(|data| data.insert_temp(id, pass));
    before.is_none_or(|before| before + 1 < pass)
}
