//! Fields, taken apart down to what is no composite, at absolute bytes.

use crate::law::finding::{Place, Span};
use crate::law::report::Laid;
use crate::lock::type_word;
use crate::model::{Composite, Field, Type};

/// A field that is no composite, or bytes that nobody has claimed.
#[derive(Clone, Debug)]
pub(super) struct Leaf<'c> {
    /// Path from the whole: `at.line`.
    pub(super) path: String,
    /// The composite that declares it, when it is not the whole itself.
    pub(super) inside: Option<&'c Composite>,
    /// The field itself: its type and meaning.
    pub(super) field: &'c Field,
    /// The field of the whole in which it lies: its versions.
    pub(super) top: &'c Field,
    /// Its bytes in the whole.
    pub(super) span: Span,
}

impl<'c> Leaf<'c> {
    pub(super) fn name(&self) -> &'c str {
        &self.field.name
    }

    pub(super) fn reserved(&self) -> bool {
        self.field.reserved || self.top.reserved
    }

    /// Returns its subject: the composite's own field when it lies in one, for that is where it is
    /// mended.
    pub(super) fn subject(&self, whole: &str) -> String {
        match self.inside {
            Some(composite) => format!("{}.{}", composite.name, self.field.name),
            None => format!("{whole}.{}", self.path),
        }
    }

    pub(super) fn place(&self) -> Place {
        Place { text: type_word(&self.field.ty), bytes: Some(self.span) }
    }

    pub(super) fn laid(&self) -> Laid {
        Laid {
            name: self.path.clone(),
            ty: type_word(&self.field.ty),
            bytes: self.span,
            reserved: self.reserved(),
        }
    }
}

/// Returns the leaves of `fields`, in the order of their bytes.
pub(super) fn leaves(fields: &[Field]) -> Vec<Leaf<'_>> {
    let mut found = Vec::with_capacity(fields.len());
    for field in fields {
        take_apart(field, field, None, String::new(), 0, &mut found);
    }
    found
}

fn take_apart<'c>(
    field: &'c Field,
    top: &'c Field,
    inside: Option<&'c Composite>,
    mut path: String,
    base: u32,
    found: &mut Vec<Leaf<'c>>,
) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(&field.name);
    let offset = base.saturating_add(field.offset);
    if let Type::Struct(composite) = &field.ty {
        for part in &composite.fields {
            take_apart(part, top, Some(composite), path.clone(), offset, found);
        }
        return;
    }
    found.push(Leaf { path, inside, field, top, span: Span { offset, size: field.size } });
}
