#include "tests/sim/fault_kind.hpp"

namespace docwarden::proof
{

namespace
{

constexpr std::array<std::string_view, fault_kinds> fault_names{
    "refused",    "lost-before",  "lost-after", "late-effect",  "slow",     "timed-out",
    "throttled",  "unauthorised", "unpaid",     "forbidden",    "missing",  "broken",
    "html",       "truncated",    "garbage",    "oversized",    "mistyped", "cut-json",
    "redirected", "absurd-date",  "no-effect",  "false-success"};

// What a portal answers to everything while its database is away.
sim::fault database_trouble()
{
    return {
        .status = 403,
        .content_type = "application/json",
        .body = R"({"error":{"message":"An exception has been raised that is likely due to a )"
                R"(transient failure.","type":"System.InvalidOperationException"},"status":1})"};
}

sim::fault throttled(std::uint64_t variety)
{
    constexpr std::array<std::string_view, 6> waits{"", "0", "2", "30", "-5", "999999999"};
    const std::string_view wait = waits.at(variety % waits.size());
    if (wait.empty())
        return sim::too_many_requests("/", std::nullopt);
    return sim::too_many_requests("/", std::string(wait));
}

sim::fault absurd_date(std::uint64_t variety)
{
    constexpr std::array<std::string_view, 4> dates{
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 2100 23:59:59 GMT",
        "Mon, 01 Jan 2024 00:00:00 GMT",
        "yesterday"};
    return sim::other_date("/", std::string(dates.at(variety % dates.size())));
}

} // namespace

std::string_view to_string(fault_kind kind)
{
    return fault_names.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(side part)
{
    switch (part) {
    case side::all:
        return "all requests";
    case side::reading:
        return "the audit trail";
    case side::people:
        return "requests about people";
    }
    return "";
}

bool concerns(side part, bool is_about_people)
{
    return part == side::all || (part == side::people) == is_about_people;
}

std::optional<sim::fault> portal_fault(fault_kind kind, std::uint64_t variety)
{
    switch (kind) {
    case fault_kind::refused:
    case fault_kind::late_effect:
    case fault_kind::slow:
    case fault_kind::timed_out:
        return std::nullopt;
    case fault_kind::lost_before:
        return sim::fault_of(sim::fault_kind::drop_before);
    case fault_kind::lost_after:
        return sim::fault_of(sim::fault_kind::drop_after);
    case fault_kind::throttled:
        return throttled(variety);
    case fault_kind::unauthorised:
        return sim::fault{.status = 401};
    case fault_kind::unpaid:
        return sim::fault{.status = 402};
    case fault_kind::forbidden:
        return variety % 2 == 0 ? sim::fault{.status = 403} : database_trouble();
    case fault_kind::missing:
        return sim::fault{.status = 404};
    case fault_kind::broken:
        return sim::server_error("/");
    case fault_kind::html:
        return sim::nginx_error("/", variety % 2 == 0 ? 502 : 504);
    case fault_kind::truncated:
        return sim::fault{.kind = sim::fault_kind::truncate, .body_bytes = variety % 200};
    case fault_kind::garbage:
        return sim::fault_of(sim::fault_kind::garbage);
    case fault_kind::oversized:
        return sim::fault{.kind = sim::fault_kind::oversized, .body_bytes = 5U << 20};
    case fault_kind::mistyped:
        return sim::fault_of(sim::fault_kind::wrong_content_type);
    case fault_kind::cut_json:
        return sim::fault_of(sim::fault_kind::invalid_json);
    case fault_kind::redirected:
        return sim::fault{
            .kind = sim::fault_kind::redirect, .location = "https://evil.example/api"};
    case fault_kind::absurd_date:
        return absurd_date(variety);
    case fault_kind::no_effect:
        return sim::fault_of(sim::fault_kind::leave_unchanged);
    case fault_kind::false_success:
        return sim::fault_of(sim::fault_kind::pretend_disabled);
    }
    return std::nullopt;
}

} // namespace docwarden::proof
