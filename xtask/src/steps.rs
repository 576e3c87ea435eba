//! The steps of `cargo xtask test`, in the order of their speed.

use std::process::Command;

use crate::root::{cargo, root};
use crate::{snapshots, targets, tidy};

/// One thing that is tested.
pub(crate) struct Step {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    /// What it shows.
    pub(crate) shows: &'static str,
    /// How it is run.
    pub(crate) action: Action,
}

/// How a step is run.
pub(crate) enum Action {
    /// In this process; returns what is wrong.
    Call(fn() -> Result<(), String>),
    /// As a command, which succeeds or not.
    Run(fn() -> Command),
    /// In this process, on a target that not every machine has.
    Probe(fn() -> Result<Checked, String>),
}

/// What was checked when nothing is wrong.
pub(crate) enum Checked {
    /// All of it.
    All,
    /// Nothing, and why. It never counts as passed.
    Nothing(String),
}

/// All steps.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "format",
        shows: "every file is formatted",
        action: Action::Run(|| cargo(["fmt", "--all", "--check"])),
    },
    Step { name: "tidy", shows: "the invariants of ARCHITECTURE.md hold", action: Action::Call(tidy::check) },
    Step {
        name: "lints",
        shows: "clippy finds nothing",
        action: Action::Run(|| {
            cargo(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
        }),
    },
    Step {
        name: "generated",
        shows: "no generated file is stale",
        action: Action::Run(|| {
            cargo(["run", "--quiet", "--package", "xtask", "--", "gen-headers", "--check"])
        }),
    },
    Step {
        name: "law",
        shows: "the catalogs of this repository keep what was released of them",
        action: Action::Run(|| {
            cargo(["run", "--quiet", "--package", "xtask", "--", "abi", "check", "--strict"])
        }),
    },
    Step {
        name: "tests",
        shows: "unit, doc, refusal, header, cross-language and process tests pass; no snapshot is an orphan",
        action: Action::Call(snapshots::test),
    },
    Step {
        name: "docs",
        shows: "the documentation builds without a warning",
        action: Action::Run(|| {
            with_env(cargo(["doc", "--quiet", "--workspace", "--no-deps"]), "RUSTDOCFLAGS", "--deny warnings")
        }),
    },
    Step {
        name: "darwin",
        shows: "the reader compiles for macOS, and clippy finds nothing there",
        action: Action::Probe(targets::darwin),
    },
    Step {
        name: "processors",
        shows: "rustc lays the boundary's structs out on i686 and aarch64 as their locks say",
        action: Action::Probe(targets::processors),
    },
    Step {
        name: "big-endian",
        shows: "the runtime does not compile where bytes are in the other order, and says why",
        action: Action::Probe(targets::big_endian),
    },
    Step {
        name: "no-std",
        shows: "the runtime links into a program without std and without alloc",
        action: Action::Run(|| other_workspace("compat-tests/no-std", ["run", "--quiet", "--locked"])),
    },
    Step {
        name: "other-workspace",
        shows: "a workspace that is not ours generates its header",
        action: Action::Run(|| {
            other_workspace(
                "examples/other-workspace",
                ["run", "--quiet", "--locked", "--package", "xtask", "--", "--check"],
            )
        }),
    },
    Step {
        name: "other-law",
        shows: "that workspace holds its code against what it released",
        action: Action::Run(|| {
            other_workspace(
                "examples/other-workspace",
                ["run", "--quiet", "--locked", "--package", "xtask", "--", "abi", "check", "--strict"],
            )
        }),
    },
    Step {
        name: "other-driver",
        shows: "the driver of that workspace compiles in C",
        action: Action::Run(|| {
            other_workspace("examples/other-workspace", ["build", "--quiet", "--locked", "--workspace"])
        }),
    },
    Step {
        name: "end-to-end",
        shows: "driver, load and reader run, and the books close",
        action: Action::Run(|| cargo(["run", "--quiet", "--package", "xtask", "--", "demo", "--short"])),
    },
    Step {
        name: "extension",
        shows: "the DriverKit extension is killed while it writes, and the books close",
        action: Action::Run(|| {
            cargo(["run", "--quiet", "--package", "xtask", "--", "demo", "--dext", "--short"])
        }),
    },
];

fn with_env(mut command: Command, key: &str, value: &str) -> Command {
    command.env(key, value);
    command
}

/// Cargo in a workspace of its own, which shares what has been built.
fn other_workspace<const N: usize>(folder: &str, args: [&str; N]) -> Command {
    let mut command = cargo(args);
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    command.current_dir(root().join(folder)).env("CARGO_TARGET_DIR", target.join(folder.replace('/', "-")));
    command
}
