//! The command as its users see it: columns, exit status, clean output.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::fixtures::{kicks, wav};

const HEADER: &str = "file,bpm,bpm_confidence,bpm_alternative,first_beat_s,key,camelot,key_confidence,\
                      energy,danceability,brightness,loudness_lufs,duration_s,error";

fn pika_analyze(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pika-analyze"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// A folder with one good file of an awkward name in a folder below, one bad file and one text.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("music")).unwrap();
    let sound = wav(&kicks(44_100, 10.0), 44_100, 1);
    std::fs::write(folder.path().join("music/Say \"hi\", twice.wav"), sound).unwrap();
    std::fs::write(folder.path().join("broken.mp3"), b"nothing").unwrap();
    std::fs::write(folder.path().join("notes.txt"), b"nothing").unwrap();
    folder
}

#[test]
fn csv_has_the_agreed_columns_and_one_row_per_file() {
    let folder = folder();
    let output = pika_analyze(&["."], folder.path());
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().next(), Some(HEADER));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0][0].ends_with("broken.mp3"));
    assert!((1..13).all(|column| rows[0][column].is_empty()));
    assert!(!rows[0][13].is_empty());
    assert!(rows[1][0].ends_with("Say \"hi\", twice.wav"));
    let bpm: f64 = rows[1][1].parse().unwrap();
    assert!((bpm / 120.0).log2().fract().abs() < 0.001, "{bpm}");
    assert!((rows[1][12].parse::<f64>().unwrap() - 10.0).abs() < 0.001);
    assert!(rows[1][13].is_empty());
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn json_is_valid_and_holds_beats_when_asked() {
    let folder = folder();
    for (arguments, has_beats) in [
        (&["--format", "json", "music"][..], false),
        (&["--format", "json", "--beats", "--threads", "2", "."], true),
    ] {
        let output = pika_analyze(arguments, folder.path());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let track = report.as_array().unwrap().last().unwrap();
        assert_eq!(track["beats_s"].is_array(), has_beats);
        assert!(track["tempo"]["bpm"].is_number());
        assert!(track["error"].is_null());
    }
}

#[test]
fn exit_status_says_what_happened() {
    let folder = folder();
    assert_eq!(
        pika_analyze(&["music", "broken.mp3"], folder.path())
            .status
            .code(),
        Some(0)
    );
    assert_eq!(
        pika_analyze(&["broken.mp3"], folder.path()).status.code(),
        Some(1)
    );
    assert_eq!(
        pika_analyze(&["no-such-file.mp3"], folder.path()).status.code(),
        Some(1)
    );
    for wrong in [
        &[][..],
        &["--format", "xml", "."],
        &["--threads", "many", "."],
        &["--beats", "."],
    ] {
        let output = pika_analyze(wrong, folder.path());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{wrong:?}");
    }
}

#[test]
fn decoding_alone_reports_lengths() {
    let folder = folder();
    let output = pika_analyze(&["--decode-only", "music"], folder.path());
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("file,duration_s,error\n"), "{text}");
    assert!(text.trim_end().ends_with(",10.000,"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_pipe_among_the_files_is_named_and_the_others_are_analysed() {
    let folder = folder();
    let made = Command::new("mkfifo")
        .arg(folder.path().join("music/pipe.mp3"))
        .status();
    assert!(made.unwrap().success());
    // It would wait for ever for somebody to write into the pipe.
    let output = pika_analyze(&["music"], folder.path());
    let mut reader = csv::Reader::from_reader(&output.stdout[..]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0][13].is_empty());
    assert!(rows[1][0].ends_with("pipe.mp3"));
    assert!(rows[1][13].contains("no regular file"), "{:?}", &rows[1]);
}
