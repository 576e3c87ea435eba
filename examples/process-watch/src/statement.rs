//! What each party says at the end, as one line of JSON: the driver of what it offered, the reader
//! of what reached it.
//!
//! The two come from separate processes and separate counters. That is what makes comparing them
//! worth something.

use abi_runtime::books::{Books, InFlight, Statement};
use abi_runtime::drops::DropCause;
use abi_runtime::layout::DropCounts;
use abi_runtime::writer::WriterAccount;
use serde::{Deserialize, Serialize};

use crate::kinship::Children;

