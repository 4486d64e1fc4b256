//! The thread that answers what the library's list asks.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use tracing::warn;

use super::{
    BrowseQuery, Listing,
    catalog::{Catalog, needs_database},
    load::Reader,
};
use crate::{
    library::{
        TrackId,
        search::{Term, parse},
    },
    report::Reporter,
    worker::{self, Handle, Inbox, Next},
};

/// Questions and changes waiting; when it is full the change is noted as "everything".
const QUEUE: usize = 256;
/// While files are analysed the list is made anew no more often than this.
const REFRESH_EVERY: Duration = Duration::from_millis(250);

/// What the list can be asked or told.
#[derive(Debug, Clone, PartialEq)]
pub enum BrowseCommand {
    /// Show this from now on.
    Query(Box<BrowseQuery>),
    /// More, or something else, is known of these tracks.
    Changed(Vec<TrackId>),
    /// Tracks came.
    Added,
    /// Songs were played.
    Played,
    /// Anything may have changed.
    Reload,
    /// The library's file is being replaced: let go of it; what comes next opens the new one.
    Release,
}

/// Asks or tells the list; ends and joins its thread when dropped.
pub type BrowseHandle = Handle<BrowseCommand>;

/// Starts the thread on the library at `path`, which must be open already. It reads everything once and
/// shows [`BrowseQuery::default`].
///
/// Errors: the system gives no thread.
pub fn spawn(path: PathBuf, reporter: Reporter<Arc<Listing>>) -> std::io::Result<BrowseHandle> {
    worker::spawn("browse", QUEUE, move |inbox, _| {
        Worker::new(path, reporter).run(&inbox);
    })
}

/// What is to be done before the next answer.
#[derive(Default)]
struct Todo {
    changed: BTreeSet<TrackId>,
    added: bool,
    played: bool,
    reload: bool,
    query: bool,
}

impl Todo {
    fn is_nothing(&self) -> bool {
        !(self.added || self.played || self.reload || self.query) && self.changed.is_empty()
    }
}

struct Worker {
    path: PathBuf,
    /// Opened when it is needed.
    reader: Option<Reader>,
    reporter: Reporter<Arc<Listing>>,
    catalog: Catalog,
    query: BrowseQuery,
    generation: u64,
}

impl Worker {
    fn new(path: PathBuf, reporter: Reporter<Arc<Listing>>) -> Self {
        Self {
            path,
            reader: None,
            reporter,
            catalog: Catalog::default(),
            query: BrowseQuery::default(),
            generation: 0,
        }
    }

    fn run(mut self, inbox: &Inbox<BrowseCommand>) {
        let mut todo = Todo {
            reload: true,
            ..Todo::default()
        };
        let mut answered: Option<Instant> = None;
        loop {
            // A question is answered at once, changes are collected for a moment.
            let wait = match answered {
                // What is asked next should not have to wait.
                _ if todo.is_nothing() && answered.is_some() && self.catalog.prepare() => Duration::ZERO,
                _ if todo.is_nothing() => Duration::from_secs(3600),
                _ if todo.query => Duration::ZERO,
                Some(answered) => REFRESH_EVERY.saturating_sub(answered.elapsed()),
                None => Duration::ZERO,
            };
            match inbox.next(wait) {
                Next::End => return,
                Next::Message(command) => {
                    self.note(command, &mut todo);
                    continue;
                }
                Next::Nothing => {}
            }
            if todo.is_nothing() {
                continue;
            }
            let todo = std::mem::take(&mut todo);
            if let Err(error) = self.catch_up(&todo).and_then(|()| self.answer()) {
                warn!(error = %format!("{error:#}"), "the list could not be made");
                self.reporter.fail("read the library", &error);
            }
            answered = Some(Instant::now());
        }
    }

    fn note(&mut self, command: BrowseCommand, todo: &mut Todo) {
        match command {
            BrowseCommand::Query(query) => {
                todo.query |= self.query != *query;
                self.query = *query;
            }
            BrowseCommand::Changed(tracks) => todo.changed.extend(tracks),
            BrowseCommand::Added => todo.added = true,
            BrowseCommand::Played => todo.played = true,
            BrowseCommand::Reload => todo.reload = true,
            BrowseCommand::Release => self.reader = None,
        }
    }

    fn catch_up(&mut self, todo: &Todo) -> Result<()> {
        if todo.reload {
            return self.reload();
        }
        let reader = reader(&mut self.reader, &self.path)?;
        if todo.added {
            let rows = reader.after(self.catalog.last_id())?;
            self.catalog.update(rows);
        }
        if !todo.changed.is_empty() {
            let tracks: Vec<TrackId> = todo.changed.iter().copied().collect();
            let rows = reader.some(&tracks)?;
            if !self.catalog.update(rows) {
                return self.reload();
            }
        }
        if todo.played {
            self.catalog.set_plays(reader.plays()?);
        }
        Ok(())
    }

    fn reload(&mut self) -> Result<()> {
        let reader = reader(&mut self.reader, &self.path)?;
        let rows = reader.all()?;
        self.catalog = Catalog::new(rows, reader.plays()?, reader.doubted()?);
        Ok(())
    }

    fn answer(&mut self) -> Result<()> {
        let Self {
            catalog,
            query,
            reader: open,
            path,
            ..
        } = self;
        let order = order(catalog, query, |terms| reader(open, path)?.fitting(terms))?;
        let (need_look, failed) = self.catalog.troubles();
        self.generation += 1;
        self.reporter.send(Arc::new(Listing {
            query: self.query.clone(),
            generation: self.generation,
            table: self.catalog.table(),
            order,
            need_look,
            failed,
        }));
        Ok(())
    }
}

/// The open connection, or a new one.
fn reader<'a>(reader: &'a mut Option<Reader>, path: &Path) -> Result<&'a mut Reader> {
    match reader {
        Some(reader) => Ok(reader),
        None => Ok(reader.insert(Reader::open(path)?)),
    }
}

/// The rows that answer a query, in order. `find`: the tracks that fit terms that only the database can answer,
/// by id.
pub(super) fn order(
    catalog: &mut Catalog,
    query: &BrowseQuery,
    mut find: impl FnMut(&[Term]) -> Result<Vec<TrackId>>,
) -> Result<Arc<[u32]>> {
    let (asked, own): (Vec<_>, Vec<_>) = parse(&query.text).into_iter().partition(needs_database);
    let (unwanted, asked): (Vec<_>, Vec<_>) = asked.into_iter().partition(is_unwanted_word);
    let among = match asked.is_empty() {
        true => None,
        false => Some(find(&asked)?),
    };
    // Each word by itself: a track with any of them is out.
    let mut without = Vec::new();
    for word in unwanted {
        without.append(&mut find(&[wanted(word)])?);
    }
    without.sort_unstable();
    without.dedup();
    Ok(catalog.order(query, &own, among.as_deref(), &without))
}

fn is_unwanted_word(term: &Term) -> bool {
    matches!(term, Term::Word { excluded: true, .. })
}

/// The same term, wanted.
fn wanted(term: Term) -> Term {
    match term {
        Term::Word { text, .. } => Term::Word {
            text,
            excluded: false,
        },
        other => other,
    }
}
