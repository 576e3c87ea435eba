//! What other languages need of a catalog, as text.

mod c;
mod comment;
mod constants;
mod escape;
mod types;

pub use c::{EmitError, c_header};
