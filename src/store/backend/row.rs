//! Structs that are read from a row, whichever database it comes from.

/// Declares a struct that is read from a row: each field from the column of its name. A last field behind `..` is such a
/// struct itself, and is read from the same row.
///
/// sqlx has a derive for that, which costs more than it is worth: whoever builds the program would build both drivers, and
/// SQLite with them, a second time for the compiler's own use.
macro_rules! row {
    (
        $(#[$attribute:meta])*
        $visible:vis struct $name:ident {
            $( $(#[$field_attribute:meta])* $field_visible:vis $field:ident: $type:ty, )*
            $( ..$inner:ident: $inner_type:ty, )?
        }
    ) => {
        $(#[$attribute])*
        $visible struct $name {
            $( $(#[$field_attribute])* $field_visible $field: $type, )*
            $( $inner: $inner_type, )?
        }

        impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for $name
        where
            &'static str: sqlx::ColumnIndex<R>,
            $( $type: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>, )*
            $( $inner_type: sqlx::FromRow<'r, R>, )?
        {
            fn from_row(row: &'r R) -> std::result::Result<Self, sqlx::Error> {
                Ok(Self {
                    $( $field: row.try_get(stringify!($field))?, )*
                    $( $inner: sqlx::FromRow::from_row(row)?, )?
                })
            }
        }
    };
}
pub(in crate::store) use row;
