//! A struct as a person wrote it, read into the words of the spec.

use abi_schema::{MAX_NAME, is_name};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Type, Visibility};

use crate::attr::{FieldArgs, StructArgs};
use crate::doc::Doc;
use crate::report::Report;

/// A value and where it was written.
#[derive(Clone, Copy)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// What the derive makes of a struct.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A record: it has an id and versions.
    Record,
    /// A composite: frozen whole.
    Composite,
}

impl Role {
    /// Returns the noun with its article, for messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Record => "a record",
            Self::Composite => "a composite",
        }
    }

    /// Returns the name of the derive.
    pub(crate) fn derive(self) -> &'static str {
        match self {
            Self::Record => "TraceRecord",
            Self::Composite => "WireStruct",
        }
    }
}

/// A record or a composite.
pub(crate) struct Struct {
    pub(crate) role: Role,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) doc: Doc,
    pub(crate) args: StructArgs,
    /// Empty when the item is not a struct with named fields, which is reported then.
    pub(crate) fields: Vec<Field>,
}

/// A field of a record or of a composite.
pub(crate) struct Field {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) doc: Doc,
    pub(crate) args: FieldArgs,
}

impl Struct {
    /// Reads `input`; what cannot be read is reported and left out.
    pub(crate) fn parse(role: Role, input: DeriveInput, report: &mut Report) -> Self {
        let (noun, derive) = (role.noun(), role.derive());
        if !input.generics.params.is_empty() {
            let message = format!(
                "{noun} has one layout, so it cannot be generic: write one struct for each type, without parameters"
            );
            report.push(input.generics.span(), message);
        }
        let fields = match input.data {
            Data::Struct(data) => match data.fields {
                Fields::Named(named) if named.named.is_empty() => {
                    report.push(input.ident.span(), format!("{noun} has at least one field (REC-11)"));
                    Vec::new()
                }
                Fields::Named(named) => named.named.into_iter().collect(),
                Fields::Unnamed(unnamed) => {
                    report.push(unnamed.span(), format!("{noun} names its fields: write `{{ name: type }}`"));
                    Vec::new()
                }
                Fields::Unit => {
                    report.push(input.ident.span(), format!("{noun} has at least one field (REC-11)"));
                    Vec::new()
                }
            },
            Data::Enum(data) => {
                let message = format!(
                    "{derive} is for structs: derive `TraceCode` to name values, or `TraceFlags` to name bits"
                );
                report.push(data.enum_token.span, message);
                Vec::new()
            }
            Data::Union(data) => {
                let message = format!(
                    "{noun} is not a union: which field holds is not written on the wire; use a struct"
                );
                report.push(data.union_token.span, message);
                Vec::new()
            }
        };
        let fields = fields.into_iter().filter_map(|field| Field::parse(field, report)).collect();
        let args = StructArgs::parse(role, &input.ident, &input.attrs, report);
        let doc = Doc::of(&input.attrs);
        report_name(&plain_name(&input.ident), input.ident.span(), report);
        Self { role, attrs: input.attrs, vis: input.vis, ident: input.ident, doc, args, fields }
    }
}

impl Field {
    fn parse(field: syn::Field, report: &mut Report) -> Option<Self> {
        let args = FieldArgs::parse(&field.attrs, report);
        let doc = Doc::of(&field.attrs);
        let ident = field.ident?;
        report_name(&plain_name(&ident), ident.span(), report);
        Some(Self { attrs: field.attrs, vis: field.vis, ident, ty: field.ty, doc, args })
    }

    /// Returns whether the bytes are reserved.
    pub(crate) fn reserved(&self) -> bool {
        self.args.reserved.is_some()
    }

    /// Returns the name as the schema states it, without `r#`.
    pub(crate) fn name(&self) -> String {
        plain_name(&self.ident)
    }
}

/// Returns the name as the schema states it, without `r#`.
pub(crate) fn plain_name(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}

/// Reports a name that Rust has and C or a catalog has not (REC-15).
pub(crate) fn report_name(name: &str, span: Span, report: &mut Report) {
    if !is_name(name) {
        report.push(
            span,
            format!(
                "`{name}` is no name that a catalog can state: a name is 1 to {MAX_NAME} ASCII letters, digits and `_` (REC-15)"
            ),
        );
    }
}

impl Struct {
    /// Returns for each field the version in which its bytes first existed.
    ///
    /// A reserved field that says nothing of its own came with the newest bytes before it.
    pub(crate) fn bytes_since(&self) -> Vec<u16> {
        let mut newest = 1;
        let mut all = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let stated = field.args.claims.or(field.args.since).map(|at| at.value);
            let own = stated.unwrap_or(if field.reserved() { newest } else { 1 });
            newest = newest.max(own);
            all.push(own);
        }
        all
    }
}

impl Field {
    /// Returns the version in which a field that is not reserved appeared.
    pub(crate) fn since(&self) -> u16 {
        self.args.since.map_or(1, |at| at.value)
    }
}
