//! Listings of many pages as streams of their items.
//!
//! A method of the API gives one page; its `…_all` takes the same request and gives a [`Listing`], which asks for the
//! next page when the items of the one before have been taken, so that nobody holds more than a page and nothing is
//! asked in vain. The pages are the largest that WeCom allows unless the request says how many are to be on one.
//!
//! Guarantees: a listing ends where the platform says that it ends, and by an error otherwise, never by silence; it
//! asks for at most [`PAGES_MAX`] pages; a cursor that leads back is an error, not an endless loop. A cursor that
//! expired on the way (50100) restarts the listing once, from where it began, which is the cursor in the request or
//! else the beginning: **items may then come twice**, since what was taken cannot be taken back and what moved between
//! the pages is not to be missed. The request's own cursor may have expired: that is an error at once.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use futures_util::{FutureExt as _, Stream, future::BoxFuture};

use super::{endpoint::Endpoint, error::Error};

/// At most so many pages in one listing. The longest that is known: a hundred employees with 50,000 customers each, by
/// `batch/get_by_user`, at 50 a page.
const PAGES_MAX: u32 = 100_000;

/// The page cursor is no longer valid (page 90313).
const CURSOR_EXPIRED: i64 = 50_100;

/// The items of a listing, in the platform's order, or the error that ended it. It borrows nothing, so that it can be
/// handed to a task; dropping it ends it.
///
/// `N` says where the next page begins: a cursor, or an offset for `groupchat/statistic`.
///
/// ```no_run
/// use futures_util::TryStreamExt as _;
/// use wecom_client::{CallOptions, Client, Error, contact::BatchGetByUser};
///
/// async fn customers_of(client: &Client, userid: &str) -> Result<(), Error> {
///     let request = BatchGetByUser { userid_list: vec![userid.to_owned()], ..BatchGetByUser::default() };
///     let mut customers = client.external().batch_get_by_user_all(&request, CallOptions::default());
///     loop {
///         match customers.try_next().await {
///             Ok(Some(customer)) => println!("{:?}", customer.external_contact),
///             Ok(None) => return Ok(()),
///             Err(error) => {
///                 println!("to go on another time: {:?}", customers.cursor());
///                 return Err(error);
///             }
///         }
///     }
/// }
/// ```
pub struct Listing<T, N = String> {
    path: &'static str,
    fetch: Fetch<T, N>,
    asked: Option<Asked<T, N>>,
    /// What is left of the page that came last.
    items: vec::IntoIter<T>,
    /// What led to that page.
    here: Option<N>,
    at: At<N>,
    failed: bool,
    pages: u32,
    /// One of the cursors seen, replaced by the current one whenever the number of pages is a power of two: a circle
    /// of any length comes by it again, and nothing else need be kept.
    landmark: Option<N>,
    restarted: bool,
}

type Parts<T, N> = (Vec<T>, Option<N>);
type Asked<T, N> = BoxFuture<'static, Result<Parts<T, N>, Error>>;
type Fetch<T, N> = Box<dyn FnMut(Option<N>) -> Asked<T, N> + Send>;

enum At<N> {
    Page(Option<N>),
    End,
}

impl<T, N> Listing<T, N> {
    /// What to put into the request's `cursor` (of `groupchat/statistic`: `offset`) to go on from here another time:
    /// what leads to the page of which items are still to be taken, else to the next one, which is the one that failed
    /// where one has. An item may then come a second time, none is missed. `None` where the listing began, and when
    /// it has come to its end.
    ///
    /// Cursors expire, so that this is for minutes rather than days (50100).
    pub fn cursor(&self) -> Option<&N> {
        match &self.at {
            _ if self.items.len() > 0 => self.here.as_ref(),
            At::Page(next) => next.as_ref(),
            At::End => None,
        }
    }

    /// Whether it was begun anew because its cursor had expired: some items came twice, perhaps.
    pub fn restarted(&self) -> bool {
        self.restarted
    }

    fn endless(&self, fault: &'static str) -> Error {
        Error::Unreadable { path: self.path, fault, column: 0, done: false }
    }
}

impl<T, N: Clone + PartialEq> Listing<T, N> {
    /// Takes note of what came of asking for the page at which the listing is.
    fn turn(&mut self, answer: Result<Parts<T, N>, Error>) -> Result<(), Error> {
        let here = match &self.at {
            At::Page(here) => here.clone(),
            At::End => None,
        };
        let expired = |error: &Error| error.errcode() == Some(CURSOR_EXPIRED);
        let (items, next) = match answer {
            Err(error) if here.is_some() && !self.restarted && expired(&error) => {
                self.restarted = true;
                self.landmark = None;
                self.pages += 1;
                self.at = At::Page(None);
                return Ok(());
            }
            answer => answer?,
        };
        self.pages += 1;
        if next.is_some() && next == self.landmark {
            return Err(self.endless("the next page is one that was read before"));
        }
        if next.is_some() && self.pages.is_power_of_two() {
            self.landmark.clone_from(&next);
        }
        self.at = next.map_or(At::End, |next| At::Page(Some(next)));
        self.items = items.into_iter();
        self.here = here;
        Ok(())
    }

    /// Asks for the page at which the listing is, unless that has been done; `None` at its end.
    fn ask(&mut self) -> Result<Option<&mut Asked<T, N>>, Error> {
        if self.asked.is_none() {
            let At::Page(next) = &self.at else { return Ok(None) };
            if self.pages >= PAGES_MAX {
                return Err(self.endless("there are more pages than any listing has"));
            }
            let next = next.clone();
            self.asked = Some((self.fetch)(next));
        }
        Ok(self.asked.as_mut())
    }
}

/// Nothing in it is pinned but the box of what was asked.
impl<T, N> Unpin for Listing<T, N> {}

impl<T, N: Clone + PartialEq> Stream for Listing<T, N> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        let me = self.get_mut();
        loop {
            if let Some(item) = me.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            if me.failed {
                return Poll::Ready(None);
            }
            let turned = match me.ask() {
                Ok(None) => return Poll::Ready(None),
                Ok(Some(asked)) => {
                    let answer = ready!(asked.poll_unpin(context));
                    me.asked = None;
                    me.turn(answer)
                }
                Err(error) => Err(error),
            };
            if let Err(error) = turned {
                me.failed = true;
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl<T, N: fmt::Debug> fmt::Debug for Listing<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("path", &self.path)
            .field("pages", &self.pages)
            .field("restarted", &self.restarted)
            .finish_non_exhaustive()
    }
}

/// One page as it was answered.
pub(crate) trait Page {
    /// What is listed.
    type Item: Send;
    /// What leads to the next page: a cursor or an offset.
    type Next: Clone + PartialEq + Send + Sync;

    /// The items, and what leads to the next page; `None` after the last. An empty page need not be the last.
    fn into_parts(self) -> (Vec<Self::Item>, Option<Self::Next>);
}

/// A request for one page of a listing.
pub(crate) trait Paged: Clone {
    /// What leads to the next page.
    type Next;

    /// Has it ask for that page; `None` for the one for which it asks by itself.
    fn turn_to(&mut self, next: Option<Self::Next>);

    /// Where it says how many are to be on a page, if it does.
    fn size(&mut self) -> Option<&mut Option<u32>>;
}

/// A request that has the fields `cursor` and, where it is named, `limit`.
macro_rules! paged {
    ($request:ty) => {
        paged!($request, |_| None);
    };
    ($request:ty, limit) => {
        paged!($request, |request| Some(&mut request.limit));
    };
    ($request:ty, |$me:pat_param| $size:expr) => {
        impl $crate::client::paging::Paged for $request {
            type Next = String;

            fn turn_to(&mut self, next: Option<String>) {
                if next.is_some() {
                    self.cursor = next;
                }
            }

            fn size(&mut self) -> Option<&mut Option<u32>> {
                let $me = self;
                $size
            }
        }
    };
}
pub(crate) use paged;

/// The `…_all` of a method: every page of `$request`, `$most` on each unless it says otherwise.
macro_rules! all_pages {
    ($me:ident.$method:ident, $endpoint:expr, $request:expr, $most:expr, $options:expr) => {{
        let (me, first, options) = ($me.clone(), $crate::client::paging::widest($request, $most), $options);
        $crate::client::paging::listing($endpoint, move |next| {
            let (me, mut page) = (me.clone(), first.clone());
            $crate::client::paging::Paged::turn_to(&mut page, next);
            async move { me.$method(&page, options).await }
        })
    }};
}
pub(crate) use all_pages;

/// The request with `most` on a page, unless it says how many.
pub(crate) fn widest<R: Paged>(request: &R, most: u32) -> R {
    let mut request = request.clone();
    if let Some(size) = request.size() {
        size.get_or_insert(most);
    }
    request
}

/// The cursor of an answer that has one: absent or empty means that there are no more pages.
pub(crate) fn cursor(next_cursor: Option<String>) -> Option<String> {
    next_cursor.filter(|cursor| !cursor.is_empty())
}

/// The items of all pages of a method. `fetch` gets a page: the first for `None`, which is where the request that it
/// holds says, and then each that the one before named.
pub(crate) fn listing<P, F, Answer>(endpoint: Endpoint, mut fetch: F) -> Listing<P::Item, P::Next>
where
    P: Page + 'static,
    F: FnMut(Option<P::Next>) -> Answer + Send + 'static,
    Answer: Future<Output = Result<P, Error>> + Send + 'static,
{
    Listing {
        path: endpoint.path,
        fetch: Box::new(move |next| fetch(next).map(|page| page.map(Page::into_parts)).boxed()),
        asked: None,
        items: Vec::new().into_iter(),
        here: None,
        at: At::Page(None),
        failed: false,
        pages: 0,
        landmark: None,
        restarted: false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::StreamExt as _;

    use super::*;

    struct Numbers(Vec<u32>, Option<u32>);

    impl Page for Numbers {
        type Item = u32;
        type Next = u32;

        fn into_parts(self) -> (Vec<u32>, Option<u32>) {
            (self.0, self.1)
        }
    }

    fn expired() -> Error {
        Error::Refused { path: "p", errcode: CURSOR_EXPIRED, errmsg: String::new() }
    }

    async fn taken(
        mut fetch: impl FnMut(Option<u32>) -> Result<Numbers, Error> + Send + 'static,
    ) -> (Vec<u32>, Option<Error>) {
        let mut listing = listing(Endpoint::get("p"), move |next| std::future::ready(fetch(next)));
        let mut items = Vec::new();
        loop {
            match listing.next().await {
                Some(Ok(item)) => items.push(item),
                Some(Err(error)) => {
                    assert!(listing.next().await.is_none(), "an error ends it");
                    return (items, Some(error));
                }
                None => return (items, None),
            }
        }
    }

    #[tokio::test]
    async fn pages_follow_one_another_and_an_empty_one_ends_nothing() {
        let (items, error) = taken(|next| {
            Ok(match next {
                None => Numbers(vec![1, 2], Some(7)),
                Some(7) => Numbers(vec![], Some(8)),
                Some(_) => Numbers(vec![3], None),
            })
        })
        .await;
        assert_eq!((items, error.is_none()), (vec![1, 2, 3], true));
    }

    #[tokio::test]
    async fn an_expired_cursor_restarts_once() {
        let mut calls = 0;
        let (items, error) = taken(move |next| {
            calls += 1;
            match (next, calls) {
                (None, _) => Ok(Numbers(vec![1], Some(7))),
                (Some(_), 2) => Err(expired()),
                (Some(_), _) => Ok(Numbers(vec![2], None)),
            }
        })
        .await;
        assert_eq!((items, error.is_none()), (vec![1, 1, 2], true));

        let (items, error) =
            taken(|next| next.map_or(Ok(Numbers(vec![1], Some(7))), |_| Err(expired()))).await;
        assert_eq!((items, error.and_then(|error| error.errcode())), (vec![1, 1], Some(CURSOR_EXPIRED)));
        let (_, error) = taken(|_| Err(expired())).await;
        assert_eq!(error.and_then(|error| error.errcode()), Some(CURSOR_EXPIRED), "no cursor, no restart");
    }

    #[tokio::test]
    async fn a_circle_of_any_length_is_an_error() {
        for length in [1, 2, 3, 7] {
            let mut calls = 0_u32;
            let (items, error) = taken(move |_| {
                calls += 1;
                Ok(Numbers(vec![calls], Some(calls % length)))
            })
            .await;
            assert!(error.is_some() && items.len() < 32, "{length}: {}", items.len());
        }
    }

    #[tokio::test]
    async fn there_is_an_end_to_pages_that_have_none() {
        let calls = Arc::new(Mutex::new(0_u32));
        let counted = Arc::clone(&calls);
        let (_, error) = taken(move |_| {
            let mut calls = counted.lock().unwrap();
            *calls += 1;
            Ok(Numbers(Vec::new(), Some(*calls)))
        })
        .await;
        assert!(error.is_some());
        assert_eq!(*calls.lock().unwrap(), PAGES_MAX);
    }

    #[tokio::test]
    async fn it_tells_where_to_go_on() {
        let mut listing = listing(Endpoint::get("p"), |next: Option<u32>| {
            std::future::ready(match next {
                None => Ok(Numbers(vec![1, 2], Some(7))),
                Some(7) => Ok(Numbers(vec![3, 4], Some(8))),
                Some(_) => Err(Error::Described { path: "p" }),
            })
        });
        assert_eq!(listing.cursor(), None, "at the beginning");
        let mut seen = Vec::new();
        while let Some(item) = listing.next().await {
            seen.push((item.ok(), listing.cursor().copied()));
        }
        assert_eq!(
            seen,
            [(Some(1), None), (Some(2), Some(7)), (Some(3), Some(7)), (Some(4), Some(8)), (None, Some(8))],
            "a page of which items are left comes once more, and so does the one that failed"
        );
        assert_eq!(listing.cursor(), Some(&8));

        let mut whole = super::listing(Endpoint::get("p"), |_: Option<u32>| {
            std::future::ready(Ok(Numbers(vec![1], None)))
        });
        assert!(whole.next().await.is_some() && whole.next().await.is_none());
        assert_eq!(whole.cursor(), None, "at the end");
    }

    #[test]
    fn an_empty_cursor_is_none() {
        assert_eq!(cursor(Some(String::new())), None);
        assert_eq!(cursor(Some("c".into())), Some("c".into()));
    }
}
