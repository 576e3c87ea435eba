//! What a region says of its own records: documents, locks, and payloads read by them.

use abi_codegen::lock::Lock;
use abi_codegen::{Catalog, c_header, decode};
use abi_runtime::layout::{LaneOpened, Loss, REGION};
use abi_runtime::prelude::*;
use abi_runtime::{View, ViewError};

/// A catalog's document, as a hostile region may carry one, then after a zero byte a payload that is read by it.
pub(super) fn catalog(data: &[u8]) {
    let (document, payload) = match data.iter().position(|&byte| byte == 0) {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &[][..]),
    };
    let Ok(catalog) = Catalog::from_document(document) else { return };
    // Its canonical form is one of the same catalog (DOC-1).
    let canonical = catalog.canonical();
    let again = Catalog::from_document(canonical.as_bytes()).expect("a canonical document is a document");
    assert_eq!(again.canonical(), canonical, "DOC-1");
    assert_eq!(again.fingerprint(), catalog.fingerprint(), "DOC-4");
    let _ = c_header(&catalog);
    for record in &catalog.records {
        for version in [0, 1, record.version, u16::MAX] {
            // VER-6: a payload that holds the layout of its version is read; a shorter one is not.
            let need = record.size_of_version(version.min(record.version)) as usize;
            let read = decode::record(record, version, payload, true);
            assert_eq!(read.is_ok(), version != 0 && payload.len() >= need, "VER-6: {}", record.name);
        }
    }
}

/// A lock's text.
pub(super) fn lock(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(loaded) = Lock::load(text) else { return };
    // Whatever was edited in it: as it stands it can be written, and read again, whole.
    let written = loaded.lock.to_text();
    let again = Lock::load(&written).expect("what was written is a lock");
    // A fingerprint that was edited stays as it stands; what was whole is whole.
    assert!(!loaded.tampered.is_empty() || again.tampered.is_empty(), "{:?}", again.tampered);
    assert_eq!(again.lock.to_json(), loaded.lock.to_json());
}

/// Two bytes of a version, then a payload: the view of a record and the decoder without a struct agree.
pub(super) fn views(data: &[u8]) {
    let Some((version, payload)) = data.split_first_chunk::<2>() else { return };
    let version = u16::from_le_bytes(*version);
    let catalog = Catalog::from_schema(&REGION).expect("the project's own");
    agree(&catalog, payload, version, "Loss", |payload, version| {
        View::<Loss>::from_parts(payload, version).map(drop)
    });
    agree(&catalog, payload, version, "LaneOpened", |payload, version| {
        let view = View::<LaneOpened>::from_parts(payload, version)?;
        // Whatever stands there, a name is text and a code is one.
        if let Ok(opened) = LaneOpened::try_from(view) {
            let _ = (opened.name.to_string(), opened.previous.known());
        }
        Ok(())
    });
}

/// Both take the payload, or neither does (VER-6).
fn agree(
    catalog: &Catalog,
    payload: &[u8],
    version: u16,
    name: &str,
    view: impl Fn(&[u8], u16) -> Result<(), ViewError>,
) {
    let record = catalog.records.iter().find(|record| record.name == name).expect("a record of that name");
    let decoded = decode::record(record, version, payload, true);
    assert_eq!(view(payload, version).is_ok(), decoded.is_ok(), "{name} version {version}: {decoded:?}");
}
