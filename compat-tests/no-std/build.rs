//! Links the C library alone, which calls `main`: no Rust start-up code.

fn main() {
    println!("cargo::rustc-link-arg=-lc");
}
