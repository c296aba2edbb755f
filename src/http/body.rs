//! Bodies, read as a whole, no further than a bound and for no longer than one.

use std::{io, pin::Pin, time::Duration};

use actix_web::{
    dev::Payload,
    error::PayloadError,
    http::header::{CONTENT_LENGTH, HeaderMap},
    web::{Bytes, BytesMut},
};
use futures_util::{Stream, StreamExt as _, stream};

use super::problem::{Misread, Problem};

/// So much of a body that is too long is read and thrown away.
const DRAINED_BYTES_MAX: usize = 8 << 20;

/// For how long nothing may arrive of a body: a line that stops for longer is broken, and whoever sends it may hold one of few
/// turns.
const STALLS_MAX: Duration = Duration::from_secs(5);

/// How long a body may take, however small it is.
const BODY_WITHIN: Duration = Duration::from_secs(15);

/// So much of a large one has to arrive in a second, beyond that: 20 MB have two minutes and a half more.
const BYTES_A_SECOND_LEAST: usize = 128 << 10;

/// How long the reading of a body may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For how long nothing may arrive.
    stalls: Duration,
    /// In all.
    in_all: Duration,
}

impl Patience {
    /// Of a body of up to so many bytes.
    fn of(most: usize) -> Self {
        let seconds = u64::try_from(most / BYTES_A_SECOND_LEAST).unwrap_or(u64::MAX);
        Self { stalls: STALLS_MAX, in_all: BODY_WITHIN.saturating_add(Duration::from_secs(seconds)) }
    }
}

/// A body that arrives in parts, each of them in time.
pub(super) struct InTime<'a> {
    payload: &'a mut Payload,
    stalls: Duration,
    until: tokio::time::Instant,
}

impl<'a> InTime<'a> {
    /// The parts of a body of up to so many bytes.
    pub(super) fn new(payload: &'a mut Payload, most: usize) -> Self {
        Self::with(payload, Patience::of(most))
    }

    fn with(payload: &'a mut Payload, patience: Patience) -> Self {
        Self { payload, stalls: patience.stalls, until: now() + patience.in_all }
    }

    /// The next part; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Misread> {
        let part = tokio::time::timeout(self.stalls, self.payload.next());
        match tokio::time::timeout_at(self.until, part).await {
            Ok(Ok(part)) => part.transpose().map_err(|error| unread(&error)),
            Ok(Err(_)) | Err(_) => Err(Misread::Slow),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the instant from which the time for a body is counted")]
fn now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

/// The same body for those who read it without a look at the clock: a part that is late is an error of the line. However large
/// it is, what lasts longer than a small one may has to come at the pace at which a large one has to come in all.
pub(super) fn timely(payload: Payload) -> Payload {
    if matches!(payload, Payload::None) {
        return payload;
    }
    timely_within(payload, Patience::of(0))
}

fn timely_within(payload: Payload, patience: Patience) -> Payload {
    let until = now() + patience.in_all;
    let parts = stream::unfold(Some((payload, until)), move |rest| async move {
        let (mut payload, until) = rest?;
        let part = tokio::time::timeout(patience.stalls, payload.next());
        let part = tokio::time::timeout_at(until, part).await;
        match part {
            Ok(Ok(Some(Ok(bytes)))) => {
                let until = until + time_for(bytes.len());
                Some((Ok(bytes), Some((payload, until))))
            }
            Ok(Ok(Some(Err(broken)))) => Some((Err(broken), None)),
            Ok(Ok(None)) => None,
            Ok(Err(_)) | Err(_) => Some((Err(PayloadError::Io(io::ErrorKind::TimedOut.into())), None)),
        }
    });
    let payload: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(parts);
    Payload::Stream { payload }
}

/// How long so many bytes may take.
fn time_for(bytes: usize) -> Duration {
    let micros = bytes.saturating_mul(1_000_000) / BYTES_A_SECOND_LEAST;
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

/// Why a body could not be read to its end.
pub(super) fn unread(error: &PayloadError) -> Misread {
    match error {
        PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut => Misread::Slow,
        _ => Misread::Cut,
    }
}

/// How long a body is, as far as its head says so.
pub(super) fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// Refuses a body that is longer than so many bytes, where its head says so: nothing of it is read.
pub(super) fn within(headers: &HeaderMap, most: usize) -> Result<(), Problem> {
    if announced(headers).is_some_and(|length| length > most) {
        return Err(Problem::TooLarge { most });
    }
    Ok(())
}

/// Reads a body up to so many bytes.
pub(super) async fn whole(
    (payload, headers): (&mut Payload, &HeaderMap),
    most: usize,
) -> Result<Bytes, Problem> {
    within(headers, most)?;
    let (mut parts, mut bytes) = (InTime::new(payload, most), BytesMut::new());
    while let Some(part) = parts.next().await? {
        if bytes.len() + part.len() > most {
            return Err(Problem::TooLarge { most });
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes.freeze())
}

/// Reads what is left of a body and throws it away, as far as the bounds of bytes and time.
pub(super) async fn drain(payload: &mut Payload) {
    let (mut parts, mut length) = (InTime::new(payload, DRAINED_BYTES_MAX), 0);
    while let Ok(Some(part)) = parts.next().await {
        length += part.len();
        if length > DRAINED_BYTES_MAX {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use actix_web::http::header::HeaderValue;

    use super::*;

    const BRIEF: Patience =
        Patience { stalls: Duration::from_millis(40), in_all: Duration::from_millis(200) };

    fn payload(parts: impl Stream<Item = &'static str> + 'static) -> Payload {
        let bytes = parts.map(|part| Ok::<_, Infallible>(Bytes::from_static(part.as_bytes())));
        let bytes = bytes.map(|part| part.map_err(|never| match never {}));
        let bytes: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(bytes);
        Payload::Stream { payload: bytes }
    }

    /// One byte every ten milliseconds, without an end.
    fn dribble() -> impl Stream<Item = &'static str> + 'static {
        stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Some(("a", ()))
        })
    }

    /// What is read until it ends or is given up.
    async fn read(parts: impl Stream<Item = &'static str> + 'static) -> (String, Option<Misread>) {
        read_within(payload(parts), BRIEF).await
    }

    async fn read_within(mut payload: Payload, patience: Patience) -> (String, Option<Misread>) {
        let mut body = InTime::with(&mut payload, patience);
        let mut read = String::new();
        loop {
            match body.next().await {
                Ok(Some(part)) => read.push_str(std::str::from_utf8(&part).unwrap()),
                Ok(None) => return (read, None),
                Err(wrong) => return (read, Some(wrong)),
            }
        }
    }

    #[tokio::test]
    async fn a_body_that_stops_or_dribbles_is_given_up() {
        let all = read(stream::iter(["a", "b", "c"])).await;
        assert!(matches!(all, (ref read, None) if read == "abc"), "{all:?}");

        let stops = read(stream::iter(["a"]).chain(stream::pending())).await;
        assert!(matches!(stops, (ref read, Some(Misread::Slow)) if read == "a"), "{stops:?}");

        let (read, wrong) = read(dribble()).await;
        assert!(matches!(wrong, Some(Misread::Slow)) && read.len() < 25, "{read} {wrong:?}");
    }

    /// Whoever reads a body without a look at the clock does not wait for ever either, and learns that it was slow.
    #[tokio::test]
    async fn a_body_is_given_up_for_those_who_do_not_look_at_the_clock() {
        let patient = Patience { stalls: Duration::from_mins(1), in_all: Duration::from_mins(1) };
        let of = |parts| read_within(timely_within(parts, BRIEF), patient);
        let all = of(payload(stream::iter(["a", "b", "c"]))).await;
        assert!(matches!(all, (ref read, None) if read == "abc"), "{all:?}");
        let stops = of(payload(stream::iter(["a"]).chain(stream::pending()))).await;
        assert!(matches!(stops, (ref read, Some(Misread::Slow)) if read == "a"), "{stops:?}");
        let (read, wrong) = of(payload(dribble())).await;
        assert!(matches!(wrong, Some(Misread::Slow)) && read.len() < 25, "{read} {wrong:?}");
        assert!(matches!(timely(Payload::None), Payload::None), "where there is none, there is none");
    }

    #[test]
    fn what_comes_at_the_pace_of_a_large_body_has_the_time_that_it_takes() {
        assert_eq!(time_for(20 << 20), Duration::from_secs(160));
        assert_eq!(time_for(0), Duration::ZERO);
        assert!(time_for(usize::MAX) > Duration::from_secs(1));
    }

    #[tokio::test]
    async fn a_body_that_is_too_long_by_its_head_is_not_read() {
        let announcing = |length: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_LENGTH, HeaderValue::from_str(length).unwrap());
            headers
        };
        // Nothing ever comes of it.
        let mut silent = payload(stream::pending());
        let refused = whole((&mut silent, &announcing("4")), 3).await;
        assert!(matches!(refused, Err(Problem::TooLarge { most: 3 })), "{refused:?}");
        for (length, read) in
            [("3", true), ("0", true), ("", true), ("-1", true), ("18446744073709551615", false)]
        {
            let mut parts = payload(stream::iter(["a", "bc"]));
            let answer = whole((&mut parts, &announcing(length)), 3).await;
            assert_eq!(answer.is_ok(), read, "{length}: {answer:?}");
        }
        let mut parts = payload(stream::iter(["ab", "cd"]));
        let found_out = whole((&mut parts, &HeaderMap::new()), 3).await;
        assert!(matches!(found_out, Err(Problem::TooLarge { most: 3 })), "{found_out:?}");
    }

    #[test]
    fn a_large_body_has_more_time() {
        assert_eq!(Patience::of(1_000).in_all, BODY_WITHIN);
        assert_eq!(Patience::of(20 << 20).in_all, BODY_WITHIN + Duration::from_secs(160));
        assert!(Patience::of(usize::MAX).in_all > BODY_WITHIN);
    }
}
