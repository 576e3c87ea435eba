//! Every input that a fuzzer kept, without the fuzzer (REG-10, REG-32, REG-35, REG-40).

use std::fs;
use std::path::Path;

use ring_tests::fuzzed::TARGETS;

#[test]
fn every_input_of_the_corpus_keeps_the_rules() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    for target in TARGETS {
        let mut inputs = 0;
        for entry in fs::read_dir(corpus.join(target.name)).expect("each target has a corpus") {
            let path = entry.expect("the folder can be read").path();
            println!("{}", path.display());
            (target.take)(&fs::read(&path).expect("an input can be read"));
            inputs += 1;
        }
        assert!(inputs > 0, "{} has no input", target.name);
    }
}
