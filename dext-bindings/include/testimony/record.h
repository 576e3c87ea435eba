/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Functions for one version of a record of a generated header.
 *
 *     #include "proc.h"                      (generated: proc_fork_v1, PROC_FORK_ID, ...)
 *     TSM_RECORD(proc_fork, PROC_FORK, 1);
 *
 *     const proc_fork_v1 fork = {...};
 *     proc_fork_emit_v1(&writer, &fork);
 *
 * The version is the one that the source was written for. The header of a later version has the structs of all
 * earlier ones, so the source compiles with it, and writes what it wrote before: records of version 1, in which a
 * reader finds the newer fields absent, not zero (HDR-13).
 */

#ifndef TESTIMONY_RECORD_H
#define TESTIMONY_RECORD_H

#include "reservation.h"

/* Defines, at file scope and for version `version` (a number without a suffix) of the record `type` whose
 * constants begin with `CONSTANT`:
 *
 *     tsm_result type_emit_v1(tsm_writer *, const type_v1 *)                    as tsm_emit
 *     tsm_result type_emit_at_v1(tsm_writer *, const type_v1 *, uint64_t)       as tsm_emit_at
 *     tsm_result type_reserve_v1(tsm_writer *, tsm_reservation *)               as tsm_reserve
 *     tsm_result type_fill_v1(const tsm_reservation *, const type_v1 *)         as tsm_slot_fill
 *
 * Id, class and size are the generated header's, so they cannot disagree with the struct.
 * What is stored is a copy whose reserved bytes are zero, whatever the caller's struct holds (REG-26);
 * the compiler keeps the copy in registers.
 */
#define TSM_RECORD(type, CONSTANT, version)                                                         \
    TSM_HOT tsm_result type##_emit_v##version(tsm_writer *writer, const type##_v##version *record)  \
    {                                                                                               \
        if (record == NULL) {                                                                       \
            return TSM_BAD_RECORD;                                                                  \
        }                                                                                           \
        type##_v##version own = *record;                                                            \
        type##_clear_reserved_v##version(&own);                                                     \
        return tsm_emit(writer, CONSTANT##_ID, version, CONSTANT##_CLASS, &own, sizeof own);        \
    }                                                                                               \
    TSM_HOT tsm_result type##_emit_at_v##version(tsm_writer *writer,                                \
                                                 const type##_v##version *record, uint64_t ticks)   \
    {                                                                                               \
        if (record == NULL) {                                                                       \
            return TSM_BAD_RECORD;                                                                  \
        }                                                                                           \
        type##_v##version own = *record;                                                            \
        type##_clear_reserved_v##version(&own);                                                     \
        return tsm_emit_at(writer, CONSTANT##_ID, version, CONSTANT##_CLASS, &own, sizeof own,      \
                           ticks);                                                                  \
    }                                                                                               \
    TSM_API tsm_result type##_reserve_v##version(tsm_writer *writer, tsm_reservation *reservation)  \
    {                                                                                               \
        return tsm_reserve(writer, CONSTANT##_ID, version, CONSTANT##_CLASS,                        \
                           sizeof(type##_v##version), reservation);                                 \
    }                                                                                               \
    TSM_API tsm_result type##_fill_v##version(const tsm_reservation *reservation,                   \
                                              const type##_v##version *record)                      \
    {                                                                                               \
        if (record == NULL) {                                                                       \
            return TSM_BAD_POINTER;                                                                 \
        }                                                                                           \
        type##_v##version own = *record;                                                            \
        type##_clear_reserved_v##version(&own);                                                     \
        return tsm_slot_fill(reservation, &own, sizeof own);                                        \
    }                                                                                               \
    TSM_STATIC_ASSERT(sizeof(type##_v##version) == CONSTANT##_SIZE_V##version,                      \
                      "size of " #type " in version " #version ": the constants of another record")

#endif
