//! One method of the API as the catalogue describes it: its row, the arguments that it takes, and how they are read and
//! checked before the call is made.

mod json_path;
mod reading;
mod arguments;
mod row;
mod pages;

pub use arguments::Arguments;
pub use pages::{Pages, RawPage};
pub use row::{Answers, Argument, By, Kind, Method, Paging};
pub(crate) use row::{
    CURSOR, Rust, boolean, content, day, file, ids, integer, integers, json, owners, rust, shown, text,
    texts, time,
};
