//! `cargo +nightly fuzz run answer`: see [`people::answer`](wecom_greeter_fuzz::people::answer).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wecom_greeter_fuzz::people::answer(data));
