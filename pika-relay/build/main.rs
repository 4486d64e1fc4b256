//! Embeds the pages: reads `web/`, leaves out of scripts and style sheets what only people read, compresses each
//! file once with brotli and gzip, and writes a table that `src/pages/assets.rs` includes.

mod script;
mod style;
mod tokens;

use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    fmt::Write as _,
    fs,
    hash::{Hash, Hasher},
    io::Write as _,
    path::{Path, PathBuf},
};

/// The page that a whole ballroom opens at once travels as one script: a request less for each module, and they
/// compress better together. All other pages load their modules as they are.
const BUNDLED: &str = "js/live.js";

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("web");
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it"));
    for folder in ["assets", "templates", "texts", "icons.json"] {
        println!("cargo:rerun-if-changed=web/{folder}");
    }
    let mut table = String::new();
    let version = embed_assets(&root.join("assets"), &out, &mut table);
    writeln!(
        table,
        "/// Changes when any asset does.\npub(crate) const ASSETS_VERSION: &str = {version:?};"
    )
    .expect("a string takes all");
    embed_texts(&root, &mut table);
    fs::write(out.join("web.rs"), table).expect("OUT_DIR takes files");
}

/// Writes the compressed assets and their table; returns the hash over all of them.
fn embed_assets(root: &Path, out: &Path, table: &mut String) -> String {
    let mut hasher = DefaultHasher::new();
    let all = files(root);
    let scripts: BTreeMap<String, String> = all
        .iter()
        .map(|path| (relative(path, root), path))
        .filter(|(name, _)| name.ends_with(".js"))
        .map(|(name, path)| {
            (
                name,
                text(fs::read(path).expect("the file was listed a moment ago")),
            )
        })
        .collect();
    table.push_str("pub(crate) static ASSETS: &[Asset] = &[\n");
    for (number, path) in all.iter().enumerate() {
        let name = relative(path, root);
        let kind = mime(&name);
        let raw = fs::read(path).expect("the file was listed a moment ago");
        let body = match kind {
            _ if name == BUNDLED => readable(script::bundle(&scripts, BUNDLED), &name),
            _ if kind.contains("javascript") => readable(script::squeezed(&text(raw)), &name),
            _ if kind.contains("css") => style::squeezed(&text(raw)).into_bytes(),
            _ => raw,
        };
        (&name, &body).hash(&mut hasher);
        let variants = [("raw", body.clone()), ("br", brotli(&body)), ("gz", gzip(&body))];
        let mut fields = String::new();
        for (variant, bytes) in &variants {
            // What compression does not make smaller goes out as it is.
            if *variant != "raw" && bytes.len() >= body.len() {
                write!(fields, "{variant}: None, ").expect("a string takes all");
                continue;
            }
            let file = out.join(format!("asset{number}.{variant}"));
            fs::write(&file, bytes).expect("OUT_DIR takes files");
            let include = format!("include_bytes!({:?})", file.display().to_string());
            let value = if *variant == "raw" {
                include
            } else {
                format!("Some({include})")
            };
            write!(fields, "{variant}: {value}, ").expect("a string takes all");
        }
        writeln!(table, "    Asset {{ path: {name:?}, mime: {kind:?}, {fields}}},")
            .expect("a string takes all");
    }
    table.push_str("];\n");
    format!("{:016x}", hasher.finish())
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("our files are UTF-8")
}

/// What the build cannot read stops it: a page without its script must not be built.
fn readable(script: Result<String, String>, name: &str) -> Vec<u8> {
    script
        .unwrap_or_else(|why| panic!("web/assets/{name}: {why}"))
        .into_bytes()
}

/// Templates, texts and icons go in as they are.
fn embed_texts(root: &Path, table: &mut String) {
    for (constant, folder) in [("TEMPLATES", "templates"), ("TEXTS", "texts")] {
        writeln!(table, "pub(crate) static {constant}: &[(&str, &str)] = &[").expect("a string takes all");
        for path in files(&root.join(folder)) {
            let name = relative(&path, &root.join(folder));
            writeln!(
                table,
                "    ({name:?}, include_str!({:?})),",
                path.display().to_string()
            )
            .expect("a string takes all");
        }
        table.push_str("];\n");
    }
    let icons = root.join("icons.json").display().to_string();
    writeln!(table, "pub(crate) static ICONS: &str = include_str!({icons:?});").expect("a string takes all");
}

/// All files below a folder, in one order on every system.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is part of the source") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn relative(path: &Path, root: &Path) -> String {
    let inside = path.strip_prefix(root).expect("listed below the root");
    inside
        .to_str()
        .expect("our file names are ASCII")
        .replace('\\', "/")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams {
        quality: 11,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &settings).expect("memory does not fail");
    packed
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).expect("memory does not fail");
    packed.finish().expect("memory does not fail")
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
