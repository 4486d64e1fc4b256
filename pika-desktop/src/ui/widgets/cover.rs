//! The ripple cover: drawn from the analysis, the same on every screen and page. Decoration.

use std::collections::{HashMap, VecDeque};

use eframe::egui::{Color32, ColorImage, Context, Rect, TextureHandle, TextureOptions, Ui, pos2};
use pika_analysis::{Mode, MusicalKey};
use pika_engine::library::Values;

/// Covers kept as textures; the longest unused goes first.
const MAX_COVERS: usize = 200;
/// Covers drawn in one frame; the others come with the next frames.
const MAX_PER_FRAME: usize = 4;
/// Points round a ring.
const CORNERS: usize = 120;

/// What a cover is drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverTraits {
    /// Tempo in BPM: the twist.
    pub bpm: f64,
    /// Key: the hue; minor is darker.
    pub key: MusicalKey,
    /// Energy, 0 to 100: how many ripples.
    pub energy: f64,
    /// Danceability, 0 to 100: how even they are.
    pub danceability: f64,
    /// Brightness, 0 to 100: how light the centre is.
    pub brightness: f64,
    /// Title: the place of the centre.
    pub name: String,
}

impl CoverTraits {
    /// The cover of a song, the same on every screen and on the dancers' pages; what is not known is middling, or
    /// follows the name.
    pub fn song(values: &Values, title: &str, artist: &str) -> Self {
        let whole = format!("{title}{artist}");
        let plain: String = whole.chars().filter(char::is_ascii_alphanumeric).collect();
        Self::new(values, if plain.is_empty() { &whole } else { &plain })
    }

    fn new(values: &Values, name: &str) -> Self {
        let own = hash(name);
        let mode = if own & 4096 != 0 { Mode::Minor } else { Mode::Major };
        let number = (own % 12) as u8 + 1;
        let by_name = (0..12)
            .map(|tonic| MusicalKey::new(tonic, mode))
            .find(|key| key.camelot_number() == number);
        Self {
            bpm: values.bpm.unwrap_or(100.0),
            key: values.key.or(by_name).unwrap_or(MusicalKey::new(9, Mode::Minor)),
            energy: values.energy.unwrap_or(50.0),
            danceability: values.danceability.unwrap_or(70.0),
            brightness: values.brightness.unwrap_or(50.0),
            name: name.to_owned(),
        }
    }

    fn cache_key(&self, side: u32) -> String {
        format!(
            "{side}/{:.0}/{}/{:.0}/{:.0}/{:.0}/{}",
            self.bpm,
            self.key.camelot(),
            self.energy,
            self.danceability,
            self.brightness,
            self.name
        )
    }
}

/// Covers of songs that do not exist: name, tonic and mode of the key, then tempo, energy, danceability and
/// brightness.
pub(in crate::ui) type SampleCover = (&'static str, (u8, Mode), [f64; 4]);

/// What a sample cover is drawn from.
pub(in crate::ui) fn sample_traits(
    (name, (tonic, mode), [bpm, energy, dance, bright]): SampleCover,
) -> CoverTraits {
    let values = Values {
        bpm: Some(bpm),
        key: Some(MusicalKey::new(tonic, mode)),
        energy: Some(energy),
        danceability: Some(dance),
        brightness: Some(bright),
        ..Values::default()
    };
    CoverTraits::song(&values, name, "")
}

/// The covers drawn so far.
#[derive(Default)]
pub struct CoverCache {
    textures: HashMap<String, TextureHandle>,
    order: VecDeque<String>,
    frame: u64,
    drawn: usize,
}

impl std::fmt::Debug for CoverCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CoverCache({})", self.textures.len())
    }
}

impl CoverCache {
    /// Draws the cover into `rect`, its corners round by a tenth of its side.
    pub fn paint(&mut self, ui: &Ui, rect: Rect, traits: &CoverTraits) {
        if !ui.is_rect_visible(rect) {
            return;
        }
        let ctx = ui.ctx();
        let side = (rect.width() * ctx.pixels_per_point()).round().clamp(8.0, 1024.0) as u32;
        let key = traits.cache_key(side);
        if !self.textures.contains_key(&key) && !self.draw(ctx, &key, traits, side) {
            return;
        }
        if let Some(texture) = self.textures.get(&key) {
            let corner = (rect.width() * 0.1).min(28.0);
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            eframe::egui::Image::new((texture.id(), rect.size()))
                .uv(uv)
                .corner_radius(corner as u8)
                .paint_at(ui, rect);
        }
    }

    /// Whether it was drawn now; otherwise it comes with a later frame.
    fn draw(&mut self, ctx: &Context, key: &str, traits: &CoverTraits, side: u32) -> bool {
        let frame = ctx.cumulative_frame_nr();
        if self.frame != frame {
            (self.frame, self.drawn) = (frame, 0);
        }
        if self.drawn == MAX_PER_FRAME {
            ctx.request_repaint();
            return false;
        }
        self.drawn += 1;
        if self.order.len() == MAX_COVERS
            && let Some(oldest) = self.order.pop_front()
        {
            self.textures.remove(&oldest);
        }
        let texture = ctx.load_texture(
            "cover",
            cover_image(traits, side as usize),
            TextureOptions::LINEAR,
        );
        self.textures.insert(key.to_owned(), texture);
        self.order.push_back(key.to_owned());
        true
    }
}

/// The pages' pseudo-random numbers: 0 to 1.
struct Seed(u32);

impl Seed {
    fn new(name: &str) -> Self {
        let mut seed = Self(hash(name));
        seed.next();
        seed.next();
        seed
    }

    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0) / 4_294_967_296.0
    }
}

/// The pages' sum of a text, by UTF-16 units.
fn hash(text: &str) -> u32 {
    text.encode_utf16()
        .fold(7, |sum: u32, unit| sum.wrapping_mul(31).wrapping_add(unit.into()))
}

/// One ring as radii by angle round its centre, in sides.
struct Ring {
    center: (f64, f64),
    radii: Vec<f64>,
    color: Color32,
}

impl Ring {
    fn holds(&self, x: f64, y: f64) -> bool {
        let (dx, dy) = (x - self.center.0, y - self.center.1);
        let turn = dy.atan2(dx).rem_euclid(std::f64::consts::TAU) / std::f64::consts::TAU;
        let at = turn * CORNERS as f64;
        let (corner, rest) = (at as usize % CORNERS, at.fract());
        let radius = self.radii[corner] * (1.0 - rest) + self.radii[(corner + 1) % CORNERS] * rest;
        dx * dx + dy * dy <= radius * radius
    }
}

/// Draws the cover, `side` pixels square; edges are smoothed by four samples a pixel.
pub fn cover_image(traits: &CoverTraits, side: usize) -> ColorImage {
    let (ground, rings) = rings(traits);
    let mut pixels = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let mut sum = [0u32; 3];
            for (sx, sy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let at = ((x as f64 + sx) / side as f64, (y as f64 + sy) / side as f64);
                // The innermost ring that holds the point is painted last.
                let color = rings
                    .iter()
                    .rev()
                    .find(|ring| ring.holds(at.0, at.1))
                    .map_or(ground, |ring| ring.color);
                for (sum, part) in sum.iter_mut().zip([color.r(), color.g(), color.b()]) {
                    *sum += u32::from(part);
                }
            }
            let [r, g, b] = sum.map(|sum| (sum / 4) as u8);
            pixels.push(Color32::from_rgb(r, g, b));
        }
    }
    ColorImage::new([side, side], pixels)
}

/// The ground and the rings, outermost first: the `soundprint` of the design, number for number.
fn rings(traits: &CoverTraits) -> (Color32, Vec<Ring>) {
    let mut seed = Seed::new(&traits.name);
    let minor = traits.key.mode() == Mode::Minor;
    let hue = (150.0 + (f64::from(traits.key.camelot_number()) - 1.0) * 30.0) % 360.0;
    let second_hue = hue + if seed.next() < 0.5 { -56.0 } else { 56.0 };
    let lobes = 2.0 + (seed.next() * 4.0).floor();
    let second_lobes = 1.0 + (seed.next() * 3.0).floor();
    let count = 5 + (traits.energy.clamp(0.0, 100.0) / 100.0 * 7.0).round() as usize;
    let amplitude = 0.06 + traits.energy / 100.0 * 0.13;
    let wobble = 0.08 + (100.0 - traits.danceability) / 100.0 * 0.5;
    let twist = (seed.next() - 0.5) * (0.2 + traits.bpm / 400.0);
    let (ox, oy) = ((seed.next() - 0.5) * 0.56, (seed.next() - 0.5) * 0.56);
    // The pages' own number, not a whole turn: the same picture everywhere.
    let phase = 628.0 / 100.0;
    let (p, q) = (seed.next() * phase, seed.next() * phase);
    let high = if minor { 52.0 } else { 60.0 } + traits.brightness * 0.22;
    let low = if minor { 9.0 } else { 17.0 };
    let rings = (1..=count)
        .rev()
        .map(|i| {
            let far = i as f64 / count as f64;
            let near = 1.0 - far;
            let radius = 0.72 * far.powf(1.15);
            let turn = i as f64 * twist;
            let radii = (0..CORNERS)
                .map(|corner| {
                    let t = corner as f64 / CORNERS as f64 * std::f64::consts::TAU;
                    radius
                        * (1.0
                            + far
                                * (amplitude * (lobes * t + p + turn).cos()
                                    + wobble * 0.5 * (second_lobes * t + q - turn).cos()))
                })
                .collect();
            let lift = if i % 2 == 1 { 0.0 } else { 4.0 + near * 4.0 };
            Ring {
                center: (0.5 + ox * (1.0 - far * 0.75), 0.5 + oy * (1.0 - far * 0.75)),
                radii,
                color: hsl(
                    hue + (second_hue - hue) * near * near,
                    44.0 + near * 40.0,
                    low + (high - low) * near.powf(1.35) + lift,
                ),
            }
        })
        .collect();
    (hsl(hue, 44.0, low), rings)
}

/// A colour by hue in degrees, saturation and lightness in percent.
fn hsl(hue: f64, saturation: f64, lightness: f64) -> Color32 {
    let (s, l) = (saturation / 100.0, (lightness / 100.0).clamp(0.0, 1.0));
    let value = l + s * l.min(1.0 - l);
    let sv = if value > 0.0 { 2.0 * (1.0 - l / value) } else { 0.0 };
    // HSV in the gamma space of the screen, as CSS means it.
    let [r, g, b] =
        eframe::egui::ecolor::rgb_from_hsv(((hue.rem_euclid(360.0) / 360.0) as f32, sv as f32, value as f32));
    let byte = |part: f32| (part * 255.0).round().clamp(0.0, 255.0) as u8;
    Color32::from_rgb(byte(r), byte(g), byte(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(name: &str) -> CoverTraits {
        CoverTraits {
            bpm: 96.0,
            key: MusicalKey::new(9, Mode::Minor),
            energy: 64.0,
            danceability: 91.0,
            brightness: 47.0,
            name: name.to_owned(),
        }
    }

    #[test]
    fn the_same_song_has_the_same_cover_and_another_has_another() {
        let image = |name| cover_image(&traits(name), 24).pixels;
        assert_eq!(image("Low Tide"), image("Low Tide"));
        assert_ne!(image("Low Tide"), image("Žár"));
    }

    #[test]
    fn a_song_is_seeded_as_on_the_pages() {
        let seed = |title, artist| CoverTraits::song(&Values::default(), title, artist).name;
        assert_eq!(seed("Low Tide", "The Velvet Hours"), "LowTideTheVelvetHours");
        assert_eq!(seed("Żar!", "Kasia Wilk"), "arKasiaWilk");
        assert_eq!(
            seed("虹", "ラルク"),
            "虹ラルク",
            "a name without Latin letters stays whole"
        );
    }

    #[test]
    fn colours_are_what_a_browser_makes_of_them() {
        assert_eq!(hsl(0.0, 44.0, 9.0), Color32::from_rgb(33, 13, 13));
        assert_eq!(hsl(210.0, 50.0, 50.0), Color32::from_rgb(64, 128, 191));
        assert_eq!(hsl(-60.0, 100.0, 50.0), Color32::from_rgb(255, 0, 255));
    }
}
