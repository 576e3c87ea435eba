/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Functions for one record of a generated header.
 *
 *     #include "proc.h"                      (generated: proc_fork, PROC_FORK_ID, ...)
 *     TSM_RECORD(proc_fork, PROC_FORK);
 *
 *     proc_fork_emit(&writer, &fork);
 */

#ifndef TESTIMONY_RECORD_H
#define TESTIMONY_RECORD_H

#include "reservation.h"

/* Defines, at file scope and for the record `type` whose constants begin with `CONSTANT`:
 *
 *     tsm_result type_emit(tsm_writer *, const type *)                    as tsm_emit
 *     tsm_result type_emit_at(tsm_writer *, const type *, uint64_t)       as tsm_emit_at
 *     tsm_result type_reserve(tsm_writer *, tsm_reservation *)            as tsm_reserve
 *     tsm_result type_fill(const tsm_reservation *, const type *)         as tsm_slot_fill
 *
 * Id, version, class and size are the generated header's, so they cannot disagree with the struct.
 * What is stored is a copy whose reserved bytes are zero, whatever the caller's struct holds (REG-26);
 * the compiler keeps the copy in registers.
 */
#define TSM_RECORD(type, CONSTANT)                                                                  \
    TSM_HOT tsm_result type##_emit(tsm_writer *writer, const type *record)                          \
    {                                                                                               \
        type own = *record;                                                                         \
        type##_clear_reserved(&own);                                                                \
        return tsm_emit(writer, CONSTANT##_ID, CONSTANT##_VERSION, CONSTANT##_CLASS, &own,          \
                        sizeof own);                                                                \
    }                                                                                               \
    TSM_HOT tsm_result type##_emit_at(tsm_writer *writer, const type *record, uint64_t ticks)       \
    {                                                                                               \
        type own = *record;                                                                         \
        type##_clear_reserved(&own);                                                                \
        return tsm_emit_at(writer, CONSTANT##_ID, CONSTANT##_VERSION, CONSTANT##_CLASS, &own,       \
                           sizeof own, ticks);                                                      \
    }                                                                                               \
    TSM_API tsm_result type##_reserve(tsm_writer *writer, tsm_reservation *reservation)             \
    {                                                                                               \
        return tsm_reserve(writer, CONSTANT##_ID, CONSTANT##_VERSION, CONSTANT##_CLASS,             \
                           sizeof(type), reservation);                                              \
    }                                                                                               \
    TSM_API tsm_result type##_fill(const tsm_reservation *reservation, const type *record)          \
    {                                                                                               \
        type own = *record;                                                                         \
        type##_clear_reserved(&own);                                                                \
        return tsm_slot_fill(reservation, &own, sizeof own);                                        \
    }                                                                                               \
    TSM_STATIC_ASSERT(sizeof(type) % 8 == 0, "size of " #type ": REC-1 asks for whole words")

#endif
