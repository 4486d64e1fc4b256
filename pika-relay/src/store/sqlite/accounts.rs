//! DJs, tokens, logins.

use pika_protocol::UnixMs;
use rusqlite::{Connection, OptionalExtension, Params, Row, TransactionBehavior, params};
use uuid::Uuid;

use super::{
    SqliteStore,
    row::uuid,
    session::{SESSION_COLUMNS, session_row},
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

const DJ_COLUMNS: &str =
    "djs.id, djs.slug, djs.name, djs.email, djs.password_hash, djs.public_profile, djs.created_at";
const TOKEN_COLUMNS: &str = "tokens.id, tokens.dj, tokens.name, tokens.created_at, tokens.last_used_at";

impl AccountStore for SqliteStore {
    fn add_dj(&self, dj: &DjRow) -> Result<Result<(), Taken>, StoreError> {
        self.write(|db| {
            let added = db.execute(
                "INSERT INTO djs (id, slug, name, email, password_hash, public_profile, created_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
                dj_params(dj),
            )?;
            if added == 1 {
                return Ok(Ok(()));
            }
            let email = db
                .query_row("SELECT 1 FROM djs WHERE email = ?1", [dj.email.expose()], |_| {
                    Ok(())
                })
                .optional()?;
            Ok(Err(if email.is_some() {
                Taken::Email
            } else {
                Taken::Slug
            }))
        })
    }

    fn save_profile(&self, id: OwnerId, profile: &Profile) -> Result<Result<(), Taken>, StoreError> {
        self.write(|db| {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let taken = transaction
                .query_row(
                    "SELECT 1 FROM djs WHERE slug = ?1 AND id <> ?2",
                    params![profile.slug, id.0.as_bytes()],
                    |_| Ok(()),
                )
                .optional()?;
            if taken.is_some() {
                return Ok(Err(Taken::Slug));
            }
            let saved = transaction.execute(
                "UPDATE djs SET name = ?2, slug = ?3, public_profile = ?4 WHERE id = ?1",
                params![id.0.as_bytes(), profile.name, profile.slug, profile.is_public],
            )?;
            transaction.commit()?;
            if saved == 1 {
                Ok(Ok(()))
            } else {
                Err(StoreError::NotFound)
            }
        })
    }

    fn save_password(&self, id: OwnerId, password_hash: &Secret) -> Result<(), StoreError> {
        self.write(|db| {
            let saved = db.execute(
                "UPDATE djs SET password_hash = ?2 WHERE id = ?1",
                params![id.0.as_bytes(), password_hash.expose()],
            )?;
            if saved == 1 {
                Ok(())
            } else {
                Err(StoreError::NotFound)
            }
        })
    }

    fn dj_by_id(&self, id: OwnerId) -> Result<Option<DjRow>, StoreError> {
        self.read(|db| one_dj(db, "id = ?1", [id.0.as_bytes()]))
    }

    fn dj_by_email(&self, email: &str) -> Result<Option<DjRow>, StoreError> {
        self.read(|db| one_dj(db, "email = ?1", [email]))
    }

    fn dj_by_slug(&self, slug: &str) -> Result<Option<DjRow>, StoreError> {
        self.read(|db| one_dj(db, "slug = ?1", [slug]))
    }

    fn djs(&self, after: Option<&str>, limit: u32) -> Result<Vec<DjRow>, StoreError> {
        self.read(|db| {
            let sql = format!("SELECT {DJ_COLUMNS} FROM djs WHERE slug > ?1 ORDER BY slug LIMIT ?2");
            let mut statement = db.prepare_cached(&sql)?;
            let rows = statement
                .query_map(params![after.unwrap_or(""), limit], |row| dj_row(row, 0))?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    fn delete_dj(&self, id: OwnerId) -> Result<bool, StoreError> {
        self.write(|db| {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for table in SESSION_TABLES {
                transaction.execute(
                    &format!(
                        "DELETE FROM {table} WHERE session_id IN (SELECT id FROM sessions WHERE owner = ?1)"
                    ),
                    [id.0.as_bytes()],
                )?;
            }
            transaction.execute("DELETE FROM sessions WHERE owner = ?1", [id.0.as_bytes()])?;
            // Tokens and logins follow by their foreign keys.
            let deleted = transaction.execute("DELETE FROM djs WHERE id = ?1", [id.0.as_bytes()])?;
            transaction.commit()?;
            Ok(deleted == 1)
        })
    }

    fn add_token(&self, token: &TokenRow, hash: &TokenHash) -> Result<(), StoreError> {
        self.write(|db| {
            db.execute(
                "INSERT INTO tokens (id, dj, token_hash, name, created_at, last_used_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    token.id.as_bytes(),
                    token.dj.0.as_bytes(),
                    hash.to_hex(),
                    token.name,
                    token.created_at.0,
                    token.last_used_at.0
                ],
            )?;
            Ok(())
        })
    }

    fn token_owner(&self, hash: &TokenHash) -> Result<Option<(TokenRow, DjRow)>, StoreError> {
        self.read(|db| {
            Ok(db
                .prepare_cached(&format!(
                    "SELECT {TOKEN_COLUMNS}, {DJ_COLUMNS} FROM tokens JOIN djs ON djs.id = tokens.dj \
                     WHERE tokens.token_hash = ?1"
                ))?
                .query_row([hash.to_hex()], |row| Ok((token_row(row)?, dj_row(row, 5)?)))
                .optional()?)
        })
    }

    fn tokens_of(&self, dj: OwnerId) -> Result<Vec<TokenRow>, StoreError> {
        self.read(|db| {
            let sql = format!("SELECT {TOKEN_COLUMNS} FROM tokens WHERE dj = ?1 ORDER BY created_at, id");
            let mut statement = db.prepare_cached(&sql)?;
            let rows = statement
                .query_map([dj.0.as_bytes()], token_row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    fn touch_token(&self, id: Uuid, at: UnixMs) -> Result<(), StoreError> {
        self.write(|db| {
            db.execute(
                "UPDATE tokens SET last_used_at = max(last_used_at, ?2) WHERE id = ?1",
                params![id.as_bytes(), at.0],
            )?;
            Ok(())
        })
    }

    fn delete_token(&self, dj: OwnerId, id: Uuid) -> Result<bool, StoreError> {
        self.write(|db| {
            let deleted = db.execute(
                "DELETE FROM tokens WHERE id = ?1 AND dj = ?2",
                params![id.as_bytes(), dj.0.as_bytes()],
            )?;
            Ok(deleted == 1)
        })
    }

    fn delete_tokens_of(&self, dj: OwnerId) -> Result<u64, StoreError> {
        self.write(|db| Ok(db.execute("DELETE FROM tokens WHERE dj = ?1", [dj.0.as_bytes()])? as u64))
    }

    fn delete_unused_tokens(&self, before: UnixMs) -> Result<u64, StoreError> {
        self.write(|db| Ok(db.execute("DELETE FROM tokens WHERE last_used_at < ?1", [before.0])? as u64))
    }

    fn add_web_session(
        &self,
        hash: &TokenHash,
        dj: OwnerId,
        created_at: UnixMs,
        expires_at: UnixMs,
    ) -> Result<(), StoreError> {
        self.write(|db| {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "INSERT INTO web_sessions (token_hash, dj, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
                params![hash.to_hex(), dj.0.as_bytes(), created_at.0, expires_at.0],
            )?;
            transaction.execute(
                "DELETE FROM web_sessions WHERE dj = ?1 AND token_hash <> ?2 AND token_hash NOT IN \
                   (SELECT token_hash FROM web_sessions WHERE dj = ?1 ORDER BY created_at DESC, token_hash LIMIT ?3)",
                params![dj.0.as_bytes(), hash.to_hex(), LOGINS_MAX],
            )?;
            transaction.commit()?;
            Ok(())
        })
    }

    fn web_session_owner(&self, hash: &TokenHash, now: UnixMs) -> Result<Option<DjRow>, StoreError> {
        self.read(|db| {
            Ok(db
                .prepare_cached(&format!(
                    "SELECT {DJ_COLUMNS} FROM web_sessions JOIN djs ON djs.id = web_sessions.dj \
                     WHERE web_sessions.token_hash = ?1 AND web_sessions.expires_at > ?2"
                ))?
                .query_row(params![hash.to_hex(), now.0], |row| dj_row(row, 0))
                .optional()?)
        })
    }

    fn delete_web_session(&self, hash: &TokenHash) -> Result<(), StoreError> {
        self.write(|db| {
            db.execute("DELETE FROM web_sessions WHERE token_hash = ?1", [hash.to_hex()])?;
            Ok(())
        })
    }

    fn delete_web_sessions_of(&self, dj: OwnerId) -> Result<(), StoreError> {
        self.write(|db| {
            db.execute("DELETE FROM web_sessions WHERE dj = ?1", [dj.0.as_bytes()])?;
            Ok(())
        })
    }

    fn delete_ended_web_sessions(&self, now: UnixMs) -> Result<u64, StoreError> {
        self.write(|db| Ok(db.execute("DELETE FROM web_sessions WHERE expires_at <= ?1", [now.0])? as u64))
    }

    fn nights_of(
        &self,
        owner: OwnerId,
        which: Nights,
        before: Option<UnixMs>,
        limit: u32,
    ) -> Result<Vec<NightRow>, StoreError> {
        let shown = match which {
            Nights::Own => "",
            Nights::Public => "AND listed = 1 AND pin IS NULL AND ended_at IS NOT NULL",
        };
        self.read(|db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT {SESSION_COLUMNS}, \
                   (SELECT COUNT(*) FROM plays WHERE plays.session_id = sessions.id AND plays.removed = 0), \
                   (SELECT COUNT(*) FROM answers \
                      JOIN plays ON plays.session_id = answers.session_id AND plays.id = answers.target \
                        AND plays.removed = 0 \
                    WHERE answers.session_id = sessions.id AND answers.kind = ?4 AND answers.choice IS NOT NULL) \
                 FROM sessions WHERE owner = ?1 AND started_at < ?2 {shown} ORDER BY started_at DESC LIMIT ?3"
            ))?;
            let rows = statement
                .query_map(
                    params![
                        owner.0.as_bytes(),
                        before.map_or(i64::MAX, |at| at.0),
                        limit,
                        Kind::Like.number()
                    ],
                    |row| {
                        Ok(NightRow {
                            row: session_row(row)?,
                            songs: row.get(19)?,
                            likes: row.get(20)?,
                        })
                    },
                )?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    fn public_figures(&self, owner: OwnerId) -> Result<PublicFigures, StoreError> {
        self.read(|db| {
            // One moment for all queries.
            let transaction = db.unchecked_transaction()?;
            let owner = [owner.0.as_bytes()];
            let nights = transaction.query_row(
                "SELECT COUNT(*) FROM sessions \
                 WHERE owner = ?1 AND listed = 1 AND pin IS NULL AND ended_at IS NOT NULL",
                owner,
                |row| row.get(0),
            )?;
            let likes: i64 = transaction.query_row(
                "SELECT COUNT(*) FROM sessions \
                 JOIN plays ON plays.session_id = sessions.id AND plays.removed = 0 \
                 JOIN answers ON answers.session_id = plays.session_id AND answers.kind = ?2 \
                   AND answers.target = plays.id AND answers.choice IS NOT NULL \
                 WHERE owner = ?1 AND listed = 1 AND pin IS NULL AND ended_at IS NOT NULL",
                params![owner[0], Kind::Like.number()],
                |row| row.get(0),
            )?;
            let tempos = transaction
                .prepare(
                    "SELECT CAST(round(plays.bpm) AS INTEGER) AS tempo, COUNT(*) FROM sessions \
                     JOIN plays ON plays.session_id = sessions.id AND plays.removed = 0 AND plays.bpm > 0 \
                     WHERE owner = ?1 AND listed = 1 AND pin IS NULL AND ended_at IS NOT NULL \
                     GROUP BY tempo ORDER BY tempo LIMIT 2000",
                )?
                .query_map(owner, |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            transaction.finish()?;
            Ok(PublicFigures {
                nights,
                likes: crate::store::from_i64(likes),
                tempos,
            })
        })
    }

    fn loved_songs(&self, owner: OwnerId, limit: u32) -> Result<Vec<SongLikes>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT plays.title, plays.artist, COUNT(*) AS likes FROM sessions \
                 JOIN plays ON plays.session_id = sessions.id AND plays.removed = 0 \
                 JOIN answers ON answers.session_id = plays.session_id AND answers.kind = ?3 \
                   AND answers.target = plays.id AND answers.choice IS NOT NULL \
                 WHERE sessions.owner = ?1 AND sessions.listed = 1 AND sessions.pin IS NULL \
                 GROUP BY plays.title, plays.artist ORDER BY likes DESC, plays.title, plays.artist LIMIT ?2",
            )?;
            let rows = statement
                .query_map(params![owner.0.as_bytes(), limit, Kind::Like.number()], |row| {
                    Ok(SongLikes {
                        title: row.get(0)?,
                        artist: row.get(1)?,
                        likes: row.get(2)?,
                    })
                })?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }
}

fn one_dj(db: &Connection, condition: &str, params: impl Params) -> Result<Option<DjRow>, StoreError> {
    Ok(db
        .prepare_cached(&format!("SELECT {DJ_COLUMNS} FROM djs WHERE {condition}"))?
        .query_row(params, |row| dj_row(row, 0))
        .optional()?)
}

fn dj_params(dj: &DjRow) -> impl Params {
    (
        dj.id.0.into_bytes(),
        dj.slug.clone(),
        dj.name.clone(),
        dj.email.expose().to_owned(),
        dj.password_hash.expose().to_owned(),
        dj.public_profile,
        dj.created_at.0,
    )
}

fn dj_row(row: &Row<'_>, first: usize) -> rusqlite::Result<DjRow> {
    Ok(DjRow {
        id: OwnerId(uuid(row, first)?),
        slug: row.get(first + 1)?,
        name: row.get(first + 2)?,
        email: Secret::new(row.get::<_, String>(first + 3)?),
        password_hash: Secret::new(row.get::<_, String>(first + 4)?),
        public_profile: row.get(first + 5)?,
        created_at: UnixMs(row.get(first + 6)?),
    })
}

fn token_row(row: &Row<'_>) -> rusqlite::Result<TokenRow> {
    Ok(TokenRow {
        id: uuid(row, 0)?,
        dj: OwnerId(uuid(row, 1)?),
        name: row.get(2)?,
        created_at: UnixMs(row.get(3)?),
        last_used_at: UnixMs(row.get(4)?),
    })
}
