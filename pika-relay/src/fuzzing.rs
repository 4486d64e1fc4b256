//! What has to hold for any bytes: run by the tests over thousands of small changes, by `scripts/fuzz` without end.
//! Each function stands beside what it tries.

pub use crate::hub::websocket::fuzzing::frames;

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn frames() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/frames");
        pika_mutate::check("frames", &[&corpus], super::frames);
    }
}
