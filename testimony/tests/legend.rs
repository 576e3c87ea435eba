//! A region's catalog section is a claim like any other.

use testimony::legend::{Legend, LegendError};

#[test]
fn a_damaged_catalog_section_is_refused() {
    let embedded = (abi_runtime::layout::REGION.embedded)();
    let legend = Legend::read(embedded).expect("the instrument's own catalog");
    assert_eq!(legend.record(1).expect("REG-19").name, "Loss");
    for at in 0..embedded.len() {
        let mut damaged = embedded.to_vec();
        damaged[at] ^= 0x20;
        // Only the zeros that fill the form up to a multiple of 8 mean nothing.
        let result = Legend::read(&damaged);
        let is_filler = embedded[at..].iter().all(|&byte| byte == 0);
        assert!(is_filler || matches!(result, Err(LegendError::Embedded(_))), "byte {at}: {result:?}");
    }
}

#[test]
fn a_document_of_another_form_is_refused() {
    let document = br#"{"testimony":2,"catalog":"x","prefix":"x","records":[],"structs":[],"retired":[]}"#;
    let fingerprint = abi_schema::Fingerprint::of(document).0;
    let words = [document.len() as u64, fingerprint[0], fingerprint[1]];
    let mut section = abi_schema::EMBEDDED_MAGIC.to_vec();
    section.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    section.extend_from_slice(document);
    section.resize(section.len().next_multiple_of(8), 0);
    let refused = Legend::read(&section);
    assert!(matches!(refused, Err(LegendError::Document(_))), "{refused:?}");
}
