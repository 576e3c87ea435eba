//! What a region's records mean, by the catalog documents that the region carries.

use std::collections::BTreeMap;
use std::fmt;

use abi_schema::{Embedded, EmbeddedError};
use serde::Deserialize;

use crate::ty::Type;

/// What is known of every record of a region.
#[derive(Clone, Debug, Default)]
pub struct Legend {
    records: BTreeMap<u16, RecordLegend>,
}

/// What is known of one record.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RecordLegend {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: u16,
    /// The newest version that the driver knows.
    pub version: u16,
    /// Its fields, in order of offset.
    pub fields: Vec<Field>,
}

/// What is known of one field.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What its bytes are.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Its first byte in the payload.
    pub offset: usize,
    /// Its bytes.
    pub size: usize,
    /// The first version that has it.
    #[serde(default = "first_version")]
    pub since: u16,
    /// Whether its bytes mean nothing.
    #[serde(default)]
    pub reserved: bool,
    /// What it is counted in.
    pub unit: Option<String>,
    /// The value that means "not known".
    pub absent: Option<i128>,
    /// `private` if it is to be shown only to who asks for it.
    pub privacy: Option<String>,
}

/// The number of the form of documents that is understood (DOC-2).
const FORM: u32 = 1;

const fn first_version() -> u16 {
    1
}

/// The catalogs of a region cannot be used.
#[derive(Debug)]
pub enum LegendError {
    /// The section does not hold catalogs.
    Embedded(EmbeddedError),
    /// A document is not JSON of the form that it must have.
    Document(serde_json::Error),
    /// A document is of another form.
    Form(u32),
}

impl fmt::Display for LegendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded(error) => write!(f, "damaged region: its catalog section: {error} (DOC-5)"),
            Self::Document(error) => write!(f, "damaged region: a catalog document: {error} (DOC-1)"),
            Self::Form(form) => write!(
                f,
                "a catalog document is of form {form} and this tool knows form {FORM} (DOC-6); use a newer tool"
            ),
        }
    }
}

impl std::error::Error for LegendError {}

/// A document, as far as showing records needs it.
#[derive(Deserialize)]
struct Document {
    /// Number of the form.
    testimony: u32,
    records: Vec<RecordLegend>,
}

impl Legend {
    /// Reads the catalogs that follow each other in a region's catalog section.
    ///
    /// # Errors
    ///
    /// They are damaged.
    pub fn read(section: &[u8]) -> Result<Self, LegendError> {
        let (mut legend, mut rest) = (Self::default(), section);
        while rest.iter().any(|&byte| byte != 0) {
            let embedded = Embedded::parse(rest).map_err(LegendError::Embedded)?;
            let document: Document =
                serde_json::from_slice(embedded.document).map_err(LegendError::Document)?;
            if document.testimony != FORM {
                return Err(LegendError::Form(document.testimony));
            }
            legend.records.extend(document.records.into_iter().map(|record| (record.id, record)));
            rest = embedded.rest;
        }
        Ok(legend)
    }

    /// Returns what is known of the records with this id.
    #[must_use]
    pub fn record(&self, id: u16) -> Option<&RecordLegend> {
        self.records.get(&id)
    }
}
