/* The writer in C in a loop, whose instructions are counted: see src/counted/. */

#define TSM_TICKS() UINT64_C(7)
#define TSM_TICKS_KIND TSM_CLOCK_KIND_OTHER
#include <testimony/writer.h>

int counted_emit(void *base, size_t size, uint32_t lane, uint32_t words, uint64_t policy, uint64_t fill,
                 uint64_t count);

/* Opens lane `lane`, emits `fill` records that are not counted for, then `count` records of `words` payload
 * words (2 or 6). Returns how many were refused, or -1 if the lane cannot be written.
 */
int counted_emit(void *base, size_t size, uint32_t lane, uint32_t words, uint64_t policy, uint64_t fill,
                 uint64_t count)
{
    tsm_region region;
    tsm_writer writer;
    const tsm_lane_config config = tsm_lane_config_of("counted", (uintptr_t)policy);
    if (tsm_region_open(base, size, &region) != TSM_OK ||
        tsm_lane_open(&region, lane, &config, &writer) != TSM_OK) {
        return -1;
    }
    int refused = 0;
    for (uint64_t at = 0; at < fill; ++at) {
        const uint64_t record[6] = {at, at, at, at, at, at};
        (void)tsm_emit(&writer, 0x0100, 1, TSM_CLASS_NORMAL, record, sizeof record);
    }
    if (words == 6) {
        for (uint64_t at = 0; at < count; ++at) {
            const uint64_t record[6] = {at, at + 1, at + 2, at + 3, at + 4, at + 5};
            refused += tsm_emit(&writer, 0x0100, 1, TSM_CLASS_NORMAL, record, sizeof record) != TSM_OK;
        }
    } else {
        for (uint64_t at = 0; at < count; ++at) {
            const uint64_t record[2] = {at, at + 1};
            refused += tsm_emit(&writer, 0x0101, 1, TSM_CLASS_NORMAL, record, sizeof record) != TSM_OK;
        }
    }
    return refused;
}
