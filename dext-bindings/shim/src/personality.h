/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* What the driver's property list says about the objects that it creates. */

#ifndef SHIM_PERSONALITY_H
#define SHIM_PERSONALITY_H

#include <DriverKit/OSMetaClass.h>

namespace shim
{

/* Reads `IOKitPersonalities` of a property list: IOUserClass of the driver called `driver`, and the
 * dictionaries of its personality that have an IOUserClass of their own. Without a list there is one
 * key, UserClientProperties, for the only subclass of IOUserClient that is linked in.
 */
void PersonalityLoad(const char *driver, const char *path);

/* The class of the object that `Create` makes for a key; null when there is no such key. */
OSMetaClass *PersonalityClass(const char *key);

} // namespace shim

#endif /* SHIM_PERSONALITY_H */
