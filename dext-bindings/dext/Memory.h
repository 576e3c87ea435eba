/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Memory that clients map. */

#ifndef TESTIMONY_DEXT_MEMORY_H
#define TESTIMONY_DEXT_MEMORY_H

#include <DriverKit/IOBufferMemoryDescriptor.h>

namespace testimony
{

/* Allocates `size` bytes, zeroed and wired, and says where they lie in this process.
 *
 * Alignment is 0: one above the page size would ask for memory that is contiguous (xnu,
 * IOBufferMemoryDescriptor::initWithPhysicalMask). The length is set and asked for again, since a length
 * beyond the capacity is ignored without a word (xnu, IOBufferMemoryDescriptor::setLength).
 */
kern_return_t Allocate(uint64_t size, IOBufferMemoryDescriptor **memory, void **address);

} // namespace testimony

#endif /* TESTIMONY_DEXT_MEMORY_H */
