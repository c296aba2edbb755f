//! Opens one callback as often as its argument says: what `.ci/instructions` counts the instructions of.
//!
//! Time on a shared machine says little and an instruction count is the same every time, so this one can have a bound. The
//! callback is that of `benches/open.rs`.

use std::{hint::black_box, process::ExitCode};

use wecom_core::{
    callback::{self, Keys, Sealed},
    event::{Event, Identity},
};

const MESSAGE: &str = include_str!("../../add_event.xml");

fn main() -> ExitCode {
    let Some(times) = std::env::args().nth(1).and_then(|times| times.parse::<u32>().ok()) else {
        return ExitCode::FAILURE;
    };
    let message = MESSAGE.trim_end();
    let Ok(keys) = Keys::new("SynTok3n9", "Zq1Xw2Ec3Rv4Tb5Yn6Um7Ik8Ol9Pa0Sd1Fg2Hj3Kl4A", "ww9f3c1d7be20a4455") else {
        return ExitCode::FAILURE;
    };
    let sealed = callback::seal(&keys, message.as_bytes(), "1733900462", "1372623149", *b"0123456789abcdef");
    let (query, body) = (sealed.to_query(), sealed.to_xml("ww9f3c1d7be20a4455", Some("218")));
    let request = Sealed { query: &query, body: body.as_bytes() };
    for _ in 0..times {
        let Ok(opened) = callback::open(&keys, black_box(&request)) else { return ExitCode::FAILURE };
        let plaintext = opened.into_bytes();
        let event = Event::from_payload(&plaintext);
        let identity = Identity::of(&plaintext, &event);
        black_box((plaintext, event, identity));
    }
    ExitCode::SUCCESS
}
