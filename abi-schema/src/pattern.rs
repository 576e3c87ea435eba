//! Patterns of subjects, by which an acknowledgement names several breaks of one rule (LOCK-10).

/// Returns whether a pattern fits a subject, which is given in parts that follow each other: each `*` of the
/// pattern stands for any text, also for none, and every other character for itself.
///
/// The compiler's check of a lock and the tools decide by this one function.
///
/// ```
/// use abi_schema::pattern_fits;
///
/// assert!(pattern_fits("Trace::Old*", &["Trace", "::", "Old7"]));
/// assert!(pattern_fits("Event.pid", &["Event.pid"]));
/// assert!(!pattern_fits("Trace::Old*", &["Trace", "::", "New7"]));
/// ```
#[must_use]
pub const fn pattern_fits(pattern: &str, parts: &[&str]) -> bool {
    let pattern = pattern.as_bytes();
    let (mut at, mut seen) = (0, 0);
    // Where to go on when the text after the last `*` does not fit: one byte more belongs to it then.
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = byte_of(parts, seen) {
        if at < pattern.len() && pattern[at] == b'*' {
            star = Some((at, seen));
            at += 1;
        } else if at < pattern.len() && pattern[at] == byte {
            at += 1;
            seen += 1;
        } else if let Some((after, from)) = star {
            star = Some((after, from + 1));
            at = after + 1;
            seen = from + 1;
        } else {
            return false;
        }
    }
    while at < pattern.len() && pattern[at] == b'*' {
        at += 1;
    }
    at == pattern.len()
}

const fn byte_of(parts: &[&str], place: usize) -> Option<u8> {
    let (mut part, mut rest) = (0, place);
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        if rest < bytes.len() {
            return Some(bytes[rest]);
        }
        rest -= bytes.len();
        part += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::pattern_fits;

    #[test]
    fn a_star_stands_for_any_text() {
        let subject = ["Trace", "::", "Old12"];
        for pattern in ["Trace::Old12", "Trace::*", "*12", "T*::O*2", "Trace::Old12*", "**::Old**"] {
            assert!(pattern_fits(pattern, &subject), "{pattern}");
        }
        for pattern in
            ["", "Trace", "Trace::Old1", "Trace::Old123", "*13", "race::*", "Trace::*x", "T*::*::*"]
        {
            assert!(!pattern_fits(pattern, &subject), "{pattern}");
        }
        assert!(pattern_fits("", &[]) && pattern_fits("*", &[]) && !pattern_fits("a", &[]));
    }
}
