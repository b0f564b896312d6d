#include "net/base/json_member.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

namespace docwarden::net
{

namespace json = boost::json;

std::string_view text_member(const json::object& from, std::string_view name)
{
    const json::value* const member = from.if_contains(name);
    const json::string* const text = member != nullptr ? member->if_string() : nullptr;
    return text != nullptr ? std::string_view(text->data(), text->size()) : std::string_view();
}

std::optional<std::int64_t> number_member(const json::object& from, std::string_view name)
{
    const json::value* const member = from.if_contains(name);
    const std::int64_t* const number = member != nullptr ? member->if_int64() : nullptr;
    return number != nullptr ? std::optional(*number) : std::nullopt;
}

std::optional<bool> flag_member(const json::object& from, std::string_view name)
{
    const json::value* const member = from.if_contains(name);
    const bool* const flag = member != nullptr ? member->if_bool() : nullptr;
    return flag != nullptr ? std::optional(*flag) : std::nullopt;
}

const json::object* object_member(const json::object& from, std::string_view name)
{
    const json::value* const member = from.if_contains(name);
    return member != nullptr ? member->if_object() : nullptr;
}

const json::array* list_member(const json::object& from, std::string_view name)
{
    const json::value* const member = from.if_contains(name);
    return member != nullptr ? member->if_array() : nullptr;
}

} // namespace docwarden::net
