//! Text of others, made fit to be shown.

use std::borrow::Cow;

use abi_schema::{Printable, is_printable};

/// Returns `text` with every character escaped that a terminal would obey or hide instead of showing it.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_printable) { Cow::Borrowed(text) } else { Cow::Owned(Printable(text).to_string()) }
}
