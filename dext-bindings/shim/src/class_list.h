/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* Every class that was linked in: what the loader reads from a driver's `__osclassinfo`. */

#ifndef SHIM_CLASS_LIST_H
#define SHIM_CLASS_LIST_H

#include <DriverKit/OSMetaClass.h>

namespace shim
{

/* The first class; the others follow by `next`. */
const OSMetaClass *ClassList();

/* Null when there is no class of that name. */
OSMetaClass *ClassNamed(const char *name);

int64_t LiveObjects(const OSMetaClass *meta);

/* Is it the class, or a subclass? */
bool IsKindOf(const OSMetaClass *meta, const OSMetaClass *ancestor);

} // namespace shim

#endif /* SHIM_CLASS_LIST_H */
