//! A case of a rule: catalogs on which it fires, and catalogs on which it nearly does.
//!
//! ```text
//! # words
//! facts: size-on-wire, codes-open        all of them, when the line is missing
//! -- before                              entries, as a release of a lock states them
//! -- after                               the rule fires between `before` and this
//! -- after: both                         it fires, and who breaks is not who the table names
//! -- near miss                           and does not between `before` and this
//! ```
//!
//! `before` holds until the next one. Where the prefix of C names is another than `demo`, a section begins
//! with `prefix`; lines such as `doc Event.pid TEXT` add documentation, which locks do not hold.

use std::fs;
use std::path::{Path, PathBuf};

use abi_codegen::Catalog;
use abi_codegen::law::{Direction, Fact, Facts};
use abi_codegen::lock::Lock;

/// The cases of one rule.
pub(crate) struct Case {
    /// The rule: the file's name.
    pub(crate) rule: String,
    pub(crate) words: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) pairs: Vec<Pair>,
}

/// Two catalogs.
pub(crate) struct Pair {
    pub(crate) before: Catalog,
    pub(crate) after: Catalog,
    /// Whether the rule fires.
    pub(crate) fires: bool,
    /// Who breaks, where that is not who the table names.
    pub(crate) direction: Option<Direction>,
}

impl Case {
    pub(crate) fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
    }

    /// Reads every case, by rule.
    pub(crate) fn all() -> Vec<Self> {
        Self::all_in(&Self::folder())
    }

    pub(crate) fn all_in(folder: &Path) -> Vec<Self> {
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let cases = files.filter(|path| path.extension().is_some_and(|extension| extension == "case"));
        let mut cases: Vec<Self> = cases.map(|path| Self::read(&path)).collect();
        cases.sort_by(|one, other| one.rule.cmp(&other.rule));
        assert!(!cases.is_empty(), "no case was found");
        cases
    }

    fn read(path: &Path) -> Self {
        let rule = path.file_stem().and_then(|stem| stem.to_str()).unwrap().to_owned();
        let text = fs::read_to_string(path).unwrap();
        let mut sections = text.split("\n-- ");
        let head = sections.next().unwrap_or_default();
        let words = head.lines().find_map(|line| line.strip_prefix("# "));
        let words = words.unwrap_or_else(|| panic!("{rule}: no line says what the case is about")).to_owned();
        let facts = head.lines().find_map(|line| line.strip_prefix("facts: "));
        let facts = facts.map_or_else(
            || Fact::OF_LANES.to_vec(),
            |facts| facts.split(", ").map(|word| fact(word, &rule)).collect(),
        );
        let mut before: Option<Catalog> = None;
        let mut pairs = Vec::new();
        for section in sections {
            let (name, body) = section.split_once('\n').unwrap_or_default();
            let catalog = catalog(body).unwrap_or_else(|error| panic!("{rule}, {name}: {error}\n{body}"));
            let direction = (name == "after: both").then_some(Direction::Both);
            match name {
                "before" => before = Some(catalog),
                "after" | "after: both" | "near miss" => {
                    let before = before.clone().unwrap_or_else(|| panic!("{rule}: nothing is `before`"));
                    pairs.push(Pair { before, after: catalog, fires: name != "near miss", direction });
                }
                _ => panic!("{rule}: a section is `before`, `after` or `near miss`, and not {name:?}"),
            }
        }
        Self { rule, words, facts, pairs }
    }

    pub(crate) fn facts(&self) -> Facts {
        Facts::new(self.facts.iter().copied())
    }
}

fn fact(word: &str, rule: &str) -> Fact {
    let fact = Fact::ALL.into_iter().find(|fact| fact.word() == word);
    fact.unwrap_or_else(|| panic!("{rule}: {word:?} is no fact"))
}

/// Reads a section as the only release of a lock. Seal and fingerprint do not fit, which the law tells
/// elsewhere.
fn catalog(section: &str) -> Result<Catalog, String> {
    let (docs, stated): (Vec<&str>, Vec<&str>) = section.lines().partition(|line| line.starts_with("doc "));
    let prefix = stated.first().and_then(|line| line.strip_prefix("prefix "));
    let stated = stated.get(usize::from(prefix.is_some())..).unwrap_or_default().join("\n");
    let (prefix, zeros) = (prefix.unwrap_or("demo"), "0".repeat(32));
    let text = format!(
        "testimony-lock 1 demo\n\nrelease 1 2026-01-01\nfingerprint {zeros}\nprefix {prefix}\n{stated}\nseal {zeros}\n"
    );
    let loaded = Lock::load(&text).map_err(|error| error.to_string())?;
    let release = loaded.lock.releases.into_iter().next().ok_or("it states no release")?;
    let mut catalog = Catalog::clone(&release.catalog);
    for line in docs {
        document(&mut catalog, line).ok_or_else(|| format!("{line:?} documents nothing"))?;
    }
    Ok(catalog)
}

/// Adds the documentation of `doc Record TEXT` or `doc Record.field TEXT`.
fn document(catalog: &mut Catalog, line: &str) -> Option<()> {
    let (place, text) = line.strip_prefix("doc ")?.split_once(' ')?;
    let (record, field) = place.split_once('.').unwrap_or((place, ""));
    let record = catalog.records.iter_mut().find(|other| other.name == record)?;
    let field = record.fields.iter_mut().find(|other| other.name == field);
    text.clone_into(field.map_or(&mut record.doc, |field| &mut field.doc));
    Some(())
}
