/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The checksum of a region header. Spec: spec/region.md, REG-6. */

#ifndef TESTIMONY_CHECKSUM_H
#define TESTIMONY_CHECKSUM_H

#include "word.h"

/* CRC-32C (Castagnoli): this polynomial, bit-reversed. */
#define TSM_CRC_32C_POLYNOMIAL UINT32_C(0x82f63b78)

/* Returns the CRC-32C of `size` bytes. Bit by bit: 256 bytes are summed once per region, for which
 * a table would be the larger cost.
 */
TSM_API uint32_t tsm_crc_32c(const void *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes;
    uint32_t crc = UINT32_C(0xffffffff);
    for (const unsigned char *end = at + size; at != end; ++at) {
        crc ^= *at;
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? TSM_CRC_32C_POLYNOMIAL : 0);
        }
    }
    return ~crc;
}

/* Returns the checksum of a static header, taken with its own field as zero. */
TSM_API uint32_t tsm_header_checksum(const tsm_region_header *header)
{
    tsm_region_header copy = *header;
    copy.checksum = 0;
    return tsm_crc_32c(&copy, sizeof copy);
}

#endif
