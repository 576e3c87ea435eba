//! What people see of what the law finds.

use abi_codegen::Catalog;
use abi_codegen::law::{Called, Facts, Form, Law, Report, Style, render};
use abi_codegen::lock::Lock;

/// Every snapshot of this file.
pub(crate) const NAMES: [&str; 3] = ["found.inserted", "found.replaced", "found.restructured"];

fn catalog(section: &str) -> Catalog {
    let zeros = "0".repeat(32);
    let text = format!(
        "testimony-lock 1 demo\n\nrelease 1 2026-01-01\nfingerprint {zeros}\nprefix demo\n{section}seal {zeros}\n"
    );
    let mut loaded = Lock::load(&text).unwrap();
    loaded.lock.releases.pop().unwrap().catalog.as_ref().clone()
}

pub(crate) fn judged(old: &str, new: &str) -> Report {
    let (old, new) = (catalog(old), catalog(new));
    let law = Law { facts: Facts::of_lanes(), today: "2026-06-01".parse().unwrap(), acknowledgements: &[] };
    let file = Some("spec/abi/demo.lock");
    let old = Called { catalog: &old, name: "release 1 of spec/abi/demo.lock", file };
    law.compare(old, Called { catalog: &new, name: "the code of `demo`", file }).unwrap()
}

const STATS: &str = "record 0x0100 Stats version 1 size 40
  0 8 u64 header
  8 8 u64 cpu_count
  16 8 u64 cpu_total
  24 8 u64 io_count
  32 8 u64 io_total
";

const STATS_INSERTED: &str = "record 0x0100 Stats version 2 size 56
  0 8 u64 header
  8 8 u64 cpu_count
  16 8 u64 cpu_total
  24 8 u64 cpu_max since=2
  32 8 u64 io_count
  40 8 u64 io_total
  48 8 u64 io_max since=2
";

const UPDATE: &str = "record 0x0100 Update version 1 size 24
  0 4 u32 offset
  4 4 u32 resv reserved
  8 8 u64 tags
  16 4 u32 type
  20 4 u32 nr
";

const UPDATE_REPLACED: &str = "record 0x0100 Update version 1 size 24
  0 4 u32 offset
  4 4 u32 resv reserved
  8 8 u64 tags
  16 4 u32 nr
  20 4 u32 resv2 reserved
";

const NESTED: &str = "struct Peer size 8
  0 4 u32 number
  4 4 u32 key
record 0x0100 Send version 1 size 24
  0 8 Struct<Peer> peer
  8 8 u64 address
  16 8 u64 state
";

const NESTED_OTHERWISE: &str = "struct Peer size 16
  0 4 u32 number
  4 4 u32 key
  8 8 u64 address
record 0x0100 Send version 1 size 24
  0 16 Struct<Peer> peer
  16 8 u64 state
";

/// Returns what the law finds, by snapshot.
pub(crate) fn reports() -> [Report; 3] {
    [(STATS, STATS_INSERTED), (UPDATE, UPDATE_REPLACED), (NESTED, NESTED_OTHERWISE)]
        .map(|(old, new)| judged(old, new))
}

#[test]
fn people_see_what_the_law_finds() {
    for (name, report) in NAMES.into_iter().zip(reports()) {
        let text = render(&report, Form::Human, report.verdict(false), Style { colour: false, width: 100 });
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, text);
        });
    }
}
