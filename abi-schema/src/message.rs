//! Text that is put together at compile time.

/// A message of bounded length that a `const fn` can write, for assertions that state numbers.
///
/// ```
/// use abi_schema::Message;
///
/// const BYTES: Message = Message::new().text("3 + ").number(4).text(" bytes");
/// assert_eq!(BYTES.as_str(), "3 + 4 bytes");
/// ```
#[derive(Clone, Debug)]
pub struct Message {
    bytes: [u8; Message::LIMIT],
    len: usize,
}

impl Message {
    /// The most bytes that a message holds; what is beyond is cut.
    ///
    /// 32 KiB: a corrected struct of 250 documented fields, and no more than a terminal scrolls.
    pub const LIMIT: usize = 32 << 10;

    /// Returns a message without text.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bytes: [0; Self::LIMIT],
            len: 0,
        }
    }

    /// Appends `text`.
    #[must_use]
    pub const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() && self.len < Self::LIMIT {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    /// Appends `number` in decimal digits.
    #[must_use]
    pub const fn number(mut self, number: u64) -> Self {
        if number >= 10 {
            self = self.number(number / 10);
        }
        // At most 9, so nothing is cut.
        let digit = [b'0' + (number % 10) as u8];
        match core::str::from_utf8(&digit) {
            Ok(digit) => self.text(digit),
            Err(_) => self,
        }
    }

    /// Returns the text.
    pub const fn as_str(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.len);
        match core::str::from_utf8(text) {
            Ok(text) => text,
            // The limit fell inside a character: what lies before it is whole.
            Err(error) => match core::str::from_utf8(text.split_at(error.valid_up_to()).0) {
                Ok(text) => text,
                Err(_) => "",
            },
        }
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn numbers_are_written_in_full() {
        assert_eq!(Message::new().number(0).as_str(), "0");
        assert_eq!(
            Message::new().number(u64::MAX).as_str(),
            "18446744073709551615"
        );
    }

    #[test]
    fn text_beyond_the_limit_is_cut_between_characters() {
        let mut message = Message::new().text("x");
        for _ in 0..Message::LIMIT {
            message = message.text("é");
        }
        assert_eq!(message.as_str().len(), Message::LIMIT - 1);
    }
}
