//! Writes the header of a thousand records. With `time`, says how many nanoseconds making its text took; with
//! `document`, prints the catalog's document.

use std::process::ExitCode;
use std::time::Instant;

use abi_codegen::{Catalog, gen_headers};

const HEADER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../big.h");

fn main() -> ExitCode {
    let said = match std::env::args().nth(1).as_deref() {
        Some("time") => time().map_err(|error| error.to_string()),
        Some("document") => match Catalog::from_schema(&wire::BIG) {
            Ok(catalog) => Ok(catalog.to_document()),
            Err(error) => Err(error.to_string()),
        },
        _ => return gen_headers::main(&[(&wire::BIG, HEADER)]),
    };
    match said {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// The second time counts: the peer is timed in a process that has done it before, too.
fn time() -> Result<String, gen_headers::GenError> {
    let mut nanoseconds = 0;
    for _ in 0..2 {
        let begin = Instant::now();
        let files = gen_headers::generate(&[(&wire::BIG, HEADER)])?;
        nanoseconds = begin.elapsed().as_nanos();
        drop(std::hint::black_box(files));
    }
    Ok(nanoseconds.to_string())
}
