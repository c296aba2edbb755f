//! `cargo +nightly fuzz run table`: see [`people::table`](wecom_greeter_fuzz::people::table).
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| wecom_greeter_fuzz::people::table(data));
