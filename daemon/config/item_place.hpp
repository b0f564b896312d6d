#pragma once
// Where one item of a list stands, for its problems. Items count from 1.

#include "daemon/config/toml_fields.hpp"

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace docwarden::daemon
{

class item_place
{
public:
    // All must outlive this object.
    item_place(const toml_fields& fields, std::string_view key, const toml_node& list)
        : fields_(fields), key_(key), list_(list)
    {
    }

    void report(const toml_node& item, std::string message, std::string hint = {}) const
    {
        const auto index = std::distance(list_.children.data(), &item);
        fields_.problems().add(
            item.position,
            fields_.path_of(key_) + '[' + std::to_string(index + 1) + ']',
            std::move(message),
            std::move(hint)
        );
    }

private:
    const toml_fields& fields_;
    std::string_view key_;
    const toml_node& list_;
};

} // namespace docwarden::daemon
