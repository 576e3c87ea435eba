/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A place in a lane that is filled before it is committed. Spec: spec/region.md, REG-22. */

#ifndef TESTIMONY_RESERVATION_H
#define TESTIMONY_RESERVATION_H

#include "emit.h"

/* A place for one record. Its payload is zero until it is filled, and readers see nothing of it
 * before tsm_commit. Until it is committed or abandoned, every other attempt on the lane is refused
 * as re-entered.
 */
typedef struct tsm_reservation {
    /* The writer; NULL once the reservation has ended, or if it was never granted. */
    tsm_writer *writer;
    /* Bytes of the payload. */
    size_t payload_bytes;
    /* Where the record goes, and its ticks. */
    tsm_place place;
} tsm_reservation;

/* Takes a place for a record; `moment` says where its ticks come from. */
TSM_API tsm_result tsm_take_place(tsm_writer *writer, tsm_moment moment, uint16_t id,
                                  uint16_t version, int record_class, size_t payload_bytes,
                                  tsm_reservation *reservation)
{
    if (reservation == NULL) {
        return TSM_BAD_POINTER;
    }
    reservation->writer = NULL;
    if (!tsm_is_record(id, version, record_class, payload_bytes)) {
        return TSM_BAD_RECORD;
    }
    const uint64_t size = tsm_record_size(payload_bytes);
    tsm_place place;
    const tsm_result begun = tsm_begin(writer, moment, size, record_class, &place);
    if (begun != TSM_OK) {
        return begun;
    }
    /* How long the caller takes to fill it is not what a record costs. */
    place.cursor &= ~TSM_TIME;
    tsm_store_record(writer, &place, tsm_header_word(size, id, version), NULL, 0);
    tsm_word *payload = &tsm_slot(writer, place.cursor)[TSM_RECORD_HEADER_WORDS];
    for (size_t at = 0; at < payload_bytes / TSM_WORD_SIZE; ++at) {
        tsm_store(&payload[at], 0);
    }
    reservation->writer = writer;
    reservation->payload_bytes = payload_bytes;
    reservation->place = place;
    return TSM_OK;
}

/* Takes a place for a record whose values are not all known yet: the attempt gets its number and its
 * ticks now. The arguments are those of tsm_emit.
 *
 * Returns TSM_OK and fills `reservation`, which must then be committed or abandoned; or fails as
 * tsm_emit does, and `reservation` cannot be used.
 */
TSM_API tsm_result tsm_reserve(tsm_writer *writer, uint16_t id, uint16_t version, int record_class,
                               size_t payload_bytes, tsm_reservation *reservation)
{
    const tsm_moment now = {1, 0};
    return tsm_take_place(writer, now, id, version, record_class, payload_bytes, reservation);
}

/* As tsm_reserve, at `ticks` of the region's clock that the caller has read. */
TSM_API tsm_result tsm_reserve_at(tsm_writer *writer, uint16_t id, uint16_t version, int record_class,
                                  size_t payload_bytes, uint64_t ticks, tsm_reservation *reservation)
{
    const tsm_moment then = {0, ticks};
    return tsm_take_place(writer, then, id, version, record_class, payload_bytes, reservation);
}

/* Stores word `at`, counted from 0, of the payload. Its reserved bytes are zero (REG-26).
 *
 * Returns TSM_OK, TSM_BAD_RESERVATION or TSM_BAD_WORD; then nothing has been stored.
 */
TSM_API tsm_result tsm_slot_store(const tsm_reservation *reservation, size_t at, uint64_t value)
{
    if (reservation == NULL || reservation->writer == NULL) {
        return TSM_BAD_RESERVATION;
    }
    if (at >= reservation->payload_bytes / TSM_WORD_SIZE) {
        return TSM_BAD_WORD;
    }
    tsm_word *slot = tsm_slot(reservation->writer, reservation->place.cursor);
    tsm_store(&slot[TSM_RECORD_HEADER_WORDS + at], value);
    return TSM_OK;
}

/* Stores the whole payload: `payload_bytes` bytes, as many as were reserved, in the record's layout
 * with its reserved bytes zero (REG-26). May be called again; the last values stay.
 *
 * Returns TSM_OK, TSM_BAD_RESERVATION, TSM_BAD_WORD or TSM_BAD_POINTER; then nothing has been stored.
 */
TSM_API tsm_result tsm_slot_fill(const tsm_reservation *reservation, const void *payload,
                                 size_t payload_bytes)
{
    if (reservation == NULL || reservation->writer == NULL) {
        return TSM_BAD_RESERVATION;
    }
    if (payload_bytes != reservation->payload_bytes) {
        return TSM_BAD_WORD;
    }
    if (payload == NULL) {
        return TSM_BAD_POINTER;
    }
    tsm_word *slot = tsm_slot(reservation->writer, reservation->place.cursor);
    tsm_copy_in(&slot[TSM_RECORD_HEADER_WORDS], payload, payload_bytes / TSM_WORD_SIZE);
    return TSM_OK;
}

/* Makes the record visible to readers and ends the reservation.
 *
 * Returns TSM_OK or TSM_BAD_RESERVATION.
 */
TSM_API tsm_result tsm_commit(tsm_reservation *reservation)
{
    tsm_writer *writer = reservation == NULL ? NULL : reservation->writer;
    if (writer == NULL) {
        return TSM_BAD_RESERVATION;
    }
    reservation->writer = NULL;
    const uint64_t size = tsm_record_size(reservation->payload_bytes);
    tsm_publish(writer, &reservation->place, size);
    return TSM_OK;
}

/* Gives the reservation up: the attempt is counted as abandoned, and nothing of it is ever published.
 *
 * Returns TSM_REFUSED_ABANDONED, which is what became of the attempt, or TSM_BAD_RESERVATION.
 */
TSM_API tsm_result tsm_abandon(tsm_reservation *reservation)
{
    tsm_writer *writer = reservation == NULL ? NULL : reservation->writer;
    if (writer == NULL) {
        return TSM_BAD_RESERVATION;
    }
    reservation->writer = NULL;
    /* The cursor was never moved, so what was stored there is simply stored over. */
    return tsm_refuse(writer, TSM_REFUSED_ABANDONED, reservation->place.ticks);
}

#endif
