struct Fork { value: u64 }

abi_runtime::catalog! { static PROC = "proc" { records: [Fork] } }
fn main() {}
