/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* A record of 64 bytes, as LTTng-UST is told of one: a header of 16, and six words. */

#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER measures

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "./record.h"

/* The header is read several times: each makes something else of it. */
#if !defined(MEASURES_RECORD_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define MEASURES_RECORD_H

#include <stdint.h>

#include <lttng/tracepoint.h>

LTTNG_UST_TRACEPOINT_EVENT(
    measures, record, LTTNG_UST_TP_ARGS(uint64_t, number),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint64_t, first, number)
        lttng_ust_field_integer(uint64_t, second, number + 1)
        lttng_ust_field_integer(uint64_t, third, number + 2)
        lttng_ust_field_integer(uint64_t, fourth, number + 3)
        lttng_ust_field_integer(uint64_t, fifth, number + 4)
        lttng_ust_field_integer(uint64_t, sixth, number + 5)
    )
)

#endif

#include <lttng/tracepoint-event.h>
