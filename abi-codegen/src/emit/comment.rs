//! Documentation as a C comment that it cannot end (HDR-6).

use std::fmt::Write as _;

/// Returns `text` as one comment, indented by `indent`; nothing for an empty text.
pub(super) fn block(indent: &str, text: &str) -> String {
    let mut out = String::new();
    let lines: Vec<String> = text.trim().lines().map(tame).collect();
    match lines.as_slice() {
        [] => {}
        [line] => _ = writeln!(out, "{indent}/* {line} */"),
        lines => {
            for (at, line) in lines.iter().enumerate() {
                let begins = if at == 0 { "/*" } else { " *" };
                let gap = if line.is_empty() { "" } else { " " };
                _ = writeln!(out, "{indent}{begins}{gap}{line}");
            }
            _ = writeln!(out, "{indent} */");
        }
    }
    out
}

/// Returns a line in which no character means anything to a compiler.
fn tame(line: &str) -> String {
    let mut out = String::new();
    for character in line.trim_end().chars() {
        match (out.chars().next_back(), character) {
            (Some('*'), '/') | (Some('/'), '*') | (Some('?'), '?') => out.push(' '),
            _ => {}
        }
        if character.is_control() || is_invisible(character) {
            _ = write!(out, "U+{:04X}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    if out.ends_with('\\') {
        out.push('.');
    }
    out
}

/// Returns whether a character reorders or hides the text around it.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{61C}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::block;

    #[test]
    fn text_cannot_end_its_comment() {
        for text in ["*/", "a */ b", "**//", "??/", "/*", "\u{202E}x", "x\\", "*\\\n/"] {
            let written = block("", text);
            assert_eq!(written.matches("*/").count(), 1, "{written}");
            assert_eq!(written.matches("/*").count(), 1, "{written}");
            assert!(!written.contains("??") && !written.contains("\\\n"), "{written}");
            assert!(!written.contains('\u{202E}'), "{written}");
        }
    }
}
