//! Paints a window without a graphics card: the triangles that egui makes, one after another, in plain numbers.
//! The same on every machine, which drivers are not.

use std::collections::HashMap;

use eframe::egui::{
    Color32, Context, FullOutput, ImageData, Pos2, TextureId, TexturesDelta,
    epaint::{ImageDelta, Primitive, Vertex, textures::TextureFilter},
};
use egui_kittest::TestRenderer;
use image::{Rgba, RgbaImage};

/// The renderer that tests give their harness.
#[derive(Default)]
pub(crate) struct Painter {
    textures: HashMap<TextureId, Texture>,
}

#[derive(Default)]
struct Texture {
    size: [usize; 2],
    pixels: Vec<Color32>,
    /// Its pixels have edges.
    is_sharp: bool,
}

impl Texture {
    fn take(&mut self, delta: ImageDelta) {
        self.is_sharp = delta.options.magnification == TextureFilter::Nearest;
        let ImageData::Color(image) = delta.image;
        let Some([left, top]) = delta.pos else {
            self.size = image.size;
            self.pixels.clone_from(&image.pixels);
            return;
        };
        for y in 0..image.size[1] {
            let to = (top + y) * self.size[0] + left;
            let from = y * image.size[0];
            self.pixels[to..to + image.size[0]].copy_from_slice(&image.pixels[from..from + image.size[0]]);
        }
    }

    /// The colour at a place from 0 to 1, between the four nearest pixels of a smooth one.
    fn at(&self, uv: Pos2) -> [f32; 4] {
        if self.is_sharp {
            let place = |part: f32, length: usize| ((part * length as f32) as usize).min(length - 1);
            let at = place(uv.y, self.size[1]) * self.size[0] + place(uv.x, self.size[0]);
            return self.pixels[at].to_array().map(f32::from);
        }
        let place = |part: f32, length: usize| {
            let at = (part * length as f32 - 0.5).clamp(0.0, length as f32 - 1.0);
            let low = at.floor();
            (low as usize, (low as usize + 1).min(length - 1), at - low)
        };
        let (left, right, x) = place(uv.x, self.size[0]);
        let (top, bottom, y) = place(uv.y, self.size[1]);
        let pixel = |x: usize, y: usize| self.pixels[y * self.size[0] + x].to_array().map(f32::from);
        let mix = |a: [f32; 4], b: [f32; 4], t: f32| std::array::from_fn(|at| a[at] + (b[at] - a[at]) * t);
        if x == 0.0 && y == 0.0 {
            return pixel(left, top);
        }
        mix(
            mix(pixel(left, top), pixel(right, top), x),
            mix(pixel(left, bottom), pixel(right, bottom), x),
            y,
        )
    }
}

impl TestRenderer for Painter {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, images) in delta.set.drain() {
            let texture = self.textures.entry(id).or_default();
            images.into_iter().for_each(|image| texture.take(image));
        }
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let mut canvas = Canvas::new(size.x.round() as usize, size.y.round() as usize);
        for clipped in ctx.tessellate(output.shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = clipped.primitive else {
                return Err("something paints by itself".into());
            };
            let texture = self
                .textures
                .get(&mesh.texture_id)
                .ok_or_else(|| format!("no texture {:?}", mesh.texture_id))?;
            let clip = clipped.clip_rect * scale;
            let clip = [clip.left(), clip.top(), clip.right(), clip.bottom()].map(|edge| edge.round() as i64);
            for corners in mesh.indices.chunks_exact(3) {
                let corner = |at: usize| {
                    let vertex = mesh.vertices[corners[at] as usize];
                    Vertex {
                        pos: (vertex.pos.to_vec2() * scale).to_pos2(),
                        ..vertex
                    }
                };
                canvas.triangle([corner(0), corner(1), corner(2)], texture, clip);
            }
        }
        Ok(canvas.image())
    }
}

/// The picture so far, opaque.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 3]>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![[0.0; 3]; width * height],
        }
    }

    fn triangle(&mut self, mut corners: [Vertex; 3], texture: &Texture, clip: [i64; 4]) {
        let turned = edge(corners[0].pos, corners[1].pos, corners[2].pos);
        if turned == 0.0 {
            return;
        }
        if turned < 0.0 {
            corners.swap(1, 2);
        }
        let [a, b, c] = corners;
        let area = turned.abs();
        let span = |low: f32, high: f32, from: i64, to: i64, length: usize| {
            let first = (f64::from(low) - 0.5).floor() as i64;
            let last = (f64::from(high) + 0.5).ceil() as i64;
            first.max(from).max(0)..last.min(to).min(length as i64)
        };
        let low = a.pos.min(b.pos).min(c.pos);
        let high = a.pos.max(b.pos).max(c.pos);
        let one_color = a.color == b.color && b.color == c.color;
        let one_place = a.uv == b.uv && b.uv == c.uv;
        let fixed = (one_color && one_place).then(|| times(a.color, texture.at(a.uv)));
        for y in span(low.y, high.y, clip[1], clip[3], self.height) {
            for x in span(low.x, high.x, clip[0], clip[2], self.width) {
                let at = Pos2::new(x as f32 + 0.5, y as f32 + 0.5);
                let shares = [
                    edge(b.pos, c.pos, at),
                    edge(c.pos, a.pos, at),
                    edge(a.pos, b.pos, at),
                ];
                let inside = holds(shares[0], b.pos, c.pos)
                    && holds(shares[1], c.pos, a.pos)
                    && holds(shares[2], a.pos, b.pos);
                if !inside {
                    continue;
                }
                let source = fixed.unwrap_or_else(|| {
                    let share = shares.map(|share| (share / area) as f32);
                    let mix =
                        |of: fn(&Vertex) -> f32| share[0] * of(&a) + share[1] * of(&b) + share[2] * of(&c);
                    let color = [
                        mix(|v| f32::from(v.color.r())),
                        mix(|v| f32::from(v.color.g())),
                        mix(|v| f32::from(v.color.b())),
                        mix(|v| f32::from(v.color.a())),
                    ];
                    let texel = if one_place {
                        texture.at(a.uv)
                    } else {
                        texture.at(Pos2::new(mix(|v| v.uv.x), mix(|v| v.uv.y)))
                    };
                    std::array::from_fn(|part| color[part] * texel[part] / 255.0)
                });
                let pixel = &mut self.pixels[y as usize * self.width + x as usize];
                let rest = 1.0 - source[3] / 255.0;
                for (part, light) in pixel.iter_mut().enumerate() {
                    *light = source[part] + *light * rest;
                }
            }
        }
    }

    fn image(&self) -> RgbaImage {
        RgbaImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let [r, g, b] = self.pixels[y as usize * self.width + x as usize]
                .map(|light| light.round().clamp(0.0, 255.0) as u8);
            Rgba([r, g, b, 255])
        })
    }
}

fn times(color: Color32, texel: [f32; 4]) -> [f32; 4] {
    let color = color.to_array();
    std::array::from_fn(|part| f32::from(color[part]) * texel[part] / 255.0)
}

/// Twice the area of the triangle, positive when `c` lies to the right of the way from `a` to `b`.
fn edge(a: Pos2, b: Pos2, c: Pos2) -> f64 {
    let [ax, ay, bx, by, cx, cy] = [a.x, a.y, b.x, b.y, c.x, c.y].map(f64::from);
    (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
}

/// Whether an edge holds a point: one on the border of two triangles belongs to one of them.
fn holds(share: f64, a: Pos2, b: Pos2) -> bool {
    share > 0.0 || share == 0.0 && (a.y == b.y && b.x > a.x || b.y < a.y)
}
