//! The file of an uploaded form.

use std::convert::Infallible;

use actix_web::web::Bytes;
use futures_util::stream;
use multer::Multipart;

use crate::api::Upload;

/// The first part of a `multipart/form-data` body that is a file. `None` if it is no such body, or has no file.
pub(super) async fn file(content_type: &str, body: Bytes) -> Option<Upload> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let body = stream::once(async { Ok::<_, Infallible>(body) });
    let mut form = Multipart::new(body, boundary);
    while let Some(part) = form.next_field().await.ok()? {
        let disposition = part.headers().get("content-disposition");
        // A name that is given as `filename*` only makes the part a file as well; WeCom reads no name from it.
        let is_file = disposition.is_some_and(|value| names_a_file(value.as_bytes()));
        if is_file {
            let name = part.file_name().unwrap_or_default().to_owned();
            return Some(Upload { name, bytes: part.bytes().await.ok()? });
        }
    }
    None
}

fn names_a_file(disposition: &[u8]) -> bool {
    disposition.windows(b"filename".len()).any(|window| window == b"filename")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n\
        Content-Disposition: form-data; name=\"media\"; filename=\"\xe5\xb0\x8f.png\"\r\n\r\n\r\n-picture-\r\n--x--\r\n";

    async fn read(content_type: &str, body: &'static [u8]) -> Option<(String, Vec<u8>)> {
        let read = file(content_type, Bytes::from_static(body)).await?;
        Some((read.name, read.bytes.to_vec()))
    }

    #[tokio::test]
    async fn the_file_is_found_among_the_parts() {
        let form = "multipart/form-data; boundary=x";
        let expected = Some(("小.png".to_owned(), b"\r\n-picture-".to_vec()));
        assert_eq!(read(form, BODY).await, expected);
        for cut in 0..BODY.len() - b"\r\n--x--\r\n".len() {
            assert_eq!(read(form, &BODY[..cut]).await, None, "{cut}");
        }
        assert_eq!(read("multipart/form-data; boundary=", BODY).await, None);
        assert_eq!(read("application/json", BODY).await, None);
    }

    #[tokio::test]
    async fn a_file_may_have_a_name_in_another_form_or_none() {
        for disposition in ["filename*=utf-8''%E5%B0%8F.png", "filename=\"\""] {
            let body = format!(
                "--x\r\nContent-Disposition: form-data; name=\"media\"; {disposition}\r\n\r\nbytes\r\n--x--\r\n"
            );
            let read = file("multipart/form-data; boundary=\"x\"", Bytes::from(body)).await;
            let read = read.map(|read| (read.name, read.bytes));
            assert_eq!(read, Some((String::new(), Bytes::from_static(b"bytes"))), "{disposition}");
        }
    }
}
