//! `cargo +nightly fuzz run settings`: see [`people::settings`](wecom_greeter_fuzz::people::settings).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wecom_greeter_fuzz::people::settings(data));
