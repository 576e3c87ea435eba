#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ring_tests::fuzzed::take("live", data));
