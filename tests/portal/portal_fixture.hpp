#pragma once
// What the tests of the simulated portal share: a small portal, a moment, and requests in one line.

#include "tests/portal/portal_model.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace docwarden::sim
{

// 2026-06-30T13:04:05Z plus so many seconds.
inline wall_time at(double seconds = 0)
{
    constexpr std::int64_t base = 1'782'824'645;
    return wall_time{core::tick{base * 10'000'000 + static_cast<std::int64_t>(seconds * 1e7)}};
}

class asking : public small_portal
{
public:
    explicit asking(portal_settings settings = {}, std::uint64_t seed = 1)
        : small_portal(std::move(settings), seed)
    {
    }

    // `with_key` is the text of a key; empty for an anonymous request.
    http_reply send(
        std::string_view method,
        std::string_view target,
        std::string_view body,
        std::string_view with_key,
        std::string_view content_type = "application/json"
    )
    {
        const std::string authorization = with_key.empty() ? "" : "Bearer " + std::string(with_key);
        http_request_view request;
        request.method = method;
        request.target = target;
        request.authorization = authorization;
        request.content_type = content_type;
        request.body = body;
        request.host = "docs.example.com";
        return model.handle(request, now);
    }

    http_reply get(std::string_view target) { return send("GET", target, "", key); }
    http_reply put(std::string_view target, std::string_view body)
    {
        return send("PUT", target, body, key);
    }
    http_reply filter(std::string_view query = "") { return get(filter_path + std::string(query)); }

    // The events of a filter request that must succeed.
    boost::json::array events(std::string_view query = "");

    const std::string filter_path = "/api/2.0/security/audit/events/filter";
    wall_time now = at(60);
};

inline boost::json::value body_of(const http_reply& reply)
{
    return boost::json::parse(reply.body);
}

inline boost::json::value response_of(const http_reply& reply)
{
    return body_of(reply).at("response");
}

inline std::string error_message(const http_reply& reply)
{
    return body_of(reply).at("error").at("message").as_string().c_str();
}

inline boost::json::array asking::events(std::string_view query)
{
    return response_of(filter(query)).as_array();
}

// The ids, in the order of the answer.
inline std::vector<std::int64_t> ids_of(const boost::json::array& events)
{
    std::vector<std::int64_t> ids;
    for (const boost::json::value& event : events)
        ids.push_back(event.at("id").as_int64());
    return ids;
}

// The first targets, in the order of the answer.
inline std::vector<std::string> targets_of(const boost::json::array& events)
{
    std::vector<std::string> targets;
    for (const boost::json::value& event : events)
        targets.emplace_back(event.at("target").at(0).as_string().c_str());
    return targets;
}

} // namespace docwarden::sim
