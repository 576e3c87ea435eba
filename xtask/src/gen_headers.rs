//! `cargo xtask gen-headers`.

use std::process::ExitCode;

use abi_codegen::gen_headers::{GenError, Generated, generate, run as write_or_check};
use abi_codegen::{Action, FileError, c_embedded};
use abi_schema::CatalogSchema;
use dext_bindings::boundary::BOUNDARY;

use crate::boundary::Table;
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
    (&BOUNDARY, "dext-bindings/include/testimony/boundary_abi.h"),
    (&dext_records::DEXT, "dext-bindings/dext/generated/dext.h"),
    (&process_watch::catalog::PROC, "examples/process-watch/generated/proc.h"),
];

/// Catalogs that a driver without any Rust puts into its region itself, and where their bytes go.
const EMBEDDED: &[(&CatalogSchema, &str)] = &[
    (&abi_runtime::layout::REGION, "dext-bindings/include/testimony/region_catalog.h"),
    (&dext_records::DEXT, "dext-bindings/dext/generated/dext_catalog.h"),
];

/// Where the boundary's table goes, for drivers and for people.
const BOUNDARY_HEADER: &str = "dext-bindings/include/testimony/boundary.h";
const BOUNDARY_PAGE: &str = "spec/attach.md";

/// Where the JSON Schema of catalog documents goes.
const JSON_SCHEMA: &str = "spec/catalog.schema.json";
/// Where the page of the law's rules goes.
const RULES: &str = "spec/rules.md";

pub(crate) fn run(args: &Args) -> ExitCode {
    write_or_check(files(), args.check, "cargo xtask gen-headers")
}

fn files() -> Result<Vec<Generated>, GenError> {
    let mut files = generate(HEADERS)?;
    for (schema, path) in EMBEDDED {
        files.push(Generated { path: path.into(), text: c_embedded(schema) });
    }
    let table = Table::read().map_err(GenError::Model)?;
    files.push(Generated { path: BOUNDARY_HEADER.into(), text: table.header() });
    let page = root().join(BOUNDARY_PAGE);
    let text = std::fs::read_to_string(&page).map_err(|source| FileError {
        action: Action::Read,
        path: page,
        source,
    })?;
    files.push(Generated { path: BOUNDARY_PAGE.into(), text: table.page(&text) });
    files.push(Generated { path: JSON_SCHEMA.into(), text: abi_codegen::json_schema() });
    files.push(Generated { path: RULES.into(), text: abi_codegen::law::rules::page() });
    for file in &mut files {
        file.path = root().join(&file.path);
    }
    Ok(files)
}
