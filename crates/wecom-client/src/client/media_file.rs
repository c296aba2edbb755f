//! Files on their way to WeCom.
//!
//! A [`MediaFile`] is on disk, or small and in memory. What is on disk is read while it is sent and never held as a
//! whole; its size and its first bytes are looked at when it is opened, so that a file that WeCom would refuse is
//! refused before anything is sent ([`MediaFile::check`]).

use std::{
    fmt, io,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use reqwest::multipart;
use tokio::{fs::File, io::AsyncReadExt};

use super::{error::Error, fault::Fault};

/// A file must have more bytes than this.
const BYTES_ABOVE: u64 = 5;

/// How much of a file is looked at to tell its format: the longest signature, that of MP4, ends here.
const SIGNATURE_BYTES: usize = 12;

/// The longest name of a file, in bytes of UTF-8: what common file systems allow. Of a longer one the end is kept.
const NAME_BYTES_MAX: usize = 255;

pub(crate) const MIB: u64 = 1024 * 1024;

/// At most so many megabytes of each kind by `media/upload` (page 90253).
pub(crate) const IMAGE_MIB_MAX: u64 = 10;
pub(crate) const VOICE_MIB_MAX: u64 = 2;
pub(crate) const VIDEO_MIB_MAX: u64 = 10;
pub(crate) const FILE_MIB_MAX: u64 = 20;

/// The kinds of media that `media/upload` knows, each with its formats and its largest size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaType {
    /// A picture: JPG or PNG, at most 10 MB.
    Image,
    /// A voice message: AMR, at most 2 MB and 60 seconds.
    Voice,
    /// A video: MP4, at most 10 MB.
    Video,
    /// Any file, at most 20 MB.
    File,
}

impl MediaType {
    /// Every kind, for those who list them or try which one fits.
    pub const ALL: [Self; 4] = [Self::Image, Self::Voice, Self::Video, Self::File];

    /// The kind as the platform writes it: `image`, `voice`, `video` or `file`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::File => "file",
        }
    }

    /// At most so many bytes by `media/upload` (page 90253).
    pub fn bytes_max(self) -> u64 {
        match self {
            Self::Image => IMAGE_MIB_MAX * MIB,
            Self::Voice => VOICE_MIB_MAX * MIB,
            Self::Video => VIDEO_MIB_MAX * MIB,
            Self::File => FILE_MIB_MAX * MIB,
        }
    }

    /// Checks that a file of this format may be sent as this kind. The error says what may.
    fn takes(self, format: Format) -> Result<(), &'static str> {
        match (self, format) {
            (Self::Image, Format::Jpg | Format::Png)
            | (Self::Voice, Format::Amr)
            | (Self::Video, Format::Mp4)
            | (Self::File, _) => Ok(()),
            (Self::Image, _) => Err("JPG or PNG"),
            (Self::Voice, _) => Err("AMR"),
            (Self::Video, _) => Err("MP4"),
        }
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MediaType {
    type Err = UnknownMediaType;

    fn from_str(name: &str) -> Result<Self, UnknownMediaType> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownMediaType)
    }
}

/// A text that names no kind of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of media: expected image, voice, video or file")]
pub struct UnknownMediaType;

/// What a file is by its first bytes; its name may say anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Jpg,
    Png,
    Amr,
    Mp4,
    Other,
}

impl Format {
    fn of(start: &[u8]) -> Self {
        match start {
            [0xff, 0xd8, 0xff, ..] => Self::Jpg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [b'#', b'!', b'A', b'M', b'R', ..] => Self::Amr,
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_mp4(brand) => Self::Mp4,
            _ => Self::Other,
        }
    }

    fn mime(self) -> &'static str {
        match self {
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Amr => "audio/amr",
            Self::Mp4 => "video/mp4",
            Self::Other => "application/octet-stream",
        }
    }
}

/// Whether a file of the family of MP4 is one, by its major brand: a QuickTime film (`qt  `), a HEIC picture and an M4A
/// sound begin the same way, and WeCom refuses them.
fn is_mp4(brand: &[u8]) -> bool {
    let brand = brand.get(..4).unwrap_or_default();
    matches!(brand, b"isom" | b"mp41" | b"mp42" | b"avc1" | b"dash" | b"MSNV" | b"3gp4" | b"3gp5" | b"3gp6")
        || brand.starts_with(b"iso")
        || brand.starts_with(b"M4V")
}

/// A file to upload: its name, its size, its format, and where its bytes are. `Debug` shows no content.
#[derive(Clone)]
pub struct MediaFile {
    name: String,
    length: u64,
    format: Format,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

impl MediaFile {
    /// A file on disk, read when it is sent. Its name is the path's last part unless [`named`](Self::named) otherwise.
    ///
    /// # Errors
    ///
    /// When it cannot be read or is no file.
    pub async fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        // Before it is opened: opening a pipe waits until somebody writes to it.
        let about = tokio::fs::metadata(path).await?;
        if !about.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        let file = File::open(path).await?;
        let mut start = Vec::with_capacity(SIGNATURE_BYTES);
        file.take(SIGNATURE_BYTES as u64).read_to_end(&mut start).await?;
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        Ok(Self {
            name: clean_name(&name),
            length: about.len(),
            format: Format::of(&start),
            content: Content::Disk(path.to_owned()),
        })
    }

    /// A file in memory; for what is small, or kept elsewhere than on disk.
    pub fn from_bytes(name: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self {
            name: clean_name(name),
            length: bytes.len() as u64,
            format: Format::of(&bytes),
            content: Content::Memory(bytes),
        }
    }

    /// Gives it another name: the one that the customer sees.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = clean_name(name);
        self
    }

    /// The name that it is sent by: no path, no quotes, no control characters, at most 255 bytes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The kind that fits its content best: [`MediaType::File`] where no other does.
    pub fn media_type(&self) -> MediaType {
        match self.format {
            Format::Jpg | Format::Png => MediaType::Image,
            Format::Amr => MediaType::Voice,
            Format::Mp4 => MediaType::Video,
            Format::Other => MediaType::File,
        }
    }

    /// Whether WeCom would take it as `media_type` with at most `bytes_max` bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] for the method `path`, with the limit and what the file is instead.
    pub fn check(&self, path: &'static str, media_type: MediaType, bytes_max: u64) -> Result<(), Error> {
        let refuse = |fault| Err(Error::Argument { path, field: "media", fault });
        if self.length <= BYTES_ABOVE {
            return refuse(Fault::FileTooSmall { bytes: self.length, above: BYTES_ABOVE });
        }
        if self.length > bytes_max {
            return refuse(Fault::FileTooLarge {
                bytes: self.length,
                most: bytes_max,
                media_type: media_type.as_str(),
            });
        }
        match media_type.takes(self.format) {
            Ok(()) => Ok(()),
            Err(formats) => refuse(Fault::FileFormat { formats, media_type: media_type.as_str() }),
        }
    }

    /// The form that carries it. The name goes as plain UTF-8 in `filename="…"`: WeCom does not read `filename*`.
    pub(crate) async fn form(&self) -> io::Result<multipart::Form> {
        let body = match &self.content {
            Content::Memory(bytes) => reqwest::Body::from(bytes.to_vec()),
            Content::Disk(path) => {
                let file = File::open(path).await?;
                if file.metadata().await?.len() != self.length {
                    return Err(io::Error::other("the file has changed since it was opened"));
                }
                reqwest::Body::from(file)
            }
        };
        let part = multipart::Part::stream_with_length(body, self.length)
            .file_name(self.name.clone())
            .mime_str(self.format.mime())
            .map_err(io::Error::other)?;
        Ok(multipart::Form::new().part("media", part))
    }
}

impl fmt::Debug for MediaFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaFile")
            .field("name", &self.name)
            .field("length", &self.length)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// The last part of a path, without what would end or change the header it is written in.
pub(crate) fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.replace('"', "'");
    let clean = clean.trim();
    // The end holds the extension, by which whoever gets the file opens it.
    let cut = clean.ceil_char_boundary(clean.len().saturating_sub(NAME_BYTES_MAX));
    match &clean[cut..] {
        "" | "." | ".." => "file".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path_and_keeps_its_extension() {
        for (given, name) in [
            ("产品 目录.pdf", "产品 目录.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.png", "a.png"),
            ("a\"b\r\n.png", "a'b.png"),
            ("..", "file"),
            ("", "file"),
            ("/", "file"),
        ] {
            assert_eq!(clean_name(given), name, "{given:?}");
        }
        let long = clean_name(&format!("{}.pdf", "汉".repeat(200)));
        assert!(long.len() <= NAME_BYTES_MAX && long.ends_with("汉.pdf"), "{long}");
    }

    #[test]
    fn of_the_family_of_mp4_only_mp4_is_a_video() {
        for (brand, is_mp4) in [
            ("isom", true),
            ("iso6", true),
            ("mp42", true),
            ("M4V ", true),
            ("avc1", true),
            ("qt  ", false),
            ("heic", false),
            ("M4A ", false),
            ("", false),
        ] {
            let file = MediaFile::from_bytes("x.mp4", format!("\0\0\0\x20ftyp{brand}").into_bytes());
            let expected = if is_mp4 { MediaType::Video } else { MediaType::File };
            assert_eq!(file.media_type(), expected, "{brand}");
        }
    }

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        let png = b"\x89PNG\r\n\x1a\n....";
        let video = b"\0\0\0\x20ftypisom";
        for (bytes, kind) in [
            (&png[..], MediaType::Image),
            (b"\xff\xd8\xff\xe0 jpg", MediaType::Image),
            (b"#!AMR\n123", MediaType::Voice),
            (video, MediaType::Video),
            (b"%PDF-1.7", MediaType::File),
        ] {
            let file = MediaFile::from_bytes("x", bytes);
            assert_eq!(file.media_type(), kind);
            for other in [MediaType::Image, MediaType::Voice, MediaType::Video] {
                assert_eq!(file.check("p", other, 100).is_ok(), other == kind, "{file:?} as {other}");
            }
            assert!(file.check("p", MediaType::File, 100).is_ok());
        }
    }

    #[test]
    fn a_file_has_more_than_5_bytes_and_no_more_than_its_limit() {
        let fault = |bytes: &[u8]| match MediaFile::from_bytes("x", bytes).check("p", MediaType::File, 10) {
            Err(Error::Argument { field: "media", fault, .. }) => fault.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(fault(b"12345"), "has 5 bytes: WeCom wants more than 5");
        assert_eq!(fault(b"12345678901"), "has 11 bytes: at most 10 as file");
        assert!(MediaFile::from_bytes("x", &b"1234567890"[..]).check("p", MediaType::File, 10).is_ok());
    }
}
