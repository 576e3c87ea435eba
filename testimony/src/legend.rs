//! What a region's records mean, by the catalog documents that the region carries.

use std::collections::BTreeMap;
use std::fmt;

use abi_codegen::model::Record;
use abi_codegen::{Catalog, DocumentError};
use abi_schema::{Embedded, EmbeddedError, PrintableDisplay};

/// What is known of every record of a region.
#[derive(Clone, Debug, Default)]
pub struct Legend {
    records: BTreeMap<u16, Record>,
}

/// The catalogs of a region cannot be used.
#[derive(Debug)]
pub enum LegendError {
    /// The section does not hold catalogs.
    Embedded(EmbeddedError),
    /// A document is not one of a catalog.
    Document(DocumentError),
}

impl fmt::Display for LegendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded(error) => {
                write!(f, "damaged region: its catalog section: {}", PrintableDisplay(error))
            }
            Self::Document(error) => {
                write!(f, "the region carries a catalog that cannot be used: {}", PrintableDisplay(error))
            }
        }
    }
}

impl std::error::Error for LegendError {}

impl Legend {
    /// Reads the catalogs that follow each other in a region's catalog section.
    ///
    /// # Errors
    ///
    /// They are damaged, or break a rule that catalogs keep.
    pub fn read(section: &[u8]) -> Result<Self, LegendError> {
        let (mut legend, mut rest) = (Self::default(), section);
        while rest.iter().any(|&byte| byte != 0) {
            let embedded = Embedded::parse(rest).map_err(LegendError::Embedded)?;
            let catalog = Catalog::from_document(embedded.document).map_err(LegendError::Document)?;
            legend.records.extend(catalog.records.into_iter().map(|record| (record.id, record)));
            rest = embedded.rest;
        }
        Ok(legend)
    }

    /// Returns what is known of the records with this id.
    #[must_use]
    pub fn record(&self, id: u16) -> Option<&Record> {
        self.records.get(&id)
    }

    /// Returns every record that is known, by id.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }
}
