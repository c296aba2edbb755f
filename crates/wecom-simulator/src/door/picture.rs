//! The pictures of contact ways' QR codes, as a PNG that phones read. What they lead to is there in the real WeCom only;
//! here somebody scans by `/_simulator/scans`.

use actix_web::{
    HttpResponse,
    web::{self, Data, Path, ServiceConfig},
};
use qrcode::{Color, EcLevel, QrCode};

use super::{shared::Shared, usage};

/// So many pixels has a module of the code, and so many modules its margin.
const PIXELS: usize = 8;
const MARGIN: usize = 4;

/// The most bytes in one block of what is not compressed (RFC 1951).
const BLOCK_BYTES_MAX: usize = 65_535;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/wwpic/{picture}/0", web::get().to(picture));
}

async fn picture(
    request: actix_web::HttpRequest,
    shared: Data<Shared>,
    picture: Path<String>,
) -> HttpResponse {
    let is_known = shared.running.world().ways.has_picture(&picture);
    let code =
        QrCode::with_error_correction_level(format!("https://work.weixin.qq.com/ca/{picture}"), EcLevel::M);
    match code {
        Ok(code) if is_known => HttpResponse::Ok().content_type("image/png").body(png(&code)),
        _ => usage::nothing_here(request, shared).await,
    }
}

/// The code as a PNG of one bit a pixel (RFC 2083), not compressed.
fn png(code: &QrCode) -> Vec<u8> {
    let (width, colors) = (code.width(), code.to_colors());
    let side = (width + 2 * MARGIN) * PIXELS;
    let is_dark = |x: usize, y: usize| {
        let module = |at: usize| (at / PIXELS).checked_sub(MARGIN).filter(|at| *at < width);
        matches!((module(x), module(y)), (Some(x), Some(y)) if colors[y * width + x] == Color::Dark)
    };
    let mut rows = Vec::with_capacity(side * (side / 8 + 2));
    for y in 0..side {
        // Each row says first how it is filtered: not at all.
        rows.push(0);
        rows.extend((0..side).step_by(8).map(|x| {
            // 1 is white, and so is what is beyond the last pixel.
            (0..8).fold(0_u8, |byte, bit| byte << 1 | u8::from(!is_dark(x + bit, y)))
        }));
    }
    let side = u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    // One bit, grey, and nothing unusual.
    chunk(&mut png, *b"IHDR", &[&side[..], &side[..], &[1, 0, 0, 0, 0]].concat());
    chunk(&mut png, *b"IDAT", &stored(&rows));
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    png.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
    let begin = png.len();
    png.extend(name);
    png.extend(content);
    let sum = crc32(&png[begin..]);
    png.extend(sum.to_be_bytes());
}

/// In the form of zlib (RFC 1950), in blocks that are not compressed.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut zlib = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(BLOCK_BYTES_MAX).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        zlib.push(u8::from(blocks.peek().is_none()));
        zlib.extend(length.to_le_bytes());
        zlib.extend((!length).to_le_bytes());
        zlib.extend(block);
    }
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    zlib.extend((b << 16 | a).to_be_bytes());
    zlib
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| {
                if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        // Wikipedia's example of Adler-32.
        assert_eq!(stored(b"Wikipedia")[16..], 0x11e6_0398_u32.to_be_bytes());
    }

    #[test]
    fn the_picture_is_as_large_as_it_says() {
        let png = png(&QrCode::new("https://work.weixin.qq.com/ca/x").unwrap());
        let size = imagesize::blob_size(&png).unwrap();
        assert_eq!((size.width, size.height), ((29 + 8) * 8, (29 + 8) * 8));
    }
}
