//! What other languages need of a catalog, as text.

mod c;
mod comment;
mod constants;
mod embedded;
mod escape;
mod names;
mod types;

pub(crate) use c::Units;
pub use c::{EmitError, c_header};
pub use embedded::c_embedded;
pub use types::c_constant_name;
