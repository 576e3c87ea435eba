/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* OSData: bytes that the system hands over and takes. */

#include <vector>

#include <DriverKit/IOLib.h>
#include <DriverKit/OSData.h>

OSDefineMetaClass(OSData, OSObject);

struct OSData_IVars {
    std::vector<uint8_t> bytes;
};

OSData *OSData::withBytes(const void *bytes, size_t length)
{
    OSData *data = OSTypeAlloc(OSData);
    if (data != nullptr) {
        auto *first = static_cast<const uint8_t *>(bytes);
        data->ivars = new OSData_IVars{{first, first + length}};
    }
    return data;
}

void OSData::free()
{
    delete ivars;
    super::free();
}

const void *OSData::getBytesNoCopy() const
{
    return ivars->bytes.empty() ? nullptr : ivars->bytes.data();
}

size_t OSData::getLength() const
{
    return ivars->bytes.size();
}
