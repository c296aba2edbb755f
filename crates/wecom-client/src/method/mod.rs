//! One method of the API as the catalogue describes it: its row, the arguments that it takes, and how they are read and
//! checked before the call is made.
//!
//! In reading order: an [`Argument`] says what may be given; [`Arguments`] are what was given, read into the request
//! type of the Rust method (`reading`); a [`Method`] is the row that joins them, and `pages` follows its pages.

mod argument;
mod json_path;
mod reading;
mod arguments;
mod row;
mod pages;

pub use argument::{Argument, Kind};
pub use arguments::Arguments;
pub use pages::{Pages, RawPage};
pub use row::{Answers, By, Method, Paging};

// What the rows themselves are written with.
pub(crate) use argument::{
    CURSOR, boolean, content, day, file, ids, integer, integers, json, owners, text, texts, time,
};
pub(crate) use const_format::formatcp;
pub(crate) use row::{Rust, rust, shown};
