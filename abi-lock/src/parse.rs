//! A lock from its text.

use abi_schema::{Fingerprint, Scalar};

use crate::acknowledgement::{is_conflict, is_date};
use crate::types::{is_name, number};
use crate::{
    Acknowledged, Composite, Enumeration, Field, Listed, Lock, LockError, LockFault, Newest, Noun, Record,
    Release, Retired, SealBroken, nesting, seal,
};

impl Lock {
    /// Reads a lock. Seals that do not fit are told in [`Lock::broken`]: what was edited can still be
    /// read, and is a finding, not a failure.
    ///
    /// # Errors
    ///
    /// The text is no lock, or one of a form that this version does not know.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        // A checkout may have changed the line ends; seals are over text without carriage returns.
        let text = &text.replace("\r\n", "\n");
        if text.starts_with('\u{feff}') {
            return Err(LockError { line: 1, fault: LockFault::ByteOrderMark });
        }
        if let Some(at) = text.lines().position(is_conflict) {
            return Err(LockError { line: at + 1, fault: LockFault::Conflict });
        }
        let mut lines = Lines { text, at: 0, line: 0, digest: (seal(""), 0) };
        let mut lock = Self::empty(&parse_first_line(&mut lines)?);
        while let Some(line) = lines.next() {
            if line.is_empty() {
                continue;
            }
            let release = parse_release(line, &mut lines, &mut lock.broken)?;
            let expected = u32::try_from(lock.releases.len()).unwrap_or(u32::MAX).saturating_add(1);
            if release.number != expected {
                let fault = LockFault::Numbering { found: release.number, expected };
                return Err(LockError { line: release.line, fault });
            }
            lock.releases.push(release);
        }
        if !text.ends_with('\n') {
            return Err(LockError { line: lines.line, fault: LockFault::NoLineEnd });
        }
        lock.check_parts()?;
        Ok(lock)
    }

    /// Checks how the types of every release nest.
    fn check_parts(&self) -> Result<(), LockError> {
        let mut newest = Newest::default();
        let mut all: u64 = 0;
        for release in &self.releases {
            newest.apply(release);
            all = all.saturating_add(nesting::parts(&newest)?);
            if all > nesting::MAX_PARTS_OF_ALL {
                let fault = LockFault::Large { bound: nesting::MAX_PARTS_OF_ALL };
                return Err(LockError { line: release.line, fault });
            }
        }
        Ok(())
    }
}

/// The lines of a text, and where each begins.
struct Lines<'t> {
    text: &'t str,
    /// First byte of the line that comes next.
    at: usize,
    /// Number of the line last returned, counted from 1.
    line: usize,
    /// The seal of the text up to some byte: each release's goes on from the one before.
    digest: (Fingerprint, usize),
}

impl<'t> Lines<'t> {
    fn next(&mut self) -> Option<&'t str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = rest.split('\n').next().unwrap_or_default();
        self.at += line.len() + 1;
        self.line += 1;
        Some(line)
    }

    fn is_at_seal(&self) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with("seal "))
    }

    /// Returns the next line if it is indented, without the indentation.
    fn next_indented(&mut self) -> Option<&'t str> {
        self.text.get(self.at..)?.strip_prefix("  ")?;
        self.next()?.strip_prefix("  ")
    }

    /// Returns the seal of all text before the next line.
    fn seal(&mut self) -> Fingerprint {
        let (digest, from) = self.digest;
        let more = self.text.get(from..self.at).unwrap_or_default();
        self.digest = (digest.and(more.as_bytes()), self.at);
        self.digest.0
    }

    fn malformed<T>(&self, found: &str, expected: &'static str) -> Result<T, LockError> {
        Err(LockError { line: self.line, fault: LockFault::Malformed { found: found.to_owned(), expected } })
    }
}

fn parse_first_line(lines: &mut Lines<'_>) -> Result<String, LockError> {
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let fault = match words.as_slice() {
        ["testimony-lock", "1", catalog] if is_name(catalog) => return Ok((*catalog).to_owned()),
        ["testimony-lock", form, ..] if *form != "1" => LockFault::Form((*form).to_owned()),
        _ => LockFault::NoLock,
    };
    Err(LockError { line: 1, fault })
}

fn parse_release(
    first: &str,
    lines: &mut Lines<'_>,
    broken: &mut Vec<SealBroken>,
) -> Result<Release, LockError> {
    let line = lines.line;
    let words: Vec<&str> = first.split(' ').collect();
    let ["release", digits, date] = words.as_slice() else {
        return lines.malformed(first, "`release NUMBER YYYY-MM-DD`");
    };
    let Some(release) = number(digits).filter(|_| is_date(date)) else {
        return lines.malformed(first, "`release NUMBER YYYY-MM-DD`");
    };
    let mut release = Release {
        line,
        number: release,
        date: (*date).to_owned(),
        fingerprint: expect(lines, "fingerprint", "`fingerprint` and 32 hexadecimal digits", is_fingerprint)?,
        prefix: expect(lines, "prefix", "`prefix` and the catalog's prefix", is_name)?,
        enumerations: Vec::new(),
        structs: Vec::new(),
        records: Vec::new(),
        retired: Vec::new(),
        lists: Vec::new(),
        acknowledged: Vec::new(),
    };
    loop {
        // The seal is over what stands above its own line.
        let above = lines.is_at_seal().then(|| lines.seal());
        let Some(line) = lines.next() else {
            return Err(LockError { line: lines.line, fault: LockFault::Unsealed });
        };
        if let Some(found) = line.strip_prefix("seal ") {
            if !is_fingerprint(found) {
                return lines.malformed(line, "`seal` and 32 hexadecimal digits");
            }
            if above.is_none_or(|above| above.to_string() != found) {
                broken.push(SealBroken { release: release.number, line: lines.line });
            }
            return Ok(release);
        }
        parse_entry(line, lines, &mut release)?;
    }
}

/// Reads a line of a word and its value.
fn expect(
    lines: &mut Lines<'_>,
    word: &str,
    expected: &'static str,
    fits: fn(&str) -> bool,
) -> Result<String, LockError> {
    let line = lines.next().unwrap_or_default();
    match line.split_once(' ') {
        Some((found, value)) if found == word && fits(value) => Ok(value.to_owned()),
        _ => lines.malformed(line, expected),
    }
}

fn is_fingerprint(word: &str) -> bool {
    word.len() == Fingerprint([0; 2]).to_string().len()
        && word.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

const ENTRY: &str = "`code`, `flags`, `struct`, `record`, `retired`, `list`, `acknowledged` or `seal` with what \
                     belongs to it";

fn parse_entry(text: &str, lines: &mut Lines<'_>, release: &mut Release) -> Result<(), LockError> {
    let line = lines.line;
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        [noun @ ("code" | "flags"), name, repr] if is_name(name) => {
            let noun = if *noun == "code" { Noun::Code } else { Noun::Flags };
            let Some(repr) = Scalar::ALL.into_iter().find(|scalar| scalar.name() == *repr) else {
                return lines.malformed(text, ENTRY);
            };
            let mut entry = Enumeration {
                line,
                noun,
                name: (*name).to_owned(),
                repr,
                values: Vec::new(),
                retired: Vec::new(),
            };
            parse_values(lines, &mut entry)?;
            release.enumerations.push(entry);
        }
        ["struct", name, "size", size] if is_name(name) => {
            let Some(size) = number(size) else { return lines.malformed(text, ENTRY) };
            let name = (*name).to_owned();
            release.structs.push(Composite { line, name, size, fields: parse_fields(lines)? });
        }
        ["record", id, name, "version", version, "size", size, class @ ..] if is_name(name) => {
            let class = match class {
                [] => None,
                [class] => Some(class.strip_prefix("class=").map(str::to_owned)),
                _ => Some(None),
            };
            let (Some(id), Some(version), Some(size), None | Some(Some(_))) =
                (parse_id(id), number(version), number(size), &class)
            else {
                return lines.malformed(text, ENTRY);
            };
            let (name, class) = ((*name).to_owned(), class.flatten());
            release.records.push(Record {
                line,
                id,
                name,
                version,
                size,
                class,
                fields: parse_fields(lines)?,
            });
        }
        ["retired", id, name] if is_name(name) => {
            let Some(id) = parse_id(id) else { return lines.malformed(text, ENTRY) };
            release.retired.push(Retired { id, name: (*name).to_owned() });
        }
        ["list", list, names @ ..] if names.iter().all(|name| is_name(name)) => {
            let Some(list) = Listed::ALL.into_iter().find(|listed| listed.word() == *list) else {
                return lines.malformed(text, ENTRY);
            };
            release.lists.push((list, names.iter().map(|name| (*name).to_owned()).collect()));
        }
        ["acknowledged", rule, subject, "because", _, ..] => {
            let reason = text.split_once(" because ").unwrap_or_default().1.to_owned();
            let (rule, subject) = ((*rule).to_owned(), (*subject).to_owned());
            release.acknowledged.push(Acknowledged { rule, subject, reason });
        }
        _ => return lines.malformed(text, ENTRY),
    }
    Ok(())
}

/// Reads an id as the lock writes it: `0x` and four hexadecimal digits.
fn parse_id(word: &str) -> Option<u16> {
    let id = u16::from_str_radix(word.strip_prefix("0x")?, 16).ok()?;
    (format!("{id:#06x}") == word).then_some(id)
}

fn parse_fields(lines: &mut Lines<'_>) -> Result<Vec<Field>, LockError> {
    let mut fields = Vec::new();
    while let Some(line) = lines.next_indented() {
        let Some(field) = Field::parse(line) else {
            return lines.malformed(line, "`OFFSET SIZE TYPE NAME` and what the field states");
        };
        fields.push(field);
    }
    Ok(fields)
}

fn parse_values(lines: &mut Lines<'_>, entry: &mut Enumeration) -> Result<(), LockError> {
    while let Some(line) = lines.next_indented() {
        let words: Vec<&str> = line.split(' ').collect();
        let (value, name, values) = match words.as_slice() {
            [value, name] => (value, name, &mut entry.values),
            [value, name, "retired"] => (value, name, &mut entry.retired),
            _ => return lines.malformed(line, "`NUMBER NAME`, or `NUMBER NAME retired`"),
        };
        let value = match entry.noun {
            Noun::Code => number(value),
            Noun::Flags => value.strip_prefix("0x").and_then(|digits| i128::from_str_radix(digits, 16).ok()),
        };
        let Some(value) = value.filter(|_| is_name(name)) else {
            return lines.malformed(line, "`NUMBER NAME`, or `NUMBER NAME retired`");
        };
        values.push(((*name).to_owned(), value));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{Lock, LockFault, sealed};

    const BODY: &str = "testimony-lock 1 demo

release 1 2026-11-23
fingerprint 00112233445566778899aabbccddeeff
prefix demo
code Ending u16
  1 Returned
  -2 Killed
  7 Dumped retired
flags Access u32
  0x1 Read
struct At size 8
  0 4 u32 line
  4 4 u32 column
record 0x0100 Exit version 2 size 24 class=vital
  0 8 Struct<At> at
  8 2 Code<Ending> ending
  10 6 [u8;6] _reserved reserved
  16 8 u64 lived_for since=2 unit=ns
retired 0x0101 Gone
list structs At
acknowledged TA1003 Exit.cpu because nobody ever wrote it
";

    fn demo() -> String {
        let seal = crate::seal(BODY);
        format!("{BODY}seal {seal}\n")
    }

    fn fault(text: &str) -> LockFault {
        Lock::parse(text).expect_err("it is no lock").fault
    }

    #[test]
    fn a_lock_is_written_as_it_is_read() {
        let lock = Lock::parse(&demo()).unwrap();
        assert!(lock.broken.is_empty());
        assert_eq!(lock.to_string(), demo());
        assert_eq!(
            Lock::parse(&demo().replace('\n', "\r\n")).unwrap(),
            lock,
            "line ends are a checkout's own"
        );
    }

    #[test]
    fn freezing_keeps_every_byte_that_was_there() {
        let lock = Lock::parse(&demo()).unwrap();
        let mut next = lock.releases[0].clone();
        next.number = 2;
        let text = sealed(&demo(), &next);
        assert!(text.starts_with(&demo()));
        assert_eq!(Lock::parse(&text).unwrap().releases.len(), 2);
    }

    #[test]
    fn every_edit_of_what_was_frozen_breaks_a_seal() {
        for (old, new) in
            [("u32 line", "i32 line"), ("2026", "2025"), ("nobody", "somebody"), ("0x0101", "0x0102")]
        {
            let edited = demo().replacen(old, new, 1);
            assert_eq!(Lock::parse(&edited).unwrap().broken.len(), 1, "{new}");
        }
    }

    #[test]
    fn what_is_no_lock_is_refused_with_its_line() {
        assert_eq!(fault(""), LockFault::NoLock);
        assert_eq!(fault("{}"), LockFault::NoLock);
        assert_eq!(fault("testimony-lock 2 demo\n"), LockFault::Form("2".to_owned()));
        assert_eq!(fault(&demo().replace("list structs At\n", "<<<<<<< ours\n")), LockFault::Conflict);
        assert_eq!(fault(BODY), LockFault::Unsealed);
        let twice = format!("{}\n{}", demo(), demo().split_once("\n\n").unwrap().1);
        assert_eq!(fault(&twice), LockFault::Numbering { found: 1, expected: 2 });
        for broken in
            ["  0 4 u32", "  zero", "record 0x100 A version 1 size 8", "list all", "hello", "retired 1 A"]
        {
            let error = Lock::parse(&demo().replace("list structs At", broken)).unwrap_err();
            assert!(
                matches!(&error.fault, LockFault::Malformed { found, .. } if found.trim() == broken.trim())
            );
            assert_eq!(error.line, 21, "{error}");
        }
    }

    #[test]
    fn every_prefix_of_a_lock_is_refused_or_read() {
        for end in 0..demo().len() {
            let _ = Lock::parse(&demo()[..end]);
        }
    }

    #[test]
    fn the_newest_release_is_put_together_from_all() {
        let mut lock = Lock::parse(&demo()).unwrap();
        let mut next = lock.releases[0].clone();
        next.records[0].name = "Ended".to_owned();
        next.lists = vec![(crate::Listed::Records, vec!["Ended".to_owned()])];
        lock.releases.push(next);
        let newest = lock.newest();
        assert_eq!(newest.records.iter().map(|record| record.name.as_str()).collect::<Vec<_>>(), ["Ended"]);
        assert_eq!(newest.retired.len(), 1);
        assert_eq!(newest.listed_structs, ["At"]);
    }
}
