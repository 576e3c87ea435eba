//! A writer: from what is meant to a payload, by the writer's own catalog.

use abi_codegen::model::Scalar;

use super::draft::{Draft, Enumeration, RecordDraft, Ty};
use super::leaf::Leaf;
use super::meant::{Meant, Run, range};

/// A record that was written, and what was meant by it.
#[derive(Clone, Debug)]
pub struct Written {
    /// The version in its header.
    pub acting: u16,
    /// Its bytes.
    pub payload: Vec<u8>,
    /// What was meant by each of the writer's leaves; `None` where the version does not have it.
    pub meant: Vec<Option<Meant>>,
}

/// Writes records of a version, so many that each value in `values`, a list for each leaf, is in one, and
/// that any two leaves differ in one.
pub fn write(
    catalog: &Draft,
    record: &RecordDraft,
    leaves: &[Leaf<'_>],
    values: &[Vec<Meant>],
    acting: u16,
) -> Vec<Written> {
    let size = usize::try_from(catalog.payload(record, acting)).unwrap_or(0);
    let most = values.iter().map(Vec::len).max().unwrap_or(0).max(1);
    // Places differ in a bit, so leaves that have the same values do not have them in every round.
    let bits = usize::try_from(leaves.len().next_power_of_two().trailing_zeros()).unwrap_or(0);
    let one = |round: usize| {
        // Whatever no field fills is reserved, and zero.
        let mut payload = vec![0; size];
        let put = |(at, (leaf, values)): (usize, (&Leaf<'_>, &Vec<Meant>))| {
            let of_list = match round.checked_sub(most) {
                None => (round + at) % values.len(),
                Some(bit) => (at >> bit & 1) * (values.len() - 1),
            };
            let value = (leaf.since <= acting).then(|| values[of_list].clone())?;
            let from = usize::try_from(leaf.offset).unwrap_or(0);
            encode(catalog, leaf.ty, &value, &mut payload[from..]);
            let absent = leaf.meaning.absent.is_some() && value.integer() == leaf.meaning.absent;
            Some(if absent { Meant::NotKnown } else { value })
        };
        let meant = leaves.iter().zip(values).enumerate().map(put).collect();
        Written { acting, payload, meant }
    };
    (0..most + bits).map(one).collect()
}

/// Returns values that a writer may store in a leaf, the ends of its range among them. `place` makes them
/// other ones than those of other leaves. `also` are numbers that somebody gives a meaning to. A writer that
/// is `old` may be older than its catalog, and write what that has retired.
pub fn values(catalog: &Draft, ty: &Ty, place: u8, also: &[i128], old: bool) -> Vec<Meant> {
    let place = place % 16;
    match ty {
        Ty::Number(scalar) => match range(*scalar) {
            Some(range) => integers(range, place, also).into_iter().map(Meant::Integer).collect(),
            None => floats(*scalar, place),
        },
        Ty::Row(element, len) => {
            let each = values(catalog, element, place, also, old);
            let row = |from: usize| (0..*len).zip((0..each.len()).cycle().skip(from));
            let row = |from: usize| Meant::List(row(from).map(|(_, at)| each[at].clone()).collect());
            (0..each.len()).map(row).collect()
        }
        Ty::Name(len) => {
            let longest = usize::try_from(*len).unwrap_or(0);
            let text = |len: usize| {
                let text: Vec<u8> =
                    (0..len.min(longest)).map(|at| b'a' + place + at.to_le_bytes()[0] % 8).collect();
                let cut = text.len() == longest;
                Meant::Text(text, cut)
            };
            vec![text(0), text(1), text(3), text(longest.saturating_sub(1)), text(longest)]
        }
        Ty::Enumeration(at) => enumerated(&catalog.enumerations[*at], place, also, old),
        // A composite has been opened by whoever lists the leaves.
        Ty::Composite(_) => vec![Meant::List(Vec::new())],
    }
}

/// The ends of the range, zero, a small number, one whose bytes all differ and have their upper bit set,
/// and one that has it not.
fn integers((least, most): (i128, i128), place: u8, also: &[i128]) -> Vec<i128> {
    let own = i128::from(place);
    let high = 0x8f8e_8d8c_8b8a_8980 + own * 0x1010_1010_1010_1010 / 0x10;
    let low = 0x2726_2524_2322_2120 + own * 0x0101_0101_0101_0101;
    let fits = |number: i128| if number > most { number & most } else { number };
    let mut all = vec![own + 1, fits(high), most, least, 0, fits(low), least.midpoint(most)];
    all.extend(also.iter().filter(|number| (least..=most).contains(*number)));
    all.sort_unstable();
    all.dedup();
    all
}

fn floats(scalar: Scalar, place: u8) -> Vec<Meant> {
    let own = f64::from(place) + 1.5;
    let all = match scalar {
        Scalar::F32 => [own, 0.0, -own * 65_537.0, f64::from(f32::MAX), f64::from(f32::MIN_POSITIVE)],
        _ => [own, 0.0, -own * 1e100, f64::MAX, f64::MIN_POSITIVE],
    };
    all.into_iter().map(Meant::Float).collect()
}

/// Every number with a name, and numbers without one, which a writer that passes something on may hold as
/// well.
fn enumerated(of: &Enumeration, place: u8, also: &[i128], old: bool) -> Vec<Meant> {
    let given = || of.values.iter().chain(of.retired.iter().filter(|_| old));
    let range = range(of.repr).unwrap_or((0, 0));
    if of.flags {
        let all = given().fold(0, |all, flag| all | flag.number);
        let lowest = given().map(|flag| 1 << flag.number.trailing_zeros());
        let mut words: Vec<i128> = given().map(|flag| flag.number).chain(lowest).collect();
        words.extend([0, all, range.1, range.1 & !all]);
        words.extend(also.iter().filter(|number| (range.0..=range.1).contains(*number)));
        words.sort_unstable();
        words.dedup();
        let runs = |word| given().map(|flag| Run::of(flag.thing, flag.number, word)).collect();
        return words.into_iter().map(|word| Meant::Flags(word, runs(word))).collect();
    }
    let mut numbers = integers(range, place, also);
    numbers.extend(given().map(|value| value.number));
    numbers.sort_unstable();
    numbers.dedup();
    let said = |number: i128| given().find(|value| value.number == number).map(|value| value.thing);
    numbers.into_iter().map(|number| Meant::Code(number, said(number))).collect()
}

fn encode(catalog: &Draft, ty: &Ty, value: &Meant, bytes: &mut [u8]) {
    let size = usize::try_from(catalog.size(ty)).unwrap_or(0);
    let bytes = &mut bytes[..size];
    match value {
        Meant::Integer(number) | Meant::Code(number, _) | Meant::Flags(number, _) => {
            bytes.copy_from_slice(&number.to_le_bytes()[..size]);
        }
        #[allow(clippy::cast_possible_truncation, reason = "every sample of 32 bits was one before")]
        Meant::Float(number) if size == 4 => bytes.copy_from_slice(&(*number as f32).to_le_bytes()),
        Meant::Float(number) => bytes.copy_from_slice(&number.to_le_bytes()),
        Meant::Text(text, _) => bytes[..text.len()].copy_from_slice(text),
        Meant::List(values) => {
            let step = size / values.len().max(1);
            if let Ty::Row(element, _) = ty {
                for (at, value) in values.iter().enumerate() {
                    encode(catalog, element, value, &mut bytes[at * step..]);
                }
            }
        }
        // It is written as the number that means it, which is what `write` was given.
        Meant::NotKnown => {}
    }
}
