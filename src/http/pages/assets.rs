//! The static files of the pages, inside of the program: style sheet, scripts, sign. A file's address holds a part of its
//! SHA-256, so that browsers keep it for good and never show an old one with a new page.
//!
//! What is not ours stands in `assets/VENDORED` with its version, licence and digest, which a test holds to the files.

use std::{fmt::Write as _, sync::LazyLock};

use actix_web::{
    HttpResponse,
    http::header,
    web::{Bytes, Path},
};
use sha2::{Digest as _, Sha256};

use crate::http::problem::Problem;

/// Where they are.
const PREFIX: &str = "/static";

/// How many characters of the digest stand in an address: enough that no two versions share one.
const DIGEST_CHARS: usize = 16;

/// A file of the pages.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 10] = [
    Asset { name: "icon.svg", content_type: "image/svg+xml", bytes: include_bytes!("assets/icon.svg") },
    Asset {
        name: "live.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("assets/live.js"),
    },
    Asset {
        name: "pages.css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("assets/pages.css"),
    },
    Asset {
        name: "pages.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("assets/pages.js"),
    },
    Asset {
        name: "rules.css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("assets/rules.css"),
    },
    Asset {
        name: "rules.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("assets/rules.js"),
    },
    Asset {
        name: "ways.css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("assets/ways.css"),
    },
    Asset {
        name: "ways.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("assets/ways.js"),
    },
    Asset {
        name: "uplot.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("assets/uplot.js"),
    },
    Asset {
        name: "uplot.css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("assets/uplot.css"),
    },
];

/// The digests, each once.
static DIGESTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    ASSETS.iter().map(|asset| hex(&Sha256::digest(asset.bytes))[..DIGEST_CHARS].to_owned()).collect()
});

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The address of a file. Of one that is not there it is the address of nothing, which a test finds.
pub(super) fn href(name: &str) -> String {
    let at = ASSETS.iter().position(|asset| asset.name == name);
    let digest = at.and_then(|at| DIGESTS.get(at)).map_or("missing", String::as_str);
    format!("{PREFIX}/{digest}/{name}")
}

/// `GET /static/{digest}/{name}`: to anybody, since there is nothing in them but the program.
pub(super) async fn serve(path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (digest, name) = path.into_inner();
    let found = ASSETS.iter().zip(DIGESTS.iter()).find(|(asset, of)| asset.name == name && **of == digest);
    let Some((asset, _)) = found else { return Err(Problem::NoSuchPath) };
    Ok(HttpResponse::Ok()
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(Bytes::from_static(asset.bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What others have made, as it was taken from the npm registry, unchanged: name, version, licence, file there, SHA-256.
    const VENDORED: &str = include_str!("assets/VENDORED");

    #[test]
    fn what_others_have_made_is_what_they_published() {
        let mut seen = 0;
        for line in VENDORED.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [file, _package, _version, _licence, _path, digest] = fields[..] else { panic!("{line}") };
            let asset = ASSETS.iter().find(|asset| asset.name == file).unwrap();
            assert_eq!(hex(&Sha256::digest(asset.bytes)), digest, "{file}");
            seen += 1;
        }
        let ours =
            ["icon.svg", "live.js", "pages.css", "pages.js", "rules.css", "rules.js", "ways.css", "ways.js"];
        assert_eq!(seen + ours.len(), ASSETS.len(), "a file is neither ours nor in VENDORED");
    }

    /// Whoever opens the pages over a slow line waits for this.
    #[test]
    fn all_together_they_stay_small() {
        let all: usize = ASSETS.iter().map(|asset| asset.bytes.len()).sum();
        assert!(all <= 160_000, "{all}");
    }

    #[test]
    fn the_style_sheet_and_the_scripts_fetch_nothing_from_elsewhere() {
        let ours = ["pages.", "rules.", "ways."];
        for asset in ASSETS.iter().filter(|asset| ours.iter().any(|ours| asset.name.starts_with(ours))) {
            let text = std::str::from_utf8(asset.bytes).unwrap();
            for foreign in ["http:", "https:", "url(", "@import", "data:", "eval(", "Function("] {
                assert!(!text.contains(foreign), "{}: {foreign}", asset.name);
            }
        }
    }
}
