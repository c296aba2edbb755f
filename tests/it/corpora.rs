//! Every input that is kept for the fuzzer (`fuzz/corpus/`), and changes of it, through the functions that the fuzzer calls:
//! nothing panics, what is found is within its bounds, and each takes less than a moment. What the fuzzer ever finds is put
//! there, and this holds it from then on without a nightly compiler.
//!
//! `GREETER_FUZZ_SECONDS` says for how long each target's inputs are changed anew; without it each is changed some times, and
//! always in the same way. The number that an endless run began with is printed where it fails.

#[path = "../../fuzz/src/machines.rs"]
mod machines;
#[path = "../../fuzz/src/people.rs"]
mod people;

use std::{
    fs,
    panic::catch_unwind,
    path::Path,
    time::{Duration, Instant},
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use rstest::rstest;

/// How often each input is changed where nobody asks for more.
const CHANGES: usize = 8;

/// What is made of an input is not longer: changes that only grow would be slow and tell nothing.
const BYTES_MAX: usize = 16 * 1_024;

/// Signs that mean something in one form or another.
const SIGNS: &[u8] = b"\n\r\t\0\"'\\{}[]<>&%:#-|,;*";

/// How long one input may take, on a busy machine and without optimisation.
const WITHIN: Duration = Duration::from_secs(5);

#[rstest]
#[case("callback", machines::callback)]
#[case("event", machines::event)]
#[case("json", machines::json)]
#[case("answer", people::answer)]
#[case("rules", people::rules)]
#[case("template", people::template)]
#[case("table", people::table)]
#[case("settings", people::settings)]
fn whatever_comes_in_nothing_panics_and_all_is_within_bounds(#[case] name: &str, #[case] target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut corpus: Vec<(String, Vec<u8>)> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().display().to_string(), fs::read(&path).unwrap()))
        .collect();
    corpus.sort();
    assert!(corpus.len() >= 8, "a corpus has something of every kind");
    for (file, input) in &corpus {
        run(target, input, &format!("fuzz/corpus/{name}/{file}"));
    }

    let seconds = std::env::var("GREETER_FUZZ_SECONDS").ok().filter(|value| !value.is_empty());
    let lasts = seconds.map(|value| Duration::from_secs(value.parse().expect("whole seconds")));
    let chance: u64 = if lasts.is_some() { rand::random() } else { 1 };
    let mut rng = StdRng::seed_from_u64(chance);
    let begun = Instant::now();
    let mut count = 0;
    while lasts.map_or(count < CHANGES * corpus.len(), |lasts| begun.elapsed() < lasts) {
        let (file, input) = &corpus[count % corpus.len()];
        let changed = changed(input, &corpus, &mut rng);
        count += 1;
        run(target, &changed, &format!("change {count} of fuzz/corpus/{name}/{file}, by {chance}"));
    }
    if lasts.is_some() {
        say(&format!("{name}: {count} inputs"));
    }
}

#[expect(clippy::print_stderr, reason = "whoever runs it for long wants to know what it did")]
fn say(what: &str) {
    eprintln!("{what}");
}

fn run(target: fn(&[u8]), input: &[u8], what: &str) {
    let begun = Instant::now();
    let ended = catch_unwind(|| target(input));
    assert!(ended.is_ok(), "{what}:\n{}", input.escape_ascii());
    assert!(begun.elapsed() < WITHIN, "{what} took {:?}:\n{}", begun.elapsed(), input.escape_ascii());
}

/// The input with one to eight things changed in it.
fn changed(input: &[u8], corpus: &[(String, Vec<u8>)], rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..rng.random_range(1..=8) {
        let at = rng.random_range(0..=bytes.len());
        let end = (at + rng.random_range(1..=32)).min(bytes.len());
        match rng.random_range(0..6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].repeat(rng.random_range(1..=24));
                bytes.splice(at..at, again);
            }
            3 => {
                let (_, other) = &corpus[rng.random_range(0..corpus.len())];
                let from = rng.random_range(0..=other.len());
                let to = (from + rng.random_range(1..=64)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            4 => bytes.insert(at, SIGNS[rng.random_range(0..SIGNS.len())]),
            _ => bytes.insert(at, rng.random()),
        }
    }
    bytes.truncate(BYTES_MAX);
    bytes
}
