#include "tests/sim/checker.hpp"

#include <algorithm>

namespace docwarden::proof
{

const person* scene::find(std::string_view id) const
{
    const auto found =
        std::find_if(people.begin(), people.end(), [&](const person& who) { return who.id == id; });
    return found == people.end() ? nullptr : &*found;
}

std::vector<std::unique_ptr<checker>> make_checkers(const scene& stage)
{
    std::vector<std::unique_ptr<checker>> all;
    all.push_back(make_disable_checker(stage));
    all.push_back(make_breach_checker(stage));
    all.push_back(make_breaker_checker(stage));
    all.push_back(make_coverage_checker(stage));
    all.push_back(make_alarm_checker(stage));
    all.push_back(make_bound_checker(stage));
    return all;
}

std::string subject_of_disable(const net::http_request& request)
{
    constexpr std::size_t guid_length = 36;
    constexpr std::string_view by_status = "/api/2.0/people/status/Terminated";
    constexpr std::string_view by_member = "/api/2.0/people/";
    if (request.method != net::http_method::put)
        return {};
    if (request.target.starts_with(by_status)) {
        const std::size_t begin = request.body.find("[\"");
        return begin == std::string::npos ? "" : request.body.substr(begin + 2, guid_length);
    }
    return request.target.substr(by_member.size(), guid_length);
}

} // namespace docwarden::proof
