//! Search as you type. One grammar everywhere: free words in any order, `"a phrase"`, `-not`, `8A`,
//! `96 bpm`, `90-100` (BPM), `energy>70`, `tag:blues`, `played>30d`, `key:Am`, `year:1959`,
//! `doubt:any` (needs a look; `doubt:tempo`, `doubt:key`).
//! `terms` reads it; this file asks the database.

mod terms;

use anyhow::Result;
use pika_analysis::Mode;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

pub(super) use self::terms::{Comparison, Field, Term, parse};
use super::{
    DoubtfulTrack, Library, Track,
    fold::letters,
    made::PLAYS_BY_SOUND,
    tracks::{TRACK_COLUMNS, TRACK_TABLES, track_from_row},
};
use crate::clock::now_ms;

/// A column of the table to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortColumn {
    /// Title.
    #[default]
    Title,
    /// Artist, then title.
    Artist,
    /// Album, then title.
    Album,
    /// Tempo.
    Bpm,
    /// Key, around the Camelot wheel.
    Key,
    /// Energy.
    Energy,
    /// Danceability.
    Danceability,
    /// Brightness.
    Brightness,
    /// Length.
    Duration,
    /// Genre, then title.
    Genre,
    /// Year of release.
    Year,
    /// Loudness.
    Loudness,
    /// When it came into the library.
    Added,
    /// What needs the DJ first: failed, doubtful, waiting, analysed, corrected.
    Status,
}

/// What to show and in which order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// What was typed.
    pub text: String,
    /// The column that orders.
    pub sort: SortColumn,
    /// Largest first.
    pub descending: bool,
    /// At most this many; `None` for all.
    pub limit: Option<u32>,
}

impl Field {
    fn sql(self) -> &'static str {
        match self {
            Self::Energy => "coalesce(c.energy, a.energy)",
            Self::Danceability => "a.danceability",
            Self::Brightness => "a.brightness",
            Self::Bpm => "coalesce(c.bpm, a.bpm)",
            Self::Loudness => "a.loudness_lufs",
            Self::Year => "t.year",
        }
    }
}

impl Comparison {
    fn sql(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Reads => "=",
        }
    }
}

impl Library {
    /// Tracks that fit; files that are not there are left out.
    pub fn search(&self, query: &Query) -> Result<Vec<Track>> {
        let terms = parse(&query.text);
        let doubted = if terms.iter().any(|term| matches!(term, Term::Doubted(_))) {
            self.doubtful_tracks()?
        } else {
            Vec::new()
        };
        let (condition, values) = to_sql(&terms, &doubted, now_ms());
        let direction = if query.descending { "DESC" } else { "ASC" };
        // Tracks without a value come last either way.
        let sql = format!(
            "SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES} WHERE t.missing_since IS NULL{condition}
             ORDER BY {} LIMIT {}",
            order(query.sort).replace('>', direction),
            query.limit.map_or(-1, i64::from),
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(values), track_from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The ordering of a column; `>` stands for the direction.
fn order(column: SortColumn) -> &'static str {
    match column {
        SortColumn::Title => "t.title_sort >, t.id",
        SortColumn::Artist => "t.artist_sort = '', t.artist_sort >, t.title_sort, t.id",
        SortColumn::Album => "t.album_sort = '', t.album_sort >, t.title_sort, t.id",
        SortColumn::Bpm => "coalesce(c.bpm, a.bpm) IS NULL, coalesce(c.bpm, a.bpm) >, t.id",
        // Seven semitones a step give the wheel; the relative minor lies three semitones below its major.
        SortColumn::Key => {
            "coalesce(c.key_tonic, a.key_tonic) IS NULL,
             ((coalesce(c.key_tonic, a.key_tonic) + 3 * coalesce(c.key_minor, a.key_minor)) * 7 + 7) % 12 >,
             coalesce(c.key_minor, a.key_minor) DESC, t.id"
        }
        SortColumn::Energy => "coalesce(c.energy, a.energy) IS NULL, coalesce(c.energy, a.energy) >, t.id",
        SortColumn::Danceability => "a.danceability IS NULL, a.danceability >, t.id",
        SortColumn::Brightness => "a.brightness IS NULL, a.brightness >, t.id",
        SortColumn::Duration => "a.duration_s IS NULL, a.duration_s >, t.id",
        SortColumn::Genre => "t.genre = '', lower(t.genre) >, t.title_sort, t.id",
        SortColumn::Year => "t.year IS NULL, t.year >, t.id",
        SortColumn::Loudness => "a.loudness_lufs IS NULL, a.loudness_lufs >, t.id",
        SortColumn::Added => "t.added_at >, t.id >",
        SortColumn::Status => {
            "t.failure_text IS NULL, a.track_id IS NOT NULL, c.track_id IS NOT NULL >, t.id"
        }
    }
}

/// Conditions, each with " AND " before it, and their values. `doubted`: what [`Term::Doubted`] chooses from.
pub(super) fn to_sql(terms: &[Term], doubted: &[DoubtfulTrack], now_ms: i64) -> (String, Vec<Value>) {
    let mut sql = String::new();
    let mut values = Vec::new();
    let mut matching = Vec::new();
    for term in terms {
        match term {
            Term::Word {
                text,
                excluded: false,
            } => matching.push(fts_term(text)),
            Term::Word { text, excluded: true } => {
                sql += " AND t.id NOT IN (SELECT rowid FROM track_text WHERE track_text MATCH ?)";
                values.push(Value::Text(fts_term(text)));
            }
            Term::Key(key) => {
                sql +=
                    " AND coalesce(c.key_tonic, a.key_tonic) = ? AND coalesce(c.key_minor, a.key_minor) = ?";
                values.push(Value::Integer(key.tonic().into()));
                values.push(Value::Integer((key.mode() == Mode::Minor).into()));
            }
            Term::Bpm(low, high) => {
                sql += " AND coalesce(c.bpm, a.bpm) BETWEEN ? AND ?";
                values.push(Value::Real(*low));
                values.push(Value::Real(*high));
            }
            Term::Compare {
                field,
                comparison,
                value,
            } => {
                let (column, operator) = (field.sql(), comparison.sql());
                if *comparison == Comparison::Reads {
                    sql += &format!(" AND round({column}) = ?");
                    values.push(Value::Real(value.round()));
                } else {
                    sql += &format!(" AND {column} {operator} ?");
                    values.push(Value::Real(*value));
                }
            }
            Term::Tag(tag) => {
                sql += " AND t.id IN (SELECT rowid FROM track_text WHERE track_text MATCH ?)";
                values.push(Value::Text(tag_term(tag)));
            }
            Term::NotPlayedFor(age) | Term::PlayedWithin(age) => {
                let not = if matches!(term, Term::NotPlayedFor(_)) {
                    "NOT "
                } else {
                    ""
                };
                sql += &format!(" AND t.id {not}IN (SELECT id FROM ({PLAYS_BY_SOUND} AND p.started_at > ?))");
                values.push(Value::Integer(now_ms.saturating_sub(*age)));
            }
            Term::Doubted(reason) => {
                let ids = doubted
                    .iter()
                    .filter(|track| track.doubts.iter().any(|doubt| reason.fits(doubt)))
                    .map(|track| track.track.0.to_string());
                sql += " AND t.id IN (SELECT value FROM json_each(?))";
                values.push(Value::Text(format!("[{}]", ids.collect::<Vec<_>>().join(","))));
            }
        }
    }
    if !matching.is_empty() {
        sql += " AND t.id IN (SELECT rowid FROM track_text WHERE track_text MATCH ?)";
        values.push(Value::Text(matching.join(" AND ")));
    }
    (sql, values)
}

/// Terms as one question to the index alone, which then needs no other table; `None` when they hold something else
/// than words and tags that must be there.
pub(super) fn words_only(terms: &[Term]) -> Option<String> {
    let wanted: Option<Vec<String>> = terms
        .iter()
        .map(|term| match term {
            Term::Word {
                text,
                excluded: false,
            } => Some(fts_term(text)),
            Term::Tag(tag) => Some(tag_term(tag)),
            _ => None,
        })
        .collect();
    wanted
        .filter(|wanted| !wanted.is_empty())
        .map(|wanted| wanted.join(" AND "))
}

/// A tag or genre as FTS5 reads it.
fn tag_term(tag: &str) -> String {
    format!("{{genre labels}} : ({})", fts_term(tag))
}

/// A word (or phrase) as FTS5 reads it: folded as the index is, quoted, as a prefix, nothing in it an operator.
fn fts_term(text: &str) -> String {
    format!("\"{}\"*", letters(text).replace('"', "\"\""))
}
