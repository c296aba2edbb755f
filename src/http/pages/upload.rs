//! Forms with a file: `multipart/form-data`, read as a whole within a bound.

use std::convert::Infallible;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::CONTENT_TYPE,
    web::{Bytes, BytesMut},
};
use futures_util::{future::LocalBoxFuture, stream};
use multer::Multipart;

use crate::http::{body::InTime, problem::Problem};

/// The most parts of a form: more than any of ours has.
const PARTS_MAX: usize = 16;

/// The largest form of this kind: a table as text and as a file, with what is around them.
pub(super) const UPLOAD_BYTES_MAX: usize = 640 << 10;

/// So much of a longer form is read and thrown away: browsers read no answer before they have sent everything.
const DRAINED_BYTES_MAX: usize = 8 << 20;

/// What a form with a file says.
#[derive(Clone, Debug, Default)]
pub(super) struct Upload(Vec<(String, Bytes)>);

impl Upload {
    /// A field or a file, where it is there and not empty.
    pub(super) fn bytes(&self, name: &str) -> Option<&Bytes> {
        self.0.iter().find(|(of, bytes)| of == name && !bytes.is_empty()).map(|(_, bytes)| bytes)
    }

    /// A field as text.
    pub(super) fn text(&self, name: &str) -> String {
        self.bytes(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    }

    async fn read(request: HttpRequest, payload: Payload) -> Result<Self, Problem> {
        let malformed = |_| Problem::Body("multipart/form-data".to_owned());
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = multer::parse_boundary(content_type.unwrap_or_default()).map_err(malformed)?;
        let (mut body, mut length) = (BytesMut::new(), 0_usize);
        let mut parts = InTime::new(payload, UPLOAD_BYTES_MAX);
        while let Some(chunk) = parts.next().await? {
            length += chunk.len();
            if length > DRAINED_BYTES_MAX {
                break;
            }
            if length <= UPLOAD_BYTES_MAX {
                body.extend_from_slice(&chunk);
            }
        }
        if length > UPLOAD_BYTES_MAX {
            return Err(Problem::TooLarge { most: UPLOAD_BYTES_MAX });
        }
        let body = body.freeze();
        let mut form = Multipart::new(stream::once(async { Ok::<_, Infallible>(body) }), boundary);
        let mut parts = Vec::new();
        while let Some(part) = form.next_field().await.map_err(malformed)? {
            if parts.len() == PARTS_MAX {
                return Err(Problem::Body("multipart/form-data".to_owned()));
            }
            let name = part.name().unwrap_or_default().to_owned();
            parts.push((name, part.bytes().await.map_err(malformed)?));
        }
        Ok(Self(parts))
    }
}

impl FromRequest for Upload {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(Self::read(request.clone(), payload.take()))
    }
}
