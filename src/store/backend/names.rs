//! Names of closed sets (statuses, kinds, codes) on their way out of a column.

use std::{fmt, str::FromStr};

use super::error::{Error, Result};
use crate::action::UnknownName;

/// The value that a column's text names. A name that this version does not know makes an error that says where it stands.
pub(in crate::store) fn read_name<T: FromStr<Err = UnknownName>>(
    table: &'static str,
    column: &'static str,
    row: impl fmt::Display,
    name: &str,
) -> Result<T> {
    name.parse().map_err(|error| {
        Error::unreadable(table, column, row, format_args!("`{}` is {error}", name.escape_debug()))
    })
}
