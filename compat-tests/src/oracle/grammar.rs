//! Every small catalog, by number.
//!
//! A number is read as digits, each of its own base, and each digit chooses one part. The same number is
//! the same catalog for ever, so a run can be cut into pieces and any of it repeated.

use abi_codegen::model::{Class, Kind, Scalar};

use super::draft::{
    CompositeDraft, Draft, Enumeration, FieldDraft, Meaning, RecordDraft, RetiredDraft, Thing, Ty, Value,
};

const FIELDS: u64 = 4;
const TYPES: u64 = 16;
const MEANINGS: u64 = 9;
const ROOMS: u64 = 4;
const HISTORIES: u64 = 6;
const SECONDS: u64 = 8;
const CODES: u64 = 6;
const COMPOSITES: u64 = 4;
const RETIRED: u64 = 2;
const CLASSES: u64 = 3;

/// The number of catalogs that there are.
pub const CATALOGS: u64 =
    FIELDS * (TYPES * MEANINGS).pow(4) * ROOMS * HISTORIES * SECONDS * CODES * COMPOSITES * RETIRED * CLASSES;

/// Coprime to [`CATALOGS`], whose only prime factors are 2 and 3, and about its golden section: catalogs
/// that follow one another differ in everything, and none comes twice before all have come.
const STEP: u64 = CATALOGS / 1_618_034 * 1_000_000 / 6 * 6 + 1;

/// Returns the catalog at a place of the walk through all of them.
pub fn catalog(place: u64) -> Draft {
    let number = u128::from(place) * u128::from(STEP) % u128::from(CATALOGS);
    by_number(u64::try_from(number).unwrap_or(0))
}

/// The digits of a number.
struct Digits(u64);

impl Digits {
    fn next(&mut self, base: u64) -> usize {
        let digit = self.0 % base;
        self.0 /= base;
        usize::try_from(digit).unwrap_or(0)
    }
}

fn by_number(number: u64) -> Draft {
    let mut digits = Digits(number);
    let mut draft = Draft {
        records: Vec::new(),
        composites: Vec::new(),
        enumerations: Vec::new(),
        retired: Vec::new(),
        moved_in: Vec::new(),
        next: 0,
    };
    let count = 1 + digits.next(FIELDS);
    let (room, history) = (digits.next(ROOMS), digits.next(HISTORIES));
    enumerations(&mut draft, digits.next(CODES));
    composite(&mut draft, digits.next(COMPOSITES));
    let second = digits.next(SECONDS);
    if digits.next(RETIRED) == 1 {
        let thing = whole(&mut draft);
        draft.retired.push(RetiredDraft { thing, name: "Idle".to_owned(), id: 0x0180 });
    }
    let class = [Class::Normal, Class::Vital, Class::Bulk][digits.next(CLASSES)];
    let mut fields: Vec<FieldDraft> = Vec::new();
    for at in 0..count {
        let (ty, meaning) = (digits.next(TYPES), digits.next(MEANINGS));
        let name = ["first", "second", "third", "fourth"][at];
        fields.push(field(&mut draft, name, ty, meaning));
    }
    let fields = versions(&mut draft, fields, room, history);
    let thing = whole(&mut draft);
    let record = RecordDraft { thing, name: "Exit".to_owned(), id: 0x0100, class, fields };
    draft.records.push(record);
    other_record(&mut draft, second);
    draft.settle();
    draft
}

fn whole(draft: &mut Draft) -> Thing {
    Thing { whole: draft.fresh(), part: 0 }
}

/// Gives the fields versions, and room to grow.
fn versions(draft: &mut Draft, mut fields: Vec<FieldDraft>, room: usize, history: usize) -> Vec<FieldDraft> {
    if room & 1 == 1 {
        let reserved = draft.reserve(4, 1);
        fields.insert(1, reserved);
    }
    let last = fields.len() - 1;
    let mut newer = match history {
        // The last field was appended; the last two were, in one version or in two.
        1 | 5 => fields.split_off(last.max(1)),
        2 => fields.split_off(last.saturating_sub(1).max(1)),
        _ => Vec::new(),
    };
    if room & 2 == 2 {
        let reserved = draft.reserve(8, 1);
        fields.push(reserved);
    }
    let mut filled = draft.filled(fields, 8);
    for field in &mut newer {
        field.since = 2;
    }
    filled.append(&mut newer);
    let fields = &mut filled;
    match history {
        // A field claimed what was reserved, all of it.
        3 => {
            if let Some(at) = fields.iter().position(|field| field.reserved) {
                let claim = &mut fields[at];
                (claim.reserved, claim.since, claim.bytes_since) = (false, 2, Some(1));
                "claimed".clone_into(&mut claim.name);
            }
        }
        4 | 5 if !fields[0].reserved => fields[0].deprecated = Some(2),
        _ => {}
    }
    filled
}

/// The second record, if there is one: it holds some of what the first holds.
fn other_record(draft: &mut Draft, second: usize) {
    let types: &[usize] = match second {
        0..=2 => return,
        3 => &[COMPOSITE],
        4 => &[CODE, 1, FLAGS],
        5 => &[3],
        6 => &[2, CODE, COMPOSITE],
        _ => &[11, 2],
    };
    let mut fields = Vec::new();
    for (at, ty) in types.iter().enumerate() {
        fields.push(field(draft, ["from", "how", "rest"][at], *ty, 0));
    }
    let thing = whole(draft);
    draft.records.push(RecordDraft {
        thing,
        name: "Spawn".to_owned(),
        id: 0x0101,
        class: Class::Normal,
        fields,
    });
}

const CODE: usize = 9;
const FLAGS: usize = 10;
const COMPOSITE: usize = 12;

/// Returns the type of a number.
fn ty(number: usize) -> Ty {
    let row = |scalar, len| Ty::Row(Box::new(Ty::Number(scalar)), len);
    match number {
        0 => Ty::Number(Scalar::U8),
        1 => Ty::Number(Scalar::U16),
        2 => Ty::Number(Scalar::U32),
        3 => Ty::Number(Scalar::U64),
        4 => Ty::Number(Scalar::I32),
        5 => Ty::Number(Scalar::F32),
        6 => row(Scalar::U8, 4),
        7 => row(Scalar::U8, 8),
        8 => Ty::Name(8),
        CODE => Ty::Enumeration(0),
        FLAGS => Ty::Enumeration(1),
        11 => Ty::Name(4),
        COMPOSITE => Ty::Composite(0),
        13 => Ty::Row(Box::new(Ty::Composite(0)), 2),
        14 => row(Scalar::U16, 2),
        _ => row(Scalar::U8, 2),
    }
}

/// The type that stands for reserved bytes.
const RESERVED: usize = 15;

fn field(draft: &mut Draft, name: &str, number: usize, meaning: usize) -> FieldDraft {
    let ty = ty(number);
    if number == RESERVED {
        return draft.reserve(2, 1);
    }
    let meaning = meant(&ty, meaning);
    FieldDraft {
        thing: whole(draft),
        name: name.to_owned(),
        ty,
        since: 1,
        bytes_since: None,
        deprecated: None,
        reserved: false,
        meaning,
    }
}

/// Returns the meaning of a number, as far as a type can have it: flags have no value that means "not known".
fn meant(ty: &Ty, number: usize) -> Meaning {
    let none = Meaning::default();
    if number == 6 {
        return Meaning { private: true, ..none };
    }
    let absent = |absent: i128| if *ty == Ty::Number(Scalar::F32) { None } else { Some(absent) };
    match (ty, number) {
        (Ty::Number(_) | Ty::Enumeration(0), 4) => Meaning { absent: absent(0xff), ..none },
        (Ty::Number(_), 5) => Meaning { absent: absent(0), unit: Some("events"), ..none },
        (Ty::Number(_), 1) => Meaning { unit: Some("ns"), kind: Some(Kind::Delta), ..none },
        (Ty::Number(_), 2) => Meaning { unit: Some("bytes"), scale: Some([1024, 1]), ..none },
        (Ty::Number(_), 3) => Meaning { unit: Some("ticks"), clock: Some("cycles"), ..none },
        (Ty::Number(_), 7) => Meaning { kind: Some(Kind::Identity), ..none },
        (Ty::Number(_), 8) => {
            Meaning { unit: Some("events"), kind: Some(Kind::Counter), private: true, ..none }
        }
        _ => none,
    }
}

/// A code and flags: of one or of two bytes, with numbers that were retired or without.
fn enumerations(draft: &mut Draft, variety: usize) {
    let repr = [Scalar::U8, Scalar::U16, Scalar::U32][variety % 3];
    let retired = variety >= 3;
    let mut value = |name: &str, number| Value { thing: draft.fresh(), name: name.to_owned(), number };
    let code = Enumeration {
        name: "Ending".to_owned(),
        flags: false,
        repr,
        values: vec![value("Returned", 1), value("Killed", 2), value("Crashed", 9)],
        retired: if retired { vec![value("Stopped", 3)] } else { Vec::new() },
    };
    let flags = Enumeration {
        name: "Access".to_owned(),
        flags: true,
        repr,
        values: vec![value("Read", 0x01), value("Write", 0x02), value("Mode", 0x0c)],
        retired: if retired { vec![value("Append", 0x20)] } else { Vec::new() },
    };
    draft.enumerations.extend([code, flags]);
}

fn composite(draft: &mut Draft, variety: usize) {
    let types: &[(usize, usize)] = match variety {
        0 => &[(2, 0), (2, 4)],
        1 => &[(1, 7), (1, 0), (2, 1)],
        2 => &[(3, 1), (CODE, 0)],
        _ => &[(6, 0), (2, 6)],
    };
    let mut fields = Vec::new();
    for (at, (ty, meaning)) in types.iter().enumerate() {
        let mut part = field(draft, ["major", "minor", "other"][at], *ty, *meaning);
        part.thing = Thing { whole: 0, part: part.thing.whole };
        fields.push(part);
    }
    draft.composites.push(CompositeDraft { name: "Device".to_owned(), fields });
}
