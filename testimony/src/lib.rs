//! What the `testimony` tool is made of: showing any region's records by the catalog documents
//! that the region carries.
//!
//! A [`legend`](legend::Legend) is read from the region's documents; [`lines`](line::Lines) show
//! records, gaps and books by it, as text or JSON.

mod account;
pub mod attach;
mod lane_name;
pub mod leave;
pub mod legend;
pub mod line;
pub mod time;
