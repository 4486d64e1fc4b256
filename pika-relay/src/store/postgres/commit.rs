//! Group commit: answers and admissions by the hundred in two statements, the rest one by one.

use std::collections::BTreeMap;

use pika_protocol::SessionId;
use uuid::Uuid;

use super::{
    PostgresStore,
    connection::Connection,
    live, lock,
    row::{byte, uuid},
    uncertain::{Status, Uncertain},
};
use crate::{
    auth::DancerKey,
    store::{Answer, Outcome, StoreError, Write, to_i64},
};

impl PostgresStore {
    pub(super) fn commit_all(&self, writes: &[Write]) -> Result<Vec<Outcome>, StoreError> {
        let mut uncertain = lock(&self.uncertain);
        if let Some(earlier) = uncertain.take() {
            // The caller tries the same again. If it did happen, doing it twice would call
            // every answer a repeat, and the counts in memory would miss them.
            match self.run(|db| earlier.status(db)) {
                Ok(Status::Committed) if earlier.writes == writes => return Ok(earlier.outcomes),
                Ok(Status::Committed | Status::Aborted) => {}
                Ok(Status::Running) => {
                    *uncertain = Some(earlier);
                    return Err(StoreError::Unavailable(
                        "the last commit is still under way".into(),
                    ));
                }
                Err(error) => {
                    *uncertain = Some(earlier);
                    return Err(error);
                }
            }
        }
        self.run(|db| {
            db.batch("BEGIN")?;
            let (transaction, outcomes) = match apply_all(db, writes) {
                Ok(applied) => applied,
                Err(error) => {
                    // Where this fails too the connection is broken and leaves the pool.
                    drop(db.batch("ROLLBACK"));
                    return Err(match error {
                        // Nothing that a write may run into is a conflict here: it would never succeed.
                        StoreError::Conflict => StoreError::Other("a row is there already".into()),
                        error => error,
                    });
                }
            };
            match db.batch("COMMIT") {
                Ok(()) => Ok(outcomes),
                Err(error) => {
                    *uncertain = Some(Uncertain {
                        transaction,
                        writes: writes.to_vec(),
                        outcomes,
                    });
                    drop(db.batch("ROLLBACK"));
                    Err(StoreError::Unavailable(error.into()))
                }
            }
        })
    }
}

fn apply_all(db: &mut Connection, writes: &[Write]) -> Result<(i64, Vec<Outcome>), StoreError> {
    let transaction = db.query_one("SELECT txid_current()", &[])?.get(0);
    let mut outcomes = vec![Outcome::Done; writes.len()];
    let (mut answers, mut admissions) = (Vec::new(), BTreeMap::new());
    for (index, write) in writes.iter().enumerate() {
        match write {
            Write::Answer(answer) => answers.push((index, answer)),
            Write::Admit {
                session_id,
                dancer,
                at,
            } => {
                admissions.entry((*session_id, *dancer)).or_insert(at.0);
            }
            write => outcomes[index] = live::apply(db, write)?,
        }
    }
    admit(db, &admissions)?;
    put_answers(db, &answers, &mut outcomes)?;
    Ok((transaction, outcomes))
}

fn admit(db: &mut Connection, admissions: &BTreeMap<(SessionId, DancerKey), i64>) -> Result<(), StoreError> {
    if admissions.is_empty() {
        return Ok(());
    }
    let sessions: Vec<&[u8]> = admissions
        .keys()
        .map(|(session, _)| &session.0.as_bytes()[..])
        .collect();
    let dancers: Vec<&[u8]> = admissions.keys().map(|(_, dancer)| &dancer.0[..]).collect();
    let times: Vec<i64> = admissions.values().copied().collect();
    db.execute(
        "INSERT INTO dancers (session_id, dancer, at) \
         SELECT * FROM UNNEST($1::bytea[], $2::bytea[], $3::bigint[]) ON CONFLICT DO NOTHING",
        &[&sessions, &dancers, &times],
    )?;
    Ok(())
}

/// Session, kind, target, dancer. Sorted, so that two relays lock rows in the same order.
type AnswerId = (SessionId, u8, Uuid, DancerKey);

#[derive(Clone, Copy)]
struct Stored {
    choice: Option<u8>,
    counter: i64,
    at: i64,
    changed: bool,
}

fn put_answers(
    db: &mut Connection,
    answers: &[(usize, &Answer)],
    outcomes: &mut [Outcome],
) -> Result<(), StoreError> {
    if answers.is_empty() {
        return Ok(());
    }
    let id = |answer: &Answer| {
        let (kind, target) = answer.said.subject(answer.session_id);
        (answer.session_id, kind.number(), target, answer.dancer)
    };
    let mut rows: BTreeMap<AnswerId, Option<Stored>> =
        answers.iter().map(|(_, answer)| (id(answer), None)).collect();
    read_answers(db, &mut rows)?;
    for (index, answer) in answers {
        let Some(row) = rows.get_mut(&id(answer)) else {
            continue;
        };
        let counter = to_i64(answer.counter);
        outcomes[*index] = match *row {
            Some(stored) if stored.counter >= counter => Outcome::Unchanged,
            _ if !answer.open => Outcome::Refused,
            stored => {
                *row = Some(Stored {
                    choice: answer.said.choice(),
                    counter,
                    at: answer.at.0,
                    changed: true,
                });
                Outcome::Changed {
                    before: answer.said.with_choice(stored.and_then(|stored| stored.choice)),
                    after: answer.said,
                }
            }
        };
    }
    let changed: Vec<_> = rows
        .iter()
        .filter_map(|(id, row)| row.filter(|row| row.changed).map(|row| (id, row)))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let ids = Columns::of(changed.iter().map(|(id, _)| *id));
    let choices: Vec<Option<i16>> = changed.iter().map(|(_, row)| row.choice.map(i16::from)).collect();
    let counters: Vec<i64> = changed.iter().map(|(_, row)| row.counter).collect();
    let times: Vec<i64> = changed.iter().map(|(_, row)| row.at).collect();
    db.execute(
        "INSERT INTO answers (session_id, kind, target, dancer, choice, counter, at) \
         SELECT * FROM UNNEST($1::bytea[], $2::smallint[], $3::bytea[], $4::bytea[], $5::smallint[], \
         $6::bigint[], $7::bigint[]) ON CONFLICT (session_id, kind, target, dancer) DO UPDATE \
         SET choice = excluded.choice, counter = excluded.counter, at = excluded.at \
         WHERE answers.counter < excluded.counter",
        &[
            &ids.sessions,
            &ids.kinds,
            &ids.targets,
            &ids.dancers,
            &choices,
            &counters,
            &times,
        ],
    )?;
    Ok(())
}

/// Fills in what is stored, and locks it until the end of the transaction.
fn read_answers(
    db: &mut Connection,
    rows: &mut BTreeMap<AnswerId, Option<Stored>>,
) -> Result<(), StoreError> {
    let ids = Columns::of(rows.keys());
    let found = db.query(
        "SELECT answers.session_id, answers.kind, answers.target, answers.dancer, answers.choice, answers.counter, \
         answers.at FROM UNNEST($1::bytea[], $2::smallint[], $3::bytea[], $4::bytea[]) \
         AS wanted (session_id, kind, target, dancer) \
         JOIN answers USING (session_id, kind, target, dancer) FOR UPDATE OF answers",
        &[&ids.sessions, &ids.kinds, &ids.targets, &ids.dancers],
    )?;
    for row in found {
        let id = (
            SessionId(uuid(&row, 0)?),
            byte(&row, 1)?,
            uuid(&row, 2)?,
            DancerKey(*uuid(&row, 3)?.as_bytes()),
        );
        let choice = row
            .get::<_, Option<i16>>(4)
            .and_then(|choice| u8::try_from(choice).ok());
        rows.insert(
            id,
            Some(Stored {
                choice,
                counter: row.get(5),
                at: row.get(6),
                changed: false,
            }),
        );
    }
    Ok(())
}

/// Ids as arrays, one per column.
struct Columns<'a> {
    sessions: Vec<&'a [u8]>,
    kinds: Vec<i16>,
    targets: Vec<&'a [u8]>,
    dancers: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn of(ids: impl Iterator<Item = &'a AnswerId>) -> Self {
        let mut columns = Self {
            sessions: Vec::new(),
            kinds: Vec::new(),
            targets: Vec::new(),
            dancers: Vec::new(),
        };
        for (session, kind, target, dancer) in ids {
            columns.sessions.push(session.0.as_bytes());
            columns.kinds.push(i16::from(*kind));
            columns.targets.push(target.as_bytes());
            columns.dancers.push(&dancer.0);
        }
        columns
    }
}
