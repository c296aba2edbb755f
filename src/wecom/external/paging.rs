//! Listings of many pages as streams of their items.
//!
//! A method of the API gives one page; its `…_all` gives a [`Listing`], which asks for the next page when the items of
//! the one before have been taken, so that nobody holds more than a page and nothing is asked in vain.
//!
//! Guarantees: a listing ends where the platform says that it ends, and by an error otherwise, never by silence; it
//! asks for at most [`PAGES_MAX`] pages; a cursor that leads back is an error, not an endless loop. A cursor that
//! expired on the way (50100) restarts the listing once, from its beginning: **items may then come twice**, since what
//! was taken cannot be taken back and what moved between the pages is not to be missed.

use std::future::Future;

use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};

use crate::wecom::Error;

/// The items of a listing, in the platform's order, or the error that ended it. Dropping it ends it.
pub type Listing<'a, T> = BoxStream<'a, Result<T, Error>>;

/// At most so many pages in one listing. The longest that is known: a hundred employees with 50,000 customers each, by
/// `batch/get_by_user`, at 50 a page.
const PAGES_MAX: u32 = 100_000;

/// The page cursor is no longer valid (document 90313).
const CURSOR_EXPIRED: i64 = 50_100;

/// One page as it was answered.
pub(in crate::wecom) trait Page {
    /// What is listed.
    type Item: Send;
    /// What leads to the next page: a cursor or an offset.
    type Next: Clone + PartialEq + Send + Sync;

    /// The items, and what leads to the next page; `None` after the last. An empty page need not be the last.
    fn into_parts(self) -> (Vec<Self::Item>, Option<Self::Next>);
}

/// The cursor of an answer that has one: absent or empty means that there are no more pages.
pub(in crate::wecom) fn cursor(next_cursor: Option<String>) -> Option<String> {
    next_cursor.filter(|cursor| !cursor.is_empty())
}

/// The items of all pages of `path`. `fetch` gets a page: the first for `None`, which is where the request that it
/// holds says, and then each that the one before named.
pub(in crate::wecom) fn listing<'a, P, F, Answer>(path: &'static str, fetch: F) -> Listing<'a, P::Item>
where
    P: Page + Send + 'a,
    F: FnMut(Option<P::Next>) -> Answer + Send + 'a,
    Answer: Future<Output = Result<P, Error>> + Send + 'a,
{
    let state = Walk { path, fetch, at: At::Page(None), pages: 0, landmark: None, restarted: false };
    stream::try_unfold(state, Walk::step)
        .map_ok(|items| stream::iter(items.into_iter().map(Ok)))
        .try_flatten()
        .boxed()
}

enum At<N> {
    Page(Option<N>),
    End,
}

/// How far a listing has come.
struct Walk<F, N> {
    path: &'static str,
    fetch: F,
    at: At<N>,
    pages: u32,
    /// One of the cursors seen, replaced by the current one whenever the number of pages is a power of two: a circle
    /// of any length comes by it again, and nothing else need be kept.
    landmark: Option<N>,
    restarted: bool,
}

impl<F, N: Clone + PartialEq> Walk<F, N> {
    async fn step<P, Answer>(mut self) -> Result<Option<(Vec<P::Item>, Self)>, Error>
    where
        P: Page<Next = N>,
        F: FnMut(Option<N>) -> Answer,
        Answer: Future<Output = Result<P, Error>>,
    {
        let At::Page(next) = std::mem::replace(&mut self.at, At::End) else { return Ok(None) };
        if self.pages == PAGES_MAX {
            return Err(self.endless("there are more pages than any listing has"));
        }
        let underway = next.is_some();
        let page = match (self.fetch)(next).await {
            Err(error) if underway && !self.restarted && error.errcode() == Some(CURSOR_EXPIRED) => {
                self.restarted = true;
                self.landmark = None;
                self.pages += 1;
                self.at = At::Page(None);
                return Ok(Some((Vec::new(), self)));
            }
            page => page?,
        };
        self.pages += 1;
        let (items, next) = page.into_parts();
        if let Some(next) = next {
            if self.landmark.as_ref() == Some(&next) {
                return Err(self.endless("the next page is one that was read before"));
            }
            if self.pages.is_power_of_two() {
                self.landmark = Some(next.clone());
            }
            self.at = At::Page(Some(next));
        }
        Ok(Some((items, self)))
    }

    fn endless(&self, fault: &'static str) -> Error {
        Error::Unreadable { path: self.path, fault, column: 0 }
    }
}

#[cfg(test)]
mod tests {
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
        fetch: impl FnMut(Option<u32>) -> Result<Numbers, Error> + Send,
    ) -> (Vec<u32>, Option<Error>) {
        let mut fetch = fetch;
        let mut listing = listing("p", |next| std::future::ready(fetch(next)));
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
        let (items, error) = taken(|next| {
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
            let (items, error) = taken(|_| {
                calls += 1;
                Ok(Numbers(vec![calls], Some(calls % length)))
            })
            .await;
            assert!(error.is_some() && items.len() < 32, "{length}: {}", items.len());
        }
    }

    #[tokio::test]
    async fn there_is_an_end_to_pages_that_have_none() {
        let mut calls = 0_u32;
        let (_, error) = taken(|_| {
            calls += 1;
            Ok(Numbers(Vec::new(), Some(calls)))
        })
        .await;
        assert!(error.is_some());
        assert_eq!(calls, PAGES_MAX);
    }

    #[test]
    fn an_empty_cursor_is_none() {
        assert_eq!(cursor(Some(String::new())), None);
        assert_eq!(cursor(Some("c".into())), Some("c".into()));
    }
}
