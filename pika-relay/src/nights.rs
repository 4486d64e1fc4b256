//! Sessions to be read: lists, history, recap. Who may see what is decided here, for every way to ask.

use pika_protocol::{
    ErrorCode, PlayId, SessionCode, SessionId, UnixMs,
    rest::{History, OwnerRecap, PollRecap, Recap, SessionList, SessionSummary},
    session::{Play, SessionHead},
};

use crate::{
    auth::AddressKey,
    base::{Moment, Refusal},
    publisher::Dj,
    relay::Relay,
    store::{
        StoreError,
        models::{CountedPlay, RecapRows, SessionRow},
    },
};

/// Lines in a page of a list.
pub const PAGE: u32 = 50;

/// Who reads. Has no `Debug`: a pass is a secret.
#[derive(Clone)]
pub struct Reader {
    /// From where.
    pub address: AddressKey,
    /// The DJ, if a valid token was shown.
    pub dj: Option<Dj>,
    /// A dancer's pass, as shown.
    pub pass: Option<String>,
}

impl Relay {
    /// Sessions that go on and are listed.
    pub fn live_list(&self) -> SessionList {
        SessionList {
            sessions: self.hub.listed(),
        }
    }

    /// Listed sessions that have ended, latest first.
    pub async fn recent_list(&self, before: Option<UnixMs>) -> Result<SessionList, Refusal> {
        let rows = self
            .store
            .run(move |store| store.recent_sessions(before, PAGE))
            .await
            .map_err(refuse)?;
        Ok(SessionList {
            sessions: rows
                .iter()
                .map(|row| summary_of(row, row.pin.is_none()))
                .collect(),
        })
    }

    /// All sessions of a DJ, latest first.
    pub async fn own_list(&self, dj: &Dj, before: Option<UnixMs>) -> Result<SessionList, Refusal> {
        let owner = dj.owner;
        let rows = self
            .store
            .run(move |store| store.sessions_of(owner, before, PAGE))
            .await
            .map_err(refuse)?;
        Ok(SessionList {
            sessions: rows.iter().map(|row| summary_of(row, true)).collect(),
        })
    }

    /// One session; behind a PIN its name and DJ only.
    pub async fn one_session(&self, code: &SessionCode, reader: &Reader) -> Result<SessionSummary, Refusal> {
        let row = self.row(code, reader.address).await?;
        let may_see = self.may_see(&row, reader).await?;
        Ok(match self.hub.by_id(row.id).filter(|_| may_see) {
            Some(cell) => cell.live().open_summary(),
            None => summary_of(&row, may_see),
        })
    }

    /// Plays, newest first, older than `before`.
    pub async fn history(
        &self,
        code: &SessionCode,
        reader: &Reader,
        before: Option<PlayId>,
    ) -> Result<History, Refusal> {
        let row = self.open_row(code, reader).await?;
        let plays = self
            .store
            .run(move |store| store.plays_before(row.id, before, PAGE))
            .await;
        let plays = plays.map_err(|error| match error {
            StoreError::NotFound => {
                Refusal::new(ErrorCode::UnknownPlay, "there is no such song in this session")
            }
            error => refuse(error),
        })?;
        let next_before = (plays.len() == PAGE as usize)
            .then(|| plays.last().map(|last| last.play.id))
            .flatten();
        Ok(History {
            plays: plays.iter().map(play_of).collect(),
            next_before,
        })
    }

    /// A session summed up, for everybody who may see it.
    pub async fn recap(&self, code: &SessionCode, reader: &Reader) -> Result<Recap, Refusal> {
        let row = self.open_row(code, reader).await?;
        Ok(recap_of(&self.recap_rows(row.id).await?, Moment::now().at))
    }

    /// A session summed up, for its DJ; others are told the same as if there were none.
    pub async fn owner_recap(&self, dj: &Dj, session_id: SessionId) -> Result<OwnerRecap, Refusal> {
        let rows = self.recap_rows(session_id).await?;
        if rows.row.owner != dj.owner {
            return Err(unknown());
        }
        Ok(owner_recap_of(rows, Moment::now().at))
    }

    /// The row behind a code; guessing codes is slowed down.
    async fn row(&self, code: &SessionCode, address: AddressKey) -> Result<SessionRow, Refusal> {
        match self.find(code, address).await {
            Ok(cell) => return Ok(cell.live().row().clone()),
            Err(refusal) if refusal.code == ErrorCode::SessionEnded => {}
            Err(refusal) => return Err(refusal),
        }
        let code = code.clone();
        let row = self
            .store
            .run(move |store| store.session_by_code(&code))
            .await
            .map_err(refuse)?;
        row.ok_or_else(unknown)
    }

    async fn open_row(&self, code: &SessionCode, reader: &Reader) -> Result<SessionRow, Refusal> {
        let row = self.row(code, reader.address).await?;
        if self.may_see(&row, reader).await? {
            return Ok(row);
        }
        Err(Refusal::new(
            ErrorCode::PinRequired,
            "this session is behind a PIN",
        ))
    }

    /// Whether more than name and DJ may be shown: there is no PIN, or the reader is the DJ or
    /// a dancer who was let in.
    async fn may_see(&self, row: &SessionRow, reader: &Reader) -> Result<bool, Refusal> {
        if row.pin.is_none() || reader.dj.as_ref().is_some_and(|dj| dj.owner == row.owner) {
            return Ok(true);
        }
        let Some(pass) = reader.pass.as_deref().and_then(|pass| self.key.check_pass(pass)) else {
            return Ok(false);
        };
        let dancer = self.key.dancer_key(row.id.0, &pass);
        if let Some(cell) = self.hub.by_id(row.id) {
            return Ok(cell.live().is_admitted(dancer));
        }
        let id = row.id;
        self.store
            .run(move |store| store.is_admitted(id, dancer))
            .await
            .map_err(refuse)
    }

    async fn recap_rows(&self, session_id: SessionId) -> Result<RecapRows, Refusal> {
        let rows = self
            .store
            .run(move |store| store.recap(session_id))
            .await
            .map_err(refuse)?;
        rows.ok_or_else(unknown)
    }
}

fn unknown() -> Refusal {
    Refusal::new(ErrorCode::UnknownSession, "no session with this code")
}

fn refuse(error: StoreError) -> Refusal {
    match error {
        StoreError::NotFound => unknown(),
        StoreError::Unavailable(_) => Refusal::unavailable(),
        error => {
            tracing::error!(error = %error.in_one_line(), "a session could not be read");
            Refusal::internal()
        }
    }
}

fn summary_of(row: &SessionRow, may_see: bool) -> SessionSummary {
    SessionSummary {
        session: head_of(row),
        live: row.ended_at.is_none(),
        started_at: may_see.then_some(row.started_at),
        ended_at: row.ended_at.filter(|_| may_see),
        listeners: None,
        playing: None,
    }
}

/// Name, DJ, code.
pub fn head_of(row: &SessionRow) -> SessionHead {
    SessionHead {
        code: row.code.clone(),
        name: row.name.clone(),
        dj_name: row.dj_name.clone(),
        has_pin: row.pin.is_some(),
    }
}

/// A play as everybody sees it.
pub fn play_of(counted: &CountedPlay) -> Play {
    let row = &counted.play;
    Play {
        play_id: row.id,
        track: row.track.clone(),
        started_at: row.started_at,
        stopped_at: row.stopped_at,
        likes: counted.counts.likes,
    }
}

/// The night for everybody; `now` counts as its end while it goes on.
pub fn recap_of(rows: &RecapRows, now: UnixMs) -> Recap {
    let until = rows.row.ended_at.unwrap_or(now);
    Recap {
        session: head_of(&rows.row),
        started_at: rows.row.started_at,
        ended_at: rows.row.ended_at,
        duration_ms: u64::try_from(until.since_ms(rows.row.started_at)).unwrap_or(0),
        likes: rows.plays.iter().map(|play| play.counts.likes).sum(),
        plays: rows.plays.iter().map(play_of).collect(),
    }
}

fn owner_recap_of(rows: RecapRows, now: UnixMs) -> OwnerRecap {
    let recap = recap_of(&rows, now);
    let votes = |poll: &crate::store::models::PollRow| {
        let mut votes = vec![0; poll.options.len()];
        for option in rows.votes.iter().filter(|option| option.poll_id == poll.id) {
            if let Some(count) = votes.get_mut(usize::from(option.option)) {
                *count = option.votes;
            }
        }
        votes
    };
    let polls = rows.polls.iter().map(|poll| PollRecap {
        poll_id: poll.id,
        question: poll.question.clone(),
        options: poll.options.clone(),
        closes: poll.closes,
        opened_at: poll.opened_at,
        closed_at: poll.closed_at,
        votes: votes(poll),
    });
    OwnerRecap {
        session_id: rows.row.id,
        recap,
        counts: rows.plays.iter().map(|play| play.counts).collect(),
        polls: polls.collect(),
        thanks: rows.thanks,
        dancers: rows.dancers,
        active_dancers: rows.active_dancers,
        peak_listeners: rows.row.peak_listeners,
        listeners: rows.listeners,
    }
}
