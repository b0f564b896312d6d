#pragma once
// Members of a JSON object that somebody else has written: each is asked for by name and type, and
// one that is missing or of another type is absent.

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace docwarden::net
{

// Empty if absent. It refers into `from`.
std::string_view text_member(const boost::json::object& from, std::string_view name);

std::optional<std::int64_t> number_member(const boost::json::object& from, std::string_view name);
std::optional<bool> flag_member(const boost::json::object& from, std::string_view name);

// Null if absent.
const boost::json::object* object_member(const boost::json::object& from, std::string_view name);
const boost::json::array* list_member(const boost::json::object& from, std::string_view name);

} // namespace docwarden::net
