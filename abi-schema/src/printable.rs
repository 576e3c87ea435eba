//! Text that a driver, a document or a file states, as a terminal may get it.
//!
//! Spec: `spec/showing.md`, SHOW-1 and SHOW-2.

use core::fmt::{self, Write};

/// Text of another party, whose [`Display`](fmt::Display) is one line of printable characters.
///
/// Every character that is not [printable](is_printable) is written as an escape of Rust (`\n`, `\u{1b}`), so
/// the text can neither end its line, nor reorder or hide what stands beside it, nor command a terminal.
/// Whatever quotes a name, a message or a line of a region, a document, a lock or a path writes it through this.
///
/// ```
/// use abi_schema::Printable;
///
/// assert_eq!(Printable("cpu\u{1b}[2J\n0:cpu0 BOOKS closes").to_string(), r"cpu\u{1b}[2J\n0:cpu0 BOOKS closes");
/// assert_eq!(Printable("größe").to_string(), "größe");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printable<'t>(pub &'t str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaping(f).write_str(self.0)
    }
}

/// Any value, whose [`Display`](fmt::Display) goes through [`Printable`]: an error that may quote another party.
///
/// ```
/// use abi_schema::PrintableDisplay;
///
/// assert_eq!(PrintableDisplay(&"no key `\u{7}`").to_string(), r"no key `\u{7}`");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PrintableDisplay<'t, T: ?Sized>(pub &'t T);

impl<T: fmt::Display + ?Sized> fmt::Display for PrintableDisplay<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

/// Bytes that show a name (REC-10), up to the first NUL: printable ASCII as it is, `\` as `\\`, every other byte
/// as `\xNN`. [`Debug`](fmt::Debug) writes the same between quotes, `"` as `\"`. A name that fills its bytes may
/// have been cut, and ends in `...`.
///
/// ```
/// use abi_schema::NameBytes;
///
/// assert_eq!(NameBytes(b"it's \"q\" \\\0").to_string(), r#"it's "q" \\"#);
/// assert_eq!(format!("{:?}", NameBytes(b"it's \"q\" \\\0")), r#""it's \"q\" \\""#);
/// assert_eq!(format!("{:?}", NameBytes(b"kwor")), r#""kwor"..."#);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NameBytes<'n>(pub &'n [u8]);

impl NameBytes<'_> {
    /// Returns the bytes before the first NUL, or all of them.
    pub fn stated(&self) -> &[u8] {
        self.0.split(|&byte| byte == 0).next().unwrap_or_default()
    }

    /// Returns whether the name fills its bytes, so that what it was cut from may be longer.
    pub fn may_be_truncated(&self) -> bool {
        self.stated().len() == self.0.len()
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, quoted: bool) -> fmt::Result {
        let quote = if quoted { "\"" } else { "" };
        f.write_str(quote)?;
        for &byte in self.stated() {
            match byte {
                b'\\' => f.write_str("\\\\")?,
                b'"' if quoted => f.write_str("\\\"")?,
                b' '..=b'~' => f.write_char(char::from(byte))?,
                _ => write!(f, "\\x{byte:02x}")?,
            }
        }
        f.write_str(quote)?;
        if self.may_be_truncated() { f.write_str("...") } else { Ok(()) }
    }
}

impl fmt::Display for NameBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false)
    }
}

impl fmt::Debug for NameBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, true)
    }
}

/// Writes flags as `Ready|Level=1|0x80`: each flag of which a bit is set, in the order given; after one of
/// several bits the number that they hold; then the bits that belong to no flag. `0x0` if no bit is set.
///
/// # Errors
///
/// `out` does not take the text.
pub fn write_flags<'f>(
    out: &mut impl Write,
    bits: u64,
    flags: impl IntoIterator<Item = (&'f str, u64)>,
) -> fmt::Result {
    let (mut join, mut rest) = ("", bits);
    for (name, mask) in flags {
        let held = bits & mask;
        rest &= !mask;
        if held == 0 {
            continue;
        }
        write!(out, "{join}{}", Printable(name))?;
        if !mask.is_power_of_two() {
            write!(out, "={}", held >> mask.trailing_zeros())?;
        }
        join = "|";
    }
    if rest != 0 || join.is_empty() { write!(out, "{join}{rest:#x}") } else { Ok(()) }
}

/// Escapes on the way to a formatter.
struct Escaping<'f, 'b>(&'f mut fmt::Formatter<'b>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut whole = text;
        while let Some(at) = whole.find(|character| !is_printable(character)) {
            let (before, rest) = whole.split_at(at);
            self.0.write_str(before)?;
            let mut rest = rest.chars();
            if let Some(character) = rest.next() {
                write!(self.0, "{}", character.escape_default())?;
            }
            whole = rest.as_str();
        }
        self.0.write_str(whole)
    }
}

/// Returns whether a terminal, or an editor, shows the character instead of obeying it or hiding it: no control
/// or format character, no end of a line, none that Unicode calls default-ignorable, and none that is no
/// character at all.
#[must_use]
pub const fn is_printable(character: char) -> bool {
    !matches!(
        character,
        // Controls: C0, DEL, C1.
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Default_Ignorable_Code_Point, as of Unicode 16.
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
        // Ends of lines and of paragraphs; interlinear annotations; format controls of hieroglyphs.
        | '\u{2028}'..='\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{13430}'..='\u{13440}'
        // Noncharacters of the basic plane.
        | '\u{fdd0}'..='\u{fdef}'
    ) && (character as u32) & 0xfffe != 0xfffe
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::string::{String, ToString};

    use super::{NameBytes, Printable, PrintableDisplay, is_printable, write_flags};

    #[test]
    fn no_text_ends_its_line_or_commands_a_terminal() {
        for character in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = format!("a{character}b");
            for shown in [Printable(&text).to_string(), PrintableDisplay(&text).to_string()] {
                assert!(shown.chars().all(is_printable), "{shown:?}");
                assert_eq!(shown == text, is_printable(character), "{:#x}", u32::from(character));
            }
        }
    }

    #[test]
    fn what_is_controlled_reordered_or_hidden_is_not_printable() {
        let not = "\0\x07\n\r\x1b\x7f\u{85}\u{9b}\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{200b}\u{200f}\u{2028}\
            \u{2029}\u{202e}\u{2066}\u{2069}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fffb}\u{ffff}\u{e0061}\u{10ffff}";
        assert!(!not.chars().any(is_printable));
        assert!(" aZ~\u{a0}\u{e9}\u{4e2d}\u{1f600}\u{fffd}".chars().all(is_printable));
    }

    #[test]
    fn flags_are_their_names_the_numbers_of_their_bits_and_what_is_left() {
        let shown = |bits| {
            let mut text = String::new();
            write_flags(&mut text, bits, [("Ready", 1), ("Level", 0b0111_0000)]).unwrap();
            text
        };
        assert_eq!(shown(0x91), "Ready|Level=1|0x80");
        assert_eq!(shown(0x70), "Level=7");
        assert_eq!(shown(0), "0x0");
        assert_eq!(shown(0x8000), "0x8000");
    }

    #[test]
    fn a_name_is_escaped_once() {
        assert_eq!(NameBytes(b"a\xff\x1b\\\0").to_string(), r"a\xff\x1b\\");
        assert_eq!(format!("{:?}", NameBytes(b"x how=Badly\0")), r#""x how=Badly""#);
        assert_eq!(NameBytes(b"").to_string(), "...");
    }
}
