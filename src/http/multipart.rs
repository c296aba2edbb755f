//! `multipart/form-data`: fields and files as a browser or a program sends them, within bounds.

use std::{convert::Infallible, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web::{Bytes, Data},
};
use futures_util::{Future, stream};
use multer::Multipart;

use super::{
    body::{announced, drain, whole, within},
    private::Private,
    problem::{Misread, Problem},
};

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

impl Sent {
    /// The text of a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(of, _)| of == name).map(|(_, text)| text.as_str())
    }

    /// The file that was chosen in a field.
    pub(super) fn file(&self, name: &str) -> Option<&SentFile> {
        self.files.iter().find(|file| file.field == name)
    }
}

/// A body with files and fields, of up to so many bytes each.
#[derive(Debug)]
pub(super) struct Upload<const FILES: usize, const FIELDS: usize>(pub(super) Sent);

impl<const FILES: usize, const FIELDS: usize> FromRequest for Upload<FILES, FIELDS> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        let most = Most { files: FILES, fields: FIELDS };
        Box::pin(async move { read(request, payload, most).await.map(Self) })
    }
}

/// How many bytes of a body are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Most {
    /// Of its files, with what stands around the parts.
    pub(super) files: usize,
    /// Of its fields.
    pub(super) fields: usize,
}

/// Whether a request has such a body.
pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    boundary(headers).is_some()
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(header::CONTENT_TYPE)?.to_str().ok()?).ok()
}

/// Reads such a body. One that is too long by its head is refused at once. Of one that turns out to be too long the rest is
/// thrown away, within a bound: browsers read no answer before they have sent everything.
pub(super) async fn read(request: HttpRequest, mut payload: Payload, most: Most) -> Result<Sent, Problem> {
    let boundary = boundary(request.headers()).ok_or(Misread::NoForm)?;
    let bytes_max = most.files + most.fields;
    within(request.headers(), bytes_max)?;
    let length = announced(request.headers());
    let private = request.app_data::<Data<Private>>().cloned();
    let private = private.ok_or(Problem::Internal("find whose turn an upload is"))?;
    let _turn = if length.is_some_and(|length| length <= LARGE_ABOVE) {
        None
    } else {
        let turn = tokio::time::timeout(TURN_WITHIN, private.uploads.acquire()).await;
        Some(turn.ok().and_then(Result::ok).ok_or(Problem::Busy)?)
    };
    let body = whole((&mut payload, request.headers()), bytes_max).await;
    if let Err(Problem::TooLarge { .. }) = body {
        drain(&mut payload).await;
    }
    parts(body?, boundary, most).await
}

async fn parts(body: Bytes, boundary: String, most: Most) -> Result<Sent, Problem> {
    let broken = |_: multer::Error| Misread::BrokenForm;
    let mut form = Multipart::new(stream::once(async { Ok::<_, Infallible>(body) }), boundary);
    let (mut sent, mut files_bytes, mut fields_bytes) = (Sent::default(), 0_usize, 0_usize);
    while let Some(part) = form.next_field().await.map_err(broken)? {
        if sent.fields.len() + sent.files.len() >= PARTS_MAX {
            return Err(Misread::Parts { most: PARTS_MAX }.into());
        }
        let field = part.name().unwrap_or_default().to_owned();
        if let Some(name) = part.file_name().map(str::to_owned) {
            let bytes = part.bytes().await.map_err(broken)?;
            files_bytes += bytes.len();
            if files_bytes > most.files {
                return Err(Problem::TooLarge { most: most.files });
            }
            // A file that was not chosen is sent without a name and empty.
            if !(name.is_empty() && bytes.is_empty()) {
                sent.files.push(SentFile { field, name, bytes });
            }
        } else {
            let bytes = part.bytes().await.map_err(broken)?;
            fields_bytes += bytes.len();
            if fields_bytes > most.fields {
                return Err(Problem::TooLarge { most: most.fields });
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
        let most = |files, fields| Most { files, fields };
        let sent = parts(Bytes::from_static(BODY), "x".into(), most(5, 1)).await.unwrap();
        assert_eq!(sent.fields, [("a".to_owned(), "1".to_owned())]);
        assert_eq!((sent.files[0].field.as_str(), sent.files[0].name.as_str()), ("f", "小.png"));
        assert_eq!(&sent.files[0].bytes[..], b"\r\n-p-");
        assert_eq!((sent.field("a"), sent.field("f"), sent.file("f").is_some()), (Some("1"), None, true));
        for cut in 0..BODY.len() - b"\r\n--x--\r\n".len() {
            let cut_off = parts(Bytes::from_static(&BODY[..cut]), "x".into(), most(5, 1)).await;
            assert!(matches!(cut_off, Err(Problem::Misread(Misread::BrokenForm))), "{cut}");
        }
        for (files, fields, expected) in [(5, 0, 0), (4, 1, 4)] {
            let too_long = parts(Bytes::from_static(BODY), "x".into(), most(files, fields)).await;
            assert!(
                matches!(too_long, Err(Problem::TooLarge { most }) if most == expected),
                "{files} {fields}"
            );
        }
        let many = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(PARTS_MAX + 1);
        let many = [many.as_slice(), b"--x--\r\n"].concat();
        let too_many = parts(many.into(), "x".into(), most(0, 1 << 20)).await;
        assert!(matches!(too_many, Err(Problem::Misread(Misread::Parts { .. }))));
    }
}
