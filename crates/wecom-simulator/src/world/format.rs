//! What an uploaded file is: its format, the size of a picture, the length of a recording. Files are looked at and not
//! decoded; what cannot be understood has no size and no length.

/// The formats that WeCom distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Jpg,
    Png,
    Amr,
    Mp4,
    Other,
}

impl Format {
    pub(crate) fn of(file: &[u8]) -> Self {
        match file {
            [0xff, 0xd8, 0xff, ..] => Self::Jpg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [b'#', b'!', b'A', b'M', b'R', ..] => Self::Amr,
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Self::Mp4,
            _ => Self::Other,
        }
    }

    pub(crate) fn is_picture(self) -> bool {
        matches!(self, Self::Jpg | Self::Png)
    }

    /// Its `Content-Type`.
    pub(crate) fn mime(self) -> &'static str {
        match self {
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Amr => "audio/amr",
            Self::Mp4 => "video/mp4",
            Self::Other => "application/octet-stream",
        }
    }
}

fn number<const N: usize>(file: &[u8], at: usize) -> Option<[u8; N]> {
    file.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// Width and height of a picture in pixels.
pub(crate) fn resolution(file: &[u8]) -> Option<(usize, usize)> {
    let size = imagesize::blob_size(file).ok()?;
    Some((size.width, size.height))
}

/// How many milliseconds an AMR recording takes: 20 for each frame.
pub(crate) fn voice_ms(file: &[u8]) -> Option<u64> {
    /// Bytes of a frame by its type, the type's own byte included (RFC 4867, narrow band).
    const FRAME_BYTES: [usize; 16] = [13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1];
    let mut rest = file.strip_prefix(b"#!AMR\n")?;
    let mut frames = 0;
    while let Some(first) = rest.first() {
        let bytes = FRAME_BYTES[usize::from(first >> 3 & 0x0f)];
        rest = rest.get(bytes..).unwrap_or_default();
        frames += 1;
    }
    Some(frames * 20)
}

/// How many milliseconds an MP4 video takes, from its movie header.
pub(crate) fn video_ms(file: &[u8]) -> Option<u64> {
    let at = file.windows(4).position(|four| four == b"mvhd")? + 4;
    let [version, ..] = number::<4>(file, at)?;
    let (scale, length) = if version == 1 {
        (u32::from_be_bytes(number(file, at + 20)?), u64::from_be_bytes(number(file, at + 24)?))
    } else {
        let length: u32 = u32::from_be_bytes(number(file, at + 16)?);
        (u32::from_be_bytes(number(file, at + 12)?), u64::from(length))
    };
    length.checked_mul(1_000)?.checked_div(u64::from(scale))
}

/// A picture of one pixel, for media whose content nobody has given.
pub(crate) const SAMPLE_PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0xf8,
    0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x56, 0xc7, 0x2f, 0x0d, 0, 0, 0, 0, b'I', b'E', b'N', b'D',
    0xae, 0x42, 0x60, 0x82,
];

/// A second of nothing, for videos of the same kind.
pub(crate) const SAMPLE_MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2";

/// A fiftieth of a second of silence.
pub(crate) const SAMPLE_AMR: &[u8] = b"#!AMR\n\x7c";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_and_recordings_are_measured_and_nothing_panics() {
        assert_eq!(resolution(SAMPLE_PNG), Some((1, 1)));
        let jpg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc4\0\x02\xff\xc2\0\x0b\x08\x01\x02\x03\x04\x01";
        assert_eq!(resolution(jpg), Some((0x0304, 0x0102)));
        let second = [b"#!AMR\n".as_slice(), &[0x3c; 32 * 50]].concat();
        assert_eq!(voice_ms(&second), Some(1_000));
        let movie = b"\0\0\0\x18ftypisom....mvhd\0\0\0\0ccccmmmm\0\0\x03\xe8\0\0\x75\x31";
        assert_eq!(video_ms(movie), Some(30_001));
        for file in [SAMPLE_PNG, jpg, &second, movie, SAMPLE_MP4, SAMPLE_AMR] {
            for cut in 0..file.len() {
                let _ = (resolution(&file[..cut]), voice_ms(&file[..cut]), video_ms(&file[..cut]));
            }
        }
        let endless = b"\xff\xd8\xff\xe0\0\0\xff\xe0\0\0";
        assert_eq!(resolution(endless), None);
        assert_eq!(video_ms(b"0000ftypmvhd\0\0\0\0ccccmmmm\0\0\0\0\0\0\0\x01"), None);
    }
}
