//! Numbered changes of the tables: appended, never edited once released, each one transaction.

use super::StoreError;

/// One change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Migration {
    pub(super) version: u32,
    pub(super) name: &'static str,
    pub(super) sql: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal),* $(,)?) => {
        pub(super) const SQLITE: &[Migration] = &[$(Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
        }),*];

        #[cfg(feature = "postgres")]
        pub(super) const POSTGRES: &[Migration] = &[$(Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }),*];
    };
}

migrations! {
    1 "0001_sessions",
    2 "0002_accounts",
}

/// How far a database is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MigrationState {
    /// Versions that were applied, in order.
    pub applied: Vec<u32>,
    /// Names of those that this program would apply.
    pub pending: Vec<&'static str>,
}

/// What is left to do, given the versions that were applied. A database that a newer program
/// has changed is refused: this one would not know what it writes into.
pub(super) fn pending<'a>(
    all: &'a [Migration],
    applied: &[u32],
) -> Result<impl Iterator<Item = &'a Migration>, StoreError> {
    let newest = all.last().map_or(0, |migration| migration.version);
    if let Some(version) = applied.iter().find(|version| **version > newest) {
        return Err(StoreError::Other(
            format!("it was changed by a newer program (version {version}, known here up to {newest})")
                .into(),
        ));
    }
    let applied = applied.to_vec();
    Ok(all
        .iter()
        .filter(move |migration| !applied.contains(&migration.version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_numbered_without_gaps_and_every_file_is_listed() {
        for (index, migration) in SQLITE.iter().enumerate() {
            assert_eq!(migration.version as usize, index + 1);
            assert!(migration.name.starts_with(&format!("{:04}_", migration.version)));
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/");
        for database in ["sqlite", "postgres"] {
            let mut files: Vec<_> = std::fs::read_dir(format!("{folder}{database}"))
                .expect("the folder")
                .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
                .collect();
            files.sort();
            let listed: Vec<_> = SQLITE
                .iter()
                .map(|migration| format!("{}.sql", migration.name))
                .collect();
            assert_eq!(files, listed, "{database}");
        }
    }

    #[test]
    fn skipped_versions_are_made_up_for_and_newer_databases_refused() {
        let names = |applied: &[u32]| {
            pending(SQLITE, applied).map(|rest| rest.map(|migration| migration.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]).expect("old").len(), SQLITE.len());
        assert_eq!(names(&[1]).expect("old")[0], "0002_accounts");
        assert!(names(&[1, 999]).is_err());
    }
}
