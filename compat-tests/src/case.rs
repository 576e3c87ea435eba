//! A case: a catalog before, a catalog after, and the verdict that the law must reach.
//!
//! ```text
//! # B01: what happened, in a sentence
//! verdict BREAK
//! rules TA1004
//! facts size-on-wire version-on-wire
//! -- before
//! record 0x0100 Stats version 1 size 16
//!   0 8 u64 count
//!   8 8 u64 total
//! -- after
//! ...
//! ```
//!
//! Sections hold what a release in a lock holds; `facts` are those of lanes when the line is missing.

use std::path::{Path, PathBuf};

use abi_codegen::Catalog;
use abi_codegen::law::{Fact, Facts};
use abi_codegen::lock::{Lock, LockError};

/// A case, as its file states it.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Name of the file, without its extension.
    pub id: String,
    /// The first line that begins with `#`: what happened.
    pub title: String,
    /// Further lines that begin with `#`: how it is said here, and why so.
    pub notes: Vec<String>,
    /// Lines of a word and its value, in their order.
    pub lines: Vec<(String, String)>,
    /// Named sections, in their order.
    pub sections: Vec<(String, String)>,
}

impl Case {
    /// Reads every `.case` file of a folder, by name.
    ///
    /// # Panics
    ///
    /// The folder or a file in it cannot be read.
    pub fn all(folder: &Path) -> Vec<Self> {
        let entries = std::fs::read_dir(folder).expect("the folder of cases");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a case").path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "case"));
        paths.sort_unstable();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a case is text");
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut case = Self { id, ..Self::default() };
        for line in text.lines() {
            if let Some(words) = line.strip_prefix('#') {
                if case.title.is_empty() {
                    words.trim().clone_into(&mut case.title);
                } else {
                    case.notes.push(words.trim().to_owned());
                }
            } else if let Some(name) = line.strip_prefix("-- ") {
                case.sections.push((name.to_owned(), String::new()));
            } else if let Some((_, section)) = case.sections.last_mut() {
                section.push_str(line);
                section.push('\n');
            } else if let Some((word, value)) = line.split_once(' ') {
                case.lines.push((word.to_owned(), value.to_owned()));
            }
        }
        case
    }

    /// Returns the value of the line that begins with `word`.
    pub fn line(&self, word: &str) -> Option<&str> {
        self.values(word).next()
    }

    /// Returns the values of all lines that begin with `word`.
    pub fn values(&self, word: &str) -> impl Iterator<Item = &str> {
        let known = self.lines.iter().filter(move |(known, _)| known == word);
        known.map(|(_, value)| value.as_str())
    }

    /// Returns the text of a section.
    pub fn section(&self, name: &str) -> Option<&str> {
        self.sections.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Returns the words of a line, none when there is no such line.
    pub fn words(&self, word: &str) -> Vec<&str> {
        self.line(word).unwrap_or_default().split_whitespace().collect()
    }

    /// Returns the facts that the case declares.
    ///
    /// # Panics
    ///
    /// A word names no fact.
    pub fn facts(&self) -> Facts {
        let Some(line) = self.line("facts") else { return Facts::of_lanes() };
        let known = |word: &str| Fact::ALL.into_iter().find(|fact| fact.word() == word).expect("a fact");
        Facts::new(line.split_whitespace().filter(|word| *word != "none").map(known))
    }
}

/// Reads what a release in a lock holds as a catalog of its own.
///
/// # Errors
///
/// It is not what a release holds, or its catalog breaks a rule.
///
/// # Panics
///
/// Never: the text has one release.
pub fn catalog(section: &str) -> Result<Catalog, LockError> {
    let zeros = "0".repeat(32);
    let text = format!(
        "testimony-lock 1 demo\n\nrelease 1 2026-01-01\nfingerprint {zeros}\nprefix demo\n{section}seal {zeros}\n"
    );
    let mut loaded = Lock::load(&text)?;
    let release = loaded.lock.releases.pop().expect("one release");
    Ok(release.catalog.as_ref().clone())
}
