//! `cargo xtask` writes the headers, `cargo xtask --check` says whether they are stale.

fn main() -> std::process::ExitCode {
    let headers = concat!(env!("CARGO_MANIFEST_DIR"), "/../include/usbx.h");
    abi_codegen::gen_headers::main(&[(&wire::USBX, headers)])
}
