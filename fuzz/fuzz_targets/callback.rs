//! `cargo +nightly fuzz run callback`: see [`machines::callback`](wecom_greeter_fuzz::machines::callback).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wecom_greeter_fuzz::machines::callback(data));
