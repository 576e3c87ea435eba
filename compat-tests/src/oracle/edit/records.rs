//! Edits of records and their ids.

use abi_codegen::model::{Class, Scalar};

use super::Edit;
use super::owner::Owner;
use crate::oracle::draft::{Draft, RecordDraft, RetiredDraft, Thing, Ty};

/// An edit of records.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Records {
    /// A record gets an id that nobody had.
    Id { record: usize },
    /// A record gets an id that was retired.
    IdOfRetired { record: usize, retired: usize },
    /// Two records take each other's ids.
    SwapIds { one: usize, other: usize },
    /// A record gets another name.
    Rename { record: usize },
    /// A record goes, and leaves its id retired or not.
    Remove { record: usize, retire: bool },
    /// A record with an id that nobody had.
    Add,
    /// A record with the id of one that was retired.
    AddInPlaceOfRetired { retired: usize },
    /// A record goes, and another gets its id.
    Replace { record: usize, same_name: bool },
    /// An id is not said to be retired any more.
    Unretire { retired: usize },
    /// The retired entry of an id gets another name.
    RenameRetired { retired: usize },
    /// A record is refused sooner or later than before.
    Class { record: usize, class: Class },
    /// Records are listed in another order.
    Reorder,
    /// A field goes from one record to the end of another.
    MoveField { from: usize, at: usize, to: usize, keep: bool },
}

const NEW_ID: u16 = 0x0200;

pub(super) fn list(draft: &Draft, edits: &mut Vec<Edit>) {
    let mut add = |edit| edits.push(Edit::Records(edit));
    add(Records::Add);
    for retired in 0..draft.retired.len() {
        add(Records::AddInPlaceOfRetired { retired });
        add(Records::Unretire { retired });
        add(Records::RenameRetired { retired });
    }
    for (record, of) in draft.records.iter().enumerate() {
        add(Records::Id { record });
        add(Records::Rename { record });
        for flag in [true, false] {
            add(Records::Remove { record, retire: flag });
            add(Records::Replace { record, same_name: flag });
        }
        for retired in 0..draft.retired.len() {
            add(Records::IdOfRetired { record, retired });
        }
        for class in [Class::Vital, Class::Normal, Class::Bulk] {
            if class != of.class {
                add(Records::Class { record, class });
            }
        }
        for other in record + 1..draft.records.len() {
            add(Records::SwapIds { one: record, other });
        }
        for to in (0..draft.records.len()).filter(|to| *to != record) {
            for at in (0..of.fields.len()).filter(|at| !of.fields[*at].reserved) {
                for keep in [true, false] {
                    add(Records::MoveField { from: record, at, to, keep });
                }
            }
        }
    }
    if draft.records.len() > 1 {
        add(Records::Reorder);
    }
}

impl Records {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Id { .. } => "id",
            Self::IdOfRetired { .. } => "id-of-retired",
            Self::SwapIds { .. } => "swap-ids",
            Self::Rename { .. } => "rename-record",
            Self::Remove { retire: true, .. } => "retire-record",
            Self::Remove { retire: false, .. } => "remove-record",
            Self::Add => "add-record",
            Self::AddInPlaceOfRetired { .. } => "reuse-retired-id",
            Self::Replace { .. } => "replace-record",
            Self::Unretire { .. } => "unretire-id",
            Self::RenameRetired { .. } => "rename-retired-id",
            Self::Class { .. } => "class",
            Self::Reorder => "reorder-records",
            Self::MoveField { .. } => "move-field",
        }
    }

    pub(super) fn apply(self, draft: &mut Draft) {
        match self {
            Self::Id { record } => draft.records[record].id = new_id(draft),
            Self::IdOfRetired { record, retired } => {
                draft.records[record].id = draft.retired.remove(retired).id;
            }
            Self::SwapIds { one, other } => {
                let id = draft.records[one].id;
                draft.records[one].id = std::mem::replace(&mut draft.records[other].id, id);
            }
            Self::Rename { record } => {
                let number = draft.fresh();
                draft.records[record].name = format!("Renamed{number}");
            }
            Self::Remove { record, retire } => {
                let RecordDraft { thing, name, id, .. } = draft.records.remove(record);
                if retire {
                    draft.retired.push(RetiredDraft { thing, name, id });
                }
            }
            Self::Add => {
                let id = new_id(draft);
                let new = new_record(draft, None, id);
                draft.records.push(new);
            }
            Self::AddInPlaceOfRetired { retired } => {
                let id = draft.retired.remove(retired).id;
                let new = new_record(draft, None, id);
                draft.records.push(new);
            }
            Self::Replace { record, same_name } => {
                let RecordDraft { name, id, .. } = draft.records[record].clone();
                draft.records[record] = new_record(draft, same_name.then_some(name), id);
            }
            Self::Unretire { retired } => {
                draft.retired.remove(retired);
            }
            Self::RenameRetired { retired } => {
                let number = draft.fresh();
                draft.retired[retired].name = format!("Renamed{number}");
            }
            Self::Class { record, class } => draft.records[record].class = class,
            Self::Reorder => draft.records.reverse(),
            Self::MoveField { from, at, to, keep } => {
                let mut field = draft.records[from].fields.remove(at);
                if keep {
                    let reserved = draft.reserve(draft.size(&field.ty), field.bytes_since());
                    draft.records[from].fields.insert(at, reserved);
                }
                field.since = draft.version_for(Owner::Record(to), true);
                (field.bytes_since, field.deprecated) = (None, None);
                draft.records[to].fields.push(field);
            }
        }
    }
}

fn new_id(draft: &Draft) -> u16 {
    let given =
        draft.records.iter().map(|record| record.id).chain(draft.retired.iter().map(|entry| entry.id));
    given.max().map_or(NEW_ID, |id| NEW_ID.max(id + 1))
}

/// Returns a record that stands for something new.
fn new_record(draft: &mut Draft, name: Option<String>, id: u16) -> RecordDraft {
    let number = draft.fresh();
    let owner = Owner::Record(0);
    let types = [Scalar::U16, Scalar::U16, Scalar::U32].map(Ty::Number);
    let fields = types.map(|ty| draft.new_field(owner, ty, 1)).to_vec();
    RecordDraft {
        thing: Thing { whole: number, part: 0 },
        name: name.unwrap_or_else(|| format!("Extra{number}")),
        id,
        class: Class::Normal,
        fields,
    }
}
