//! What `.iig` files say, what the shim's headers make of it, and what DriverKit declares.
//!
//! IIG runs on a Mac alone. Here a checker stands in for the part of it that can drift unseen: that the
//! classes, methods, types and kinds of dispatch of `dext-bindings/dext/*.iig` are those of the headers with
//! which the same sources are compiled and run on Linux, and that what the shim's headers declare is what
//! DriverKit declares (`driverkit.iig`, with the source of each fact).

mod compare;
mod declared;
mod glue;
mod interface;
mod parse;
mod token;

pub use compare::{Difference, compare};
pub use declared::{compare_with_driverkit, driverkit};
pub use glue::compare_glue;
pub use interface::{Arguments, Class, Interface, Library, Method, Parameter, Place};
pub use parse::parse;

/// Returns the words of a text in C or C++, each with its line; what only the preprocessor reads is left out.
#[must_use]
pub fn words_of(text: &str) -> Vec<(String, usize)> {
    token::words(text).tokens.into_iter().map(|token| (token.text, token.line)).collect()
}
