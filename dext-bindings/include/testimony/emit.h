/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A record that is stored at once. Spec: spec/region.md, REG-20. */

#ifndef TESTIMONY_EMIT_H
#define TESTIMONY_EMIT_H

#include "attempt.h"

/* Returns whether these are the numbers of a record of a catalog (REG-16, REC-2, HDR-11). Constants fold it away. */
TSM_HOT int tsm_is_record(uint16_t id, uint16_t version, int record_class, size_t payload_bytes)
{
    /* Of 0 bytes the difference wraps, and is more than any record has. */
    return id >= TSM_FIRST_ID && version != 0 && record_class >= TSM_CLASS_VITAL &&
           record_class <= TSM_CLASS_BULK && payload_bytes % TSM_WORD_SIZE == 0 &&
           payload_bytes - TSM_WORD_SIZE <= TSM_MAX_PAYLOAD - TSM_WORD_SIZE;
}

/* One whole attempt (REG-20). */
TSM_HOT tsm_result tsm_attempt(tsm_writer *writer, tsm_moment moment, uint16_t id, uint16_t version,
                               int record_class, const void *payload, size_t payload_bytes)
{
    if (!tsm_is_record(id, version, record_class, payload_bytes) || payload == NULL) {
        return TSM_BAD_RECORD;
    }
    const uint64_t size = tsm_record_size(payload_bytes);
    tsm_place place;
    const tsm_result begun = tsm_begin(writer, moment, size, record_class, &place);
    if (TSM_UNLIKELY(begun != TSM_OK)) {
        return begun;
    }
    tsm_store_record(writer, &place, tsm_header_word(size, id, version), payload, payload_bytes);
    tsm_publish(writer, &place, size);
    return TSM_OK;
}

/* Records one observation, and reads the clock for it once.
 *
 * `payload_bytes` bytes at `payload`, in the record's layout with its reserved bytes zero (REG-26;
 * the functions of record.h see to that), are copied. `id` is at least 0x0100, `version` at least 1,
 * `record_class` a TSM_CLASS_*, `payload_bytes` a multiple of 8 from 8 to TSM_MAX_PAYLOAD: the constants of
 * the generated header, and the version in whose layout the payload is.
 *
 * Returns TSM_OK; TSM_REFUSED_* if the attempt was refused, which has been counted; TSM_BAD_RECORD if
 * the numbers are not a record's or `payload` is NULL; TSM_BAD_WRITER if `writer` is zero because no lane
 * was opened for it. After these two nothing was stored and nothing was counted.
 */
TSM_HOT tsm_result tsm_emit(tsm_writer *writer, uint16_t id, uint16_t version, int record_class,
                            const void *payload, size_t payload_bytes)
{
    const tsm_moment now = {1, 0};
    return tsm_attempt(writer, now, id, version, record_class, payload, payload_bytes);
}

/* As tsm_emit, at `ticks` of the region's clock that the caller has read. */
TSM_HOT tsm_result tsm_emit_at(tsm_writer *writer, uint16_t id, uint16_t version, int record_class,
                               const void *payload, size_t payload_bytes, uint64_t ticks)
{
    const tsm_moment then = {0, ticks};
    return tsm_attempt(writer, then, id, version, record_class, payload, payload_bytes);
}

#endif
