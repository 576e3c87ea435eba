//! A catalog as JSON.
//!
//! Spec: `spec/document.md`.

use std::fmt;

use abi_schema::{Fingerprint, MAX_DOCUMENT, PrintableDisplay};
use schemars::{JsonSchema, schema_for};

use crate::check::ModelError;
use crate::lock::Lock;
use crate::model::{Catalog, Composite, Field, Record, Type};

/// A document is not one of a catalog.
#[derive(Debug)]
#[non_exhaustive]
pub enum DocumentError {
    /// It is not JSON, or not of the shape that DOC-1 gives.
    Json(serde_json::Error),
    /// It has more bytes than a document may have.
    Long(usize),
    /// Its form is one that this version does not know.
    Form(u32),
    /// The catalog in it breaks a rule.
    Model(ModelError),
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "not a catalog document: {} (DOC-1)", PrintableDisplay(error)),
            Self::Long(len) => {
                write!(
                    f,
                    "not a catalog document: it has {len} bytes, and a document has at most {MAX_DOCUMENT} (DOC-8)"
                )
            }
            Self::Form(form) => {
                write!(
                    f,
                    "a catalog document of form {form}, and this version knows form 1 (DOC-6); use a newer tool"
                )
            }
            Self::Model(error) => write!(f, "the catalog in the document breaks a rule: {error}"),
        }
    }
}

impl std::error::Error for DocumentError {}

impl Catalog {
    /// Reads a document, canonical or not, and checks the catalog in it (DOC-6).
    ///
    /// # Errors
    ///
    /// It is no document, of another form, or its catalog breaks a rule.
    pub fn from_document(document: &[u8]) -> Result<Self, DocumentError> {
        if document.len() > MAX_DOCUMENT {
            return Err(DocumentError::Long(document.len()));
        }
        let catalog: Self = serde_json::from_slice(document).map_err(DocumentError::Json)?;
        if catalog.testimony != 1 {
            return Err(DocumentError::Form(catalog.testimony));
        }
        catalog.check().map_err(DocumentError::Model)?;
        Ok(catalog)
    }

    /// Returns the document for people: indented, with documentation.
    pub fn to_document(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Returns the canonical document (DOC-1).
    pub fn canonical(&self) -> String {
        let mut bare = self.clone();
        bare.strip_docs();
        serde_json::to_string(&bare).unwrap_or_default()
    }

    /// Returns the fingerprint of the canonical document (DOC-4).
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.canonical().as_bytes())
    }

    /// Takes out all documentation: what is left is the ABI.
    pub(crate) fn strip_docs(&mut self) {
        self.doc.clear();
        self.records.iter_mut().for_each(Record::strip_docs);
        self.structs.iter_mut().for_each(strip_struct);
    }
}

impl Record {
    /// Takes out all documentation.
    pub(crate) fn strip_docs(&mut self) {
        self.doc.clear();
        self.fields.iter_mut().for_each(strip_field);
    }
}

fn strip_struct(composite: &mut Composite) {
    composite.doc.clear();
    composite.fields.iter_mut().for_each(strip_field);
}

fn strip_field(field: &mut Field) {
    field.doc.clear();
    strip_type(&mut field.ty);
}

fn strip_type(ty: &mut Type) {
    match ty {
        Type::Scalar(_) | Type::Name { .. } => {}
        Type::Array { array, .. } => strip_type(array),
        Type::Code { doc, values: named, retired, .. } | Type::Flags { doc, masks: named, retired, .. } => {
            doc.clear();
            for named in named.iter_mut().chain(retired) {
                named.doc.clear();
            }
        }
        Type::Struct(composite) => strip_struct(composite),
    }
}

/// What `spec/catalog.schema.json` describes: a catalog's document, or the JSON twin of its lock (LOCK-12).
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum Described {
    /// A catalog.
    Catalog(Box<Catalog>),
    /// Every release of a catalog.
    Lock(Box<Lock>),
}

/// Returns the JSON Schema of catalog documents and of locks' twins, as `spec/catalog.schema.json` holds it.
pub fn json_schema() -> String {
    let mut text = serde_json::to_string_pretty(&schema_for!(Described)).unwrap_or_default();
    text.push('\n');
    text
}
