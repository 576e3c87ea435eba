//! Words of a frozen layout, one after the other.

/// A text that is read word by word. Words are separated by spaces, lines by line feeds; an empty line ends
/// a block.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), at: 0 }
    }

    /// Returns whether there is nothing more.
    pub(super) const fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Returns the next word and steps over what ends it.
    pub(super) const fn word(&mut self) -> &'t str {
        let (_, rest) = self.bytes.split_at(self.at);
        let mut len = 0;
        while len < rest.len() && rest[len] != b' ' && rest[len] != b'\n' {
            len += 1;
        }
        self.at += len;
        if self.at < self.bytes.len() {
            self.at += 1;
        }
        match core::str::from_utf8(rest.split_at(len).0) {
            Ok(word) => word,
            Err(_) => "",
        }
    }

    /// Returns the next word as a number.
    pub(super) const fn number(&mut self) -> i128 {
        let word = self.word().as_bytes();
        let (mut number, mut at) = (0_i128, 0);
        let negative = !word.is_empty() && word[0] == b'-';
        while at < word.len() {
            if word[at].is_ascii_digit() {
                number = number * 10 + (word[at] - b'0') as i128;
            }
            at += 1;
        }
        if negative { -number } else { number }
    }
}
