/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* OSData, OSString, OSDictionary: what the system hands over and takes. */

#include <map>
#include <string>
#include <vector>

#include <DriverKit/IOLib.h>
#include <DriverKit/OSData.h>
#include <DriverKit/OSDictionary.h>
#include <DriverKit/OSString.h>

OSDefineMetaClass(OSData, OSObject);
OSDefineMetaClass(OSString, OSObject);
OSDefineMetaClass(OSDictionary, OSObject);

struct OSData_IVars {
    std::vector<uint8_t> bytes;
};

struct OSString_IVars {
    std::string string;
};

struct OSDictionary_IVars {
    std::map<std::string, OSObject *> objects;
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

OSString *OSString::withCString(const char *string)
{
    OSString *made = OSTypeAlloc(OSString);
    if (made != nullptr) {
        made->ivars = new OSString_IVars{string};
    }
    return made;
}

void OSString::free()
{
    delete ivars;
    super::free();
}

const char *OSString::getCStringNoCopy() const
{
    return ivars->string.c_str();
}

size_t OSString::getLength() const
{
    return ivars->string.size();
}

bool OSString::isEqualTo(const char *string) const
{
    return ivars->string == string;
}

OSDictionary *OSDictionary::withCapacity(uint32_t)
{
    OSDictionary *dictionary = OSTypeAlloc(OSDictionary);
    if (dictionary != nullptr) {
        dictionary->ivars = new OSDictionary_IVars;
    }
    return dictionary;
}

void OSDictionary::free()
{
    for (const auto &[key, object] : ivars->objects) {
        object->release();
    }
    delete ivars;
    super::free();
}

uint32_t OSDictionary::getCount() const
{
    return (uint32_t)ivars->objects.size();
}

OSObject *OSDictionary::getObject(const char *key) const
{
    auto found = ivars->objects.find(key);
    return found == ivars->objects.end() ? nullptr : found->second;
}

bool OSDictionary::setObject(const char *key, const OSMetaClassBase *anObject)
{
    OSObject *object = OSDynamicCast(OSObject, anObject);
    if (key == nullptr || object == nullptr) {
        return false;
    }
    object->retain();
    OSObject *&slot = ivars->objects[key];
    OSSafeReleaseNULL(slot);
    slot = object;
    return true;
}
