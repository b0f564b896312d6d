#include "net/docspace/docspace_call.hpp"

#include "net/docspace/api_error.hpp"
#include "net/docspace/docspace_facts.hpp"
#include "net/docspace/docspace_people.hpp"
#include "net/docspace/docspace_wire.hpp"

namespace docwarden::net
{

namespace
{

struct request_writer {
    http_request operator()(const core::page_request& page) const
    {
        return audit_request(page.query);
    }
    http_request operator()(const core::identity_request&) const { return identity_request(); }
    http_request operator()(const core::settings_request&) const { return settings_request(); }
    http_request operator()(const core::key_request&) const { return key_request(); }
    http_request operator()(const core::quota_request&) const { return quota_request(); }
    http_request operator()(const core::probe_request&) const { return probe_request(); }
    http_request operator()(const core::groups_request& page) const
    {
        return groups_request(page.start);
    }
    http_request operator()(const core::members_request& page) const
    {
        return members_request(page.group, page.start);
    }
    http_request operator()(const core::active_users_request&) const
    {
        return active_users_request();
    }
    http_request operator()(const core::person_request& who) const
    {
        return person_request(who.name);
    }
    http_request operator()(const core::profile_request& look) const
    {
        return profile_request(look.user);
    }
    http_request operator()(const core::disable_request& order) const
    {
        return disable_request(order.user, order.method, order.comment);
    }
    http_request operator()(const core::enable_request& order) const
    {
        return enable_request(order.user, order.method);
    }
};

template <class Value>
core::portal_result to_result(core::answer<Value> answer)
{
    return std::visit(
        [](auto& outcome) { return core::portal_result(std::move(outcome)); }, answer.outcome
    );
}

struct response_reader {
    const http_response& response;

    core::portal_result operator()(const core::page_request&) const { return read_page(response); }
    core::portal_result operator()(const core::identity_request&) const
    {
        return to_result(read_profile(response, {}));
    }
    core::portal_result operator()(const core::settings_request&) const
    {
        return to_result(read_settings(response));
    }
    core::portal_result operator()(const core::key_request&) const
    {
        return to_result(read_key(response));
    }
    core::portal_result operator()(const core::quota_request&) const
    {
        return to_result(read_quota(response));
    }
    core::portal_result operator()(const core::probe_request&) const
    {
        return to_result(read_probe(response));
    }
    core::portal_result operator()(const core::groups_request&) const
    {
        return to_result(read_groups(response));
    }
    core::portal_result operator()(const core::members_request&) const
    {
        return to_result(read_members(response));
    }
    core::portal_result operator()(const core::active_users_request&) const
    {
        return to_result(read_active_users(response));
    }
    core::portal_result operator()(const core::person_request& who) const
    {
        return to_result(read_person(response, who.name));
    }
    core::portal_result operator()(const core::profile_request& look) const
    {
        return to_result(read_profile(response, look.user));
    }
    core::portal_result operator()(const core::disable_request&) const
    {
        return to_result(read_accepted(response));
    }
    core::portal_result operator()(const core::enable_request&) const
    {
        return to_result(read_accepted(response));
    }

private:
    static core::portal_result read_page(const http_response& response)
    {
        core::audit_page partial;
        core::answer<core::audit_page> page = net::read_page(response, partial);
        if (const core::api_failure* failure = page.failure())
            return core::partial_page{*failure, std::move(partial)};
        return to_result(std::move(page));
    }
};

} // namespace

http_request to_http(const core::portal_request& request)
{
    return std::visit(request_writer{}, request);
}

core::answered answer_to(const core::call& call, const call_result& result)
{
    if (!result)
        return {call.id, std::nullopt, failure_of(result.error())};
    return {call.id, result->date, std::visit(response_reader{*result}, call.request)};
}

} // namespace docwarden::net
