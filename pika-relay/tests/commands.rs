//! The program as operators run it: settings, database commands, accounts, a clean end.

#[path = "api/helpers/http.rs"]
#[allow(clippy::unwrap_used)] // A test that cannot unwrap has failed.
mod http;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// No wait is longer, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program in a folder of its own, without this environment's settings.
fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pika-relay"));
    command.args(arguments).current_dir(folder).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder, arguments).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(".env"), "LOG_FORMAT=json\nPORT=eighty\n").expect("a file");
    let output = run(folder.path(), &[]);
    assert!(!output.status.success());
    assert_eq!(
        text(&output.stderr),
        "pika-relay: PORT (from .env): “eighty” is not a port from 0 to 65535\n"
    );
    let output = run(folder.path(), &["--port", "0", "--limit-text-chars", "none"]);
    assert!(text(&output.stderr).starts_with("pika-relay: LIMIT_TEXT_CHARS (from flag): "));
    let output = run(folder.path(), &["serve", "--settings", "missing"]);
    assert_eq!(text(&output.stderr).lines().count(), 1);
    assert!(!folder.path().join("pika.db").exists(), "nothing was made");
}

#[test]
fn says_its_version_and_lists_every_setting() {
    let folder = tempfile::tempdir().expect("a folder");
    let version = run(folder.path(), &["--version"]);
    assert_eq!(
        text(&version.stdout).trim(),
        concat!("pika-relay ", env!("CARGO_PKG_VERSION"))
    );
    let help = text(&run(folder.path(), &["--help"]).stdout);
    for key in pika_relay::config::setting_keys() {
        let flag = format!("--{} ", key.to_lowercase().replace('_', "-"));
        assert!(help.contains(&flag), "{flag}");
    }
}

#[test]
fn migrates_backs_up_and_restores() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    assert_eq!(
        run(at, &["migrate", "--check"]).status.code(),
        Some(1),
        "there is something to be done"
    );
    assert!(!at.join("pika.db").exists(), "checking makes nothing");
    // Two processes at once.
    let other = program(at, &["migrate"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    assert!(run(at, &["migrate"]).status.success());
    let other = other.wait_with_output().expect("it ends");
    assert!(other.status.success(), "{}", text(&other.stderr));
    assert_eq!(run(at, &["migrate", "--check"]).status.code(), Some(0));

    assert!(
        run(at, &["user", "add", "DJ Ada", "Ada@Example.org"])
            .status
            .success()
    );
    assert!(run(at, &["backup", "first.backup"]).status.success());
    assert!(
        !run(at, &["backup", "first.backup"]).status.success(),
        "nothing is overwritten"
    );
    assert!(run(at, &["user", "delete", "dj-ada", "--yes"]).status.success());
    assert_eq!(text(&run(at, &["user", "list"]).stdout), "");
    let restored = run(at, &["restore", "first.backup"]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let list = text(&run(at, &["user", "list"]).stdout);
    assert_eq!(list, "dj-ada\tDJ Ada\tada@example.org\t1 tokens\n");

    // The same through pipes, as containers need it.
    let streamed = run(at, &["backup", "-"]);
    assert!(
        streamed.stdout.starts_with(b"SQLite format 3\0"),
        "{}",
        text(&streamed.stderr)
    );
    assert!(run(at, &["user", "delete", "dj-ada", "--yes"]).status.success());
    std::fs::write(at.join("streamed.backup"), &streamed.stdout).expect("a file");
    let source = std::fs::File::open(at.join("streamed.backup")).expect("the file");
    let restored = program(at, &["restore", "-"])
        .stdin(source)
        .output()
        .expect("it starts");
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert_eq!(text(&run(at, &["user", "list"]).stdout), list);
    let nothing = run(at, &["restore", "-"]);
    assert!(!nothing.status.success(), "an empty backup is refused");
    assert_eq!(text(&run(at, &["user", "list"]).stdout), list);
    let left: Vec<_> = std::fs::read_dir(at)
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.contains("going-") || name.contains("coming-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn accounts_are_managed_by_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let added = text(&run(at, &["user", "add", "Ada", "ada@example.org"]).stdout);
    let secret = |output: &str, name: &str| {
        let line = output
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::trim);
        line.unwrap_or_else(|| panic!("{name} in {output}")).to_owned()
    };
    let (token, password) = (secret(&added, "Token:"), secret(&added, "Password:"));
    assert_eq!((token.len(), password.len()), (38, 32));
    let again = run(at, &["user", "add", "Other", "ADA@example.org"]);
    assert!(
        !again.status.success() && text(&again.stderr).contains("already"),
        "{}",
        text(&again.stderr)
    );
    // A second Ada gets a slug of her own.
    assert!(text(&run(at, &["user", "add", "Ada", "a2@example.org"]).stdout).contains("(ada-2)"));

    let reset = text(&run(at, &["user", "reset-password", "ada"]).stdout);
    assert!(!reset.contains(&password));
    let revoked = text(&run(at, &["user", "revoke-tokens", "ada@example.org"]).stdout);
    assert!(revoked.starts_with("Revoked 1 tokens of ada."), "{revoked}");
    let unsure = run(at, &["user", "delete", "ada"]);
    assert!(text(&unsure.stderr).contains("--yes"));
    assert!(!run(at, &["user", "delete", "nobody", "--yes"]).status.success());

    let database = std::fs::read(at.join("pika.db")).expect("the file");
    for secret in [&token, &password] {
        assert!(
            !database
                .windows(secret.len())
                .any(|window| window == secret.as_bytes()),
            "only hashes are kept"
        );
    }
}

#[test]
fn serves_until_asked_to_end_and_only_once_per_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let address = pika_relay_load::server::steady_address().expect("a port");
    let port = address.port().to_string();
    let mut relay = Ended(
        program(at, &["--port", &port, "--log-format", "json"])
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts"),
    );
    let deadline = Instant::now() + PATIENCE;
    while !run(at, &["health", "--port", &port]).status.success() {
        assert!(Instant::now() < deadline, "it never answered");
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = run(at, &["--port", "0"]);
    assert!(
        text(&second.stderr).contains("a relay runs on pika.db"),
        "{}",
        text(&second.stderr)
    );
    assert!(run(at, &["backup", "while-running.backup"]).status.success());
    assert!(!run(at, &["restore", "while-running.backup"]).status.success());

    relay.0.ask_to_end();
    let status = relay.0.wait().expect("it ends");
    assert!(status.success(), "{status}");
    let log = BufReader::new(relay.0.stderr.take().expect("it was piped"));
    for line in log.lines() {
        let line = line.expect("UTF-8");
        let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        assert!(event["level"].is_string(), "{line}");
    }
    assert!(!run(at, &["health", "--port", &port]).status.success());
}

/// With everything written out that can be: a night with account, token, PIN, pass, ticket and screen key, each also
/// shown wrongly, and none of them is in the log.
#[test]
fn nothing_secret_is_logged() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let address = pika_relay_load::server::steady_address().expect("a port");
    let log = at.join("log");
    let mut relay = Ended(
        program(
            at,
            &["--port", &address.port().to_string(), "--registration", "open"],
        )
        .env("RUST_LOG", "trace")
        .stderr(std::fs::File::create(&log).expect("a file"))
        .spawn()
        .expect("it starts"),
    );
    let deadline = Instant::now() + PATIENCE;
    while !run(at, &["health", "--port", &address.port().to_string()])
        .status
        .success()
    {
        assert!(Instant::now() < deadline, "it never answered");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut secrets = vec![
        "nadia-secret@example.org".to_owned(),
        "the floor is secret".to_owned(),
        "59284716".to_owned(),
    ];
    let post = |path: &str, headers: &[(&str, &str)], body: serde_json::Value| {
        http::request(address, "POST", path, headers, Some(&body.to_string()))
    };
    let text = |value: &serde_json::Value, key: &str| {
        let found = value[key].as_str();
        found.unwrap_or_else(|| panic!("{key} in {value}")).to_owned()
    };
    let (email, password, pin) = (secrets[0].clone(), secrets[1].clone(), secrets[2].clone());
    let account = serde_json::json!({"name": "Nadia", "email": email, "password": password});
    let made = post("/api/account/register", &[], account.clone());
    assert_eq!(made.status, 201, "{}", made.body);
    let cookie = made.header("set-cookie").expect("a login").to_owned();
    let (cookie, _) = cookie.split_once(';').expect("a value");
    secrets.push(cookie.split_once('=').expect("a value").1.to_owned());
    post(
        "/api/account/login",
        &[],
        serde_json::json!({"email": email, "password": "not this secret"}),
    );
    secrets.push("not this secret".to_owned());
    let token: serde_json::Value = post(
        "/api/account/tokens",
        &[("cookie", cookie)],
        serde_json::json!({}),
    )
    .json();
    let token = text(&token, "token");
    let bearer = format!("Bearer {token}");
    let id = "00000000-0000-4000-8000-000000000001";
    let session: serde_json::Value = post(
        "/api/dj/sessions",
        &[("authorization", &bearer)],
        serde_json::json!({"type": "REGISTER_SESSION", "id": id, "protocol_version": 1, "name": "Friday",
            "pin": pin, "device_id": id}),
    )
    .json();
    let (code, key) = (text(&session, "code"), text(&session, "screen_key"));
    let path = |what: &str| format!("/api/sessions/{code}/{what}");
    let joined: serde_json::Value = post(
        &path("join"),
        &[],
        serde_json::json!({"protocol_version": 1, "pin": pin}),
    )
    .json();
    let (pass, ticket) = (text(&joined, "pass"), text(&joined, "ticket"));
    let state = format!("{}?ticket={ticket}", path("state"));
    assert_eq!(http::request(address, "GET", &state, &[], None).status, 200);
    for key in [&key, "not-this-screen-key-xx"] {
        post(&path("screen"), &[], serde_json::json!({"screen_key": key}));
    }
    post(
        &path("join"),
        &[],
        serde_json::json!({"protocol_version": 1, "pin": "86420975", "pass": pass}),
    );
    http::request(address, "GET", &path("recap"), &[("pika-pass", &pass)], None);
    http::request(
        address,
        "GET",
        "/api/auth/me",
        &[("authorization", "Bearer pk_dj_wrong")],
        None,
    );
    secrets.extend([token, key, pass, ticket, "86420975".to_owned()]);
    secrets.extend(["not-this-screen-key-xx".to_owned(), "pk_dj_wrong".to_owned()]);
    relay.0.ask_to_end();
    assert!(relay.0.wait().expect("it ends").success());
    let log = std::fs::read_to_string(&log).expect("the log");
    assert!(
        log.contains("listening") && log.contains("session began"),
        "{log}"
    );
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
}

/// Does not outlive the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

trait AskToEnd {
    fn ask_to_end(&mut self);
}

impl AskToEnd for Child {
    #[cfg(unix)]
    fn ask_to_end(&mut self) {
        let status = Command::new("kill")
            .args(["-TERM", &self.id().to_string()])
            .status()
            .expect("kill is there");
        assert!(status.success());
    }

    #[cfg(not(unix))]
    fn ask_to_end(&mut self) {
        self.kill().expect("it runs");
    }
}
