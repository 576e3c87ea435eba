//! Compiles the loop around the C writer, with the optimisation that a driver would have.

fn main() {
    println!("cargo::rerun-if-changed=c/emit.c");
    println!("cargo::rerun-if-changed=../dext-bindings/include");
    cc::Build::new()
        .file("c/emit.c")
        .include("../dext-bindings/include")
        .std("c11")
        .opt_level(2)
        .extra_warnings(true)
        .compile("measures_emit");
}
