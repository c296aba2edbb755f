//! Bodies, read as a whole, no further than a bound and for no longer than one.

use std::time::Duration;

use actix_web::{
    dev::Payload,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt as _;

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
        #[expect(
            clippy::disallowed_methods,
            reason = "the instant from which the time for a body is counted"
        )]
        let now = tokio::time::Instant::now();
        Self { payload, stalls: patience.stalls, until: now + patience.in_all }
    }

    /// The next part; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Misread> {
        let part = tokio::time::timeout(self.stalls, self.payload.next());
        match tokio::time::timeout_at(self.until, part).await {
            Ok(Ok(part)) => part.transpose().map_err(|_| Misread::Cut),
            Ok(Err(_)) | Err(_) => Err(Misread::Slow),
        }
    }
}

/// Reads a body up to so many bytes.
pub(super) async fn whole(payload: &mut Payload, most: usize) -> Result<Bytes, Problem> {
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
    use std::{convert::Infallible, pin::Pin};

    use actix_web::error::PayloadError;
    use futures_util::{Stream, stream};

    use super::*;

    const BRIEF: Patience =
        Patience { stalls: Duration::from_millis(40), in_all: Duration::from_millis(200) };

    /// What is read until it ends or is given up.
    async fn read(parts: impl Stream<Item = &'static str> + 'static) -> (String, Option<Misread>) {
        let bytes = parts.map(|part| Ok::<_, Infallible>(Bytes::from_static(part.as_bytes())));
        let bytes = bytes.map(|part| part.map_err(|never| match never {}));
        let bytes: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(bytes);
        let mut payload = Payload::Stream { payload: bytes };
        let mut body = InTime::with(&mut payload, BRIEF);
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

        let dribbles = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Some(("a", ()))
        });
        let (read, wrong) = read(dribbles).await;
        assert!(matches!(wrong, Some(Misread::Slow)) && read.len() < 25, "{read} {wrong:?}");
    }

    #[test]
    fn a_large_body_has_more_time() {
        assert_eq!(Patience::of(1_000).in_all, BODY_WITHIN);
        assert_eq!(Patience::of(20 << 20).in_all, BODY_WITHIN + Duration::from_secs(160));
        assert!(Patience::of(usize::MAX).in_all > BODY_WITHIN);
    }
}
