/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "Region.h"

#include <testimony/region_catalog.h>

#include "Memory.h"
#include "generated/dext_catalog.h"

/* Spreads a number over 64 bits: two different ones stay different. */
static uint64_t Mix(uint64_t number)
{
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

/* Fills in who this region is. DriverKit offers no random numbers, so the id is made of what no two starts
 * have in common: the moment, the service's number in the registry, which is not given out twice while the
 * machine is up, and the place of the memory, which is drawn at random for each process. The moment is the
 * generation too: it grows with every start until the machine starts anew, and no region outlives that.
 */
static void Identify(tsm_region_config *config, uint64_t entry, const void *address)
{
    const uint64_t moment = mach_continuous_time();
    config->generation = moment;
    config->region_id[0] = Mix(moment) ^ entry;
    config->region_id[1] = Mix(entry + Mix((uint64_t)(uintptr_t)address ^ moment));
}

kern_return_t testimony::Region::Create(uint64_t entry)
{
    mach_timebase_info_data_t base = {0, 0};
    const kern_return_t timed = mach_timebase_info(&base);
    if (timed != kIOReturnSuccess) {
        return timed;
    }
    tsm_region_config config;
    __builtin_memset(&config, 0, sizeof config);
    config.shape = SHAPE;
    config.clock_kind = TSM_CLOCK_KIND_MACH_CONTINUOUS;
    config.tick_numerator = base.numer;
    config.tick_denominator = base.denom;
    config.anchor_ticks = mach_continuous_time();
    config.instrument = {tsm_region_catalog, TSM_REGION_CATALOG_SIZE};
    config.catalog = {dext_dext_catalog, DEXT_DEXT_CATALOG_SIZE};
    config.drain_readers = DRAIN_READERS;
    size_t size = 0;
    if (tsm_region_size(&config, &size) != TSM_OK) {
        return kIOReturnInternalError;
    }
    void *address = NULL;
    const kern_return_t allocated = Allocate(size, &memory, &address);
    if (allocated != kIOReturnSuccess) {
        return allocated;
    }
    Identify(&config, entry, address);
    if (tsm_region_format(address, size, &config, &view) != TSM_OK) {
        Release();
        return kIOReturnInternalError;
    }
    header = tsm_region_header_of(&config, &view.geometry);
    return kIOReturnSuccess;
}

void testimony::Region::Release()
{
    OSSafeReleaseNULL(memory);
}
