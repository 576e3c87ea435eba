//! Every interleaving of the models, and every ordering weakened, one at a time (REG-2).
//!
//! The models are `abi-runtime/src/model/`, built with `--cfg loom`. An ordering of
//! `abi-runtime/src/order.rs` that can be weakened without a model failing is superfluous, or the models
//! are blind: either way this test fails. It names, for each ordering, the model that catches it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Which model fails when an ordering is weakened; others may, too.
const CAUGHT_BY: &[(&str, &str)] = &[
    ("region-state", "closing::a_closed_region_has_nothing_more_to_show"),
    ("open", "opened::an_open_lane_has_all_of_its_control"),
    ("reopen", "opened::a_lane_that_is_opened_again_is_the_old_one_or_the_new"),
    ("publish", "published::a_published_record_is_whole"),
    ("reserve", "lapped::a_lapped_copy_is_thrown_away"),
    ("dropped", "drops::drops_at_the_tail_are_those_behind_the_last_record"),
    ("close", "closing::a_closed_lane_has_nothing_more_to_show"),
    ("give-back", "pooled::a_claim_says_how_the_owner_before_ended"),
    ("claim", "pooled::a_reclaimer_asks_for_the_owner_that_has_the_lane"),
    ("refused-claim", "pooled::refused_claims_are_all_counted"),
    ("serve", "drained::a_reader_that_is_served_has_its_lag"),
    ("see-region-state", "closing::a_closed_region_has_nothing_more_to_show"),
    ("see-open", "opened::an_open_lane_has_all_of_its_control"),
    ("see-reopen", "opened::a_lane_that_is_opened_again_is_the_old_one_or_the_new"),
    ("see-publish", "lapped::a_lapped_reader_resumes_at_a_whole_block"),
    ("see-reserve", "lapped::a_lapped_copy_is_thrown_away"),
    ("see-dropped", "drops::drops_at_the_tail_are_those_behind_the_last_record"),
    ("see-close", "closing::a_closed_lane_has_nothing_more_to_show"),
    ("see-serve", "drained::a_reader_that_is_served_has_its_lag"),
    ("see-give-back", "pooled::a_claim_says_how_the_owner_before_ended"),
    ("see-claim", "pooled::a_reclaimer_asks_for_the_owner_that_has_the_lane"),
    ("see-refused-claim", "pooled::refused_claims_are_all_counted"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Builds the models, once, beside what else is built, and returns the program.
fn models() -> &'static Path {
    static MODELS: OnceLock<PathBuf> = OnceLock::new();
    MODELS.get_or_init(|| {
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
        let built = Command::new(env!("CARGO"))
            .args(["test", "--package", "abi-runtime", "--lib", "--release", "--no-run"])
            .args(["--message-format", "json"])
            .current_dir(root())
            .env("RUSTFLAGS", "--cfg loom")
            .env("CARGO_TARGET_DIR", target.join("loom"))
            .output()
            .expect("NOT CHECKED: cargo cannot be started");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let messages = String::from_utf8(built.stdout).expect("cargo writes text");
        let program = messages.lines().filter(|line| line.contains("\"test\":true")).find_map(|line| {
            let (_, rest) = line.split_once("\"executable\":\"")?;
            rest.split_once('"').map(|(path, _)| PathBuf::from(path))
        });
        program.expect("cargo says where the program is")
    })
}

fn run(arguments: &[&str], weakened: Option<&str>) -> Output {
    let mut command = Command::new(models());
    command.args(arguments).env_remove("TESTIMONY_WEAKEN").env_remove("TESTIMONY_SOAK");
    if let Some(name) = weakened {
        command.env("TESTIMONY_WEAKEN", name);
    }
    command.output().expect("the models were built")
}

/// The names that stand in `order.rs`: none can be forgotten here.
fn names() -> Vec<String> {
    let text = fs::read_to_string(root().join("abi-runtime/src/order.rs")).expect("it is there");
    let names = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once("Order { name: \"")?;
        rest.split_once('"').map(|(name, _)| name.to_owned())
    });
    names.collect()
}

#[test]
fn every_interleaving_keeps_the_rules() {
    let output = run(&["model::", "--nocapture", "--test-threads=2"], None);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let counts =
        said.lines().filter_map(|line| line.strip_suffix(" interleavings")?.rsplit(' ').next()?.parse().ok());
    let counts: Vec<u64> = counts.collect();
    println!("{} models, {} interleavings", counts.len(), counts.iter().sum::<u64>());
    assert!(counts.len() >= 18, "a model said nothing:\n{said}");
    assert!(counts.iter().all(|&count| count > 1), "a model has nothing to interleave:\n{said}");
}

#[test]
fn every_ordering_that_is_weakened_is_caught() {
    let caught_by: BTreeMap<&str, &str> = CAUGHT_BY.iter().copied().collect();
    let names = names();
    assert_eq!(names.len(), caught_by.len(), "the table and order.rs name the same orderings");
    for name in &names {
        let model =
            caught_by.get(name.as_str()).unwrap_or_else(|| panic!("{name}: no model is named for it"));
        let model = format!("model::{model}");
        let output = run(&["--exact", &model], Some(name));
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("running 1 test"), "{name}: there is no {model}");
        assert!(!output.status.success(), "{name} was weakened and {model} did not see it");
    }
}
