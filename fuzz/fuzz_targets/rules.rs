//! `cargo +nightly fuzz run rules`: see [`people::rules`](wecom_greeter_fuzz::people::rules).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wecom_greeter_fuzz::people::rules(data));
