//! From a payload's bytes to values, by what a catalog says of them.
//!
//! This is the decoder for whoever has no struct: the tool that shows any region, and the law, whose
//! witnesses are read by it. [`Value`] is the one renderer of values, and `Debug` of the runtime's codes, flags
//! and names writes the same text (SHOW-2). It follows the same rules as the views of `abi-runtime` (VER-5, VER-6).

mod field;
mod record;
mod scaled;
mod value;

pub use field::field;
pub use record::{Decoder, Undecodable, record};
pub use value::{ELEMENTS_SHOWN, Measure, Value};
