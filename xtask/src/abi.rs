//! `cargo xtask abi`: the law, for the catalogs of this repository.

use std::process::ExitCode;

use abi_codegen::abi::{self, Governed};

use crate::root::root;

/// Every catalog of this repository, and its lock.
const GOVERNED: &[Governed] = &[
    Governed { catalog: &abi_runtime::layout::REGION, lock: "spec/abi/region.lock" },
    Governed { catalog: &dext_bindings::boundary::BOUNDARY, lock: "spec/abi/boundary.lock" },
    Governed { catalog: &dext_records::DEXT, lock: "spec/abi/dext.lock" },
    Governed { catalog: &process_watch::catalog::PROC, lock: "spec/abi/proc.lock" },
];

pub(crate) fn run(args: &abi::Args) -> ExitCode {
    abi::run(args, &root(), GOVERNED)
}
