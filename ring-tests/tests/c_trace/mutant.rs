//! The headers with one thing changed.

use std::fs;
use std::path::Path;

use crate::program::headers;

/// One change of one header.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    /// The header, in `testimony/`.
    pub(crate) header: String,
    /// The line that is changed, counted from 1.
    pub(crate) line: usize,
    /// The header's text with the change.
    text: String,
}

impl Mutant {
    /// Replaces `from`, which stands once in `header`, by `to`.
    pub(crate) fn new(header: &str, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(headers().join("testimony").join(header)).expect("a header is there");
        assert_eq!(text.matches(from).count(), 1, "{header} holds `{from}` once");
        let line = text.split(from).next().expect("a text has a beginning").lines().count();
        Self { header: header.to_owned(), line, text: text.replace(from, to) }
    }

    /// Writes all headers to `folder`, with the change.
    pub(crate) fn write(&self, folder: &Path) {
        let target = folder.join("testimony");
        fs::create_dir_all(&target).expect("a folder can be made");
        for entry in fs::read_dir(headers().join("testimony")).expect("the headers are there") {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().expect("a header has a name");
            fs::copy(&path, target.join(name)).expect("a header can be copied");
        }
        fs::write(target.join(&self.header), &self.text).expect("a header can be written");
    }
}

/// What orders one access before or behind others, and what is left of it when it is weakened.
const WEAKENED: &[(&str, &str)] = &[
    ("tsm_store_release(", "tsm_store("),
    ("tsm_fence_release();", ";"),
    ("__ATOMIC_RELEASE", "__ATOMIC_RELAXED"),
    ("__ATOMIC_ACQUIRE", "__ATOMIC_RELAXED"),
];

/// Returns a mutant for every place of the headers that orders something: that one is weakened.
pub(crate) fn weakened() -> Vec<Mutant> {
    let mut paths: Vec<_> = fs::read_dir(headers().join("testimony"))
        .expect("the headers are there")
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    let mut mutants = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a header can be read");
        let header = path.file_name().expect("a header has a name").to_string_lossy().into_owned();
        for (from, to) in WEAKENED {
            for (at, _) in text.match_indices(from) {
                // Not where it is defined, or spoken of.
                let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
                let before = text[start..at].trim_start();
                if before.starts_with("TSM_HOT") || before.starts_with('*') || before.starts_with("/*") {
                    continue;
                }
                let changed = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
                let line = text[..at].matches('\n').count() + 1;
                mutants.push(Mutant { header: header.clone(), line, text: changed });
            }
        }
    }
    mutants
}
