//! The bundled fonts. Hanken Grotesk for Latin, Noto Sans for Cyrillic, Greek and signs; every other
//! script comes from the system's own fonts, which eframe asks when a character is missing.

use std::sync::{Arc, LazyLock};

use eframe::egui::{FontData, FontDefinitions, FontFamily, FontTweak};

/// Weight of the desktop's font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600.
    SemiBold,
    /// 700.
    Bold,
    /// 800.
    ExtraBold,
}

/// Made once: a family's name is an allocation.
static FAMILIES: LazyLock<[FontFamily; 5]> = LazyLock::new(|| {
    [
        FontFamily::Proportional,
        FontFamily::Name("hk-600".into()),
        FontFamily::Name("hk-700".into()),
        FontFamily::Name("hk-800".into()),
        FontFamily::Name("icons-fill".into()),
    ]
});

/// The family of a weight.
pub fn family(weight: Weight) -> FontFamily {
    FAMILIES[weight as usize].clone()
}

/// The family whose icons are filled; [`FontFamily::Proportional`] has the outlined ones.
pub fn filled_icons() -> FontFamily {
    FAMILIES[4].clone()
}

macro_rules! font {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!("../../assets/fonts/", $name, ".ttf")) as &'static [u8],
        )
    };
}

const FONTS: [(&str, &[u8]); 10] = [
    font!("HankenGrotesk-400Regular"),
    font!("HankenGrotesk-600SemiBold"),
    font!("HankenGrotesk-700Bold"),
    font!("HankenGrotesk-800ExtraBold"),
    font!("NotoSans-Regular.subset"),
    font!("NotoSans-Bold.subset"),
    font!("NotoSansSymbols.subset"),
    font!("NotoSansSymbols2.subset"),
    font!("PikaIcons-Regular"),
    font!("PikaIcons-Fill"),
];

/// All families of the window.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    // egui's own come last: signs and emoji.
    let egui: Vec<String> = fonts.families[&FontFamily::Proportional].clone();
    for (name, bytes) in FONTS {
        let mut data = FontData::from_static(bytes);
        if name.starts_with("PikaIcons") {
            // Phosphor sits on the baseline; beside text it belongs on the middle.
            data.tweak = FontTweak {
                y_offset_factor: 0.06,
                ..FontTweak::default()
            };
        }
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let mut set = |family: FontFamily, first: &[&str]| {
        let mut names: Vec<String> = first.iter().map(|&name| name.to_owned()).collect();
        names.extend(egui.iter().cloned());
        fonts.families.insert(family, names);
    };
    let signs = [
        "NotoSansSymbols.subset",
        "NotoSansSymbols2.subset",
        "PikaIcons-Regular",
    ];
    let text = |hanken, noto| [hanken, noto, signs[0], signs[1], signs[2]];
    set(
        family(Weight::Regular),
        &text("HankenGrotesk-400Regular", "NotoSans-Regular.subset"),
    );
    for (weight, hanken) in [
        (Weight::SemiBold, "HankenGrotesk-600SemiBold"),
        (Weight::Bold, "HankenGrotesk-700Bold"),
        (Weight::ExtraBold, "HankenGrotesk-800ExtraBold"),
    ] {
        set(family(weight), &text(hanken, "NotoSans-Bold.subset"));
    }
    set(
        filled_icons(),
        &["PikaIcons-Fill", "HankenGrotesk-400Regular", signs[0], signs[1]],
    );
    fonts
}

#[cfg(test)]
mod tests {
    use eframe::egui::{
        FontId,
        epaint::text::{Fonts, TextOptions},
    };

    use super::*;
    use crate::ui::icons;

    #[test]
    fn what_the_window_writes_can_be_drawn_without_the_systems_fonts() {
        let mut fonts = Fonts::new(TextOptions::default(), definitions());
        for weight in [Weight::Regular, Weight::SemiBold, Weight::Bold, Weight::ExtraBold] {
            let font = FontId::new(14.0, family(weight));
            for text in [
                "Żar, Solène, Dvořák, Ngô Thụy",
                "Кино, Цой",
                "Νίκος",
                "C♯m A♭ ÷2 ×2 ±4 ← → ↑ ↓ ⌘ … · – “” ’",
            ] {
                assert!(fonts.has_glyphs(&font, text), "{weight:?} {text}");
            }
        }
    }

    #[test]
    fn every_icon_is_there_outlined_and_filled() {
        let mut fonts = Fonts::new(TextOptions::default(), definitions());
        for family in [family(Weight::Regular), filled_icons()] {
            let font = FontId::new(18.0, family);
            for icon in icons::ALL {
                assert!(fonts.has_glyphs(&font, icon.0), "{icon:?}");
            }
        }
    }
}
