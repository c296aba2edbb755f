//! Pages of lists: newest first, up to so many, before an id.

use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use super::super::problem::{Misread, Problem};

/// How many items a page has where nobody says.
const DEFAULT: u32 = 50;

/// How many items a page has at most.
pub(super) const MOST: u32 = 500;

/// One page of a list.
#[derive(Debug, Serialize)]
pub(super) struct List<T> {
    /// What is on it, newest first.
    pub(super) items: Vec<T>,
    /// `before` of the next page; null: this is the last one.
    pub(super) next: Option<i64>,
}

impl<T> List<T> {
    /// A page that was asked for with this limit; there may be another if it is full.
    pub(super) fn page(items: Vec<T>, limit: u32, id: impl Fn(&T) -> i64) -> Self {
        let is_full = usize::try_from(limit).is_ok_and(|limit| items.len() >= limit);
        let next = if is_full { items.last().map(id) } else { None };
        Self { items, next }
    }

    /// All there is.
    pub(super) fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// Which page.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// How many at most.
    pub(super) limit: Option<u32>,
    /// Only what has a smaller id.
    pub(super) before: Option<i64>,
}

impl Page {
    /// Checked: from 1 to [`MOST`].
    pub(super) fn of(page: &Query<Self>) -> Result<(u32, Option<i64>), Problem> {
        Ok((limit(page.limit)?, page.before))
    }
}

/// A limit that was asked for.
pub(super) fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(DEFAULT),
        Some(limit @ 1..=MOST) => Ok(limit),
        Some(_) => Err(Misread::Limit { most: MOST }.into()),
    }
}
