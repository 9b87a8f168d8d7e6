//! Queries to the `SQLite` database of a Durable Object.

use worker::{Result, SqlStorage, SqlStorageValue};

use crate::quota::MAX_COUNT;

/// Runs a query and returns its rows, each as a list of columns.
pub fn rows(
    sql: &SqlStorage,
    query: &str,
    values: Vec<SqlStorageValue>,
) -> Result<Vec<Vec<SqlStorageValue>>> {
    // Of a cursor's methods, `raw` alone returns the database's errors: with the others they end the instance.
    sql.exec(query, values)?.raw().collect()
}

/// A number for a `?` in a query. More than [`MAX_COUNT`] is stored as that.
pub fn integer(number: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(number.min(MAX_COUNT)).unwrap_or(i64::MAX))
}

/// The whole number, from 0 to [`MAX_COUNT`], in a column of a row.
pub fn whole(column: &SqlStorageValue) -> Option<u64> {
    match column {
        SqlStorageValue::Integer(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}
