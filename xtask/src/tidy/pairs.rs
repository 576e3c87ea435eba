//! Every ordering names what it pairs with, and that exists.

use super::{File, Finding};

const TAG: &str = concat!("PAIRS", " WITH:");

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let sources: Vec<&File> =
        files.iter().filter(|file| file.has_extension(&["rs", "h", "c", "cpp"])).collect();
    let mut findings = Vec::new();
    let mut seen = 0;
    for file in &sources {
        for (at, line) in file.text.lines().enumerate() {
            let Some((_, partner)) = line.split_once(TAG) else { continue };
            seen += 1;
            let name = partner.trim().split([' ', ',', '(', ';']).next().unwrap_or_default();
            let function = name.rsplit("::").next().unwrap_or_default();
            let exists = !function.is_empty()
                && sources.iter().any(|other| {
                    other.text.contains(&format!("fn {function}("))
                        || other.text.contains(&format!(" {function}(")) && !other.has_extension(&["rs"])
                });
            if !exists {
                findings.push(Finding::new(
                    format!("{}:{}", file.path, at + 1),
                    format!("pairs with `{name}`, which does not exist"),
                    "name the function on the other side that makes the ordering meaningful",
                ));
            }
        }
    }
    if seen == 0 {
        findings.push(Finding::new(
            "abi-runtime",
            "no ordering names its partner",
            format!("write `{TAG}` comments"),
        ));
    }
    findings
}
