//! Statements without a name, for where each transaction may have another connection to PostgreSQL: a statement that was prepared
//! under a name on one of them is not known on the next, or its name is taken there by somebody else.

use futures_util::{future::BoxFuture, stream::BoxStream};
use sqlx::{
    Database, Either, Error, Execute, Executor, PgConnection, Postgres, SqlStr,
    error::BoxDynError,
    postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo},
};

/// A connection that statements are run on.
#[derive(Debug)]
pub(in crate::store) struct PgHand<'c> {
    connection: &'c mut PgConnection,
    /// Whether statements stay prepared on it.
    keeps: bool,
}

impl<'c> PgHand<'c> {
    pub(super) fn new(connection: &'c mut PgConnection, keeps: bool) -> Self {
        Self { connection, keeps }
    }

    /// The connection itself, for who names no statement.
    pub(in crate::store) fn into_inner(self) -> &'c mut PgConnection {
        self.connection
    }
}

/// A statement that is kept or not as its connection says.
struct Kept<E> {
    statement: E,
    keeps: bool,
}

impl<'q, E: Execute<'q, Postgres>> Execute<'q, Postgres> for Kept<E> {
    fn sql(self) -> SqlStr {
        self.statement.sql()
    }

    fn statement(&self) -> Option<&PgStatement> {
        self.statement.statement()
    }

    fn take_arguments(&mut self) -> Result<Option<<Postgres as Database>::Arguments>, BoxDynError> {
        self.statement.take_arguments()
    }

    fn persistent(&self) -> bool {
        self.keeps && self.statement.persistent()
    }
}

impl<'c> Executor<'c> for PgHand<'c> {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        self.connection.fetch_many(Kept { statement: query, keeps: self.keeps })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        self.connection.fetch_optional(Kept { statement: query, keeps: self.keeps })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'c: 'e,
    {
        self.connection.prepare_with(sql, parameters)
    }
}
