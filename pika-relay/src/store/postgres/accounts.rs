//! DJs, tokens, logins.

use pika_protocol::UnixMs;
use r2d2_postgres::postgres::Row;
use uuid::Uuid;

use super::{
    PostgresStore,
    connection::{Connection, Params},
    row::{kind, uuid},
    session::{session_columns, session_row},
};
use crate::{
    auth::TokenHash,
    base::Secret,
    store::{
        SESSION_TABLES, StoreError,
        accounts::{
            AccountStore, DjRow, LOGINS_MAX, NightRow, Nights, Profile, PublicFigures, SongLikes, Taken,
            TokenRow,
        },
        answer::Kind,
        models::OwnerId,
    },
};

macro_rules! select_dj {
    ($rest:literal) => {
        concat!(
            "SELECT id, slug, name, email, password_hash, public_profile, created_at FROM djs ",
            $rest
        )
    };
}

impl AccountStore for PostgresStore {
    fn add_dj(&self, dj: &DjRow) -> Result<Result<(), Taken>, StoreError> {
        self.run(|db| {
            let added = with_dj(dj, |params| {
                db.execute(
                    "INSERT INTO djs (id, slug, name, email, password_hash, public_profile, created_at) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
                    params,
                )
            })?;
            if added == 1 {
                return Ok(Ok(()));
            }
            let email = db.query_opt("SELECT 1 FROM djs WHERE email = $1", &[&dj.email.expose()])?;
            Ok(Err(if email.is_some() {
                Taken::Email
            } else {
                Taken::Slug
            }))
        })
    }

    fn save_profile(&self, id: OwnerId, profile: &Profile) -> Result<Result<(), Taken>, StoreError> {
        let id = &id.0.as_bytes()[..];
        self.run(|db| {
            // In one statement: a slug taken at this moment leaves the row alone.
            let saved = db.execute(
                "UPDATE djs SET name = $2, slug = $3, public_profile = $4 WHERE id = $1 \
                 AND NOT EXISTS (SELECT 1 FROM djs AS other WHERE other.slug = $3 AND other.id <> $1)",
                &[&id, &profile.name, &profile.slug, &profile.is_public],
            );
            match saved {
                Ok(1) => Ok(Ok(())),
                Ok(_) => match db.query_opt("SELECT 1 FROM djs WHERE id = $1", &[&id])? {
                    Some(_) => Ok(Err(Taken::Slug)),
                    None => Err(StoreError::NotFound),
                },
                Err(StoreError::Conflict) => Ok(Err(Taken::Slug)),
                Err(error) => Err(error),
            }
        })
    }

    fn save_password(&self, id: OwnerId, password_hash: &Secret) -> Result<(), StoreError> {
        self.run(|db| {
            let saved = db.execute(
                "UPDATE djs SET password_hash = $2 WHERE id = $1",
                &[&&id.0.as_bytes()[..], &password_hash.expose()],
            )?;
            if saved == 1 {
                Ok(())
            } else {
                Err(StoreError::NotFound)
            }
        })
    }

    fn dj_by_id(&self, id: OwnerId) -> Result<Option<DjRow>, StoreError> {
        self.run(|db| one_dj(db, select_dj!("WHERE id = $1"), &[&&id.0.as_bytes()[..]]))
    }

    fn dj_by_email(&self, email: &str) -> Result<Option<DjRow>, StoreError> {
        self.run(|db| one_dj(db, select_dj!("WHERE email = $1"), &[&email]))
    }

    fn dj_by_slug(&self, slug: &str) -> Result<Option<DjRow>, StoreError> {
        self.run(|db| one_dj(db, select_dj!("WHERE slug = $1"), &[&slug]))
    }

    fn djs(&self, after: Option<&str>, limit: u32) -> Result<Vec<DjRow>, StoreError> {
        self.run(|db| {
            let rows = db.query(
                select_dj!("WHERE slug > $1 ORDER BY slug LIMIT $2"),
                &[&after.unwrap_or(""), &i64::from(limit)],
            )?;
            rows.iter().map(|row| dj_row(row, 0)).collect()
        })
    }

    fn delete_dj(&self, id: OwnerId) -> Result<bool, StoreError> {
        let id = &id.0.as_bytes()[..];
        self.run(|db| {
            db.transaction(|db| {
                for table in SESSION_TABLES {
                    db.execute_once(
                        &format!("DELETE FROM {table} WHERE session_id IN (SELECT id FROM sessions WHERE owner = $1)"),
                        &[&id],
                    )?;
                }
                db.execute("DELETE FROM sessions WHERE owner = $1", &[&id])?;
                // Tokens and logins follow by their foreign keys.
                Ok(db.execute("DELETE FROM djs WHERE id = $1", &[&id])? == 1)
            })
        })
    }

    fn add_token(&self, token: &TokenRow, hash: &TokenHash) -> Result<(), StoreError> {
        self.run(|db| {
            db.execute(
                "INSERT INTO tokens (id, dj, token_hash, name, created_at, last_used_at) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    &&token.id.as_bytes()[..],
                    &&token.dj.0.as_bytes()[..],
                    &hash.to_hex(),
                    &token.name,
                    &token.created_at.0,
                    &token.last_used_at.0,
                ],
            )
            .map(drop)
        })
    }

    fn token_owner(&self, hash: &TokenHash) -> Result<Option<(TokenRow, DjRow)>, StoreError> {
        self.run(|db| {
            let row = db.query_opt(
                "SELECT tokens.id, tokens.dj, tokens.name, tokens.created_at, tokens.last_used_at, djs.id, djs.slug, \
                 djs.name, djs.email, djs.password_hash, djs.public_profile, djs.created_at \
                 FROM tokens JOIN djs ON djs.id = tokens.dj WHERE tokens.token_hash = $1",
                &[&hash.to_hex()],
            )?;
            row.map(|row| Ok((token_row(&row)?, dj_row(&row, 5)?))).transpose()
        })
    }

    fn tokens_of(&self, dj: OwnerId) -> Result<Vec<TokenRow>, StoreError> {
        self.run(|db| {
            let rows = db.query(
                "SELECT id, dj, name, created_at, last_used_at FROM tokens WHERE dj = $1 ORDER BY created_at, id",
                &[&&dj.0.as_bytes()[..]],
            )?;
            rows.iter().map(token_row).collect()
        })
    }

    fn touch_token(&self, id: Uuid, at: UnixMs) -> Result<(), StoreError> {
        self.run(|db| {
            db.execute(
                "UPDATE tokens SET last_used_at = GREATEST(last_used_at, $2) WHERE id = $1",
                &[&&id.as_bytes()[..], &at.0],
            )
            .map(drop)
        })
    }

    fn delete_token(&self, dj: OwnerId, id: Uuid) -> Result<bool, StoreError> {
        self.run(|db| {
            let deleted = db.execute(
                "DELETE FROM tokens WHERE id = $1 AND dj = $2",
                &[&&id.as_bytes()[..], &&dj.0.as_bytes()[..]],
            )?;
            Ok(deleted == 1)
        })
    }

    fn delete_tokens_of(&self, dj: OwnerId) -> Result<u64, StoreError> {
        self.run(|db| db.execute("DELETE FROM tokens WHERE dj = $1", &[&&dj.0.as_bytes()[..]]))
    }

    fn delete_unused_tokens(&self, before: UnixMs) -> Result<u64, StoreError> {
        self.run(|db| db.execute("DELETE FROM tokens WHERE last_used_at < $1", &[&before.0]))
    }

    fn add_web_session(
        &self,
        hash: &TokenHash,
        dj: OwnerId,
        created_at: UnixMs,
        expires_at: UnixMs,
    ) -> Result<(), StoreError> {
        let (dj, hash) = (&dj.0.as_bytes()[..], hash.to_hex());
        self.run(|db| {
            db.transaction(|db| {
                db.execute(
                    "INSERT INTO web_sessions (token_hash, dj, created_at, expires_at) VALUES ($1, $2, $3, $4)",
                    &[&hash, &dj, &created_at.0, &expires_at.0],
                )?;
                db.execute(
                    "DELETE FROM web_sessions WHERE dj = $1 AND token_hash <> $2 AND token_hash NOT IN \
                       (SELECT token_hash FROM web_sessions WHERE dj = $1 \
                        ORDER BY created_at DESC, token_hash LIMIT $3)",
                    &[&dj, &hash, &i64::from(LOGINS_MAX)],
                )
                .map(drop)
            })
        })
    }

    fn web_session_owner(&self, hash: &TokenHash, now: UnixMs) -> Result<Option<DjRow>, StoreError> {
        self.run(|db| {
            one_dj(
                db,
                select_dj!(
                    "WHERE id = (SELECT dj FROM web_sessions WHERE token_hash = $1 AND expires_at > $2)"
                ),
                &[&hash.to_hex(), &now.0],
            )
        })
    }

    fn delete_web_session(&self, hash: &TokenHash) -> Result<(), StoreError> {
        self.run(|db| {
            db.execute(
                "DELETE FROM web_sessions WHERE token_hash = $1",
                &[&hash.to_hex()],
            )
            .map(drop)
        })
    }

    fn delete_web_sessions_of(&self, dj: OwnerId) -> Result<(), StoreError> {
        self.run(|db| {
            db.execute("DELETE FROM web_sessions WHERE dj = $1", &[&&dj.0.as_bytes()[..]])
                .map(drop)
        })
    }

    fn delete_ended_web_sessions(&self, now: UnixMs) -> Result<u64, StoreError> {
        self.run(|db| db.execute("DELETE FROM web_sessions WHERE expires_at <= $1", &[&now.0]))
    }

    fn nights_of(
        &self,
        owner: OwnerId,
        which: Nights,
        before: Option<UnixMs>,
        limit: u32,
    ) -> Result<Vec<NightRow>, StoreError> {
        let public_only = which == Nights::Public;
        self.run(|db| {
            let rows = db.query(
                concat!(
                    "SELECT ",
                    session_columns!(),
                    ", \
                   (SELECT COUNT(*) FROM plays WHERE plays.session_id = sessions.id AND NOT plays.removed), \
                   (SELECT COUNT(*) FROM answers \
                      JOIN plays ON plays.session_id = answers.session_id AND plays.id = answers.target \
                        AND NOT plays.removed \
                    WHERE answers.session_id = sessions.id AND answers.kind = $5 AND answers.choice IS NOT NULL) \
                 FROM sessions WHERE owner = $1 AND started_at < $2 \
                   AND (NOT $4 OR (listed AND pin IS NULL AND ended_at IS NOT NULL)) \
                 ORDER BY started_at DESC LIMIT $3"
                ),
                &[
                    &&owner.0.as_bytes()[..],
                    &before.map_or(i64::MAX, |at| at.0),
                    &i64::from(limit),
                    &public_only,
                    &kind(Kind::Like),
                ],
            )?;
            let night = |row: &Row| {
                Ok(NightRow {
                    row: session_row(row)?,
                    songs: count(row, 19),
                    likes: count(row, 20),
                })
            };
            rows.iter().map(night).collect()
        })
    }

    fn public_figures(&self, owner: OwnerId) -> Result<PublicFigures, StoreError> {
        let owner = &owner.0.as_bytes()[..];
        self.run(|db| {
            let nights = db.query_opt(
                "SELECT COUNT(*) FROM sessions WHERE owner = $1 AND listed AND pin IS NULL AND ended_at IS NOT NULL",
                &[&owner],
            )?;
            let likes = db.query_opt(
                "SELECT COUNT(*) FROM sessions \
                 JOIN plays ON plays.session_id = sessions.id AND NOT plays.removed \
                 JOIN answers ON answers.session_id = plays.session_id AND answers.kind = $2 \
                   AND answers.target = plays.id AND answers.choice IS NOT NULL \
                 WHERE owner = $1 AND listed AND pin IS NULL AND ended_at IS NOT NULL",
                &[&owner, &kind(Kind::Like)],
            )?;
            let tempos = db.query(
                "SELECT round(plays.bpm)::BIGINT AS tempo, COUNT(*) FROM sessions \
                 JOIN plays ON plays.session_id = sessions.id AND NOT plays.removed AND plays.bpm > 0 \
                 WHERE owner = $1 AND listed AND pin IS NULL AND ended_at IS NOT NULL \
                 GROUP BY tempo ORDER BY tempo LIMIT 2000",
                &[&owner],
            )?;
            Ok(PublicFigures {
                nights: nights.map_or(0, |row| count(&row, 0)),
                likes: likes.map_or(0, |row| crate::store::from_i64(row.get(0))),
                tempos: tempos.iter().map(|row| (count(row, 0), count(row, 1))).collect(),
            })
        })
    }

    fn loved_songs(&self, owner: OwnerId, limit: u32) -> Result<Vec<SongLikes>, StoreError> {
        self.run(|db| {
            let rows = db.query(
                "SELECT plays.title, plays.artist, COUNT(*) AS likes FROM sessions \
                 JOIN plays ON plays.session_id = sessions.id AND NOT plays.removed \
                 JOIN answers ON answers.session_id = plays.session_id AND answers.kind = $3 \
                   AND answers.target = plays.id AND answers.choice IS NOT NULL \
                 WHERE sessions.owner = $1 AND sessions.listed AND sessions.pin IS NULL \
                 GROUP BY plays.title, plays.artist ORDER BY likes DESC, plays.title, plays.artist LIMIT $2",
                &[&&owner.0.as_bytes()[..], &i64::from(limit), &kind(Kind::Like)],
            )?;
            Ok(rows
                .iter()
                .map(|row| SongLikes {
                    title: row.get(0),
                    artist: row.get(1),
                    likes: count(row, 2),
                })
                .collect())
        })
    }
}

/// A column that counts.
fn count(row: &Row, column: usize) -> u32 {
    u32::try_from(row.get::<_, i64>(column)).unwrap_or(u32::MAX)
}

fn one_dj(db: &mut Connection, sql: &'static str, params: Params<'_>) -> Result<Option<DjRow>, StoreError> {
    db.query_opt(sql, params)?.map(|row| dj_row(&row, 0)).transpose()
}

fn with_dj<T>(dj: &DjRow, run: impl FnOnce(Params<'_>) -> T) -> T {
    run(&[
        &&dj.id.0.as_bytes()[..],
        &dj.slug,
        &dj.name,
        &dj.email.expose(),
        &dj.password_hash.expose(),
        &dj.public_profile,
        &dj.created_at.0,
    ])
}

fn dj_row(row: &Row, first: usize) -> Result<DjRow, StoreError> {
    Ok(DjRow {
        id: OwnerId(uuid(row, first)?),
        slug: row.get(first + 1),
        name: row.get(first + 2),
        email: Secret::new(row.get::<_, String>(first + 3)),
        password_hash: Secret::new(row.get::<_, String>(first + 4)),
        public_profile: row.get(first + 5),
        created_at: UnixMs(row.get(first + 6)),
    })
}

fn token_row(row: &Row) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        id: uuid(row, 0)?,
        dj: OwnerId(uuid(row, 1)?),
        name: row.get(2),
        created_at: UnixMs(row.get(3)),
        last_used_at: UnixMs(row.get(4)),
    })
}
