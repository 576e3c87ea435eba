//! Text that is put together at compile time.

/// A message of bounded length that a `const fn` can write, for assertions that state numbers.
///
/// ```
/// use abi_schema::Message;
///
/// const BYTES: Message = {
///     let mut message = Message::new();
///     message.text("3 + ").number(4).text(" bytes");
///     message
/// };
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
    /// 16 KiB: a corrected struct of more than a hundred documented fields.
    pub const LIMIT: usize = 16 << 10;

    /// Returns a message without text.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: [0; Self::LIMIT], len: 0 }
    }

    /// Appends `text`.
    pub const fn text(&mut self, text: &str) -> &mut Self {
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
    pub const fn number(&mut self, number: u64) -> &mut Self {
        self.integer(number as i128)
    }

    /// Appends `number` in decimal digits, with its sign when it is negative.
    pub const fn integer(&mut self, number: i128) -> &mut Self {
        // 39 digits: those of 2^127.
        let (mut digits, mut first, mut rest) = ([b'0'; 39], 39, number.unsigned_abs());
        while rest > 0 || first == digits.len() {
            first -= 1;
            digits[first] += (rest % 10) as u8;
            rest /= 10;
        }
        if number < 0 {
            self.text("-");
        }
        match core::str::from_utf8(digits.split_at(first).1) {
            Ok(digits) => self.text(digits),
            Err(_) => self,
        }
    }

    /// Appends a record's id as people write it: `0x` and four hexadecimal digits.
    pub const fn id(&mut self, id: u16) -> &mut Self {
        let mut digits = *b"0x0000";
        let mut at = 0;
        while at < 4 {
            digits[5 - at] = b"0123456789abcdef"[(id >> (4 * at)) as usize & 0xf];
            at += 1;
        }
        match core::str::from_utf8(&digits) {
            Ok(digits) => self.text(digits),
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
    extern crate std;

    use std::string::{String, ToString};

    use super::Message;

    fn written(number: i128) -> String {
        Message::new().integer(number).as_str().to_string()
    }

    #[test]
    fn numbers_are_written_in_full() {
        for number in [0, 9, 10, -1, i64::MIN.into(), u64::MAX.into(), i128::MIN, i128::MAX] {
            assert_eq!(written(number), number.to_string());
        }
    }

    #[test]
    fn ids_are_written_in_four_digits() {
        assert_eq!(Message::new().id(0x01f).id(0xffff).as_str(), "0x001f0xffff");
    }

    #[test]
    fn text_beyond_the_limit_is_cut_between_characters() {
        let mut message = Message::new();
        message.text("x");
        for _ in 0..Message::LIMIT {
            message.text("\u{e9}");
        }
        assert_eq!(message.as_str().len(), Message::LIMIT - 1);
    }
}
