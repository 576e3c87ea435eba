//! JSON that a terminal may get.

use abi_schema::is_printable;

/// Returns JSON text with what a terminal would not show as `\u` escapes (SHOW-1). serde escapes the controls of
/// ASCII; every other such character stands in strings only, so parsers read the same values. Ends of lines between
/// values stay.
#[must_use]
pub fn printable_json(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    for character in raw.chars() {
        if character == '\n' || is_printable(character) {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text
}
