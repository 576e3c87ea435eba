//! Compiles the driver's C, which includes the generated header.

fn main() {
    println!("cargo::rerun-if-changed=src/driver.c");
    println!("cargo::rerun-if-changed=../include/usbx.h");
    cc::Build::new().file("src/driver.c").include("../include").std("c11").warnings_into_errors(true).compile("driver");
}
