#include "core/portal/portal_api.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace docwarden::core
{

std::string_view to_string(failure_kind kind)
{
    switch (kind) {
    case failure_kind::unreachable:
        return "unreachable";
    case failure_kind::interrupted:
        return "interrupted";
    case failure_kind::unauthorised:
        return "unauthorised";
    case failure_kind::unpaid:
        return "unpaid";
    case failure_kind::forbidden:
        return "forbidden";
    case failure_kind::not_found:
        return "not-found";
    case failure_kind::gone:
        return "gone";
    case failure_kind::throttled:
        return "throttled";
    case failure_kind::rejected:
        return "rejected";
    case failure_kind::broken:
        return "broken";
    case failure_kind::bad_answer:
        return "bad-answer";
    case failure_kind::redirected:
        return "redirected";
    }
    return "unknown";
}

bool is_missing(failure_kind kind)
{
    return kind == failure_kind::not_found || kind == failure_kind::gone;
}

bool needs_person(failure_kind kind)
{
    return kind == failure_kind::unauthorised || kind == failure_kind::unpaid ||
           kind == failure_kind::forbidden || is_missing(kind) || kind == failure_kind::redirected;
}

bool portal_group::is_called(std::string_view text) const
{
    return id == lower_case(text) || lower_case(name) == lower_case(text);
}

bool profile::is_member_of(std::string_view group) const
{
    return std::any_of(groups.begin(), groups.end(), [&](const portal_group& candidate) {
        return candidate.is_called(group);
    });
}

} // namespace docwarden::core
