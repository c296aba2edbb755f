//! `multipart/form-data`: fields and files as a browser or a program sends them, within bounds.

use std::{convert::Infallible, time::Duration};

use actix_web::{
    HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web::{Bytes, Data},
};
use futures_util::stream;
use multer::Multipart;

use super::{
    body::whole,
    private::Private,
    problem::{Misread, Problem},
};
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
    let boundary = boundary(request.headers()).ok_or(Misread::NoForm)?;
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
    parts(body, boundary, fields_max).await
}

async fn parts(body: Bytes, boundary: String, fields_max: usize) -> Result<Sent, Problem> {
    let bad = |error: multer::Error| Problem::Body(error.to_string());
    let mut form = Multipart::new(stream::once(async { Ok::<_, Infallible>(body) }), boundary);
    let (mut sent, mut fields_bytes) = (Sent::default(), 0_usize);
    while let Some(part) = form.next_field().await.map_err(bad)? {
        if sent.fields.len() + sent.files.len() >= PARTS_MAX {
            return Err(Misread::Parts { most: PARTS_MAX }.into());
        }
        let field = part.name().unwrap_or_default().to_owned();
        if let Some(name) = part.file_name().map(str::to_owned) {
            let bytes = part.bytes().await.map_err(bad)?;
            // A file that was not chosen is sent without a name and empty.
            if !(name.is_empty() && bytes.is_empty()) {
                sent.files.push(SentFile { field, name, bytes });
            }
        } else {
            let bytes = part.bytes().await.map_err(bad)?;
            fields_bytes += bytes.len();
            if fields_bytes > fields_max {
                return Err(Problem::TooLarge { most: fields_max });
            }
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| Misread::NotUtf8)?;
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
        let sent = parts(Bytes::from_static(BODY), "x".into(), 1).await.unwrap();
        assert_eq!(sent.fields, [("a".to_owned(), "1".to_owned())]);
        assert_eq!((sent.files[0].field.as_str(), sent.files[0].name.as_str()), ("f", "小.png"));
        assert_eq!(&sent.files[0].bytes[..], b"\r\n-p-");
        for cut in 0..BODY.len() - b"\r\n--x--\r\n".len() {
            assert!(parts(Bytes::from_static(&BODY[..cut]), "x".into(), 1).await.is_err(), "{cut}");
        }
        let too_long = parts(Bytes::from_static(BODY), "x".into(), 0).await;
        assert!(matches!(too_long, Err(Problem::TooLarge { most: 0 })), "a file is not counted, a field is");
        let many = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(PARTS_MAX + 1);
        let many = [many.as_slice(), b"--x--\r\n"].concat();
        let too_many = parts(many.into(), "x".into(), 1 << 20).await;
        assert!(matches!(too_many, Err(Problem::Misread(Misread::Parts { .. }))));
    }
}
