//! The catalog `proc`.

use crate::file::{DirectoryWatched, FileEvent};
use crate::origin::{SourceLoss, SourceStarted};
use crate::process::{Exec, Exit, Fork, Renamed, SessionStarted};
use crate::usage::UsageSample;

abi_runtime::catalog! {
    /// What the kernel says of processes and files.
    pub static PROC = "proc" {
        lock: "../../spec/abi/proc.lock",
        records: [
            Fork, Exec, Exit, Renamed, SessionStarted,
            SourceStarted, SourceLoss,
            FileEvent, DirectoryWatched,
            UsageSample,
        ],
        // What it told, `Exit.ending` tells too.
        retired: [0x0104 "CoreDumped"],
    }
}
