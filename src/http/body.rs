//! Bodies, read as a whole and no further than a bound.

use actix_web::{
    dev::Payload,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt as _;

use super::problem::{Misread, Problem};

/// Reads a body up to so many bytes.
pub(super) async fn whole(mut payload: Payload, most: usize) -> Result<Bytes, Problem> {
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
