//! `multipart/form-data`: fields and files as a browser or a program sends them, within bounds.

use std::{convert::Infallible, time::Duration};

use actix_web::{
    HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web::{Bytes, BytesMut, Data},
};
use futures_util::{StreamExt as _, stream};
use multer::Multipart;

use super::{private::Private, problem::Problem};
use crate::store::CONTENT_BYTES_MAX;

/// So many parts are read: a form of rules has about two hundred.
const PARTS_MAX: usize = 1_000;

/// So long an upload waits for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(10);

/// A body that is larger waits for its turn: it is held in memory.
const LARGE_ABOVE: usize = 1 << 20;

/// A file that was sent.
#[derive(Clone, Debug)]
pub(super) struct SentFile {
    pub(super) field: String,
    pub(super) name: String,
    pub(super) bytes: Bytes,
}

/// What was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<SentFile>,
}

/// Whether a request has such a body.
pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    boundary(headers).is_some()
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(header::CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// Reads a body with files of up to the largest content, and fields of up to so many bytes beside them.
pub(super) async fn read(request: HttpRequest, payload: Payload, fields_max: usize) -> Result<Sent, Problem> {
    let boundary = boundary(request.headers())
        .ok_or_else(|| Problem::Body("multipart/form-data is expected, with its boundary".to_owned()))?;
    let most = CONTENT_BYTES_MAX + fields_max;
    let said = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let length: Option<usize> = said.and_then(|length| length.parse().ok());
    if length.is_some_and(|length| length > most) {
        return Err(Problem::TooLarge { most });
    }
    let private = request.app_data::<Data<Private>>().cloned();
    let private = private.ok_or(Problem::Internal("find whose turn an upload is"))?;
    let _turn = if length.is_some_and(|length| length <= LARGE_ABOVE) {
        None
    } else {
        let turn = tokio::time::timeout(TURN_WITHIN, private.uploads.acquire()).await;
        Some(turn.ok().and_then(Result::ok).ok_or(Problem::Busy)?)
    };
    let body = whole(payload, most).await?;
    parts(body, boundary).await
}

async fn whole(mut payload: Payload, most: usize) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::Body(error.to_string()))?;
        if bytes.len() + chunk.len() > most {
            return Err(Problem::TooLarge { most });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

async fn parts(body: Bytes, boundary: String) -> Result<Sent, Problem> {
    let bad = |error: multer::Error| Problem::Body(error.to_string());
    let mut form = Multipart::new(stream::once(async { Ok::<_, Infallible>(body) }), boundary);
    let mut sent = Sent::default();
    while let Some(part) = form.next_field().await.map_err(bad)? {
        if sent.fields.len() + sent.files.len() >= PARTS_MAX {
            return Err(Problem::Body(format!("at most {PARTS_MAX} parts")));
        }
        let field = part.name().unwrap_or_default().to_owned();
        if let Some(name) = part.file_name().map(str::to_owned) {
            let bytes = part.bytes().await.map_err(bad)?;
            // A file that was not chosen is sent without a name and empty.
            if !(name.is_empty() && bytes.is_empty()) {
                sent.files.push(SentFile { field, name, bytes });
            }
        } else {
            let text = String::from_utf8(part.bytes().await.map_err(bad)?.to_vec());
            let text = text.map_err(|_| Problem::Body("it is not UTF-8".to_owned()))?;
            sent.fields.push((field, text));
        }
    }
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; \
        name=\"none\"; filename=\"\"\r\n\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\xe5\xb0\x8f.png\"\r\n\r\n\r\n-p-\r\n--x--\r\n";

    #[tokio::test]
    async fn fields_and_files_are_read_and_a_cut_body_is_refused() {
        let sent = parts(Bytes::from_static(BODY), "x".into()).await.unwrap();
        assert_eq!(sent.fields, [("a".to_owned(), "1".to_owned())]);
        assert_eq!((sent.files[0].field.as_str(), sent.files[0].name.as_str()), ("f", "小.png"));
        assert_eq!(&sent.files[0].bytes[..], b"\r\n-p-");
        for cut in 0..BODY.len() - b"\r\n--x--\r\n".len() {
            assert!(parts(Bytes::from_static(&BODY[..cut]), "x".into()).await.is_err(), "{cut}");
        }
        let many = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(PARTS_MAX + 1);
        let many = [many.as_slice(), b"--x--\r\n"].concat();
        assert!(matches!(parts(many.into(), "x".into()).await, Err(Problem::Body(_))));
    }
}
