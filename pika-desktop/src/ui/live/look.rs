//! How Live uses the room it has: one column, two, or two with larger things in them.

use eframe::egui::{Context, FontId, Vec2, vec2};

use super::next;
use crate::ui::{
    scale,
    theme::{size, text, text::TitleSizes},
};

/// With less content beside the rail two columns leave the title no room, in points.
const TWO_COLUMNS: f32 = 800.0;
/// One column that is lower has the song's cover and the room's figures in less height, in points.
const LOW: f32 = 560.0;

/// How Live is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LiveLook {
    /// One column.
    Narrow {
        /// Of little height, too.
        is_low: bool,
    },
    /// Songs at the left, dancers at the right.
    Usual,
    /// The same with larger title, code and suggestions in two columns.
    Large,
}

impl LiveLook {
    /// For a content of this size, beside the rail; `setting` is the size of text that was chosen.
    pub(super) fn of(ctx: &Context, content: Vec2, setting: f32) -> Self {
        if content.x < TWO_COLUMNS {
            Self::Narrow {
                is_low: content.y < LOW,
            }
        } else if scale::is_a_step_larger(ctx, setting) {
            Self::Large
        } else {
            Self::Usual
        }
    }

    pub(super) fn is_narrow(self) -> bool {
        matches!(self, Self::Narrow { .. })
    }

    /// Width of the column with the dancers beside a content of this width, in points.
    pub(super) fn side(self, width: f32) -> f32 {
        match self {
            Self::Large => size::SIDE_LIVE_LARGE,
            _ if width >= 1100.0 => size::SIDE_LIVE,
            _ => size::SIDE_LIVE_SMALL,
        }
    }

    /// The song's card.
    pub(super) fn card(self) -> &'static CardLook {
        match self {
            Self::Narrow { is_low: true } => &LOW_CARD,
            Self::Narrow { is_low: false } => &NARROW_CARD,
            Self::Usual => &USUAL_CARD,
            Self::Large => &LARGE_CARD,
        }
    }
}

/// Songs that go well next are at least so many.
const LEAST_SONGS: f32 = 4.0;
/// What was just played, at the foot of the songs, in points.
const FOOT: f32 = 38.0;

/// How the column with the songs uses its height, in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct SongsColumn {
    pub(super) card: &'static CardLook,
    /// Height of a row of what goes well next.
    pub(super) row: f32,
    /// Height of what was just played; 0 without it.
    pub(super) foot: f32,
}

impl SongsColumn {
    /// The largest that leaves room for four songs; `between` is all the free room above and below the parts.
    pub(super) fn of(look: LiveLook, height: f32, between: f32) -> Self {
        let own = look.card();
        // The next songs are worth more than a large card, and than the last ones.
        let all = [
            (own, size::ROW_LIVE, FOOT),
            (own, size::ROW_LIVE_LOW, FOOT),
            (&NARROW_CARD, size::ROW_LIVE_LOW, FOOT),
            (&LOW_CARD, size::ROW_LIVE_LOW, FOOT),
            (&LOW_CARD, size::ROW_LIVE_LOW, 0.0),
        ];
        let [.., smallest] = all;
        let fits = |(card, row, foot): &(&'static CardLook, f32, f32)| {
            let songs = LEAST_SONGS * (row + next::GAP) - next::GAP;
            card.height + next::HEAD + songs + foot + between <= height
        };
        let (card, row, foot) = all.into_iter().find(fits).unwrap_or(smallest);
        Self { card, row, foot }
    }
}

/// What stands beside tempo and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Features {
    /// A name over its number.
    Stacked,
    /// A name beside its number.
    Inline,
    /// Both over a bar.
    Bars,
}

/// Heights of the lines of a card, from its top, in points.
#[derive(Debug)]
pub(super) struct Lines {
    /// Middle of the title in one line, top of one in two lines.
    pub(super) title: f32,
    pub(super) artist: f32,
    pub(super) values: f32,
}

/// Where things stand in the song's card, in points.
#[derive(Debug)]
pub(super) struct CardLook {
    pub(super) height: f32,
    /// Side of the cover; 0 without one.
    pub(super) cover: f32,
    /// Its corner.
    pub(super) cover_at: Vec2,
    /// From it to the words.
    pub(super) gap: f32,
    /// The words above the title.
    pub(super) label: f32,
    pub(super) one_line: Lines,
    pub(super) two_lines: Lines,
    pub(super) titles: TitleSizes,
    pub(super) artist: fn() -> FontId,
    pub(super) bpm: fn() -> FontId,
    /// Under a title in two lines.
    pub(super) bpm_small: fn() -> FontId,
    /// Whether the values begin under the cover.
    pub(super) values_below: bool,
    pub(super) features: Features,
    /// Outer radius of the disc with the likes.
    pub(super) disc: f32,
    /// Its middle, from the card's upper right corner.
    pub(super) disc_at: Vec2,
    /// Height of what stands under it; in line with the values where they are below.
    pub(super) caption: f32,
    /// How long the song lasts, from the card's lower edge.
    pub(super) time: f32,
}

/// `d06`.
static USUAL_CARD: CardLook = CardLook {
    height: 280.0,
    cover: 204.0,
    cover_at: vec2(23.0, 21.0),
    gap: 22.0,
    label: 30.0,
    one_line: Lines {
        title: 79.0,
        artist: 134.0,
        values: 194.0,
    },
    two_lines: Lines {
        title: 44.0,
        artist: 164.0,
        values: 207.0,
    },
    titles: text::TITLES_LIVE,
    artist: text::artist_live,
    bpm: text::bpm_live,
    bpm_small: text::bpm_live_narrow,
    values_below: false,
    features: Features::Stacked,
    disc: 62.0,
    disc_at: vec2(-89.0, 111.0),
    caption: 189.0,
    time: 29.0,
};

/// `d19`, in points that are a step larger.
static LARGE_CARD: CardLook = CardLook {
    height: 322.0,
    cover: 226.0,
    cover_at: vec2(24.0, 24.0),
    gap: 28.0,
    label: 33.0,
    one_line: Lines {
        title: 94.0,
        artist: 165.0,
        values: 226.0,
    },
    two_lines: Lines {
        title: 46.0,
        artist: 195.0,
        values: 247.0,
    },
    titles: text::TITLES_LIVE_LARGE,
    artist: text::artist_live_large,
    bpm: text::bpm_live_large,
    bpm_small: text::bpm_live_narrow,
    values_below: false,
    features: Features::Bars,
    disc: 80.0,
    disc_at: vec2(-112.0, 122.0),
    caption: 222.0,
    time: 35.0,
};

/// `d19b`.
static NARROW_CARD: CardLook = CardLook {
    height: 230.0,
    cover: 116.0,
    cover_at: vec2(19.0, 18.0),
    gap: 16.0,
    label: 26.0,
    one_line: Lines {
        title: 66.0,
        artist: 108.0,
        values: 164.0,
    },
    two_lines: Lines {
        title: 38.0,
        artist: 122.0,
        values: 164.0,
    },
    titles: text::TITLES_LIVE_NARROW,
    artist: text::artist_live_narrow,
    bpm: text::bpm_live_narrow,
    bpm_small: text::bpm_live_narrow,
    values_below: true,
    features: Features::Inline,
    disc: 48.0,
    disc_at: vec2(-71.0, 75.0),
    caption: 164.0,
    time: 26.0,
};

/// The same where the height is little: large text on a small screen.
static LOW_CARD: CardLook = CardLook {
    height: 184.0,
    cover: 0.0,
    cover_at: vec2(19.0, 0.0),
    gap: 0.0,
    label: 20.0,
    one_line: Lines {
        title: 52.0,
        artist: 88.0,
        values: 128.0,
    },
    two_lines: Lines {
        title: 31.0,
        artist: 97.0,
        values: 131.0,
    },
    titles: text::TITLES_LIVE_LOW,
    artist: text::artist_live_low,
    bpm: text::bpm_live_low,
    bpm_small: text::bpm_live_low,
    values_below: true,
    features: Features::Inline,
    disc: 40.0,
    disc_at: vec2(-60.0, 58.0),
    caption: 129.0,
    time: 22.0,
};
