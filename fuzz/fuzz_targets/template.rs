//! `cargo +nightly fuzz run template`: see [`people::template`](wecom_greeter_fuzz::people::template).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wecom_greeter_fuzz::people::template(data));
