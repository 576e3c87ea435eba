//! The checksum of a region header.

use crc::{CRC_32_ISCSI, Crc};

use crate::layout::RegionHeader;

const CRC_32C: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// Returns the CRC-32C of a static header's bytes, taken with its checksum field as zero (REG-6).
pub(crate) fn header_checksum(header: &[u8]) -> u32 {
    let field = core::mem::offset_of!(RegionHeader, checksum);
    let (before, rest) = header.split_at(field.min(header.len()));
    let (_, after) = rest.split_at(rest.len().min(size_of::<u32>()));
    let mut digest = CRC_32C.digest();
    digest.update(before);
    digest.update(&[0; size_of::<u32>()]);
    digest.update(after);
    digest.finalize()
}
