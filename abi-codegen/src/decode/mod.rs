//! From a payload's bytes to values, by what a catalog says of them.
//!
//! This is the decoder for whoever has no struct: the tool that shows any region, and the law, whose
//! witnesses are read by it. It follows the same rules as the views of `abi-runtime` (VER-5, VER-6).

mod field;
mod record;
mod value;

pub use field::field;
pub use record::{Undecodable, record};
pub use value::Value;
