//! What no text may hold, and how long it may be.

use super::{File, Finding};

/// The longest source file: beyond it, a file holds more than one noun.
const MAX_LINES: usize = 500;
/// The longest ARCHITECTURE.md: what nobody reads is not kept true.
const MAX_ARCHITECTURE: usize = 150;

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| !file.is_generated()) {
        let prose = file.has_extension(&["md", "rs", "toml", "h", "c", "cpp", "hpp"]);
        if prose {
            check_lines(file, &mut findings);
        }
        let lines = file.text.lines().count();
        let limit = if file.path == "ARCHITECTURE.md" { MAX_ARCHITECTURE } else { MAX_LINES };
        let limited = file.has_extension(&["rs", "h", "c"]) || file.path == "ARCHITECTURE.md";
        if limited && lines > limit {
            findings.push(Finding::new(
                &file.path,
                format!("{lines} lines; at most {limit} are read"),
                "split it: one noun a file",
            ));
        }
    }
    findings
}

fn check_lines(file: &File, findings: &mut Vec<Finding>) {
    for (at, line) in file.text.lines().enumerate() {
        let place = || format!("{}:{}", file.path, at + 1);
        if line.ends_with([' ', '\t']) {
            findings.push(Finding::new(place(), "the line ends in white space", "cut it off"));
        }
        // Spelled in two parts, so that this file does not hold the words.
        for word in [concat!("TO", "DO"), concat!("FIX", "ME")] {
            if line.split(|other: char| !other.is_ascii_alphanumeric()).any(|other| other == word) {
                findings.push(Finding::new(place(), format!("{word} on main"), "do it, or open an issue"));
            }
        }
    }
}
