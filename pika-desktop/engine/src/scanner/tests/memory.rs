//! A folder of hostile files is scanned and analysed within 300 MB: in a process of its own, whose peak the system
//! tells.

use std::{
    env,
    fs::{File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    process::Command,
};

use pika_analysis::{AnalysisConfig, analyze_file};

use super::*;
use crate::nowplaying::virtualdj::import_database;

/// The most that may be taken, in kB.
const LIMIT_KB: u64 = 300_000;
/// Where the child finds the folder.
const FOLDER: &str = "PIKA_HOSTILE_FOLDER";

#[test]
fn hostile_files_take_no_memory() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("music")).unwrap();
    let count = write_all(&root.path().join("music"));
    let child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "scanner::tests::memory::child",
            "--ignored",
            "--nocapture",
        ])
        .env(FOLDER, root.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&child.stderr)
    );
    assert!(told.contains(&format!("{count} files")), "{told}");
}

#[test]
#[ignore = "a process of its own, started by the test above"]
fn child() {
    let Some(root) = env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let music = root.join("music");
    let (library, _) = Library::open(&root.join("library.db")).unwrap();
    let (library, _) = library::spawn(library).unwrap();
    let folder = music.clone();
    let folder = library.call(move |library| library.add_folder(&folder)).unwrap();
    let now = SystemTime::now() + LATER;
    let time = ScanTime {
        now: &|| now,
        rest: &|_| {},
        stop: &AtomicBool::new(false),
        beat: &|| {},
    };
    let counts = scan_folder(&library, &folder, &time, &mut Changing::default(), |_| {}).unwrap();
    let mut peaks = Peaks::default();
    peaks.look("the scan");
    for name in ["endless.xml", "many.xml"] {
        let _ = import_database(&library, &root.join(name));
        peaks.look(name);
    }
    let mut names: Vec<PathBuf> = fs::read_dir(&music)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    for path in names.iter().filter(|path| !path.is_dir()) {
        // Whether it can be analysed is another matter.
        let _ = analyze_file(path, &AnalysisConfig::default());
        peaks.look(&path.display().to_string());
    }
    assert!(peaks.0.is_empty(), "{:#?}", peaks.0);
    println!("{} files", counts.seen + counts.unreadable);
}

/// What took more than it may.
#[derive(Default)]
struct Peaks(Vec<String>);

impl Peaks {
    /// Looks at the peak since the last look.
    fn look(&mut self, what: &str) {
        // Other systems do not tell.
        let Ok(status) = fs::read_to_string("/proc/self/status") else {
            return;
        };
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak: u64 = peak.unwrap().trim().trim_end_matches(" kB").parse().unwrap();
        if peak >= LIMIT_KB {
            self.0.push(format!("{what}: {peak} kB"));
        }
        // The peak begins anew.
        let _ = fs::write("/proc/self/clear_refs", "5");
    }
}

/// A file that is mostly holes: bytes at places, and how long it is.
fn sparse(path: &Path, pieces: &[(u64, &[u8])], length: u64) {
    let mut file = File::create(path).unwrap();
    for (at, bytes) in pieces {
        file.seek(SeekFrom::Start(*at)).unwrap();
        file.write_all(bytes).unwrap();
    }
    let written = file.metadata().unwrap().len();
    OpenOptions::new()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(length.max(written))
        .unwrap();
}

/// What unpacks to so many zeros: deflate's longest repeat, again and again.
fn bomb(unpacked: usize) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (vec![0x78, 0x9c], 0u64, 0);
    let mut put = |value: u64, count: u32, bytes: &mut Vec<u8>| {
        bits |= value << held;
        held += count;
        while held >= 8 {
            bytes.push(bits as u8);
            bits >>= 8;
            held -= 8;
        }
    };
    // One last block of fixed codes, its first byte 'a', then repeats of 258 bytes at distance 1.
    put(0b011, 3, &mut bytes);
    put(u64::from((0x30u8 + b'a').reverse_bits()), 8, &mut bytes);
    for _ in 0..unpacked / 258 {
        put(0b1010_0011, 8, &mut bytes);
        put(0, 5, &mut bytes);
    }
    put(0, 7, &mut bytes);
    put(0, 8, &mut bytes);
    bytes
}

fn synchsafe(number: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (number >> shift & 0x7f) as u8)
}

/// An ID3v2.4 tag with one frame.
fn id3(name: &[u8; 4], flags: u8, before: &[u8], content: &[u8]) -> Vec<u8> {
    let size = before.len() + content.len();
    [
        &b"ID3\x04\0\0"[..],
        &synchsafe(size + 10),
        name,
        &synchsafe(size),
        &[0, flags],
        before,
        content,
    ]
    .concat()
}

fn write_all(music: &Path) -> usize {
    let write = |name: &str, bytes: &[u8]| fs::write(music.join(name), bytes).unwrap();
    let frames = [&[0xff, 0xfb, 0x90, 0x64][..], &[0; 413]].concat().repeat(400);
    let packed = id3(b"TIT2", 0x09, &synchsafe(600_000_000 >> 2), &bomb(600_000_000));
    write("packed.mp3", &[&packed[..], &frames].concat());
    write(
        "packed behind junk.mp3",
        &[b"junk", &packed[..], &frames].concat(),
    );
    write(
        "packed.flac",
        &[&packed[..], b"fLaC\x80\0\0\x22", &[0; 34], &frames].concat(),
    );
    let size = (packed.len() as u32).to_le_bytes();
    write(
        "packed.wav",
        &[b"RIFF\0\0\0\0WAVEid3 ", &size[..], &packed].concat(),
    );
    write(
        "packed.aiff",
        &[
            b"FORM\0\0\0\0AIFFID3 ",
            &(packed.len() as u32).to_be_bytes()[..],
            &packed,
        ]
        .concat(),
    );
    let mega = 1 << 20;
    let cover = [
        &b"ID3\x04\0\0"[..],
        &synchsafe(250 * mega),
        b"APIC",
        &synchsafe(249 * mega),
        &[0, 0],
    ]
    .concat();
    sparse(
        &music.join("cover.mp3"),
        &[(0, &cover), (250 * mega as u64, &frames)],
        0,
    );
    let texts = [b"TXXX", &synchsafe(mega)[..], &[0, 0, 0], &vec![b'x'; mega - 1]]
        .concat()
        .repeat(120);
    write(
        "texts.mp3",
        &[&b"ID3\x04\0\0"[..], &synchsafe(texts.len()), &texts, &frames].concat(),
    );
    write(
        "covers.ogg",
        &crate::library::ogg_file("vorbis", &vec![b'x'; 80 * mega], &vec![vec![1; 400]; 90], 40),
    );
    // Twenty covers of 16 MB each.
    let mut pieces: Vec<(u64, Vec<u8>)> = vec![(0, [&b"fLaC\0\0\0\x22"[..], &[0; 34]].concat())];
    for n in 0..20u64 {
        pieces.push((
            42 + n * (0xff_ffff + 4),
            vec![6, 0xff, 0xff, 0xff, 0, 0, 0, 3, 0, 0, 0, 9],
        ));
    }
    let refs: Vec<(u64, &[u8])> = pieces.iter().map(|(at, bytes)| (*at, &bytes[..])).collect();
    sparse(
        &music.join("covers.flac"),
        &refs,
        42 + 20 * (0xff_ffff + 4) + 1000,
    );
    let atom = |name: &[u8; 4], size: u32| [&size.to_be_bytes()[..], name].concat();
    for (name, leaf) in [("cover.m4a", b"covr"), ("title.m4a", b"\xa9nam")] {
        let size = 400 * mega as u32;
        let moov = [
            atom(b"ftyp", 16),
            b"M4A \0\0\0\0".to_vec(),
            atom(b"moov", size),
            atom(b"udta", size - 8),
            atom(b"meta", size - 16),
            vec![0; 4],
            atom(b"ilst", size - 28),
            atom(leaf, size - 36),
            atom(b"data", size - 44),
            vec![0, 0, 0, 1, 0, 0, 0, 0],
        ];
        sparse(&music.join(name), &[(0, &moov.concat())], 16 + u64::from(size));
    }
    let large = 300 * mega as u32;
    let ape = [
        &b"APETAGEX"[..],
        &2000u32.to_le_bytes(),
        &large.to_le_bytes(),
        &[1, 0, 0, 0],
        &[0; 12],
    ]
    .concat();
    let item = [&(large - 100).to_le_bytes()[..], &[0; 4], b"Title\0"].concat();
    let start = frames.len() as u64;
    sparse(
        &music.join("ape.mp3"),
        &[
            (0, &frames),
            (start, &item),
            (start + u64::from(large) - 32, &ape),
        ],
        0,
    );
    let list = [
        &b"RIFF\xff\xff\xff\xffWAVELIST"[..],
        &large.to_le_bytes(),
        b"INFOINAM",
        &(large - 12).to_le_bytes(),
    ]
    .concat();
    sparse(&music.join("list.wav"), &[(0, &list)], u64::from(large) + 4000);
    let name = [&b"FORM\x7f\xff\xff\xffAIFFNAME"[..], &large.to_be_bytes()].concat();
    sparse(&music.join("name.aiff"), &[(0, &name)], u64::from(large) + 4000);
    // Small pieces by the million: each costs far more memory than bytes.
    let comments = b"\x03\0\0\0a=b".repeat(2_000_000);
    let comments = [&[0; 4][..], &2_000_000u32.to_le_bytes(), &comments].concat();
    let block = [
        4 | 0x80,
        (comments.len() >> 16) as u8,
        (comments.len() >> 8) as u8,
        comments.len() as u8,
    ];
    let info = [&b"fLaC\0\0\0\x22\x10\0\x10\0"[..], &[0; 30]].concat();
    write("comments.flac", &[&info, &block[..], &comments].concat());
    let packet = [b"\x03vorbis", &comments[..]].concat();
    write(
        "comments.ogg",
        &crate::library::ogg_file("vorbis", &packet, &vec![vec![1; 400]; 90], 40),
    );
    let items = b"\x01\0\0\0\0\0\0\0Ti\0x".repeat(1_000_000);
    let foot = [
        &b"APETAGEX"[..],
        &2000u32.to_le_bytes(),
        &(items.len() as u32 + 32).to_le_bytes(),
        &1_000_000u32.to_le_bytes(),
        &[0; 12],
    ]
    .concat();
    write("items.mp3", &[&frames[..], &items, &foot].concat());
    let list = [&b"\0\0\0\x1atext"[..], b"\0\0\0\x12data\0\0\0\x01\0\0\0\0ab"]
        .concat()
        .repeat(900_000);
    let size = list.len() as u32;
    let texts = [
        atom(b"ftyp", 16),
        b"M4A \0\0\0\0".to_vec(),
        atom(b"moov", size + 36),
        atom(b"udta", size + 28),
        atom(b"meta", size + 20),
        vec![0; 4],
        atom(b"ilst", size + 8),
        list,
    ];
    write("texts.m4a", &texts.concat());
    for suffix in ["mp3", "wav", "flac", "ogg", "m4a", "aiff"] {
        sparse(&music.join(format!("holes.{suffix}")), &[], 10 << 30);
        write(&format!("nothing.{suffix}"), b"");
    }
    write("two\nlines\u{202e}.mp3", &frames);
    write("cut.m4a", b"\0\0\0\x18ftypM4A \0\0");
    fs::create_dir(music.join("folder.mp3")).unwrap();
    let outside = music.parent().unwrap();
    sparse(
        &outside.join("endless.xml"),
        &[(0, b"<VirtualDJ_Database><Song FilePath=\"")],
        2 << 30,
    );
    let many = "<Song FilePath=\"/x.mp3\"><Tags Title=\"t\"/></Song>".repeat(100_000);
    fs::write(
        outside.join("many.xml"),
        format!("<VirtualDJ_Database>{many}</VirtualDJ_Database>"),
    )
    .unwrap();
    let files = fs::read_dir(music).unwrap().count() - 1;
    files + with_a_pipe_and_a_circle(music)
}

/// What only some systems have; returns how many files that are.
#[cfg(unix)]
fn with_a_pipe_and_a_circle(music: &Path) -> usize {
    let made = Command::new("mkfifo").arg(music.join("pipe.mp3")).status();
    assert!(made.unwrap().success());
    std::os::unix::fs::symlink(music, music.join("circle")).unwrap();
    1
}

#[cfg(not(unix))]
fn with_a_pipe_and_a_circle(_: &Path) -> usize {
    0
}
