//! `cargo xtask` writes the headers, `cargo xtask --check` says whether they are stale; `cargo xtask abi check`,
//! `abi freeze` and the others are the law.

use abi_codegen::abi::{self, Governed};
use abi_codegen::gen_headers;

fn main() -> std::process::ExitCode {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    if std::env::args().nth(1).is_some_and(|word| word == "abi") {
        return abi::main(root, &[Governed { catalog: &wire::USBX, lock: "spec/abi/usbx.lock" }]);
    }
    gen_headers::main(&[(&wire::USBX, &format!("{root}/include/usbx.h"))])
}
