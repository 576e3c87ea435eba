//! `cargo xtask gen-headers`.

use std::process::ExitCode;

use abi_codegen::gen_headers::{GenError, Generated, generate, run as write_or_check};
use abi_schema::CatalogSchema;

use crate::root::root;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; say which files are stale, and what would change.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Every catalog of this repository, and where its header goes.
const HEADERS: &[(&CatalogSchema, &str)] = &[
    (&abi_runtime::layout::REGION, "dext-bindings/include/testimony/region_abi.h"),
    (&process_watch::catalog::PROC, "examples/process-watch/generated/proc.h"),
];

/// Where the JSON Schema of catalog documents goes.
const JSON_SCHEMA: &str = "spec/catalog.schema.json";
/// Where the page of the law's rules goes.
const RULES: &str = "spec/rules.md";

pub(crate) fn run(args: &Args) -> ExitCode {
    write_or_check(files(), args.check, "cargo xtask gen-headers")
}

fn files() -> Result<Vec<Generated>, GenError> {
    let mut files = generate(HEADERS)?;
    files.push(Generated { path: JSON_SCHEMA.into(), text: abi_codegen::json_schema() });
    files.push(Generated { path: RULES.into(), text: abi_codegen::law::rules::page() });
    for file in &mut files {
        file.path = root().join(&file.path);
    }
    Ok(files)
}
