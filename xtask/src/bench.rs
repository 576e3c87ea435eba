//! `cargo xtask bench`.

use std::process::ExitCode;

use abi_codegen::output;

use crate::root::{cargo, typed};
use crate::tools;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// One JSON object a line: claim, median, min, max, unit, ratio, goal, met.
    #[arg(long)]
    json: bool,
    /// Only this group; `--claim help` names them.
    #[arg(long, value_name = "GROUP")]
    claim: Option<String>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    if let Err(missing) = tools::ensure(&[tools::CC]) {
        output::error_line(format_args!("error: {missing}"));
        return ExitCode::from(2);
    }
    let mut bench =
        cargo(["run", "--quiet", "--release", "--package", "measures", "--features", "iceoryx2", "--"]);
    if args.json {
        bench.arg("--json");
    }
    if let Some(claim) = &args.claim {
        bench.args(["--claim", claim]);
    }
    match bench.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)),
        Err(error) => {
            output::error_line(format_args!("error: `{}` cannot be started: {error}", typed(&bench)));
            ExitCode::from(2)
        }
    }
}
