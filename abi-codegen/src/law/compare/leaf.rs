//! Fields, taken apart down to what is no composite, at absolute bytes.

use crate::law::finding::{Place, Span};
use crate::law::report::Laid;
use crate::lock::type_word;
use crate::model::{Composite, Field, Privacy, Type};

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
    /// Whether it, or a field that holds it, is private.
    pub(super) private: bool,
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
        let span = Span { offset: field.offset, size: field.size };
        let private = field.privacy == Privacy::Private;
        take_apart(
            Leaf { path: field.name.clone(), inside: None, field, top: field, span, private },
            &mut found,
        );
    }
    found
}

fn take_apart<'c>(leaf: Leaf<'c>, found: &mut Vec<Leaf<'c>>) {
    let Type::Struct(composite) = &leaf.field.ty else {
        found.push(leaf);
        return;
    };
    for field in &composite.fields {
        let path = format!("{}.{}", leaf.path, field.name);
        let offset = leaf.span.offset.saturating_add(field.offset);
        let span = Span { offset, size: field.size };
        let private = leaf.private || field.privacy == Privacy::Private;
        take_apart(Leaf { path, inside: Some(composite), field, top: leaf.top, span, private }, found);
    }
}
