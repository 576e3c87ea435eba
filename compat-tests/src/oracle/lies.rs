//! One side writes, the other reads: where is what was seen not what was meant?

use super::draft::{Draft, RecordDraft, RetiredDraft, Ty};
use super::leaf::Leaf;
use super::meant::{Meant, Run, differs, misunderstood};
use super::reader::{Seen, read};
use super::writer::{Written, values, write};

/// Something that was not seen as it was meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Lie {
    /// Who is lied to.
    pub reader: Reader,
    /// The record that was written.
    pub record: String,
    /// The value, by the reader's name for it; empty if it is all of the record.
    pub value: String,
    /// What happens to it.
    pub why: &'static str,
    /// Whether the catalogs differ here in nothing but a name. They cannot say then whether the thing is
    /// another, and only people can: until somebody does, it is another.
    pub renamed: bool,
    /// The version in the record's header.
    pub acting: u16,
    /// The record's bytes.
    pub payload: Vec<u8>,
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A program built with the older catalog, of what the newer one writes.
    Old,
    /// A program built with the newer catalog, of what the older one wrote.
    New,
}

/// Returns every lie between two catalogs, or with `first` no more than one of each record to each
/// reader that is no renaming.
///
/// A thing that has another name is not known to be the same thing: whoever edited the draft knows, and
/// nobody who has the two catalogs does. It counts as another one.
pub fn lies(old: &Draft, new: &Draft, first: bool) -> Vec<Lie> {
    let mut all = Vec::new();
    let new = &strangers(old, new);
    for (reader, from, to) in [(Reader::New, old, new), (Reader::Old, new, old)] {
        let mut pair = Pair { reader, from, to, first, lies: Vec::new() };
        pair.tell();
        all.append(&mut pair.lies);
    }
    all
}

struct Pair<'d> {
    reader: Reader,
    from: &'d Draft,
    to: &'d Draft,
    first: bool,
    lies: Vec<Lie>,
}

impl<'d> Pair<'d> {
    fn tell(&mut self) {
        let (from, to) = (self.from, self.to);
        let same_types = from.enumerations == to.enumerations && from.composites == to.composites;
        for record in &from.records {
            let twin = to.records.iter().find(|other| other.id == record.id);
            // Who reads by the writer's own description sees what was meant.
            if same_types && twin == Some(record) {
                continue;
            }
            match twin {
                Some(twin) if twin.thing == record.thing && twin.name == record.name => {
                    self.records(record, twin);
                }
                Some(twin) => {
                    let renamed = twin.thing == record.thing || alike(&from.leaves(record), &to.leaves(twin));
                    self.whole(&record.name, "it is taken for another record", renamed);
                }
                None if to
                    .records
                    .iter()
                    .any(|other| other.thing == record.thing && other.name == record.name) =>
                {
                    self.whole(&record.name, "it is passed over: the reader knows it by another id", false);
                }
                // A record that the reader never heard of is delivered raw, and said to be unknown. One that
                // has another id and another name is such a record, to everybody.
                None => {}
            }
        }
        if self.reader == Reader::New {
            let reused = |gone: &&RetiredDraft| {
                to.records.iter().any(|record| record.id == gone.id && record.thing != gone.thing)
            };
            for gone in from.retired.iter().filter(reused) {
                self.whole(&gone.name, "it is taken for another record", false);
            }
        }
    }

    fn whole(&mut self, record: &str, why: &'static str, renamed: bool) {
        self.lies.push(Lie {
            reader: self.reader,
            record: record.to_owned(),
            value: String::new(),
            why,
            renamed,
            acting: 0,
            payload: Vec::new(),
        });
    }

    fn records(&mut self, written: &'d RecordDraft, read_as: &'d RecordDraft) {
        let (from, to) = (self.from, self.to);
        let (wrote, reads) = (from.leaves(written), to.leaves(read_as));
        let old = self.reader == Reader::New;
        let samples: Vec<Vec<Meant>> = wrote
            .iter()
            .enumerate()
            .map(|(at, leaf)| {
                let others = reads.iter().filter(|other| same(leaf, other) || leaf.offset == other.offset);
                let absents = others.chain([leaf]).filter_map(|leaf| leaf.meaning.absent);
                values(from, leaf.ty, at.to_le_bytes()[0], &absents.collect::<Vec<_>>(), old)
            })
            .collect();
        // A writer of today writes the newest version; writers of all versions before it have been.
        let oldest = if old { 1 } else { written.version() };
        for acting in oldest..=written.version() {
            for record in write(from, written, &wrote, &samples, acting) {
                self.record(&written.name, (read_as, &wrote, &reads), &record);
                if self.first && self.lies.iter().any(|lie| !lie.renamed && lie.record == written.name) {
                    return;
                }
            }
        }
    }

    fn record(&mut self, name: &str, side: (&RecordDraft, &[Leaf<'d>], &[Leaf<'d>]), written: &Written) {
        let (read_as, wrote, reads) = side;
        let lie = |value: &str, why, renamed| Lie {
            reader: self.reader,
            record: name.to_owned(),
            value: value.to_owned(),
            why,
            renamed,
            acting: written.acting,
            payload: written.payload.clone(),
        };
        let Ok(seen) = read(self.to, read_as, reads, written.acting, &written.payload) else {
            self.lies.push(lie("", "it is refused as too short", false));
            return;
        };
        let mut found = Vec::new();
        // Whoever has catalogs and nothing else has names, and where a name is gone, what lies there now.
        let taken_for = |leaf: &Leaf<'_>| {
            let named = |other: &Leaf<'_>| (other.holder, other.name) == (leaf.holder, leaf.name);
            wrote.iter().any(|other| alike_leaf(leaf, other)) && !wrote.iter().any(named)
        };
        for (leaf, seen) in reads.iter().zip(&seen) {
            let renamed = |writer: &Leaf<'_>| leaf.name != writer.name;
            let from =
                wrote.iter().zip(&written.meant).find(|(other, _)| known((leaf, reads), (other, wrote)));
            match (from, seen) {
                (Some((_, None)) | None, Seen::Absent) => {}
                (Some((writer, Some(_))), Seen::Absent) => {
                    let renamed = renamed(writer);
                    found.push(lie(leaf.name, "a value that was written is shown as absent", renamed));
                }
                (Some((_, None)), Seen::Value(_)) => {
                    found.push(lie(leaf.name, "a value is shown that was not written", false));
                }
                (None, Seen::Value(_)) => {
                    found.push(lie(leaf.name, "a value is shown that was not written", taken_for(leaf)));
                }
                (Some((writer, Some(meant))), Seen::Value(seen)) => {
                    let known = self.known(leaf.ty);
                    let why = differs(meant, seen, &known).or(misunderstood(writer.meaning, leaf.meaning));
                    if let Some(why) = why {
                        let value = self.renamed(writer.ty, leaf.ty, meant, seen);
                        found.push(lie(leaf.name, why, value || renamed(writer) && taken_for(leaf)));
                    }
                }
            }
        }
        for lie in found {
            let again =
                |other: &Lie| (&other.value, other.why, other.renamed) == (&lie.value, lie.why, lie.renamed);
            if !self.lies.iter().any(again) {
                self.lies.push(lie);
            }
        }
    }

    /// Returns what a reader has names for.
    fn known(&self, ty: &Ty) -> Vec<u32> {
        match ty {
            Ty::Enumeration(at) => self.to.enumerations[*at].values.iter().map(|value| value.thing).collect(),
            Ty::Row(element, _) => self.known(element),
            _ => Vec::new(),
        }
    }

    /// Returns whether what one side calls so is unknown to the other, and the reverse, so that the
    /// number, or the bits, may only have got another name.
    fn renamed(&self, from: &Ty, to: &Ty, meant: &Meant, seen: &Meant) -> bool {
        let (Ty::Enumeration(from), Ty::Enumeration(to)) = (from, to) else { return false };
        let (from, to) = (&self.from.enumerations[*from], &self.to.enumerations[*to]);
        let strange = |thing: u32| {
            let known = |thing| to.values.iter().chain(&to.retired).any(|value| value.thing == thing);
            from.values.iter().any(|value| value.thing == thing) && !known(thing)
        };
        let new = |thing: u32| !from.values.iter().chain(&from.retired).any(|value| value.thing == thing);
        match (meant, seen) {
            (Meant::Code(_, Some(said)), Meant::Code(_, Some(shown))) => strange(*said) && new(*shown),
            (Meant::Flags(word, set), Meant::Flags(other, shown)) => {
                let twins = |set: &Run, shown: &Run| {
                    let renamed = strange(set.thing) && new(shown.thing);
                    set.holds == shown.holds
                        && (set.thing == shown.thing || set.mask == shown.mask && renamed)
                };
                let there = |run: &&Run| run.holds != 0;
                // Bits that have a name on one side only are shown without one, or with a new one.
                let meets = |one: &Run, other: &Run| one.thing == other.thing || one.mask & other.mask != 0;
                let all = |runs: &[Run], others: &[Run]| {
                    runs.iter().filter(there).all(|run| {
                        let mut met = others.iter().filter(|other| meets(run, other)).peekable();
                        met.peek().is_none() || met.any(|other| twins(run, other) || twins(other, run))
                    })
                };
                word == other && all(set, shown) && all(shown, set)
            }
            _ => false,
        }
    }
}

/// Returns the newer catalog with values that have another name saying something else.
fn strangers(old: &Draft, new: &Draft) -> Draft {
    let mut strange = new.clone();
    let mut next = old.next.max(new.next);
    for (was, is) in old.enumerations.iter().zip(&mut strange.enumerations) {
        for value in &mut is.values {
            let before = was.values.iter().find(|before| before.thing == value.thing);
            if before.is_some_and(|before| before.name != value.name) {
                next += 1;
                value.thing = next;
            }
        }
    }
    strange
}

/// Whether two leaves stand for the same thing, and are called the same.
fn same(one: &Leaf<'_>, other: &Leaf<'_>) -> bool {
    (one.thing, one.element, one.name) == (other.thing, other.element, other.name)
}

/// Whether two leaves of two records are known to stand for the same thing: the field that holds them, if it
/// holds a composite on both sides, is none that is gone and another that is new.
fn known(one: (&Leaf<'_>, &[Leaf<'_>]), other: (&Leaf<'_>, &[Leaf<'_>])) -> bool {
    let gone = |leaf: &Leaf<'_>, all: &[Leaf<'_>]| !all.iter().any(|other| other.holder == leaf.holder);
    let replaced = gone(one.0, other.1) && gone(other.0, one.1);
    let in_composites = one.0.in_composite && other.0.in_composite;
    let renamed = replaced || one.0.holder != other.0.holder && one.0.holds == other.0.holds;
    same(one.0, other.0) && !(in_composites && renamed)
}

/// Whether two leaves differ in nothing but what they are called and stand for.
fn alike_leaf(one: &Leaf<'_>, other: &Leaf<'_>) -> bool {
    (one.offset, one.ty, one.since) == (other.offset, other.ty, other.since)
}

/// Whether two records differ in nothing but what they, and their fields, are called and stand for.
fn alike(one: &[Leaf<'_>], other: &[Leaf<'_>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike_leaf(one, other))
}
