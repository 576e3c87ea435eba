//! Compiles what the proofs need in C, with the optimisation that a driver would have.

fn main() {
    println!("cargo::rerun-if-changed=c");
    println!("cargo::rerun-if-changed=../dext-bindings/include");
    cc::Build::new()
        .file("c/victim.c")
        .file("c/counted.c")
        .include("../dext-bindings/include")
        .std("c11")
        .opt_level(2)
        .extra_warnings(true)
        .warnings_into_errors(true)
        .compile("ring_victim");
}
