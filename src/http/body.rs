//! Bodies, read as a whole and no further than a bound.

use actix_web::{
    dev::Payload,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt as _;

use super::problem::{Misread, Problem};

/// So much of a body that is too long is read and thrown away.
const DRAINED_BYTES_MAX: usize = 8 << 20;

/// Reads a body up to so many bytes.
pub(super) async fn whole(payload: &mut Payload, most: usize) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Misread::Cut)?;
        if bytes.len() + chunk.len() > most {
            return Err(Problem::TooLarge { most });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Reads what is left of a body and throws it away, as far as the bound.
pub(super) async fn drain(payload: &mut Payload) {
    let mut length = 0;
    while let Some(Ok(chunk)) = payload.next().await {
        length += chunk.len();
        if length > DRAINED_BYTES_MAX {
            return;
        }
    }
}
