//! Documentation as a C comment that it cannot end (HDR-6).

use std::fmt::Write as _;

use abi_schema::is_printable;

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
        if is_printable(character) {
            out.push(character);
        } else {
            _ = write!(out, "U+{:04X}", u32::from(character));
        }
    }
    if out.ends_with('\\') {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::block;

    #[test]
    fn what_is_hidden_or_reorders_is_written_out() {
        for hidden in
            ['\u{AD}', '\u{34F}', '\u{180E}', '\u{3164}', '\u{FE0F}', '\u{E0061}', '\u{202E}', '\u{7}']
        {
            let written = block("", &format!("a{hidden}b"));
            assert_eq!(written, format!("/* aU+{:04X}b */\n", u32::from(hidden)));
        }
    }

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
