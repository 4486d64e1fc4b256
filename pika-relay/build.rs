//! Embeds the pages: reads `web/`, drops comment lines from scripts and style sheets, compresses each file
//! once with brotli and gzip, and writes a table that `src/pages/assets.rs` includes.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::path::{Path, PathBuf};

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
    table.push_str("pub(crate) static ASSETS: &[Asset] = &[\n");
    for (number, path) in files(root).iter().enumerate() {
        let name = relative(path, root);
        let kind = mime(&name);
        let raw = fs::read(path).expect("the file was listed a moment ago");
        let body = match kind {
            _ if name == BUNDLED => bundle(&root.join("js"), "live.js").into_bytes(),
            _ if kind.contains("javascript") || kind.contains("css") => {
                without_comment_lines(&raw).into_bytes()
            }
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

/// A module and all that it imports as one script: each in a function of its own, in order of need.
///
/// Only the forms that our scripts use are understood; any other stops the build.
fn bundle(root: &Path, entry: &str) -> String {
    let mut script = String::from("const $ = {};\n");
    add_module(root, entry, &mut Vec::new(), &mut script);
    script
}

fn add_module(root: &Path, name: &str, done: &mut Vec<String>, script: &mut String) {
    done.push(name.to_owned());
    let source = fs::read(root.join(name)).unwrap_or_else(|_| panic!("no module {name}"));
    let mut body = String::new();
    let mut exports = Vec::new();
    for line in without_comment_lines(&source).lines() {
        if let Some(import) = line.strip_prefix("import ") {
            let (what, from) = import
                .split_once(" from ")
                .unwrap_or_else(|| panic!("{name}: {line}"));
            let target = resolve(name, from.trim_matches(['"', ';']));
            if !done.contains(&target) {
                add_module(root, &target, done, script);
            }
            let what = match what.strip_prefix("* as ") {
                Some(all) => all.to_owned(),
                None => what.replace(" as ", ": "),
            };
            writeln!(body, "const {what} = $[{target:?}];").expect("a string takes all");
        } else if let Some(item) = line.strip_prefix("export ") {
            let named = ["async function ", "function ", "const ", "class "]
                .iter()
                .find_map(|kind| item.strip_prefix(kind));
            let named = named.unwrap_or_else(|| panic!("{name}: {line}"));
            exports.push(
                named
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            );
            body.push_str(item);
            body.push('\n');
        } else {
            body.push_str(line);
            body.push('\n');
        }
    }
    writeln!(
        script,
        "$[{name:?}] = (() => {{\n{body}return {{ {} }};\n}})();",
        exports.join(", ")
    )
    .expect("a string takes all");
}

/// `./x.js` and `../x.js` as seen from a module.
fn resolve(from: &str, relative: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    match relative.strip_prefix("../") {
        Some(name) => name.to_owned(),
        None if folder.is_empty() => relative.trim_start_matches("./").to_owned(),
        None => format!("{folder}/{}", relative.trim_start_matches("./")),
    }
}

/// Leaves out indentation, casts (`/** @type {X} */`) and lines that hold nothing but a comment.
fn without_comment_lines(source: &[u8]) -> String {
    let mut kept = String::new();
    let mut in_comment = false;
    for line in String::from_utf8_lossy(source).lines() {
        let text = line.trim();
        let whole = text.starts_with("/*") && text.find("*/").is_none_or(|end| end + 2 == text.len());
        if in_comment || whole {
            in_comment = !text.ends_with("*/");
            continue;
        }
        if text.is_empty() || text.starts_with("//") {
            continue;
        }
        let mut rest = text;
        while let Some((before, (_, after))) = rest
            .split_once("/** @type")
            .and_then(|(b, a)| Some((b, a.split_once("*/")?)))
        {
            kept.push_str(before);
            rest = after.trim_start();
        }
        kept.push_str(rest);
        kept.push('\n');
    }
    kept
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
