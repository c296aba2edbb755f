//! `cargo +nightly fuzz run event`: see [`machines::event`](wecom_greeter_fuzz::machines::event).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wecom_greeter_fuzz::machines::event(data));
