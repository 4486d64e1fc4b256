//! One connection with its prepared statements, and the pool's way to make and test it.

use std::collections::HashMap;

use r2d2::ManageConnection;
use r2d2_postgres::{
    PostgresConnectionManager,
    postgres::{Client, Config, Error, Row, Statement, types::ToSql},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::StoreError;

pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection. Statements are prepared at first use and kept: their texts are all in this
/// program, so there is an end to them.
pub(super) struct Connection {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl Connection {
    pub(super) fn execute(&mut self, sql: &'static str, params: Params<'_>) -> Result<u64, StoreError> {
        let statement = self.statement(sql)?;
        Ok(self.client.execute(&statement, params)?)
    }

    /// Runs a statement that is not worth keeping.
    pub(super) fn execute_once(&mut self, sql: &str, params: Params<'_>) -> Result<u64, StoreError> {
        Ok(self.client.execute(sql, params)?)
    }

    pub(super) fn query(&mut self, sql: &'static str, params: Params<'_>) -> Result<Vec<Row>, StoreError> {
        let statement = self.statement(sql)?;
        Ok(self.client.query(&statement, params)?)
    }

    pub(super) fn query_opt(
        &mut self,
        sql: &'static str,
        params: Params<'_>,
    ) -> Result<Option<Row>, StoreError> {
        let statement = self.statement(sql)?;
        Ok(self.client.query_opt(&statement, params)?)
    }

    pub(super) fn query_one(&mut self, sql: &'static str, params: Params<'_>) -> Result<Row, StoreError> {
        self.query_opt(sql, params)?.ok_or(StoreError::NotFound)
    }

    /// Statements without parameters, separated by semicolons.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        Ok(self.client.batch_execute(sql)?)
    }

    /// Runs `work` in a transaction; whatever fails takes all of it back.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.batch("BEGIN")?;
        let result = work(self).and_then(|value| self.batch("COMMIT").map(|()| value));
        if result.is_err() {
            // Where this fails too the connection is broken and leaves the pool.
            drop(self.batch("ROLLBACK"));
        }
        result
    }

    /// Runs `work` on one moment of the data.
    pub(super) fn snapshot<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.transaction(|db| {
            db.batch("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
            work(db)
        })
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

/// Makes connections for the pool.
pub(super) struct Manager(PostgresConnectionManager<MakeRustlsConnect>);

impl Manager {
    pub(super) fn new(config: Config, connector: MakeRustlsConnect) -> Self {
        Self(PostgresConnectionManager::new(config, connector))
    }
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = Error;

    fn connect(&self) -> Result<Connection, Error> {
        Ok(Connection {
            client: self.0.connect()?,
            statements: HashMap::new(),
        })
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), Error> {
        self.0.is_valid(&mut connection.client)
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        self.0.has_broken(&mut connection.client)
    }
}
