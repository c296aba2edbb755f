//! A file on its way from WeCom: written as it comes and never held as a whole, within a bound and a time.

use std::{fmt, time::Duration};

use reqwest::header;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    time::{self, Instant},
};

use super::{
    answer::Received,
    error::Error,
    http::{self, Incoming},
    media_file::{MIB, clean_name},
};

/// The largest file that can be brought to WeCom, by `upload_by_url`, in megabytes.
pub(crate) const DOWNLOAD_MIB_MAX: u64 = 200;

/// At most so many bytes are taken from WeCom: no file there is larger.
pub const DOWNLOAD_BYTES_MAX: u64 = DOWNLOAD_MIB_MAX * MIB;

/// A file that WeCom is sending. `Debug` shows nothing but what it is.
pub struct Download {
    path: &'static str,
    response: reqwest::Response,
    until: Option<(Instant, Duration)>,
}

impl Download {
    pub(super) fn new(path: &'static str, response: reqwest::Response) -> Self {
        Self { path, response, until: None }
    }

    /// Sets when it must have come: `after` is the whole of the time that was given.
    pub(super) fn until(self, until: Instant, after: Duration) -> Self {
        Self { until: Some((until, after)), ..self }
    }

    /// The name that WeCom gives it, without any path.
    pub fn file_name(&self) -> Option<String> {
        // WeCom writes UTF-8 where HTTP has Latin-1.
        let header = self.response.headers().get(header::CONTENT_DISPOSITION)?;
        let text = String::from_utf8_lossy(header.as_bytes());
        let (_, after) = text.split_once("filename=")?;
        let name = match after.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => after.split(';').next(),
        };
        name.filter(|name| !name.trim().is_empty()).map(clean_name)
    }

    /// Its content type, as WeCom announces it.
    pub fn content_type(&self) -> Option<&str> {
        self.response.headers().get(header::CONTENT_TYPE)?.to_str().ok()
    }

    /// How many bytes it has, where WeCom announces it.
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// Writes it as it comes, and gives the number of bytes.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when it cannot be written, [`Error::TooLarge`] beyond [`DOWNLOAD_BYTES_MAX`],
    /// [`Error::TimedOut`] when the call's time is over, [`Error::Interrupted`] when the connection breaks. A part may
    /// have been written by then.
    pub async fn save(mut self, into: &mut (impl AsyncWrite + Unpin + Send)) -> Result<u64, Error> {
        match self.until.take() {
            None => self.write(into).await,
            Some((until, after)) => {
                let path = self.path;
                time::timeout_at(until, self.write(into)).await.unwrap_or(Err(Error::TimedOut {
                    path,
                    after,
                    sent: true,
                }))
            }
        }
    }

    async fn write(mut self, into: &mut (impl AsyncWrite + Unpin + Send)) -> Result<u64, Error> {
        let path = self.path;
        let unwritten = |cause| Error::File { path, cause };
        let mut written = 0;
        while let Some(chunk) = self.response.chunk().await.map_err(|cause| http::broken(path, cause))? {
            written += chunk.len() as u64;
            if written > DOWNLOAD_BYTES_MAX {
                let limit = usize::try_from(DOWNLOAD_BYTES_MAX).unwrap_or(usize::MAX);
                return Err(Error::TooLarge { path, limit });
            }
            into.write_all(&chunk).await.map_err(unwritten)?;
        }
        into.flush().await.map_err(unwritten)?;
        Ok(written)
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The response knows its URL, which holds the token.
        f.debug_struct("Download")
            .field("path", &self.path)
            .field("content_type", &self.content_type())
            .field("length", &self.length())
            .finish_non_exhaustive()
    }
}

impl Incoming for Download {
    /// A file is sent with its name. Without one it is a file unless it says that it is JSON: that is how WeCom
    /// refuses.
    async fn open(request: &http::Request<'_>, response: reqwest::Response) -> Result<Self, Error> {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let speaks = kind.is_none_or(|kind| kind.contains("json") || kind.starts_with("text/"));
        let named = response.headers().contains_key(header::CONTENT_DISPOSITION);
        if response.status().as_u16() == 200 && (named || !speaks) {
            return Ok(Self::new(request.endpoint.path, response));
        }
        let received = Received::read(request.endpoint.path, response).await?;
        received.open(request)?;
        // errcode 0 and no file.
        Err(received.not_an_answer(request.endpoint.path, received.length()))
    }
}
