//! Words of a frozen layout, one after the other.

/// A text that is read word by word: one space between words, one line feed behind a line. A word may be
/// empty; that stands for what is not stated.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    text: &'static str,
    at: usize,
}

impl Cursor {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns whether there is nothing more.
    pub(super) const fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Returns the next word and steps over what ends it.
    pub(super) const fn word(&mut self) -> &'static str {
        let (bytes, mut end) = (self.text.as_bytes(), self.at);
        while end < bytes.len() && bytes[end] != b' ' && bytes[end] != b'\n' {
            end += 1;
        }
        let (word, _) = self.text.split_at(end);
        let (_, word) = word.split_at(self.at);
        self.at = if end < bytes.len() { end + 1 } else { end };
        word
    }

    /// Returns the next word as a number.
    pub(super) const fn number(&mut self) -> i128 {
        number(self.word())
    }

    /// Steps over what is left of the line.
    pub(super) const fn skip_line(&mut self) {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() && bytes[self.at] != b'\n' {
            self.at += 1;
        }
        self.at += 1;
    }
}

/// Returns the number that a word is, its digits at least.
pub(super) const fn number(word: &str) -> i128 {
    let word = word.as_bytes();
    let (mut number, mut at) = (0_i128, 0);
    while at < word.len() {
        if word[at].is_ascii_digit() {
            number = number * 10 + (word[at] - b'0') as i128;
        }
        at += 1;
    }
    if !word.is_empty() && word[0] == b'-' { -number } else { number }
}
