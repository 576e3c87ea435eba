//! How a Rust name becomes a C name (DOC-7).
//!
//! One rule for the compile-time checks and for the generator: letters become lower case, and an
//! underscore goes before a capital that follows a small letter or a digit, and before a capital
//! that follows a capital and precedes a small letter. `SchedSwitch` becomes `sched_switch`,
//! `IOBlock` `io_block`, `Usb3Link` `usb3_link`.

use crate::{MAX_CATALOG_NAME, MAX_NAME, MAX_WORD};

/// The bytes of a name, folded.
#[derive(Clone, Debug)]
pub struct SnakeCase<'n> {
    name: &'n [u8],
    at: usize,
    underscored: bool,
}

impl<'n> SnakeCase<'n> {
    /// Begins to fold `name`.
    pub const fn new(name: &'n str) -> Self {
        Self { name: name.as_bytes(), at: 0, underscored: false }
    }

    /// Returns the next folded byte.
    pub const fn next_byte(&mut self) -> Option<u8> {
        if self.at >= self.name.len() {
            return None;
        }
        if self.begins_word() && !self.underscored {
            self.underscored = true;
            return Some(b'_');
        }
        self.underscored = false;
        self.at += 1;
        Some(self.name[self.at - 1].to_ascii_lowercase())
    }

    /// Returns whether the byte at hand is a capital that begins a word inside the name.
    const fn begins_word(&self) -> bool {
        if self.at == 0 || !self.name[self.at].is_ascii_uppercase() {
            return false;
        }
        let before = self.name[self.at - 1];
        let precedes_small = self.at + 1 < self.name.len() && self.name[self.at + 1].is_ascii_lowercase();
        before.is_ascii_lowercase()
            || before.is_ascii_digit()
            || before.is_ascii_uppercase() && precedes_small
    }
}

impl Iterator for SnakeCase<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        self.next_byte().map(char::from)
    }
}

/// Returns whether a record, a composite, a code, flags, a field or a value may have the name (REC-15).
///
/// It is a name in Rust and in C: 1 to [`MAX_NAME`] ASCII letters, digits and `_`, the first no digit.
pub const fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > MAX_NAME || bytes[0].is_ascii_digit() {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() && bytes[at] != b'_' {
            return false;
        }
        at += 1;
    }
    // What Rust keeps for itself even as a raw identifier.
    !matches!(bytes, b"_" | b"self" | b"Self" | b"super" | b"crate")
}

/// Returns whether a catalog may have the name, or the prefix (REC-15).
///
/// It is a lower-case letter and up to 31 lower-case letters, digits and `_`.
pub const fn is_catalog_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > MAX_CATALOG_NAME || !bytes[0].is_ascii_lowercase() {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_lowercase() && !bytes[at].is_ascii_digit() && bytes[at] != b'_' {
            return false;
        }
        at += 1;
    }
    true
}

/// Returns whether the prefix is the project's own, whose ids are the instrument's (REC-14).
pub const fn is_instrument(prefix: &str) -> bool {
    same_text(prefix, "tsm")
}

/// Returns whether a unit or a clock may be the word (REC-13).
///
/// It is 1 to [`MAX_WORD`] bytes of printable ASCII without spaces, quotes and backslashes.
pub const fn is_word(word: &str) -> bool {
    let bytes = word.as_bytes();
    if bytes.is_empty() || bytes.len() > MAX_WORD {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_graphic() || matches!(bytes[at], b'"' | b'\'' | b'\\') {
            return false;
        }
        at += 1;
    }
    true
}

/// Returns whether two names become the same C name.
pub const fn fold_alike(one: &str, two: &str) -> bool {
    let (mut one, mut two) = (SnakeCase::new(one), SnakeCase::new(two));
    loop {
        match (one.next_byte(), two.next_byte()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
}

/// Returns whether two strings are equal, in a `const fn`.
pub(crate) const fn same_text(one: &str, two: &str) -> bool {
    let (one, two) = (one.as_bytes(), two.as_bytes());
    if one.len() != two.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != two[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{SnakeCase, fold_alike};
    use std::string::String;

    #[test]
    fn names_fold_by_the_rule() {
        for (name, folded) in [
            ("SchedSwitch", "sched_switch"),
            ("IOBlock", "io_block"),
            ("Usb3Link", "usb3_link"),
            ("Foo_Bar", "foo_bar"),
            ("ABC", "abc"),
            ("x", "x"),
            ("RxDMA", "rx_dma"),
            ("cpu", "cpu"),
            ("", ""),
        ] {
            assert_eq!(SnakeCase::new(name).collect::<String>(), folded);
        }
    }

    #[test]
    fn names_that_fold_alike_are_found() {
        assert!(fold_alike("FooBar", "Foo_Bar") && fold_alike("FooBar", "fooBar"));
        assert!(!fold_alike("Foobar", "FooBar") && !fold_alike("Foo", "FooB"));
    }
}
