//! The pages of a method, one after the other, item by item, in WeCom's own words.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use serde_json::{Map, Value};

use super::{
    arguments::Arguments,
    row::{By, Method},
};
use crate::client::{
    CallOptions, Client, Error, Fault, Listing, Unanswered, is_read_in_part,
    paging::{self, Page},
    values,
};

/// The argument that names a page by its number, in place of a cursor.
const PAGE_NUMBER: &str = "page_id";

/// The items of all pages. It ends where the platform says that it ends, and by an error otherwise; a cursor that has
/// expired on the way (50100) restarts it once, after which **items may come twice**.
pub struct Pages {
    items: Listing<Value, Value>,
    aside: Arc<Mutex<Aside>>,
}

/// What was noted while the pages were read, beside their items.
#[derive(Default)]
struct Aside {
    pages: u64,
    restarted: bool,
    read_in_part: bool,
    refusal: Option<Map<String, Value>>,
    remarks: Map<String, Value>,
}

impl Pages {
    /// The next item; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Value, Unanswered>> {
        let item = self.items.next().await?;
        Some(item.map_err(|error| Unanswered { answer: aside(&self.aside).refusal.take(), error }))
    }

    /// Whether it was begun anew because the cursor had expired: some items came twice, perhaps.
    pub fn restarted(&self) -> bool {
        aside(&self.aside).restarted
    }

    /// Whether WeCom warned that it read the arguments of a page in part only.
    pub fn read_in_part(&self) -> bool {
        aside(&self.aside).read_in_part
    }

    /// The fields of the pages beside their items, each from the last page that had it: employees without a licence, say.
    pub fn remarks(&self) -> Map<String, Value> {
        aside(&self.aside).remarks.clone()
    }
}

impl Method {
    /// The items of all pages, from the first or from the cursor that was given; `None` of a method that does not
    /// page. Unless it was said how many are to be on a page there are as many as WeCom allows. The first page is
    /// checked at once.
    ///
    /// # Errors
    ///
    /// As [`Method::prepare`].
    pub async fn pages(
        &'static self,
        client: &Client,
        given: &Arguments,
        options: CallOptions,
    ) -> Result<Option<Pages>, Error> {
        let Some(paging) = self.paging else { return Ok(None) };
        let mut first = given.clone().paged(self);
        if self.argument(PAGE_NUMBER).is_some() {
            if given.fields().contains_key(PAGE_NUMBER) {
                return Err(given.fault(PAGE_NUMBER, Fault::OnePage));
            }
            // By number of page the list of leavers' customers ends early; an empty cursor asks for cursors.
            first.set_absent("cursor", Value::from(""));
        }
        self.prepare(&first).await?;
        let noted = Arc::new(Mutex::new(Aside::default()));
        let items = paging::listing(self.endpoint, {
            let (client, noted) = (client.clone(), Arc::clone(&noted));
            move |next: Option<Value>| {
                let (client, mut request, noted) = (client.clone(), first.clone(), Arc::clone(&noted));
                async move {
                    let begins = next.is_none();
                    if let Some(next) = next {
                        request.set(paging.by.request_field(), next);
                    }
                    let prepared = self.prepare(&request).await?;
                    let answered = client.ask(&prepared, options).await;
                    let mut noted = aside(&noted);
                    noted.restarted |= begins && noted.pages > 0;
                    noted.pages += 1;
                    match answered {
                        Ok(answer) => {
                            noted.read_in_part |=
                                scalar(&answer, "errmsg").is_some_and(|errmsg| is_read_in_part(&errmsg));
                            let mut page = self.page_of(answer);
                            noted.remarks.append(&mut page.remarks);
                            Ok(page)
                        }
                        Err(Unanswered { error, answer }) => {
                            noted.refusal = answer;
                            Err(error)
                        }
                    }
                }
            }
        });
        Ok(Some(Pages { items, aside: noted }))
    }
}

/// A lock that was poisoned guards a sound state: every change is whole before anything could panic.
fn aside(aside: &Mutex<Aside>) -> MutexGuard<'_, Aside> {
    aside.lock().unwrap_or_else(PoisonError::into_inner)
}

impl By {
    fn request_field(self) -> &'static str {
        match self {
            Self::Cursor => "cursor",
            Self::Offset => "offset",
        }
    }
}

/// One page, in WeCom's own words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawPage {
    /// The records.
    pub items: Vec<Value>,
    /// What leads to the next page, by the rule of the method; `None` on the last.
    pub next: Option<Value>,
    /// What the answer says beside its records and its paging: employees without a licence, say.
    pub remarks: Map<String, Value>,
}

impl Method {
    /// The records of an answer, and what it says beside them: all of it, of a method whose answers have no records.
    pub fn page_of(&self, mut answer: Map<String, Value>) -> RawPage {
        let items = match self.list.and_then(|list| answer.shift_remove(list)) {
            Some(Value::Array(items)) => items,
            // One element may stand for a list of one.
            Some(item @ Value::Object(_)) => vec![item],
            Some(Value::String(item)) if !item.is_empty() => vec![item.into()],
            _ => Vec::new(),
        };
        let next = self.paging.and_then(|paging| match paging.by {
            By::Cursor => {
                let cursor = paging::cursor(scalar(&answer, "next_cursor"));
                let last = matches!(scalar(&answer, "is_last").as_deref(), Some("1" | "true"));
                cursor.filter(|_| !last).map(Value::from)
            }
            By::Offset => match (number(&answer, "next_offset"), number(&answer, "total")) {
                (Some(next), Some(total)) if next < total => Some(next.into()),
                _ => None,
            },
        });
        let spoken = ["errcode", "errmsg", "next_cursor", "next_offset", "total", "is_last"];
        answer.retain(|name, value| !spoken.contains(&name.as_str()) && !is_nothing(value));
        RawPage { items, next, remarks: answer }
    }
}

/// A text, read as the typed pages read it: a cursor may come as a number.
fn scalar(answer: &Map<String, Value>, name: &str) -> Option<String> {
    // That reader takes whatever comes.
    values::text(answer.get(name)?).ok().flatten()
}

/// A whole number, given as one or as text.
fn number(answer: &Map<String, Value>, name: &str) -> Option<i64> {
    values::integer(answer.get(name)?).ok().flatten()
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.values().all(is_nothing),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

impl Page for RawPage {
    type Item = Value;
    type Next = Value;

    fn into_parts(self) -> (Vec<Value>, Option<Value>) {
        (self.items, self.next)
    }
}
