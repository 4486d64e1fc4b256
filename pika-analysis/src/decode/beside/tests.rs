//! What is blotted out, and what stays.

use std::io::Cursor;

use super::*;

fn looked_at(file: &[u8]) -> Beside {
    look(&mut Cursor::new(file), 0, file.len() as u64).unwrap()
}

/// The file as it is read.
fn read(file: &[u8]) -> Vec<u8> {
    let beside = looked_at(file);
    let mut bytes = file.to_vec();
    for blank in beside.blanks {
        bytes[blank.at as usize..blank.end() as usize].fill(0);
    }
    for name in beside.names {
        bytes[name.at as usize..name.at as usize + 4].copy_from_slice(&name.bytes);
    }
    bytes
}

fn chunk(name: &[u8; 4], content: &[u8], big: bool) -> Vec<u8> {
    let size = content.len() as u32;
    let size = if big {
        size.to_be_bytes()
    } else {
        size.to_le_bytes()
    };
    [name, &size[..], content].concat()
}

fn atom(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
}

#[test]
fn large_parts_are_passed_over_and_the_sound_stays() {
    let large = vec![7; 100_000];
    let block = |kind: u8| [&[kind, 1, 0x86, 0xa0][..], &large].concat();
    let ape = [
        &b"APETAGEX"[..],
        &2000u32.to_le_bytes(),
        &100_032u32.to_le_bytes(),
        &[0; 16],
    ]
    .concat();
    let mut id3v1 = b"TAG".to_vec();
    id3v1.resize(128, b' ');
    let files = [
        [
            b"RIFF\0\0\0\0WAVE".to_vec(),
            chunk(b"LIST", &large, false),
            chunk(b"data", b"sound!", false),
        ]
        .concat(),
        [
            b"FORM\0\0\0\0AIFF".to_vec(),
            chunk(b"NAME", &large, true),
            chunk(b"SSND", b"sound!", true),
        ]
        .concat(),
        [&b"fLaC\0\0\0\x02xx"[..], &block(6), &block(0x84), b"sound!"].concat(),
        [
            atom(b"ftyp", b"M4A "),
            atom(b"moov", &atom(b"trak", &atom(b"udta", &large))),
            b"sound!".to_vec(),
        ]
        .concat(),
        [&b"sound!"[..], &large, &ape].concat(),
        [&b"sound!"[..], &large, &ape, &id3v1].concat(),
    ];
    for (kind, file) in files.iter().enumerate() {
        let read = read(file);
        assert!(read.windows(6).any(|window| window == b"sound!"), "{kind}");
        assert!(!read.windows(8).any(|window| window == [7; 8]), "{kind}");
    }
    let flac = read(&files[2]);
    assert_eq!(
        (flac[10] & 0x7f, flac[10 + 100_004]),
        (1, 0x81),
        "padding, and the last is the last"
    );
}

#[test]
fn ordinary_files_stay_as_they_are() {
    let small = vec![7; 4_000];
    for file in [
        [
            b"RIFF\0\0\0\0WAVE".to_vec(),
            chunk(b"LIST", &small, false),
            chunk(b"data", &[1; 200_000], false),
        ]
        .concat(),
        [&b"fLaC\0\0\0\x02xx\x84\0\x0f\xa0"[..], &small, &[1; 200_000]].concat(),
        [
            atom(b"ftyp", b"M4A "),
            atom(b"mdat", &[1; 200_000]),
            atom(b"moov", &atom(b"udta", &small)),
        ]
        .concat(),
        vec![1; 200_000],
    ] {
        let beside = looked_at(&file);
        assert!(beside.blanks.is_empty() && beside.names.is_empty());
    }
}

#[test]
fn absurd_comments_are_known_and_honest_ones_are_not() {
    let comments = |vendor: u32, count: u32| {
        [
            &vendor.to_le_bytes()[..],
            &vec![b'v'; vendor as usize],
            &count.to_le_bytes(),
        ]
        .concat()
    };
    let flac = |comments: &[u8]| [&b"fLaC\0\0\0\x02xx\x84\0\0\0"[..], comments].concat();
    let page = |first: u8, content: &[u8]| {
        [
            &b"OggS\0"[..],
            &[first],
            &[0; 20],
            &[1, content.len() as u8],
            content,
        ]
        .concat()
    };
    let ogg = |comments: &[u8]| {
        [
            page(2, b"\x01vorbis"),
            page(0, &[b"\x03vorbis", comments].concat()),
        ]
        .concat()
    };
    let opus = |comments: &[u8]| [page(2, b"OpusHead"), page(0, &[b"OpusTags", comments].concat())].concat();
    for file in [&flac as &dyn Fn(&[u8]) -> Vec<u8>, &ogg, &opus] {
        let absurd = |bytes: Vec<u8>| has_absurd_comments(&mut Cursor::new(bytes), 0).unwrap();
        assert!(!absurd(file(&comments(20, 12))));
        assert!(absurd(file(&comments(20, 2_000_000))));
        assert!(absurd(file(&[0xff; 40])));
        assert!(!absurd(b"something else".to_vec()));
    }
}

#[test]
fn cuts_and_circles_end() {
    let files = [
        [
            atom(b"ftyp", b"M4A "),
            b"\0\0\0\0moov\0\0\0\x01trak\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
        ]
        .concat(),
        b"RIFF\0\0\0\0WAVELIST\xff\xff\xff\xff".to_vec(),
        b"fLaC\x06\xff\xff\xff".to_vec(),
        [&b"OggS\0"[..], &[0; 40]].concat(),
    ];
    for file in files {
        for end in 0..=file.len() {
            looked_at(&file[..end]);
            has_absurd_comments(&mut Cursor::new(&file[..end]), 0).unwrap();
        }
    }
}
