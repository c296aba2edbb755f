//! Codes on a terminal.
//!
//! The code of an acquisition link is the link: whoever scans it from the screen adds the employee. Of a contact way and a
//! group join way WeCom gives the address of a picture; the code leads to the picture, which is then pressed for long,
//! as one does with a code in a chat.

use qrcode::{QrCode, render::unicode::Dense1x2};
use serde_json::{Map, Value};

use crate::{
    cli::words::contact::Contact,
    language::{Language, Sentence as _},
};

/// The address that stands at `place` (a JSON pointer) of an answer; a list of one stands for its element.
pub(super) fn address<'a>(answer: &'a Map<String, Value>, place: &str) -> Option<&'a str> {
    let mut names = place.split('/').filter(|name| !name.is_empty());
    let mut value = answer.get(names.next()?)?;
    for name in names {
        if let Value::Array(list) = value {
            value = list.first()?;
        }
        value = value.get(name)?;
    }
    value.as_str().filter(|address| !address.is_empty())
}

/// Draws the code for a dark terminal. Phones read it on a light one as well.
pub(super) fn drawn(address: &str, language: Language) -> String {
    match QrCode::new(address) {
        Ok(code) => code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build(),
        Err(_) => Contact::AddressTooLong.to(language),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_address_is_found_in_either_form() {
        for answer in [json!({"way": {"qr_code": "http://x"}}), json!({"way": [{"qr_code": "http://x"}]})] {
            assert_eq!(address(answer.as_object().unwrap(), "/way/qr_code"), Some("http://x"));
        }
        assert_eq!(address(json!({"qr_code": ""}).as_object().unwrap(), "/qr_code"), None);
    }

    #[test]
    fn a_code_has_its_three_corners_and_its_margin() {
        let code = drawn("https://work.weixin.qq.com/ca/cawcd41a7be0c52f98", Language::En);
        let lines: Vec<&str> = code.lines().collect();
        assert!(
            lines.len() > 10 && lines.iter().all(|line| line.chars().count() == lines[0].chars().count())
        );
        assert!(lines[0].chars().all(|c| c == '█'), "the margin is light");
    }
}
