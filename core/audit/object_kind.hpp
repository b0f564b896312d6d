#pragma once
// What an audit record's object is. Files and folders are separate number series on the portal, so
// an object is only identified by its kind and its id together.

#include <cstdint>

namespace docwarden::core
{

enum class object_kind : std::uint8_t {
    none, // the record names no object
    file,
    folder,
    room,
    user,
    other, // something that is no document and no account: a setting, a storage, an API key, ...
};

} // namespace docwarden::core
