//! The pages of a method, one after the other, item by item, in WeCom's own words.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use serde_json::{Map, Value};

use super::{Arguments, By, Method, Paging};
use crate::wecom::{
    CallOptions, Client, Error, Unanswered,
    external::{
        Listing,
        paging::{self, Page},
    },
};

/// The items of all pages. It ends where the platform says that it ends, and by an error otherwise; a cursor that has
/// expired on the way (50100) restarts it once, after which **items may come twice**.
pub struct Pages {
    items: Listing<Value, Value>,
    aside: Arc<Mutex<Aside>>,
}

/// What the pages say beside their items.
#[derive(Default)]
struct Aside {
    pages: u64,
    restarted: bool,
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

    /// What the pages said beside their items, the last page's word for each: employees without a licence, say.
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
        let mut first = given.clone().paged();
        // By number of page the list of leavers' customers ends early; an empty cursor asks for cursors.
        if first.remove("page_id") {
            first.set_absent("cursor", Value::from(""));
        }
        self.prepare(&first).await?;
        let noted = Arc::new(Mutex::new(Aside::default()));
        let items = paging::listing(self.path, {
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
                        Ok(answer) => Ok(RawPage::of(answer, paging, &mut noted.remarks)),
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

/// Every change is whole before anything could panic.
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

struct RawPage {
    items: Vec<Value>,
    next: Option<Value>,
}

impl RawPage {
    fn of(mut answer: Map<String, Value>, paging: Paging, remarks: &mut Map<String, Value>) -> Self {
        let items = match answer.shift_remove(paging.list) {
            Some(Value::Array(items)) => items,
            // One element may stand for a list of one.
            Some(item @ Value::Object(_)) => vec![item],
            _ => Vec::new(),
        };
        let next = match paging.by {
            By::Cursor => {
                let cursor = answer.get("next_cursor").and_then(Value::as_str).map(str::to_owned);
                let last = answer.get("is_last") == Some(&Value::Bool(true));
                paging::cursor(cursor).filter(|_| !last).map(Value::from)
            }
            By::Offset => match (number(&answer, "next_offset"), number(&answer, "total")) {
                (Some(next), Some(total)) if next < total => Some(next.into()),
                _ => None,
            },
        };
        let spoken = ["errcode", "errmsg", "next_cursor", "next_offset", "total", "is_last"];
        answer.retain(|name, value| !spoken.contains(&name.as_str()) && !is_nothing(value));
        remarks.extend(answer);
        Self { items, next }
    }
}

/// A whole number, given as one or as text.
fn number(answer: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = answer.get(name)?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
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
