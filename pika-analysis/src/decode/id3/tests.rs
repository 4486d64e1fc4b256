//! Tags as they are seen: texts, and nothing that is large, packed or hidden.

use std::io::Cursor;

use super::*;

fn frame(version: u8, id: &[u8], flags: u8, content: &[u8]) -> Vec<u8> {
    let size = content.len() as u32;
    match version {
        2 => [id, &size.to_be_bytes()[1..], content].concat(),
        3 => [id, &size.to_be_bytes()[..], &[0, flags], content].concat(),
        _ => [id, &as_seven_bits(size)[..], &[0, flags], content].concat(),
    }
}

fn tag(version: u8, flags: u8, frames: &[Vec<u8>]) -> Vec<u8> {
    let body = frames.concat();
    let head = [b'I', b'D', b'3', version, 0, flags];
    [&head[..], &as_seven_bits(body.len() as u32), &body].concat()
}

/// The file as it is seen.
fn seen(file: &[u8]) -> Vec<u8> {
    let tags = plain_tags(&mut Cursor::new(file), file.len() as u64).unwrap();
    let mut seen = file.to_vec();
    for tag in tags {
        let place = &mut seen[tag.at as usize..tag.end() as usize];
        place.fill(0);
        place[..tag.bytes.len()].copy_from_slice(&tag.bytes);
    }
    seen
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn texts_stay_and_all_else_goes_wherever_the_tag_is() {
    let sound = [0x55; 4000];
    for (version, title, picture) in [
        (2, &b"TT2"[..], &b"PIC"[..]),
        (3, b"TIT2", b"APIC"),
        (4, b"TIT2", b"APIC"),
    ] {
        let tag = tag(
            version,
            0,
            &[
                frame(version, picture, 0, &[7; 50_000]),
                frame(version, title, 0, b"\0Low Tide"),
                frame(version, b"PRIV", 0, b"secret"),
                vec![0; 100],
            ],
        );
        let size = (tag.len() as u32).to_le_bytes();
        let wav = [b"RIFF\0\0\0\0WAVEid3 ", &size[..], &tag, b"data\0\0\0\0"].concat();
        let files = [
            [&tag[..], &sound].concat(),
            [&[0; 70_000][..], &tag, &sound].concat(),
            [b"junk before it", &tag[..], &sound].concat(),
            [&tag[..], &tag, &sound].concat(),
            wav,
        ];
        for (kind, file) in files.iter().enumerate() {
            let seen = seen(file);
            assert_eq!(seen.len(), file.len());
            assert!(holds(&seen, b"\0Low Tide"), "{version} {kind}");
            assert!(
                !holds(&seen, &[7; 8]) && !holds(&seen, b"secret"),
                "{version} {kind}"
            );
            assert!(
                seen.ends_with(&file[file.len() - 12..]),
                "what stands behind is left alone"
            );
        }
    }
}

#[test]
fn packed_frames_are_not_seen() {
    for (version, flags) in [(3, 0x80), (3, 0x40), (4, 0x08), (4, 0x09), (4, 0x04)] {
        let file = tag(
            version,
            0,
            &[
                frame(version, b"TIT2", flags, b"\0\0\x01\0packed packed"),
                frame(version, b"TPE1", 0, b"\0Somebody"),
            ],
        );
        let seen = seen(&file);
        assert!(
            !holds(&seen, b"packed") && holds(&seen, b"\0Somebody"),
            "{version} {flags}"
        );
    }
}

#[test]
fn what_dresses_a_frame_is_taken_off() {
    let with = |version, flags, tag_flags, content: &[u8]| {
        seen(&tag(
            version,
            tag_flags,
            &[frame(version, b"TIT2", flags, content)],
        ))
    };
    assert!(holds(&with(3, 0x20, 0, b"\x07\0Grouped"), b"\0\x08\0\0\0Grouped"));
    assert!(holds(
        &with(4, 0x01, 0, b"\0\0\0\x06\0Sized"),
        b"\0\x06\0\0\0Sized"
    ));
    assert!(holds(&with(4, 0x02, 0, b"\x01\xff\0\xfeA\0"), b"\x01\xff\xfeA\0"));
    // Of version 2.3 the whole tag is unsynchronised: its frame says how long it is without.
    let body = [
        b"TIT2\0\0\0\x05\0\0",
        &b"\x01\xff\0\xfeA\0"[..],
        b"TPE1\0\0\0\x02\0\0\0B",
    ]
    .concat();
    let head = [b"ID3\x03\0\x80", &as_seven_bits(body.len() as u32)[..]].concat();
    let seen = seen(&[head, body].concat());
    assert!(holds(&seen, b"\x01\xff\xfeA\0") && holds(&seen, b"TPE1\0\0\0\x02\0\0\0B"));
}

#[test]
fn plain_sizes_in_version_2_4_are_known() {
    let long = [&[0][..], &[b'x'; 299]].concat();
    let plain = [b"TIT2\0\0\x01\x2c\0\0", &long[..], b"TPE1\0\0\0\x04\0\0\0Bob"].concat();
    let head = [b"ID3\x04\0\0", &as_seven_bits(plain.len() as u32)[..]].concat();
    assert!(holds(&seen(&[head, plain].concat()), b"Bob"));
}

#[test]
fn any_tag_is_bounded_and_any_cut_is_survived() {
    let large = tag(4, 0, &vec![frame(4, b"TXXX", 0, &[b'x'; 60_000]); 40]);
    let tags = plain_tags(&mut Cursor::new(&large), large.len() as u64).unwrap();
    assert!(tags[0].bytes.len() <= MAX_TEXTS);
    let many = tag(3, 0, &[frame(3, b"TIT2", 0, b"\0A")]).repeat(100);
    assert!(
        plain_tags(&mut Cursor::new(&many), many.len() as u64)
            .unwrap()
            .len()
            <= MAX_TAGS + 1
    );
    let whole = tag(
        4,
        0x50,
        &[vec![0, 0, 0, 6, 1, 0], frame(4, b"TIT2", 0x42, b"\x01\xff\0\xfe")],
    );
    for end in 0..whole.len() {
        seen(&whole[..end]);
    }
}
