//! Databases of every earlier release: they are brought up to date by two processes at once, from any version, any
//! number of times, and the nights in them read as before. Also: a night comes back from its backup as it was.
//!
//! `tests/releases/VERSION` holds what a release left behind; `scripts/make-release-fixture` makes it. A folder there
//! is never changed again once its version is out.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use pika_protocol::{PlayId, UnixMs, feedback::PollCloses};
use pika_relay::{
    auth::DjToken,
    base::Secret,
    config::{Config, DatabaseUrl, PublicUrl},
    store,
    store::{
        accounts::{DjRow, TokenRow},
        models::OwnerId,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::helpers::{
    dancer::{Dancer, OverSocket},
    dj::{Dj, Wish, now, now_playing},
    eventually,
    holds::assert_holds,
    http::request,
    relay::TestRelay,
};

/// Tokens nobody uses are deleted after some hundred days; a fixture's stays for ever (the year 2100).
const NEVER_UNUSED: UnixMs = UnixMs(4_102_444_800_000);

/// What the nights of a fixture must look like.
#[derive(Serialize, Deserialize)]
struct Expected {
    token: String,
    session_id: Uuid,
    code: String,
    code_with_pin: String,
    recap: Value,
    csv: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases")
}

/// Folders of the versions, and what is expected of each on this database.
fn releases(database: &str) -> Vec<(PathBuf, Expected)> {
    let folders = std::fs::read_dir(folder()).expect("the fixtures");
    let mut folders: Vec<_> = folders
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(!folders.is_empty());
    let read = |path: PathBuf| -> (PathBuf, Expected) {
        let name = format!("expected.{database}.json");
        let text = std::fs::read_to_string(path.join(name)).expect("what is expected");
        (path, serde_json::from_str(&text).expect("what this test wrote"))
    };
    folders.into_iter().map(read).collect()
}

#[test]
fn sqlite_of_every_release_is_upgraded() {
    for (release, expected) in releases("sqlite") {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pika.db");
        let packed = std::fs::File::open(release.join("pika.db.gz")).unwrap();
        let mut file = std::fs::File::create(&path).unwrap();
        std::io::copy(&mut flate2::read::GzDecoder::new(packed), &mut file).unwrap();
        drop(file);
        let database = DatabaseUrl::Sqlite(path.clone());
        upgraded_and_the_same(&database, &format!("sqlite:{}", path.display()), &expected);
    }
}

#[test]
fn sqlite_skips_any_number_of_versions() {
    let migrations = migrations("sqlite");
    for done in 0..=migrations.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pika.db");
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch(&as_version_left_it(&migrations[..done], "INTEGER"))
            .unwrap();
        drop(db);
        let database = DatabaseUrl::Sqlite(path);
        let state = store::migration_state(&database).unwrap();
        assert_eq!(
            (state.applied.len(), state.pending.len()),
            (done, migrations.len() - done)
        );
        drop(store::open(&database).unwrap());
        assert!(store::migration_state(&database).unwrap().pending.is_empty());
    }
}

#[test]
fn a_night_comes_back_from_its_backup_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pika.db");
    let database = DatabaseUrl::Sqlite(path.clone());
    backup_and_restore(&database, &format!("sqlite:{}", path.display()), folder.path());
}

#[cfg(all(feature = "postgres", target_os = "linux"))]
mod on_postgres {
    use super::{super::postgres::TestDatabase, *};

    fn url(database: &TestDatabase) -> DatabaseUrl {
        DatabaseUrl::Postgres(Secret::new(database.url.as_str()))
    }

    fn run_sql(database: &TestDatabase, sql: &str) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), sql).unwrap();
        let output = Command::new("psql")
            .args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--file"])
            .arg(file.path())
            .arg(&database.url)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    #[test]
    fn of_every_release_is_upgraded() {
        for (release, expected) in releases("postgres") {
            let database = TestDatabase::create();
            run_sql(
                &database,
                &std::fs::read_to_string(release.join("postgres.sql")).unwrap(),
            );
            upgraded_and_the_same(&url(&database), &database.url, &expected);
        }
    }

    #[test]
    fn skips_any_number_of_versions() {
        let migrations = migrations("postgres");
        for done in 0..=migrations.len() {
            let database = TestDatabase::create();
            run_sql(&database, &as_version_left_it(&migrations[..done], "BIGINT"));
            drop(store::open(&url(&database)).unwrap());
            assert!(
                store::migration_state(&url(&database))
                    .unwrap()
                    .pending
                    .is_empty()
            );
        }
    }

    #[test]
    fn a_night_comes_back_from_its_backup_as_it_was() {
        let database = TestDatabase::create();
        let folder = tempfile::tempdir().unwrap();
        backup_and_restore(&url(&database), &database.url, folder.path());
    }

    /// Makes the fixture of a release; see `scripts/make-release-fixture`.
    #[test]
    #[ignore = "writes files"]
    fn make_fixture() {
        let out = PathBuf::from(std::env::var_os("PIKA_FIXTURE_FOLDER").expect("where to"));
        let database = TestDatabase::create();
        let expected = play_two_nights(&url(&database));
        write_expected(&out, "postgres", &expected);
        let dump = Command::new("pg_dump")
            .args(["--no-owner", "--no-privileges", "--inserts", &database.url])
            .output()
            .unwrap();
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        let sql = String::from_utf8(dump.stdout).unwrap();
        // Words of newer clients that older ones do not know; none is about the data.
        let kept = |line: &&str| {
            let is_comment = line.starts_with("--") || line.is_empty();
            !is_comment
                && !line.starts_with('\\')
                && !line.starts_with("SET ")
                && !line.contains("set_config")
        };
        let sql: Vec<&str> = sql.lines().filter(kept).collect();
        std::fs::write(out.join("postgres.sql"), sql.join("\n") + "\n").unwrap();
    }
}

/// Makes the fixture of a release; see `scripts/make-release-fixture`.
#[test]
#[ignore = "writes files"]
fn make_fixture() {
    let out = PathBuf::from(std::env::var_os("PIKA_FIXTURE_FOLDER").expect("where to"));
    let folder = tempfile::tempdir().unwrap();
    let database = DatabaseUrl::Sqlite(folder.path().join("pika.db"));
    let expected = play_two_nights(&database);
    write_expected(&out, "sqlite", &expected);
    let copy = folder.path().join("copy");
    store::backup(&database, &copy).unwrap();
    let packed = std::fs::File::create(out.join("pika.db.gz")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(packed, flate2::Compression::best());
    std::io::copy(&mut std::fs::File::open(copy).unwrap(), &mut packed).unwrap();
    packed.finish().unwrap();
}

fn write_expected(out: &Path, database: &str, expected: &Expected) {
    std::fs::create_dir_all(out).unwrap();
    let text = serde_json::to_string_pretty(expected).unwrap();
    std::fs::write(out.join(format!("expected.{database}.json")), text + "\n").unwrap();
}

/// Brings a database of an earlier release up to date as two servers started at once would, and once more, and
/// looks whether its nights are the same and new ones can be played.
fn upgraded_and_the_same(database: &DatabaseUrl, url: &str, expected: &Expected) {
    let other = command(url, &["migrate"]).spawn().unwrap();
    let one = command(url, &["migrate"]).output().unwrap();
    let other = other.wait_with_output().unwrap();
    for output in [&one, &other] {
        assert!(output.status.success(), "{}", text(output));
    }
    let again = command(url, &["migrate"]).output().unwrap();
    assert_eq!(text(&again).trim(), "The database was up to date.");
    assert!(
        command(url, &["migrate", "--check"])
            .output()
            .unwrap()
            .status
            .success()
    );

    let relay = relay_on(database);
    let recap: Value = get(&relay, &format!("/api/sessions/{}/recap", expected.code), None).1;
    assert_holds(&recap, &expected.recap, "recap");
    let (status, _) = get::<Value>(
        &relay,
        &format!("/api/sessions/{}/recap", expected.code_with_pin),
        None,
    );
    assert_eq!(status, 403, "what was behind a PIN stays there");
    let csv = export(&relay, expected.session_id, &expected.token);
    for (old, new) in expected.csv.lines().zip(csv.lines()) {
        assert!(new.trim_end().starts_with(old.trim_end()), "{old}\n{new}");
    }
    assert_eq!(csv.lines().count(), expected.csv.lines().count());

    // The account of then plays a night of now.
    let mut dj = Dj::register(
        &relay,
        Wish {
            token: expected.token.clone(),
            ..Wish::default()
        },
    )
    .unwrap();
    let play = dj.play("A new song");
    let mut dancer = Dancer::<OverSocket>::enter(&relay, &dj.code);
    dancer.like(play).unwrap();
    dj.end();
}

/// A night in public and one behind a PIN, both ended; what they look like.
fn play_two_nights(database: &DatabaseUrl) -> Expected {
    drop(store::open(database).unwrap());
    let token = add_account(database);
    let mut relay = relay_on(database);
    let wish = |pin: Option<&str>| Wish {
        token: token.clone(),
        pin: pin.map(str::to_owned),
        ..Wish::default()
    };
    let mut dj = Dj::register(&relay, wish(None)).unwrap();
    let mut dancers: Vec<_> = (0..3)
        .map(|_| Dancer::<OverSocket>::enter(&relay, &dj.code))
        .collect();
    for (number, title) in [
        "Slow start",
        "Ünïcode – „quotes”, commas; 雪",
        "The one they loved",
    ]
    .iter()
    .enumerate()
    {
        let play = dj.play(title);
        for dancer in &mut dancers[..=number] {
            dancer.like(play).unwrap();
        }
    }
    let poll = dj.start_poll(PollCloses::Manual);
    for (number, dancer) in dancers.iter_mut().enumerate() {
        dancer.vote(poll, u8::from(number == 0)).unwrap();
    }
    let removed = PlayId::random();
    dj.say(now_playing(removed, "Never happened")).unwrap();
    dj.say(pika_protocol::DjMessage::RemovePlay {
        id: pika_protocol::ActionId::random(),
        play_id: removed,
    })
    .unwrap();
    dj.end();
    let mut secret = Dj::register(&relay, wish(Some("2468"))).unwrap();
    secret.play("For members only");
    secret.end();

    // As the night reads once it is over.
    let path = format!("/api/sessions/{}/recap", dj.code);
    let recap = eventually("the recap", || {
        let (status, recap) = get::<Value>(&relay, &path, None);
        (status == 200).then_some(recap)
    });
    let csv = export(&relay, dj.session_id.0, &token);
    relay.stop();
    Expected {
        token,
        session_id: dj.session_id.0,
        code: dj.code.to_string(),
        code_with_pin: secret.code.to_string(),
        recap,
        csv,
    }
}

/// Plays a night, backs it up while the relay runs, loses it, restores it by the command, and reads it again.
fn backup_and_restore(database: &DatabaseUrl, url: &str, folder: &Path) {
    let night = play_two_nights(database);
    let mut relay = relay_on(database);
    let paths = [
        format!("/api/sessions/{}/recap", night.code),
        format!("/recap/{}", night.code),
        format!("/api/dj/sessions/{}/export.json", night.session_id),
        format!("/api/dj/sessions/{}/export.csv", night.session_id),
    ];
    let read = |relay: &TestRelay| {
        paths.each_ref().map(|path| {
            let response = request(
                relay.address,
                "GET",
                path,
                &[("authorization", &format!("Bearer {}", night.token))],
                None,
            );
            assert_eq!(response.status, 200, "{path}");
            response.body
        })
    };
    let before = read(&relay);
    let backup = folder.join("night.backup").display().to_string();
    let made = command(url, &["backup", &backup]).output().unwrap();
    assert!(made.status.success(), "{}", text(&made));
    relay.stop();

    let lost = command(url, &["user", "delete", "ada", "--yes"])
        .output()
        .unwrap();
    assert!(lost.status.success(), "{}", text(&lost));
    let mut relay = relay_on(database);
    assert_eq!(
        request(relay.address, "GET", &paths[0], &[], None).status,
        404,
        "it is gone"
    );
    relay.stop();

    // A server may take a moment to notice that the relay has gone.
    let restored = command(url, &["restore", &backup]).output().unwrap();
    assert!(restored.status.success(), "{}", text(&restored));
    let relay = relay_on(database);
    for (path, (found, expected)) in paths.iter().zip(read(&relay).iter().zip(&before)) {
        assert_eq!(found, expected, "{path}");
    }
}

fn relay_on(database: &DatabaseUrl) -> TestRelay {
    let relay = TestRelay::on(Config {
        database: database.clone(),
        // The port of a test is another one after each restart.
        public_url: Some(PublicUrl::parse("https://pika.example").unwrap()),
        ..Config::default()
    });
    // It answers once the database is open.
    eventually("the relay should be up", || {
        std::net::TcpStream::connect(relay.address).ok()?;
        (request(relay.address, "GET", "/ready", &[], None).status == 200).then_some(())
    });
    relay
}

fn get<T: serde::de::DeserializeOwned>(relay: &TestRelay, path: &str, token: Option<&str>) -> (u16, T) {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = bearer
        .iter()
        .map(|bearer| ("authorization", bearer.as_str()))
        .collect();
    let response = request(relay.address, "GET", path, &headers, None);
    (response.status, response.json())
}

fn export(relay: &TestRelay, session: Uuid, token: &str) -> String {
    let path = format!("/api/dj/sessions/{session}/export.csv");
    let bearer = format!("Bearer {token}");
    let response = request(relay.address, "GET", &path, &[("authorization", &bearer)], None);
    assert_eq!(response.status, 200);
    response.body
}

fn add_account(database: &DatabaseUrl) -> String {
    let store = store::open(database).unwrap();
    let (token, id) = (DjToken::generate(), OwnerId(Uuid::new_v4()));
    let dj = DjRow {
        id,
        slug: "ada".to_owned(),
        name: "Ada".to_owned(),
        email: Secret::new("ada@example.org"),
        password_hash: Secret::new("none"),
        public_profile: false,
        created_at: now(),
    };
    store.add_dj(&dj).unwrap().unwrap();
    let row = TokenRow {
        id: Uuid::new_v4(),
        dj: id,
        name: "Laptop".to_owned(),
        created_at: now(),
        last_used_at: NEVER_UNUSED,
    };
    store.add_token(&row, &token.hash()).unwrap();
    token.expose().to_owned()
}

/// The program, told its database by the environment and nothing else.
fn command(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pika-relay"));
    command
        .args(arguments)
        .env("DATABASE_URL", url)
        .env("RUST_LOG", "warn")
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// The project's migrations, in order: version, name, text.
fn migrations(database: &str) -> Vec<(u32, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(database);
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .expect("the migrations")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (
                name[..4].parse().unwrap(),
                name,
                std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    all.sort();
    all
}

/// SQL that makes a database as a program with these migrations left it.
fn as_version_left_it(migrations: &[(u32, String, String)], integer: &str) -> String {
    if migrations.is_empty() {
        return String::new();
    }
    let mut sql = format!(
        "CREATE TABLE schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at {integer} NOT NULL);\n"
    );
    for (version, name, text) in migrations {
        sql.push_str(text);
        sql.push_str(&format!(
            "\nINSERT INTO schema_migrations VALUES ({version}, '{name}', 0);\n"
        ));
    }
    sql
}
