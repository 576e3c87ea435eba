/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#include "personality.h"

#include <errno.h>
#include <string.h>

#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include <DriverKit/IOUserClient.h>

#include "class_list.h"
#include "violation.h"

namespace shim
{

/* Of the property list format: dictionaries and strings; other values are passed over. */
struct Dictionary {
    std::map<std::string, std::string> strings;
    std::map<std::string, Dictionary> dictionaries;
};

static std::map<std::string, std::string> classes;

namespace
{

class Reader
{
public:
    explicit Reader(std::string text) : m_text(std::move(text)) {}

    /* What follows `<dict>`, up to its end. */
    Dictionary ReadDictionary()
    {
        Dictionary dictionary;
        std::string key;
        while (std::optional<std::string> tag = NextTag()) {
            if (*tag == "/dict") {
                return dictionary;
            }
            if (*tag == "key") {
                key = TextUpToTag();
            } else if (*tag == "string") {
                dictionary.strings[key] = TextUpToTag();
            } else if (*tag == "dict") {
                dictionary.dictionaries[key] = ReadDictionary();
            }
        }
        return dictionary;
    }

    bool SkipToDictionary()
    {
        while (std::optional<std::string> tag = NextTag()) {
            if (*tag == "dict") {
                return true;
            }
        }
        return false;
    }

private:
    std::string m_text;
    size_t m_at = 0;

    std::optional<std::string> NextTag()
    {
        while (true) {
            size_t open = m_text.find('<', m_at);
            if (open == std::string::npos) {
                return std::nullopt;
            }
            if (m_text.compare(open, 4, "<!--") == 0) {
                size_t end = m_text.find("-->", open);
                m_at = end == std::string::npos ? m_text.size() : end + 3;
                continue;
            }
            size_t close = m_text.find('>', open);
            if (close == std::string::npos) {
                return std::nullopt;
            }
            m_at = close + 1;
            return m_text.substr(open + 1, close - open - 1);
        }
    }

    std::string TextUpToTag()
    {
        size_t open = m_text.find('<', m_at);
        std::string text = m_text.substr(m_at, open - m_at);
        m_at = open;
        return text;
    }
};

} // namespace

static void OnlyClient()
{
    const OSMetaClass *client = nullptr;
    for (const OSMetaClass *meta = ClassList(); meta != nullptr; meta = meta->next) {
        if (meta == gIOUserClientMetaClass || !IsKindOf(meta, gIOUserClientMetaClass)) {
            continue;
        }
        if (client != nullptr) {
            Violation("%s and %s are both clients: say with --plist which one is made", client->name,
                      meta->name);
        }
        client = meta;
    }
    if (client != nullptr) {
        classes["UserClientProperties"] = client->name;
    }
}

void PersonalityLoad(const char *driver, const char *path)
{
    if (path == nullptr) {
        OnlyClient();
        return;
    }
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) {
        Violation("cannot read %s: %s", path, strerror(errno));
    }
    Reader reader(text.str());
    if (!reader.SkipToDictionary()) {
        Violation("%s has no dictionary", path);
    }
    Dictionary list = reader.ReadDictionary();
    for (const auto &[name, personality] : list.dictionaries["IOKitPersonalities"].dictionaries) {
        auto userClass = personality.strings.find("IOUserClass");
        if (userClass == personality.strings.end() || userClass->second != driver) {
            continue;
        }
        for (const auto &[key, properties] : personality.dictionaries) {
            auto made = properties.strings.find("IOUserClass");
            if (made != properties.strings.end()) {
                classes[key] = made->second;
            }
        }
        return;
    }
    Violation("%s has no personality with the IOUserClass %s", path, driver);
}

OSMetaClass *PersonalityClass(const char *key)
{
    auto found = key != nullptr ? classes.find(key) : classes.end();
    if (found == classes.end()) {
        return nullptr;
    }
    OSMetaClass *meta = ClassNamed(found->second.c_str());
    if (meta == nullptr) {
        Violation("the personality names a class %s, which is not linked in", found->second.c_str());
    }
    return meta;
}

} // namespace shim
