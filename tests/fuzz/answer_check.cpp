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

// The answer must be one thing or the other, with the date that the portal wrote.
template <class Value>
std::string check_common(const core::answer<Value>& answer, const net::http_response& response)
{
    if (answer.date != response.date)
        return "the answer's date got lost";
    const core::api_failure* why = answer.failure();
    return why != nullptr ? check_failure(*why) : std::string();
}

std::string check_page(const net::http_response& response)
{
    const core::page_answered page = net::answer_to(core::fetch_page{7, {}}, response);
    if (page.call != 7)
        return "the answer to another call";
    if (page.result.value() != nullptr && page.partial != core::audit_page())
        return "a page whole and in part";
    return check_common(page.result, response);
}

std::string check_profile(const core::answer<core::profile>& answer, const std::string& expected)
{
    const core::profile* who = answer.value();
    if (who == nullptr)
        return {};
    if (!core::is_guid(who->id))
        return "a profile without a GUID";
    return expected.empty() || who->id == expected ? "" : "the profile of somebody else";
}

// Whatever is kept of the answers to the contract check is bounded and is what it says it is.
std::string check_facts(const net::http_response& response)
{
    constexpr std::size_t text_max = 160; // a clipped text, with the mark of the cut
    const auto settings = net::answer_to(core::fetch_settings{3}, response);
    const auto key = net::answer_to(core::fetch_key{4}, response);
    const auto quota = net::answer_to(core::fetch_quota{5}, response);
    const auto canary = net::answer_to(core::fetch_canary{6}, response);
    if (const core::portal_facts* facts = settings.result.value()) {
        if (facts->version.size() > text_max || facts->time_zone.size() > text_max)
            return "a text of the settings without end";
        if (!facts->owner_id.empty() && !core::is_guid(facts->owner_id))
            return "an owner without a GUID";
        if (facts->tenant_status < 0)
            return "a status that is none";
    }
    if (const core::key_facts* facts = key.result.value()) {
        if (facts->permissions.size() > core::key_facts::permissions_max)
            return "permissions without end";
        if (!facts->creator_id.empty() && !core::is_guid(facts->creator_id))
            return "a key's creator without a GUID";
        if (facts->name.size() > text_max)
            return "a key's name without end";
    }
    if (const core::quota_facts* facts = quota.result.value();
        facts && facts->plan.size() > text_max)
        return "a plan's name without end";
    for (const std::string& wrong :
         {check_common(settings.result, response),
          check_common(key.result, response),
          check_common(quota.result, response),
          check_common(canary.result, response)}) {
        if (!wrong.empty())
            return wrong;
    }
    return {};
}

std::string check_calls(const net::http_response& response)
{
    const auto self = net::answer_to(core::fetch_identity{1}, response);
    const auto other = net::answer_to(core::fetch_profile{2, some_user}, response);
    core::send_disable order;
    order.user = some_user;
    const auto done = net::answer_to(order, response);
    const bool is_success = response.status >= 200 && response.status < 300;
    if (done.result.value() != nullptr && !is_success)
        return "a refusal taken for success";
    for (const std::string& wrong :
         {check_page(response),
          check_facts(response),
          check_common(self.result, response),
          check_common(other.result, response),
          check_common(done.result, response),
          check_profile(self.result, {}),
          check_profile(other.result, some_user)}) {
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
