abi_runtime::catalog! { static PROC = "proc" { records: [] } }

fn main() {}
