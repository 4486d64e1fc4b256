#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pika_relay::fuzzing::frames(bytes));
