//! What comes from outside, as functions of bytes: none of them panics, whatever the bytes are, and what they find is within
//! its bounds. The fuzzer's programs call them (`fuzz_targets/`), and so does a test over the corpora (`tests/it/corpora.rs`).

pub mod machines;
#[cfg(feature = "server")]
pub mod people;
