//! The account against a relay of a few lines, with secrets in memory.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::mpsc::{Receiver, sync_channel},
    thread,
};

use super::{worker::Worker, *};

const TOKEN: &str = "pk_dj_abcdefghijklmnopqrstuvwxyz234567";

/// Answers each request with the next of `answers`; hands the requests' heads out.
fn relay(answers: &'static [&'static str]) -> (RelayAddress, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = RelayAddress::parse(&listener.local_addr().unwrap().to_string()).unwrap();
    let (send, heads) = sync_channel(16);
    let serve = move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = String::new();
            for line in BufReader::new(stream.try_clone().unwrap()).lines() {
                let line = line.unwrap();
                if line.is_empty() {
                    break;
                }
                head += &format!("{line}\n");
            }
            send.send(head).unwrap();
            let (status, body) = answer.split_once(' ').unwrap();
            write!(
                stream,
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\nLocation: http://127.0.0.1:9/\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
        }
    };
    thread::Builder::new().name("relay".into()).spawn(serve).unwrap();
    (address, heads)
}

fn worker(address: &RelayAddress) -> Worker {
    let mut worker = Worker::new(|| Box::new(MemorySecrets::default()));
    worker.open(Some(address.clone()), &mut |_| {});
    worker
}

fn obey(worker: &mut Worker, command: AccountCommand) -> Vec<AccountStatus> {
    let mut seen = Vec::new();
    worker.obey(command, &mut |report| seen.push(report.state.status));
    seen
}

fn token() -> Token {
    Token::parse(TOKEN).unwrap()
}

#[test]
fn a_token_is_checked_kept_and_found_again() {
    let (address, heads) = relay(&[
        r#"200 {"name":"Nadia K","slug":"nadia-k","token_name":"Booth laptop","token_ends_soon":false,"new":1}"#,
        "401 {}",
    ]);
    let mut account = worker(&address);
    assert_eq!(account.state.status, AccountStatus::NoToken);
    let seen = obey(&mut account, AccountCommand::Connect(token()));
    assert_eq!(seen[0], AccountStatus::Checking);
    let AccountStatus::Valid(profile) = &seen[1] else {
        panic!("{seen:?}")
    };
    assert_eq!(
        (profile.name.as_str(), profile.token_name.as_str()),
        ("Nadia K", "Booth laptop")
    );
    let head = heads.recv().unwrap().to_lowercase();
    assert!(head.starts_with("get /api/auth/me "), "{head}");
    assert!(head.contains(&format!("authorization: bearer {TOKEN}")), "{head}");
    let access = account.access.clone().unwrap();
    assert_eq!((access.url(), access.secret()), (address.as_str(), TOKEN));
    assert_eq!(account.state.token_tail.as_deref(), Some("4567"));
    assert_eq!(account.state.place, Some(TokenPlace::ThisRun));
    assert!(account.state.can_publish);
    assert!(
        !format!("{:?} {access:?}", account.state).contains(TOKEN),
        "no secret in a log"
    );

    // Revoked meanwhile; until that is known it is as good as it was.
    let mut seen = Vec::new();
    account.obey(AccountCommand::Check, &mut |report| {
        seen.push((report.state.status, report.access));
    });
    let wanted = [
        (AccountStatus::Checking, Some(access)),
        (AccountStatus::Refused, None),
    ];
    assert_eq!(seen, wanted);
    assert_eq!(account.access, None);
}

#[test]
fn another_relay_forgets_the_token() {
    let (address, _heads) = relay(&[r#"200 {"name":"Nadia K"}"#]);
    let mut account = worker(&address);
    obey(&mut account, AccountCommand::Connect(token()));
    let other = RelayAddress::parse("https://elsewhere.example").unwrap();
    obey(&mut account, AccountCommand::SetRelay(Some(other.clone())));
    assert_eq!(
        (account.state.token_tail.clone(), account.access.clone()),
        (None, None)
    );
    // Not even back at the first one.
    obey(&mut account, AccountCommand::SetRelay(Some(address)));
    assert_eq!(
        obey(&mut account, AccountCommand::Check),
        [AccountStatus::NoToken]
    );
}

#[test]
fn an_open_connection_never_sees_the_token() {
    // This address would refuse the connection, which would be said otherwise.
    let address = RelayAddress::parse("http://192.0.2.1:9").unwrap();
    let mut account = worker(&address);
    let seen = obey(&mut account, AccountCommand::Connect(token()));
    assert_eq!(seen[1], AccountStatus::Insecure);
    assert_eq!(account.access, None);
}

#[test]
fn a_relay_that_is_away_keeps_the_token() {
    // Nobody listens there, and no other test gets this port.
    let address = RelayAddress::parse("127.0.0.1:1").unwrap();
    let mut account = worker(&address);
    let seen = obey(&mut account, AccountCommand::Connect(token()));
    assert!(matches!(&seen[1], AccountStatus::Unreachable(_)), "{seen:?}");
    assert!(account.access.is_some());
    obey(&mut account, AccountCommand::Disconnect);
    assert_eq!((account.state.token_tail, account.access), (None, None));
}

#[test]
fn answers_that_make_no_sense_are_no_accounts() {
    let (address, heads) = relay(&["200 <html>", "302 {}", "500 {}"]);
    let mut account = worker(&address);
    assert!(matches!(
        obey(&mut account, AccountCommand::Connect(token()))[1],
        AccountStatus::Unreachable(_)
    ));
    // The token does not follow a redirection.
    for _ in 0..2 {
        assert!(matches!(
            obey(&mut account, AccountCommand::Check)[1],
            AccountStatus::Unreachable(_)
        ));
    }
    assert_eq!(heads.iter().take(3).count(), 3);
}

/// Refuses everything.
struct Locked;

impl SecretStore for Locked {
    fn place(&self) -> TokenPlace {
        TokenPlace::Keychain
    }
    fn get(&self, _: &str) -> Result<Option<String>, String> {
        Err("The system's keychain did not answer".into())
    }
    fn set(&mut self, _: &str, _: &str) -> Result<(), String> {
        Err("The system's keychain did not answer".into())
    }
    fn forget(&mut self, _: &str) -> Result<(), String> {
        Err("The system's keychain did not answer".into())
    }
}

#[test]
fn a_locked_keychain_is_said_and_the_token_works_for_this_run() {
    let (address, _heads) = relay(&[r#"200 {"name":"Nadia K"}"#]);
    let mut account = Worker::new(|| Box::new(Locked));
    account.open(Some(address), &mut |_| {});
    assert!(account.state.problem.is_some());
    obey(&mut account, AccountCommand::Connect(token()));
    assert_eq!(account.state.place, Some(TokenPlace::ThisRun));
    assert!(
        account
            .state
            .problem
            .as_deref()
            .unwrap()
            .contains("this run only")
    );
    assert!(account.access.is_some());
}

#[test]
fn how_long_a_relay_takes_is_asked_without_the_token() {
    let (address, heads) = relay(&["200 {}", "200 {}"]);
    let mut account = worker(&address);
    assert_eq!(account.state.reach, Reach::Unknown);
    account.obey(AccountCommand::Measure, &mut |_| {});
    assert!(matches!(account.state.reach, Reach::Answers(_)));
    assert_eq!(
        account.state.status,
        AccountStatus::NoToken,
        "nothing else changed"
    );
    for _ in 0..2 {
        let head = heads.recv().unwrap().to_lowercase();
        assert!(
            head.starts_with("get /health ") && !head.contains("authorization"),
            "{head}"
        );
    }
    // Nobody is there any more.
    account.obey(AccountCommand::Measure, &mut |_| {});
    assert_eq!(account.state.reach, Reach::Silent);
}

#[test]
fn a_relay_that_was_not_reached_is_asked_again_without_a_word_until_it_answers() {
    let (address, _heads) = relay(&["500 {}", "500 {}", r#"200 {"name":"Nadia K"}"#]);
    let mut account = worker(&address);
    obey(&mut account, AccountCommand::Connect(token()));
    let mut seen = Vec::new();
    for _ in 0..2 {
        account.check_again(&mut |report| seen.push(report.state.status));
    }
    assert!(matches!(seen[..], [AccountStatus::Valid(_)]), "{seen:?}");
}
