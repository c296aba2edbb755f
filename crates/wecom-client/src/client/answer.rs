//! What came back, read as WeCom's answer, as WeCom's refusal, or as neither. The one place where bytes become WeCom's JSON.
//!
//! Guarantees: nothing is read beyond [`ANSWER_BYTES_MAX`]. A text that breaks JSON's rules (a nickname with a raw control
//! character in it, half a surrogate pair, bytes that are not UTF-8) costs neither the answer nor its errcode. What is not
//! WeCom's JSON is described and never quoted: it may be an answer about a customer that was cut off.

use std::{borrow::Cow, fmt, sync::PoisonError};

use reqwest::header;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use wecom_core::json::repaired;

use super::{
    endpoint::Endpoint,
    error::{self, Error, MESSAGE_BYTES_MAX},
    http::{Incoming, Request, broken},
    values,
};

/// No answer of the API comes near this: the longest are a group chat of 2,000 members and a contact with 500
/// followers and their tags, both well below a megabyte. WeCom itself refuses to answer beyond some size (45029).
pub const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The longest content type that is named in an error: that of a document of Word has 71 bytes.
const CONTENT_TYPE_BYTES_MAX: usize = 80;

/// A whole response.
#[derive(Clone)]
pub(super) struct Received {
    status: u16,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Incoming for String {
    async fn open(request: &Request<'_>, response: reqwest::Response) -> Result<Self, Error> {
        Received::read(request.endpoint.path, response).await?.open(request)
    }
}

impl Received {
    /// Reads the body, and no more of it than is allowed.
    pub(super) async fn read(path: &'static str, mut response: reqwest::Response) -> Result<Self, Error> {
        let too_large = || Error::TooLarge { path, limit: ANSWER_BYTES_MAX };
        let announced =
            response.content_length().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
        if announced > ANSWER_BYTES_MAX {
            return Err(too_large());
        }
        let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let content_type = content_type.and_then(kind_of);
        let mut body = Vec::with_capacity(announced);
        while let Some(chunk) = response.chunk().await.map_err(|cause| broken(path, cause))? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status: response.status().as_u16(), content_type, body })
    }

    /// The JSON of an answer with errcode 0, or why there is none.
    pub(super) fn open(&self, request: &Request<'_>) -> Result<String, Error> {
        let Request { endpoint: Endpoint { path, .. }, secrets, .. } = *request;
        let status = self.status;
        let text = String::from_utf8_lossy(&self.body);
        // Some servers begin with a byte order mark.
        let json = text.trim_start_matches('\u{feff}').trim_ascii();
        let (json, envelope) = match read(json) {
            // WeCom answers 200 to refusals as well. From 500 on it is a gateway that speaks, whatever it writes.
            Ok(read) if status < 500 => read,
            Ok(_) => return Err(self.not_an_answer(path, self.body.len())),
            Err(readable) => return Err(self.not_an_answer(path, readable)),
        };
        match envelope.errcode {
            Some(0) if status < 300 => Ok(json.into_owned()),
            None if status < 300 && request.errcode_may_lack => Ok(json.into_owned()),
            None | Some(0) => Err(self.not_an_answer(path, self.body.len())),
            Some(errcode) => {
                if let Some(kept) = request.kept {
                    *kept.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some(error::without(&json, secrets));
                }
                let errmsg = error::clean(&envelope.errmsg.unwrap_or_default(), secrets, MESSAGE_BYTES_MAX);
                Err(Error::Refused { path, errcode, errmsg })
            }
        }
    }

    /// What was asked for did not come, and why this is not WeCom's word on it either.
    pub(super) fn not_an_answer(&self, path: &'static str, readable: usize) -> Error {
        Error::NotAnAnswer {
            path,
            status: self.status,
            content_type: self.content_type.clone(),
            length: self.body.len(),
            readable: readable.min(self.body.len()),
        }
    }

    /// How many bytes came.
    pub(super) fn length(&self) -> usize {
        self.body.len()
    }
}

/// Reads a JSON object and its envelope, put right where a text in it breaks the rules; otherwise says how many bytes
/// could be read.
fn read(json: &str) -> Result<(Cow<'_, str>, Envelope), usize> {
    // An array would be taken for the fields in their order.
    if !json.starts_with('{') {
        return Err(0);
    }
    // Texts that nobody asks for are passed over without a look at their escapes, so that half a surrogate pair among
    // them would be found by whoever reads the whole.
    let may_have_half_pairs = json.contains("\\ud") || json.contains("\\uD");
    let strict = match serde_json::from_str(json) {
        Ok(envelope) if !may_have_half_pairs => return Ok((Cow::Borrowed(json), envelope)),
        strict => strict,
    };
    let repaired = repaired(json);
    match (serde_json::from_str(&repaired), strict) {
        (Ok(envelope), _) => Ok((Cow::Owned(repaired), envelope)),
        // The place is told in what came, where the first fault may be one that was put right.
        (Err(_), Err(fault)) => Err(offset(json, &fault)),
        (Err(fault), Ok::<Envelope, _>(_)) => Err(offset(&repaired, &fault)),
    }
}

/// Where in `json` reading ended, in bytes.
fn offset(json: &str, fault: &serde_json::Error) -> usize {
    let lines_before = json.split_inclusive('\n').take(fault.line().saturating_sub(1));
    lines_before.map(str::len).sum::<usize>() + fault.column()
}

/// `text/html` of `text/html; charset=utf-8`; `None` for what is no content type and might be anything.
fn kind_of(header: &str) -> Option<String> {
    let kind = header.split(';').next()?.trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/+-._".contains(c);
    let fits = kind.len() <= CONTENT_TYPE_BYTES_MAX && kind.contains('/') && kind.chars().all(is_plain);
    fits.then(|| kind.to_ascii_lowercase())
}

/// Every answer's first two fields; whatever else there is belongs to the method.
#[derive(Default)]
struct Envelope {
    errcode: Option<i64>,
    errmsg: Option<String>,
}

impl<'de> Deserialize<'de> for Envelope {
    /// By hand, because a derived reader refuses the object when a field comes twice.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Code(#[serde(deserialize_with = "values::integer")] Option<i64>);
        #[derive(Deserialize)]
        struct Message(#[serde(deserialize_with = "values::text")] Option<String>);

        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Envelope;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
                let mut envelope = Envelope::default();
                while let Some(name) = map.next_key::<Cow<'_, str>>()? {
                    match &*name {
                        "errcode" => envelope.errcode = map.next_value::<Code>()?.0,
                        "errmsg" => envelope.errmsg = map.next_value::<Message>()?.0,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(envelope)
            }
        }
        from.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::http::{ApiBase, DEFAULT_API_BASE},
        *,
    };

    fn opened(status: u16, body: impl AsRef<[u8]>) -> Result<String, Error> {
        let base = ApiBase::parse(DEFAULT_API_BASE).unwrap();
        let request = Request {
            base: &base,
            endpoint: Endpoint::get("p"),
            query: &[],
            body: None,
            secrets: &["TOKEN-1"],
            errcode_may_lack: false,
            kept: None,
        };
        let content_type = kind_of("Text/HTML; charset=utf-8");
        Received { status, content_type, body: body.as_ref().to_vec() }.open(&request)
    }

    #[test]
    fn an_answer_is_what_says_errcode_0() {
        for body in [
            r#"{"errcode":0,"errmsg":"ok"}"#,
            r#"{"errmsg":null,"errcode":"0","x":[1]}"#,
            r#"{"errcode":-1,"errcode":0,"errmsg":"a","errmsg":"b"}"#,
            "\u{feff}{\"errcode\":0}",
            "{\"errcode\":0}\0\0",
        ] {
            assert!(opened(200, body).is_ok(), "{body}");
        }
        for (status, body, readable) in [
            (200, "{}", 2),
            (200, "", 0),
            (200, "null", 0),
            (200, "[0]", 0),
            (200, "<html>张三</html>", 0),
            (200, r#"{"errcode":0"#, 12),
            (200, "{\"errcode\":0,\n\"name\":张三}", 22),
            (200, r#"{"errcode":"zero"}"#, 18),
            (302, r#"{"errcode":0}"#, 13),
            (400, r#"{"errcode":0}"#, 13),
            (503, r#"{"errcode":40014,"errmsg":"x"}"#, 30),
        ] {
            let Err(Error::NotAnAnswer { readable: at, length, content_type, .. }) = opened(status, body)
            else {
                panic!("{status} {body}")
            };
            assert_eq!((at, length), (readable, body.len()), "{status} {body}");
            assert_eq!(content_type.as_deref(), Some("text/html"));
        }
    }

    #[test]
    fn a_refusal_keeps_code_and_text_without_the_token() {
        for (status, body) in [
            (200, r#"{"errcode":40014,"errmsg":"bad TOKEN-1\n"}"#),
            (200, "{\"errcode\":40014,\"errmsg\":\"bad\u{7}TOKEN-1\n\"}"),
            (400, r#"{"errcode":"40014","errmsg":"bad TOKEN-1"}"#),
        ] {
            let Err(error @ Error::Refused { .. }) = opened(status, body) else { panic!("{body}") };
            assert_eq!((error.errcode(), error.message()), (Some(40014), "bad ***".to_owned()));
        }
    }

    #[test]
    fn no_text_hides_the_errcode() {
        for errmsg in [
            &b"\"\x01\x1f\n\r\""[..],
            b"\"\\ud800\"",
            b"\"\\ud83d\\ud83d\\ude00\"",
            b"\"\xff\xc3\x28\"",
            b"\"it\\'s\"",
            b"\"\\x07\"",
            b"{\"a\":[1]}",
            b"[]",
            b"17",
        ] {
            for front in [true, false] {
                let errcode = &b"\"errcode\":40001"[..];
                let errmsg = [b"\"errmsg\":", errmsg].concat();
                let fields = if front { [errcode, &errmsg] } else { [&*errmsg, errcode] };
                let body = [b"{", &*fields.join(&b","[..]), b",\"o\":\"\\udfff\"}"].concat();
                let error = opened(200, &body).unwrap_err();
                assert_eq!(error.errcode(), Some(40001), "{}", String::from_utf8_lossy(&body));
            }
        }
    }

    #[test]
    fn a_content_type_is_named_only_where_it_is_one() {
        assert_eq!(kind_of("application/json;charset=utf-8").as_deref(), Some("application/json"));
        for odd in ["", "json", "text/张三", "a b/c", &format!("a/{}", "b".repeat(90))] {
            assert_eq!(kind_of(odd), None, "{odd}");
        }
    }
}
