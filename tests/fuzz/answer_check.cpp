#include "core/base/text.hpp"
#include "net/docspace/docspace_call.hpp"
#include "net/https/answer_reader.hpp"
#include "tests/fuzz/checks.hpp"

#include <algorithm>

namespace docwarden::test
{

namespace
{

using boost::system::error_code;

// Small, so that small inputs reach them.
constexpr net::answer_limits limits{512, 1024};
constexpr core::call_id some_call = 7;
const std::string some_user = "4c65a238-ca50-4374-b904-0d51d4c1822b";

// What came of an answer that arrived in pieces.
struct reading {
    error_code problem;
    bool is_done = false;
    bool is_reusable = false;
    net::http_response response;
};

reading read(std::string_view bytes, std::size_t length, net::answer_reader::expected what)
{
    net::answer_reader reader(limits, what);
    reading result;
    std::size_t at = 0;
    for (; at < bytes.size() && !reader.done() && !result.problem; at += length)
        result.problem = reader.feed(bytes.substr(at, length));
    if (!result.problem && !reader.done())
        result.problem = reader.feed_end();
    result.is_done = !result.problem && reader.done();
    if (result.is_done) {
        result.is_reusable = reader.reusable() && at >= bytes.size();
        result.response = reader.take();
    }
    return result;
}

std::string check_response(const net::http_response& response)
{
    if (response.status < 200 || response.status > 999)
        return "a status that is none: " + std::to_string(response.status);
    if (response.body.size() > limits.body_bytes)
        return "a body beyond its bound";
    if (response.retry_after && response.retry_after->count() < 0)
        return "a negative pause";
    return {};
}

std::string difference(const reading& a, const reading& b)
{
    if (a.is_done != b.is_done)
        return "an answer or none, as it was cut";
    if (!a.is_done)
        return {};
    if (a.is_reusable != b.is_reusable)
        return "a connection reusable or not, as the answer was cut";
    const net::http_response& x = a.response;
    const net::http_response& y = b.response;
    const bool same = x.status == y.status && x.content_type == y.content_type &&
                      x.date == y.date && x.retry_after == y.retry_after &&
                      x.location == y.location && x.body == y.body;
    return same ? "" : "another answer, as it was cut";
}

std::string check_failure(const core::api_failure& why)
{
    if (why.text.empty() || why.text.size() > 1024)
        return "a failure that says nothing, or says it without end";
    return {};
}

std::string check_common(const core::answered& answer, const net::http_response& response)
{
    if (answer.id != some_call)
        return "the answer to another call";
    if (answer.date != response.date)
        return "the answer's date got lost";
    const core::api_failure* why = answer.failure();
    return why != nullptr ? check_failure(*why) : std::string();
}

std::string check_profile(const core::answered& answer, const std::string& expected)
{
    const core::profile* who = answer.value<core::profile>();
    if (who == nullptr)
        return {};
    if (!core::is_guid(who->id))
        return "a profile without a GUID";
    return expected.empty() || who->id == expected ? "" : "the profile of somebody else";
}

// Whatever is kept of the answers to the preflight is bounded and is what it says it is.
std::string check_facts(const net::http_response& response)
{
    constexpr std::size_t text_max = 160; // a clipped text, with the mark of the cut
    const auto settings = net::answer_to({some_call, core::settings_request()}, response);
    const auto key = net::answer_to({some_call, core::key_request()}, response);
    const auto quota = net::answer_to({some_call, core::quota_request()}, response);
    const auto probe = net::answer_to({some_call, core::probe_request()}, response);
    if (const auto* facts = settings.value<core::portal_facts>()) {
        if (facts->version.size() > text_max)
            return "a text of the settings without end";
        if (!facts->owner_id.empty() && !core::is_guid(facts->owner_id))
            return "an owner without a GUID";
        if (facts->tenant_status < 0)
            return "a status that is none";
    }
    if (const auto* facts = key.value<core::key_facts>()) {
        if (facts->permissions.size() > core::key_facts::permissions_max)
            return "permissions without end";
        if (!facts->creator_id.empty() && !core::is_guid(facts->creator_id))
            return "a key's creator without a GUID";
        if (facts->name.size() > text_max)
            return "a key's name without end";
    }
    const auto* plan = quota.value<core::quota_facts>();
    if (plan != nullptr && plan->plan.size() > text_max)
        return "a plan's name without end";
    for (const std::string& wrong :
         {check_common(settings, response),
          check_common(key, response),
          check_common(quota, response),
          check_common(probe, response)}) {
        if (!wrong.empty())
            return wrong;
    }
    return {};
}

constexpr std::size_t name_max = 544; // a clipped text, with the mark of the cut

// Lists of groups and members have a bound, as have their names, and each row a GUID.
std::string check_people(const net::http_response& response)
{
    const auto groups = net::answer_to({some_call, core::groups_request()}, response);
    const auto members = net::answer_to({some_call, core::members_request{some_user}}, response);
    const auto known = net::answer_to({some_call, core::person_request{some_user}}, response);
    const auto named = net::answer_to({some_call, core::person_request{"a@b.c"}}, response);
    const auto active = net::answer_to({some_call, core::active_users_request()}, response);
    const auto is_wrong = [](const auto& row) {
        return !core::is_guid(row.id) || row.name.size() > name_max;
    };
    if (const auto* page = groups.value<core::group_page>()) {
        if (page->rows > core::group_page::rows_max || page->groups.size() != page->rows ||
            std::any_of(page->groups.begin(), page->groups.end(), is_wrong))
            return "a list of groups without end, or with what is none";
    }
    if (const auto* page = members.value<core::member_page>()) {
        if (page->rows > core::member_page::rows_max || page->members.size() != page->rows ||
            std::any_of(page->members.begin(), page->members.end(), is_wrong))
            return "a list of members without end, or with what is none";
    }
    if (const auto* who = known.value<core::profile>()) {
        if (who->groups.size() > core::profile::groups_max ||
            std::any_of(who->groups.begin(), who->groups.end(), is_wrong))
            return "the groups of a profile without end, or with what is none";
    }
    const auto* users = active.value<core::active_users>();
    if (users != nullptr && (users->count == 0 || users->count > core::active_users::count_max))
        return "an unbelievable number of active users";
    const auto* who = named.value<core::profile>();
    if (who != nullptr && core::lower_case(who->email) != "a@b.c")
        return "the profile of another address";
    for (const std::string& wrong :
         {check_common(groups, response),
          check_common(active, response),
          check_common(members, response),
          check_common(known, response),
          check_common(named, response),
          check_profile(known, some_user),
          check_profile(named, {})}) {
        if (!wrong.empty())
            return wrong;
    }
    return {};
}

std::string check_calls(const net::http_response& response)
{
    const auto page = net::answer_to({some_call, core::page_request()}, response);
    const auto self = net::answer_to({some_call, core::identity_request()}, response);
    const auto other = net::answer_to({some_call, core::profile_request{some_user}}, response);
    const core::disable_request order{some_user, {}, {}};
    const auto done = net::answer_to({some_call, order}, response);
    const bool is_success = response.status >= 200 && response.status < 300;
    if (done.value<core::accepted>() != nullptr && !is_success)
        return "a refusal taken for success";
    for (const std::string& wrong :
         {check_facts(response),
          check_people(response),
          check_common(page, response),
          check_common(self, response),
          check_common(other, response),
          check_common(done, response),
          check_profile(self, {}),
          check_profile(other, some_user)}) {
        if (!wrong.empty())
            return wrong;
    }
    return {};
}

} // namespace

std::string check_answer(std::string_view bytes)
{
    using expected = net::answer_reader::expected;
    for (const expected what : {expected::whole_answer, expected::head_only}) {
        const reading whole = read(bytes, std::max<std::size_t>(bytes.size(), 1), what);
        for (const std::size_t length : {1U, 2U, 5U, 64U}) {
            const reading pieces = read(bytes, length, what);
            if (std::string wrong = difference(whole, pieces); !wrong.empty())
                return wrong + " (pieces of " + std::to_string(length) + ")";
        }
        if (!whole.is_done)
            continue;
        if (std::string wrong = check_response(whole.response); !wrong.empty())
            return wrong;
        if (std::string wrong = check_calls(whole.response); !wrong.empty())
            return wrong;
    }
    return {};
}

} // namespace docwarden::test
