/* The C writer in a loop, as measures/src/ffi.rs calls it. */

#include <testimony/writer.h>

/* One record of 64 bytes with its header, and one of 32. */
typedef struct record48 {
    uint64_t words[6];
} record48;
typedef struct record16 {
    uint64_t words[2];
} record16;

int measures_emit(void *base, size_t size, uint32_t lane, uint32_t bytes, uint64_t count, int clock);

/* Opens lane `lane` if it is closed still, and emits `count` records of 48 or 16 payload bytes, with the
 * processor's ticks or with none. Returns 0, or -1 if the lane cannot be written.
 */
int measures_emit(void *base, size_t size, uint32_t lane, uint32_t bytes, uint64_t count, int clock)
{
    static tsm_writer writers[4];
    static int opened[4];
    tsm_region region;
    if (lane >= 4) {
        return -1;
    }
    if (!opened[lane]) {
        const tsm_lane_config config = tsm_lane_config_of("c", TSM_POLICY_OVERWRITE);
        if (tsm_region_open(base, size, &region) != TSM_OK ||
            tsm_lane_open(&region, lane, &config, &writers[lane]) != TSM_OK) {
            return -1;
        }
        opened[lane] = 1;
    }
    tsm_writer *writer = &writers[lane];
    tsm_result result = TSM_OK;
    if (bytes == sizeof(record48) && !clock) {
        for (uint64_t at = 0; at < count; ++at) {
            const record48 record = {{at, at + 1, at + 2, at + 3, at + 4, at + 5}};
            result = tsm_emit_at(writer, 0x0100, 1, TSM_CLASS_NORMAL, &record, sizeof record, 7);
        }
    } else if (bytes == sizeof(record48)) {
        for (uint64_t at = 0; at < count; ++at) {
            const record48 record = {{at, at + 1, at + 2, at + 3, at + 4, at + 5}};
            result = tsm_emit(writer, 0x0100, 1, TSM_CLASS_NORMAL, &record, sizeof record);
        }
    } else {
        for (uint64_t at = 0; at < count; ++at) {
            const record16 record = {{at, at + 1}};
            result = tsm_emit_at(writer, 0x0101, 1, TSM_CLASS_NORMAL, &record, sizeof record, 7);
        }
    }
    return result == TSM_OK ? 0 : -1;
}
