//! Small catalogs, some of them spoilt: whatever a person might write, as a document would state it.

use abi_codegen::Catalog;
use abi_codegen::model::{
    Class, Composite, Field, Integer, Kind, Named, Privacy, Record, Retired, Scalar, Type,
};
use compat_tests::cross::random::Numbers;
use compat_tests::oracle::grammar;

/// Names that Rust has, some of which C or a catalog has not.
const NAMES: &[&str] = &[
    "type",
    "match",
    "Event",
    "größe",
    "Größe",
    "__abi",
    "__SCHEMA",
    "__LAW",
    "x",
    "FooBar",
    "Foo_Bar",
    "_a",
    "int",
    "uint32_t",
    "errno",
    "EventView",
    "ｗide",
];
const PREFIXES: &[&str] = &["demo", "tsm", "USB_X", "usb_x", "9p", "_p", "per cent", "größe"];
const WORDS: &[&str] = &["ns", "per cent", "", "a\"b", "it's", "µs", "By/s", "a\\b", "\t"];
const NUMBERS: &[i128] = &[
    -1,
    0,
    1,
    2,
    3,
    5,
    255,
    256,
    -129,
    65_535,
    65_536,
    i64::MIN as i128,
    i64::MAX as i128,
    u64::MAX as i128,
];
const SCALARS: &[Scalar] = &[
    Scalar::U8,
    Scalar::U16,
    Scalar::U32,
    Scalar::U64,
    Scalar::I8,
    Scalar::I16,
    Scalar::I32,
    Scalar::I64,
    Scalar::F32,
    Scalar::F64,
];

/// Returns the catalog of a number: one of the grammar's, with up to three changes, laid out as rustc would.
pub(crate) fn catalog(number: u64) -> Option<Catalog> {
    let mut numbers = Numbers(number);
    let mut catalog = grammar::catalog(numbers.below(1 << 40)).catalog()?;
    let mut mutation = Mutation { numbers, named: 0 };
    for _ in 0..mutation.numbers.below(4) {
        mutation.spoil(&mut catalog);
    }
    lay_out(&mut catalog);
    Some(catalog)
}

struct Mutation {
    numbers: Numbers,
    named: u64,
}

impl Mutation {
    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = self.below(of.len());
        &of[at]
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.numbers.below(bound as u64)).expect("less than a usize")
    }

    fn small(&mut self) -> u16 {
        u16::try_from(self.numbers.below(4)).expect("less than 4")
    }

    fn name(&mut self) -> String {
        match self.below(NAMES.len() + 2) {
            0 => "n".repeat(64),
            1 => "n".repeat(65),
            at => NAMES[at - 2].to_owned(),
        }
    }

    /// A name of a type that nothing else has.
    fn fresh(&mut self) -> String {
        self.named += 1;
        format!("Made{}", self.named)
    }

    fn spoil(&mut self, catalog: &mut Catalog) {
        let at = self.below(catalog.records.len());
        match self.below(8) {
            0 => catalog.prefix = (*self.one(PREFIXES)).to_owned(),
            1 => {
                let id = *self.one(&[0, 5, 0xff, 0x100, 0x101, 0xffff]);
                let name = self.name();
                catalog.retired.push(Retired { name, id });
            }
            2 => {
                let size = 0;
                let fields = vec![self.field()];
                let name = self.fresh();
                catalog.structs.push(Composite { name, size, fields, doc: String::new() });
            }
            3 => self.spoil_record(&mut catalog.records[at]),
            _ => {
                let fields = &mut catalog.records[at].fields;
                self.spoil_fields(fields);
            }
        }
    }

    fn spoil_record(&mut self, record: &mut Record) {
        match self.below(5) {
            0 => record.id = *self.one(&[0, 5, 0xff, 0x100, 0x101, 0xffff]),
            1 => record.version = self.small(),
            2 => record.name = self.name(),
            3 => record.class = Class::Bulk,
            _ => record.version = record.version.saturating_add(1),
        }
    }

    fn spoil_fields(&mut self, fields: &mut Vec<Field>) {
        if fields.is_empty() {
            fields.push(self.field());
            return;
        }
        let at = self.below(fields.len());
        let other = self.below(fields.len());
        match self.below(6) {
            0 => fields.swap(at, other),
            1 => _ = fields.remove(at),
            2 => fields.push(fields[at].clone()),
            3 => fields.insert(at, self.field()),
            _ => self.spoil_field(&mut fields[at]),
        }
    }

    fn spoil_field(&mut self, field: &mut Field) {
        match self.below(13) {
            0 => field.name = self.name(),
            1 => field.since = self.small(),
            2 => field.deprecated = Some(self.small()),
            3 if !field.reserved => field.bytes_since = Some(self.small()),
            4 if field.bytes_since.is_none() => field.reserved = !field.reserved,
            5 => field.unit = Some((*self.one(WORDS)).to_owned()),
            6 => field.clock = Some((*self.one(WORDS)).to_owned()),
            7 => field.scale = Some([u32::from(self.small()), u32::from(self.small())]),
            8 => field.absent = Some(Integer(*self.one(NUMBERS))),
            9 => field.kind = Some(Kind::Delta),
            10 => field.privacy = Privacy::Private,
            _ => field.ty = self.ty(3),
        }
    }

    fn field(&mut self) -> Field {
        Field {
            name: self.fresh().to_lowercase(),
            ty: self.ty(3),
            offset: 0,
            size: 0,
            since: 1,
            bytes_since: None,
            deprecated: None,
            reserved: self.below(4) == 0,
            unit: None,
            scale: None,
            clock: None,
            kind: None,
            absent: None,
            privacy: Privacy::Public,
            doc: String::new(),
        }
    }

    fn ty(&mut self, depth: u32) -> Type {
        match self.below(if depth == 0 { 4 } else { 6 }) {
            0 => Type::Scalar(*self.one(SCALARS)),
            1 => Type::Name { name: *self.one(&[0, 1, 8, 16, 65_512]) },
            2 => {
                let repr = *self.one(SCALARS);
                let (code, values, retired) = (self.fresh(), self.named(4), self.named(2));
                Type::Code { code, repr, values, retired, doc: String::new() }
            }
            3 => {
                let repr = *self.one(&SCALARS[..5]);
                let (flags, masks, retired) = (self.fresh(), self.named(3), self.named(2));
                Type::Flags { flags, repr, masks, retired, doc: String::new() }
            }
            4 => Type::Array { array: Box::new(self.ty(depth - 1)), len: *self.one(&[0, 1, 2, 8]) },
            _ => {
                let fields =
                    (0..self.numbers.below(3)).map(|_| Field { ty: self.ty(depth - 1), ..self.field() });
                let fields = fields.collect();
                Type::Struct(Composite { name: self.fresh(), size: 0, fields, doc: String::new() })
            }
        }
    }

    fn named(&mut self, most: usize) -> Vec<Named> {
        (0..self.below(most))
            .map(|at| {
                let name = if self.below(8) == 0 { self.name() } else { format!("V{at}") };
                Named { name, value: Integer(*self.one(NUMBERS)), doc: String::new() }
            })
            .collect()
    }
}

/// Lays everything out as rustc does with `repr(C)`: each field where its alignment lets it, padding left as it is.
fn lay_out(catalog: &mut Catalog) {
    for record in &mut catalog.records {
        record.size = lay_out_fields(&mut record.fields);
    }
    for composite in &mut catalog.structs {
        composite.size = lay_out_fields(&mut composite.fields);
    }
}

fn lay_out_fields(fields: &mut [Field]) -> u32 {
    let (mut end, mut widest) = (0_u32, 1);
    for field in fields {
        lay_out_type(&mut field.ty);
        let align = field.ty.align();
        field.size = field.ty.size().unwrap_or(u32::MAX);
        field.offset = end.next_multiple_of(align);
        end = field.offset.saturating_add(field.size);
        widest = widest.max(align);
    }
    end.next_multiple_of(widest)
}

fn lay_out_type(ty: &mut Type) {
    match ty {
        Type::Array { array, .. } => lay_out_type(array),
        Type::Struct(composite) => composite.size = lay_out_fields(&mut composite.fields),
        Type::Scalar(_) | Type::Name { .. } | Type::Code { .. } | Type::Flags { .. } => {}
    }
}
