// What the portal of an engine_dialogue says about groups and people.

#include "core/base/text.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::test
{

namespace
{

template <class Page, class Row>
Page page_of(const std::vector<Row>& rows, std::vector<Row> Page::*list, std::size_t start)
{
    Page page;
    const std::size_t end = std::min(rows.size(), start + Page::rows_max);
    for (std::size_t i = start; i < end; ++i)
        (page.*list).push_back(rows[i]);
    page.rows = (page.*list).size();
    return page;
}

struct reply_writer {
    const people_replies& portal;

    core::portal_result operator()(const core::groups_request& asked) const
    {
        std::vector<core::portal_group> all;
        for (const auto& group : portal.groups)
            all.push_back({guid_of(group.first), group.first});
        return page_of(all, &core::group_page::groups, asked.start);
    }
    core::portal_result operator()(const core::members_request& asked) const
    {
        std::vector<core::member> all;
        const auto group = portal.groups.find(name_of(asked.group));
        if (group != portal.groups.end()) {
            for (const std::string& name : group->second)
                all.push_back({guid_of(name), name});
        }
        return page_of(all, &core::member_page::members, asked.start);
    }
    core::portal_result operator()(const core::person_request& asked) const
    {
        const std::string name = core::is_guid(asked.name)
                                     ? name_of(asked.name)
                                     : asked.name.substr(0, asked.name.find('@'));
        if (has(portal.strangers, name))
            return make_failure(core::failure_kind::gone);
        return make_profile(name);
    }
    core::portal_result operator()(const core::active_users_request&) const
    {
        if (portal.is_uncounted)
            return make_failure(core::failure_kind::bad_answer);
        return core::active_users{portal.active_users};
    }
    template <class Other>
    core::portal_result operator()(const Other&) const
    {
        FAIL("no question about groups or people");
        return core::api_failure();
    }
};

} // namespace

bool is_about_names(const core::portal_request& request)
{
    return std::holds_alternative<core::groups_request>(request) ||
           std::holds_alternative<core::members_request>(request) ||
           std::holds_alternative<core::active_users_request>(request) ||
           std::holds_alternative<core::person_request>(request);
}

core::portal_result people_replies::result_of(const core::portal_request& request) const
{
    return std::visit(reply_writer{*this}, request);
}

void engine_dialogue::answer_people()
{
    while (!people_calls_.empty()) {
        const core::call asked = people_calls_.front();
        people_calls_.erase(people_calls_.begin());
        answer(asked.id, people.result_of(asked.request));
    }
}

void engine_dialogue::fail_people(core::failure_kind kind)
{
    for (const core::call& asked : std::exchange(people_calls_, {}))
        answer(asked.id, make_failure(kind));
}

} // namespace docwarden::test
