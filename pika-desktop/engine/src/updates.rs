//! Whether there is a newer version: asks the project's release feed at most once a day, when the DJ lets it, and
//! reports one once. A program built without a feed has nobody to ask.

use std::{io, path::PathBuf, time::Duration};

use pika_update::{Daily, Feed, FeedError, FeedUrl, MAX_BYTES, PROJECT_FEED, Release, TIMEOUT};
use semver::Version;

use crate::{
    clock::now_ms,
    http,
    report::Reporter,
    worker::{self, Busy, Handle, Inbox, Next},
};

/// How often it is looked whether a day has gone by; a laptop sleeps.
const LOOK: Duration = Duration::from_secs(3600);
/// Switchings that wait while a feed answers slowly.
const QUEUE: usize = 16;

/// Tells the worker whether it may ask. Dropped, it ends, without waiting for a feed that answers slowly. A program
/// without a feed has none.
#[derive(Debug)]
pub struct UpdatesHandle {
    worker: Option<Handle<Wanted>>,
}

/// Whether the DJ lets it ask.
#[derive(Debug, Clone, Copy)]
struct Wanted(bool);

impl UpdatesHandle {
    /// The DJ switched it on or off.
    ///
    /// Errors: it was switched too often for the worker to follow.
    pub fn set_wanted(&self, wanted: bool) -> Result<(), Busy> {
        match &self.worker {
            Some(worker) => worker.ask(Wanted(wanted)),
            None => Ok(()),
        }
    }
}

/// Starts the worker, which remembers in `file`.
///
/// Errors: the system gives no thread.
pub fn spawn(reporter: Reporter<Box<Release>>, file: PathBuf, wanted: bool) -> io::Result<UpdatesHandle> {
    match PROJECT_FEED.and_then(|feed| feed.parse::<FeedUrl>().ok()) {
        Some(feed) => watch(Reached(feed), reporter, file, wanted),
        None => Ok(UpdatesHandle { worker: None }),
    }
}

/// The feed, asked by the same way as a relay: a club's own authority and a proxy hold for it, too.
struct Reached(FeedUrl);

impl Feed for Reached {
    fn latest(&self) -> Result<Release, FeedError> {
        let answer = http::fetch(&self.0.to_string(), TIMEOUT, MAX_BYTES);
        Release::read(&answer.map_err(|error| FeedError::Unreachable(error.to_string()))?)
    }
}

fn watch(
    feed: impl Feed + 'static,
    reporter: Reporter<Box<Release>>,
    file: PathBuf,
    wanted: bool,
) -> io::Result<UpdatesHandle> {
    let current = Version::parse(env!("CARGO_PKG_VERSION")).expect("cargo checks it");
    let daily = Daily::new(feed, file, current);
    let worker = worker::spawn("updates", QUEUE, move |inbox, _| {
        run(&daily, &reporter, &inbox, wanted);
    })?;
    Ok(UpdatesHandle {
        worker: Some(worker.not_waited_for()),
    })
}

fn run<F: Feed>(
    daily: &Daily<F>,
    reporter: &Reporter<Box<Release>>,
    inbox: &Inbox<Wanted>,
    mut wanted: bool,
) {
    let mut told: Option<Release> = None;
    loop {
        if wanted
            && let Some(release) = daily.check(now_ms())
            && told.as_ref() != Some(&release)
        {
            told = Some(release.clone());
            reporter.send(Box::new(release));
        }
        match inbox.next(LOOK) {
            Next::Message(Wanted(is_wanted)) => wanted = is_wanted,
            Next::Nothing => {}
            Next::End => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{Ipv4Addr, TcpListener},
        sync::{
            Arc,
            atomic::{AtomicU32, Ordering},
        },
        thread,
    };

    use super::*;
    use crate::{app::Event, report};

    /// On the slowest machine.
    const PATIENCE: Duration = Duration::from_secs(120);

    struct Counted(Arc<AtomicU32>);

    impl Feed for Counted {
        fn latest(&self) -> Result<Release, FeedError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(Release {
                version: Version::new(999, 0, 0),
                page: "https://example.org/999".to_owned(),
            })
        }
    }

    /// Says these one after the other, to a connection each.
    fn serve(answers: Vec<String>) -> std::net::SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let all = move || {
            for answer in answers {
                let (mut tcp, _) = listener.accept().unwrap();
                let _ = tcp.read(&mut [0; 4096]);
                let _ = tcp.write_all(answer.as_bytes());
            }
        };
        thread::Builder::new().spawn(all).unwrap();
        address
    }

    #[test]
    fn the_feed_is_asked_by_the_way_to_a_relay() {
        let json = r#"{"tag_name":"v0.2.0","html_url":"https://example.org/0.2.0"}"#;
        let length = json.len();
        let address = serve(vec![
            "HTTP/1.1 302 Found\r\nLocation: /moved\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .to_owned(),
            format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{json}"),
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
            "HTTP/1.1 400 Bad Request\r\n\r\n".to_owned(),
        ]);
        let ask = |scheme: &str| Reached(format!("{scheme}://{address}/latest").parse().unwrap()).latest();
        assert_eq!(ask("http").unwrap().version, Version::new(0, 2, 0));
        assert!(matches!(ask("http"), Err(FeedError::Unreachable(_))));
        // That way knows why there is no answer.
        let why = ask("https").unwrap_err().to_string();
        assert!(why.contains("does not speak an encrypted language"), "{why}");
    }

    #[test]
    fn asks_nobody_until_the_dj_lets_it_and_then_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("updates.json");
        let asked = Arc::new(AtomicU32::new(0));
        let (reporter, events) = report::channel::<Event>(|| ());
        let updates = watch(
            Counted(asked.clone()),
            reporter.of(Event::NewerVersion),
            file.clone(),
            false,
        )
        .unwrap();
        updates.set_wanted(false).unwrap();
        updates.set_wanted(true).unwrap();
        match events.recv_timeout(PATIENCE).unwrap() {
            Event::NewerVersion(release) => assert_eq!(release.version, Version::new(999, 0, 0)),
            other => panic!("{other:?}"),
        }
        drop(updates);
        // The next start remembers and tells again without asking.
        let _updates = watch(
            Counted(asked.clone()),
            reporter.of(Event::NewerVersion),
            file,
            true,
        )
        .unwrap();
        assert!(matches!(
            events.recv_timeout(PATIENCE).unwrap(),
            Event::NewerVersion(_)
        ));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}
