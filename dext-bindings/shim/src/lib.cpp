/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* IOMalloc and waiting. */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <DriverKit/IOLib.h>

#include "census.h"
#include "violation.h"

namespace
{

/* In front of each block, so that IOFree can hold the length against it. */
struct alignas(16) Block {
    uint64_t magic;
    size_t length;
};

constexpr uint64_t BLOCK_MAGIC = 0x6b636f6c624f4921;
/* What a block is filled with when it comes and when it goes. */
constexpr int FRESH = 0xa5;
constexpr int GONE = 0xdb;

} // namespace

void *IOMalloc(size_t length)
{
    auto *block = static_cast<Block *>(malloc(sizeof(Block) + length));
    if (block == nullptr) {
        return nullptr;
    }
    *block = {BLOCK_MAGIC, length};
    memset(block + 1, FRESH, length);
    shim::CensusBlocks(1, (int64_t)length);
    shim::CensusAllocated("IOMalloc");
    return block + 1;
}

void *IOMallocZero(size_t length)
{
    void *address = IOMalloc(length);
    if (address != nullptr) {
        memset(address, 0, length);
    }
    return address;
}

void IOFree(void *address, size_t length)
{
    if (address == nullptr) {
        return;
    }
    auto *block = static_cast<Block *>(address) - 1;
    if (block->magic != BLOCK_MAGIC) {
        shim::Violation("IOFree of %p, which IOMalloc did not return or which is freed already",
                        address);
    }
    if (block->length != length) {
        shim::Violation("IOFree of %zu bytes of a block of %zu", length, block->length);
    }
    shim::CensusBlocks(-1, -(int64_t)length);
    block->magic = 0;
    memset(address, GONE, length);
    free(block);
}

static void Sleep(uint64_t nanoseconds)
{
    timespec left = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    while (nanosleep(&left, &left) != 0) {
    }
}

void IOSleep(uint64_t milliseconds)
{
    Sleep(milliseconds * 1000000);
}

void IODelay(uint64_t microseconds)
{
    Sleep(microseconds * 1000);
}
