//! `cargo +nightly fuzz run json`: see [`machines::json`](wecom_greeter_fuzz::machines::json).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wecom_greeter_fuzz::machines::json(data));
