#pragma once
// The members of a control request's JSON body, read by name with a type and a default. A mistake
// is thrown as `bad_request`, whose text a script's author can act on.

#include "tests/portal/portal_date.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::sim
{

// A mistake in a script; its text goes into the answer.
struct bad_request : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Must not outlive the body.
class arguments
{
public:
    explicit arguments(const boost::json::object& body) : body_(body) {}

    bool has(std::string_view name) const { return body_.if_contains(name) != nullptr; }

    std::string text(std::string_view name, std::string_view otherwise = {}) const
    {
        const boost::json::value* value = body_.if_contains(name);
        if (value == nullptr)
            return std::string(otherwise);
        if (!value->is_string())
            throw bad_request(std::string(name) + " must be a string");
        return value->get_string().c_str();
    }

    bool flag(std::string_view name, bool otherwise) const
    {
        const boost::json::value* value = body_.if_contains(name);
        if (value == nullptr)
            return otherwise;
        if (!value->is_bool())
            throw bad_request(std::string(name) + " must be true or false");
        return value->get_bool();
    }

    std::int64_t number(std::string_view name, std::int64_t otherwise) const
    {
        const boost::json::value* value = body_.if_contains(name);
        if (value == nullptr)
            return otherwise;
        if (!value->is_int64())
            throw bad_request(std::string(name) + " must be a whole number");
        return value->get_int64();
    }

    unsigned count(std::string_view name, unsigned otherwise) const
    {
        const std::int64_t value = number(name, otherwise);
        if (value < 0 || value > 1'000'000'000)
            throw bad_request(std::string(name) + " is out of range");
        return static_cast<unsigned>(value);
    }

    std::optional<wall_time> date(std::string_view name) const
    {
        if (!has(name))
            return std::nullopt;
        const auto moment = parse_query_date(text(name));
        if (!moment)
            throw bad_request(std::string(name) + " must look like 2026-06-30T13:04:05Z");
        return moment;
    }

    std::vector<std::string> texts(std::string_view name) const
    {
        std::vector<std::string> list;
        const boost::json::value* value = body_.if_contains(name);
        if (value == nullptr)
            return list;
        if (!value->is_array())
            throw bad_request(std::string(name) + " must be a list");
        for (const boost::json::value& item : value->get_array()) {
            if (!item.is_string())
                throw bad_request(std::string(name) + " must be a list of strings");
            list.emplace_back(item.get_string().c_str());
        }
        return list;
    }

    const boost::json::value* raw(std::string_view name) const { return body_.if_contains(name); }

private:
    const boost::json::object& body_;
};

} // namespace docwarden::sim
