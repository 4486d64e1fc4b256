//! Colours, type, space and motion: `tokens.json` of the design, and the only place with their numbers.
//!
//! Widgets ask for roles ([`Theme::of`]), never for numbers.

pub mod text;

use std::time::Duration;

use eframe::egui::{
    self, Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, Ui, Vec2,
    style::{ScrollAnimation, ScrollFadeStyle, ScrollStyle, Selection, Spacing, WidgetVisuals, Widgets},
};
use pika_analysis::{Mode, MusicalKey};
use pika_engine::settings::Appearance;

/// The colours of one look. Text roles reach 4.5:1 on every background, borders and icons 3:1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theme {
    /// Window.
    pub bg0: Color32,
    /// Panels, table header.
    pub bg1: Color32,
    /// Raised card.
    pub bg2: Color32,
    /// Selected row, quiet button, track of a bar.
    pub bg3: Color32,
    /// Hairline, decoration only.
    pub line: Color32,
    /// Border of a control.
    pub line_strong: Color32,
    /// Titles, values.
    pub text: Color32,
    /// Secondary text.
    pub text2: Color32,
    /// Labels, units, times.
    pub text3: Color32,
    /// Fill of the one main action, playhead.
    pub spark: Color32,
    /// Text on spark.
    pub on_spark: Color32,
    /// Accent text, focus ring, selected icon.
    pub spark_text: Color32,
    /// Fill of what comes from dancers or reaches them.
    pub heart: Color32,
    /// Text on heart.
    pub on_heart: Color32,
    /// Like counts.
    pub heart_text: Color32,
    /// Connected, done.
    pub ok: Color32,
    /// Works, but look.
    pub warn: Color32,
    /// Blocked, or deletes something.
    pub err: Color32,
    /// Analysis, announcements.
    pub info: Color32,
    /// Energy.
    pub energy: Color32,
    /// Danceability.
    pub dance: Color32,
    /// Brightness.
    pub bright: Color32,
    /// Bars beside numbers of likes; decoration.
    pub heart_quiet: Color32,
    /// Whether this is the dark look.
    pub is_dark: bool,
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

/// "Booth dark".
pub static DARK: Theme = Theme {
    bg0: hex(0x0F_0B14),
    bg1: hex(0x17_121E),
    bg2: hex(0x20_1A2A),
    bg3: hex(0x2C_2438),
    line: hex(0x37_2E45),
    line_strong: hex(0x7D_7091),
    text: hex(0xF6_F1F8),
    text2: hex(0xC3_B8CF),
    text3: hex(0x9D_92AD),
    spark: hex(0xD3_F34B),
    on_spark: hex(0x17_1022),
    spark_text: hex(0xD3_F34B),
    heart: hex(0xFF_77AA),
    on_heart: hex(0x17_1022),
    heart_text: hex(0xFF_8FB9),
    ok: hex(0x5B_E0A8),
    warn: hex(0xFF_C24B),
    err: hex(0xFF_8474),
    info: hex(0x8C_C2FF),
    energy: hex(0xFF_9E57),
    dance: hex(0xC9_A2FF),
    bright: hex(0x7F_D3FF),
    heart_quiet: hex(0x6A_3E59),
    is_dark: true,
};

/// "Daylight".
pub static LIGHT: Theme = Theme {
    bg0: hex(0xF7_F4F2),
    bg1: hex(0xFF_FFFF),
    bg2: hex(0xF1_ECEC),
    bg3: hex(0xE6_DFE2),
    line: hex(0xD8_CFD5),
    line_strong: hex(0x85_7A8C),
    text: hex(0x1A_1420),
    text2: hex(0x4F_4559),
    text3: hex(0x68_5D72),
    spark: hex(0xC6_EA2E),
    on_spark: hex(0x17_1022),
    spark_text: hex(0x49_5E00),
    heart: hex(0xC8_1F68),
    on_heart: hex(0xFF_FFFF),
    heart_text: hex(0xB5_175B),
    ok: hex(0x0A_6A45),
    warn: hex(0x85_5000),
    err: hex(0xB0_261C),
    info: hex(0x17_5CA8),
    energy: hex(0xB4_530A),
    dance: hex(0x7A_3FC4),
    bright: hex(0x0F_6C9C),
    heart_quiet: hex(0xD9_A6BF),
    is_dark: false,
};

/// Brand panel of the first run, both looks.
pub const BRAND_PLUM: Color32 = hex(0x2A_1C40);
/// Text on [`BRAND_PLUM`].
pub const ON_PLUM: Color32 = hex(0xF6_F1F8);
/// Secondary text on [`BRAND_PLUM`].
pub const ON_PLUM_2: Color32 = hex(0xC3_B8CF);
/// Steps not reached yet on [`BRAND_PLUM`].
pub const PLUM_TRACK: Color32 = hex(0x45_3560);
/// Background and text of an announcement, both looks.
pub const ANNOUNCE: (Color32, Color32) = (hex(0x8C_C2FF), hex(0x0E_1520));
/// Text and ground of a warning banner, both looks.
pub const WARN_BANNER: (Color32, Color32) = (hex(0xFF_E3A6), hex(0x3B_2B0C));
/// Text on a key pill, both looks.
pub const KEY_TEXT: Color32 = hex(0x17_1022);
/// Lies over everything behind a dialog.
pub const SCRIM: Color32 = Color32::from_black_alpha(176);
/// The quiet zone and the ground of a QR code.
pub const QR: (Color32, Color32) = (hex(0xFF_FFFF), hex(0x0F_0B14));

/// Round the Camelot wheel: minor (A) and major (B) of 1 to 12.
const CAMELOT: [[Color32; 2]; 12] = [
    [hex(0x60_C89F), hex(0x8E_EBC3)],
    [hex(0x3D_C8C8), hex(0x77_EAEA)],
    [hex(0x51_C0E8), hex(0x82_E3FF)],
    [hex(0x7E_B4F9), hex(0xA5_D8FF)],
    [hex(0xA9_A6F7), hex(0xCD_CBFF)],
    [hex(0xCD_9AE3), hex(0xEF_C0FF)],
    [hex(0xE5_93C2), hex(0xFF_B9E4)],
    [hex(0xF1_9299), hex(0xFF_B8BE)],
    [hex(0xEE_9972), hex(0xFF_BE9A)],
    [hex(0xDC_A657), hex(0xFD_CB84)],
    [hex(0xBC_B559), hex(0xDE_D985)],
    [hex(0x91_C276), hex(0xB7_E49E)],
];

impl Theme {
    /// The colours in use here.
    pub fn of(ui: &Ui) -> &'static Self {
        Self::for_dark(ui.visuals().dark_mode)
    }

    /// The colours in use in the whole window.
    pub fn of_ctx(ctx: &egui::Context) -> &'static Self {
        Self::for_dark(ctx.global_style().visuals.dark_mode)
    }

    /// The colours of a look.
    pub fn for_appearance(appearance: Appearance) -> &'static Self {
        Self::for_dark(appearance != Appearance::Light)
    }

    fn for_dark(dark: bool) -> &'static Self {
        if dark { &DARK } else { &LIGHT }
    }
}

/// The fill of a key's pill; its text is always [`KEY_TEXT`].
pub fn key_color(key: MusicalKey) -> Color32 {
    let column = usize::from(key.mode() == Mode::Major);
    CAMELOT[usize::from(key.camelot_number().clamp(1, 12)) - 1][column]
}

/// Corner radii in points.
pub mod radius {
    /// Key on a keyboard.
    pub const KBD: u8 = 5;
    /// Key pill.
    pub const KEY: u8 = 6;
    /// Control.
    pub const CONTROL: u8 = 9;
    /// Large control.
    pub const CONTROL_LARGE: u8 = 12;
    /// Panel, card.
    pub const PANEL: u8 = 14;
    /// Now-playing card.
    pub const NOW_PLAYING: u8 = 18;
}

/// Sizes in points.
pub mod size {
    /// Row of the library.
    pub const ROW: f32 = 36.0;
    /// Header of the library's table.
    pub const HEADER: f32 = 34.0;
    /// Row on Live.
    pub const ROW_LIVE: f32 = 62.0;
    /// Row on Live where there is little height.
    pub const ROW_LIVE_LOW: f32 = 54.0;
    /// Control.
    pub const CONTROL: f32 = 36.0;
    /// Small control.
    pub const CONTROL_SMALL: f32 = 30.0;
    /// Large control.
    pub const CONTROL_LARGE: f32 = 48.0;
    /// The Go live button.
    pub const GO_LIVE: f32 = 72.0;
    /// A dialog that holds a list.
    pub const DIALOG_LIST: f32 = 640.0;
    /// The form before the night, at its widest.
    pub const FORM: f32 = 548.0;
    /// The rail.
    pub const RAIL: f32 = 84.0;
    /// The library's side panel.
    pub const SIDE_LIBRARY: f32 = 336.0;
    /// The right column on Live.
    pub const SIDE_LIVE: f32 = 372.0;
    /// Side of the QR code on Live.
    pub const QR: f32 = 148.0;
    /// The line with the PIN on Live.
    pub const PIN: f32 = 44.0;
    /// The right column on Live where the window is not wide.
    pub const SIDE_LIVE_SMALL: f32 = 320.0;
    /// A right column on Live that is narrower says things shorter.
    pub const SIDE_LIVE_NARROW: f32 = 310.0;
    /// The right column on Live in a large window.
    pub const SIDE_LIVE_LARGE: f32 = 440.0;
    /// Side of the QR code on Live in a large window.
    pub const QR_LARGE: f32 = 184.0;
    /// A banner across the screen.
    pub const BANNER: f32 = 56.0;
    /// A quiet line across the screen.
    pub const HINT: f32 = 38.0;
    /// Head of a screen.
    pub const TOP: f32 = 64.0;
    /// Window at first start.
    pub const WINDOW: [f32; 2] = [1280.0, 800.0];
    /// Smallest window, in points of the system.
    pub const WINDOW_MIN: [f32; 2] = [760.0, 600.0];
    /// What every screen has at least, whatever the size of its text.
    pub const CONTENT_MIN: [f32; 2] = [600.0, 400.0];
    /// A content that is larger has room for larger things.
    pub const LARGE: [f32; 2] = [1700.0, 1000.0];
    /// A content that is narrower has one column.
    pub const NARROW: f32 = 760.0;
    /// The rail where it has icons only.
    pub const RAIL_NARROW: f32 = 60.0;
}

/// Durations of motion. All of them are 0 with "Less motion".
pub mod motion {
    use super::Duration;

    /// A change of state.
    pub const STATE_S: f32 = 0.16;
    /// A panel that slides.
    pub const PANEL_S: f32 = 0.22;
    /// How long a toast stays.
    pub const TOAST: Duration = Duration::from_secs(4);
}

/// Whether the window has room for one column only, at the size of text that was chosen.
pub fn is_narrow(ctx: &egui::Context) -> bool {
    ctx.content_rect().width() - size::RAIL < size::NARROW
}

/// How wide the rail is.
pub fn rail_width(ctx: &egui::Context) -> f32 {
    if is_narrow(ctx) {
        size::RAIL_NARROW
    } else {
        size::RAIL
    }
}

/// Sets look, fonts' sizes and motion of the whole window.
pub fn apply(ctx: &egui::Context, appearance: Appearance, less_motion: bool) {
    ctx.options_mut(|options| options.fallback_theme = egui::Theme::Dark);
    ctx.set_theme(match appearance {
        Appearance::Dark => egui::ThemePreference::Dark,
        Appearance::Light => egui::ThemePreference::Light,
        Appearance::System => egui::ThemePreference::System,
    });
    // Both, so that a part drawn in the other look (the first run's panel) fits.
    for (which, colors) in [(egui::Theme::Dark, &DARK), (egui::Theme::Light, &LIGHT)] {
        ctx.style_mut_of(which, |style| set_style(style, colors, less_motion));
    }
    // The scale is a setting: the browser-like Ctrl + and − would get around it.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

fn set_style(style: &mut egui::Style, theme: &Theme, less_motion: bool) {
    style.text_styles = [
        (TextStyle::Small, text::micro()),
        (TextStyle::Body, text::body()),
        (TextStyle::Button, text::strong()),
        (TextStyle::Heading, text::page()),
        (TextStyle::Monospace, FontId::new(14.0, FontFamily::Monospace)),
    ]
    .into();
    style.animation_time = if less_motion { 0.0 } else { motion::STATE_S };
    if less_motion {
        style.scroll_animation = ScrollAnimation::none();
    }
    style.wrap_mode = None;
    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    set_spacing(&mut style.spacing);
    set_visuals(&mut style.visuals, theme, less_motion);
}

fn set_spacing(spacing: &mut Spacing) {
    spacing.item_spacing = Vec2::splat(8.0);
    spacing.button_padding = Vec2::new(14.0, 8.0);
    spacing.interact_size = Vec2::new(36.0, size::CONTROL_SMALL);
    spacing.window_margin = Margin::same(24);
    spacing.menu_margin = Margin::same(8);
    spacing.tooltip_width = 320.0;
    spacing.slider_width = 160.0;
    spacing.icon_width = 18.0;
    spacing.scroll = ScrollStyle {
        bar_width: 10.0,
        floating_width: 6.0,
        // What goes on below an edge is seen to.
        fade: ScrollFadeStyle {
            strength: 1.0,
            size: 24.0,
        },
        ..ScrollStyle::floating()
    };
}

fn set_visuals(visuals: &mut egui::Visuals, theme: &Theme, less_motion: bool) {
    *visuals = if theme.is_dark {
        egui::Visuals::dark()
    } else {
        egui::Visuals::light()
    };
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(theme.text3);
    visuals.hyperlink_color = theme.spark_text;
    visuals.faint_bg_color = theme.bg1;
    visuals.extreme_bg_color = theme.bg0;
    visuals.text_edit_bg_color = Some(theme.bg0);
    visuals.code_bg_color = theme.bg2;
    visuals.warn_fg_color = theme.warn;
    visuals.error_fg_color = theme.err;
    visuals.panel_fill = theme.bg0;
    visuals.window_fill = theme.bg1;
    visuals.window_stroke = Stroke::new(1.0, theme.line_strong);
    visuals.window_corner_radius = CornerRadius::same(radius::PANEL);
    visuals.menu_corner_radius = CornerRadius::same(radius::CONTROL_LARGE);
    // Depth comes from the four backgrounds.
    visuals.window_shadow = egui::Shadow::NONE;
    visuals.popup_shadow = egui::Shadow::NONE;
    visuals.selection = Selection {
        bg_fill: theme.spark_text.gamma_multiply(0.28),
        stroke: Stroke::new(1.0, theme.spark_text),
    };
    visuals.text_cursor.stroke = Stroke::new(2.0, theme.spark_text);
    visuals.text_cursor.blink = !less_motion;
    visuals.slider_trailing_fill = true;
    visuals.widgets = widgets(theme);
}

fn widgets(theme: &Theme) -> Widgets {
    let control = |fill: Color32, stroke: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, stroke),
        corner_radius: CornerRadius::same(radius::CONTROL),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: control(theme.bg1, theme.line, theme.text),
        inactive: control(theme.bg3, theme.bg3, theme.text),
        hovered: control(theme.bg3, theme.line_strong, theme.text),
        active: control(theme.bg3, theme.spark_text, theme.text),
        open: control(theme.bg3, theme.line_strong, theme.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.1 contrast of two opaque colours.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |color: Color32| {
            let linear = egui::Rgba::from(color);
            0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_background() {
        for theme in [&DARK, &LIGHT] {
            for ground in [theme.bg0, theme.bg1, theme.bg2, theme.bg3] {
                for color in [theme.text, theme.text2, theme.text3, theme.spark_text] {
                    assert!(contrast(color, ground) >= 4.5, "{color:?} on {ground:?}");
                }
                for color in [
                    theme.line_strong,
                    theme.ok,
                    theme.warn,
                    theme.err,
                    theme.heart,
                    theme.info,
                ] {
                    assert!(contrast(color, ground) >= 3.0, "{color:?} on {ground:?}");
                }
            }
            assert!(contrast(theme.on_spark, theme.spark) >= 4.5);
            assert!(contrast(theme.on_heart, theme.heart) >= 4.5);
        }
    }

    #[test]
    fn every_key_has_a_colour_of_its_own_that_its_name_can_be_read_on() {
        let mut seen = Vec::new();
        for tonic in 0..12 {
            for mode in [Mode::Major, Mode::Minor] {
                let color = key_color(MusicalKey::new(tonic, mode));
                assert!(contrast(color, KEY_TEXT) >= 4.5);
                assert!(!seen.contains(&color));
                seen.push(color);
            }
        }
    }
}
