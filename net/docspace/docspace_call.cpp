#include "net/docspace/docspace_call.hpp"

#include "net/docspace/api_error.hpp"
#include "net/docspace/docspace_facts.hpp"
#include "net/docspace/docspace_wire.hpp"

namespace docwarden::net
{

http_request request_for(const core::fetch_page& what)
{
    return audit_request(what.query);
}

http_request request_for(const core::fetch_identity&)
{
    return identity_request();
}

http_request request_for(const core::fetch_settings&)
{
    return settings_request();
}

http_request request_for(const core::fetch_key&)
{
    return key_request();
}

http_request request_for(const core::fetch_quota&)
{
    return quota_request();
}

http_request request_for(const core::fetch_canary&)
{
    return canary_request();
}

http_request request_for(const core::fetch_profile& what)
{
    return profile_request(what.user);
}

http_request request_for(const core::send_disable& what)
{
    return disable_request(what.user, what.method, what.comment);
}

core::page_answered answer_to(const core::fetch_page& what, const call_result& result)
{
    core::page_answered answered;
    answered.call = what.call;
    if (result)
        answered.result = read_page(*result, answered.partial);
    else
        answered.result.outcome = failure_of(result.error());
    return answered;
}

core::identity_answered answer_to(const core::fetch_identity& what, const call_result& result)
{
    core::identity_answered answered;
    answered.call = what.call;
    if (result)
        answered.result = read_profile(*result, {});
    else
        answered.result.outcome = failure_of(result.error());
    return answered;
}

core::settings_answered answer_to(const core::fetch_settings& what, const call_result& result)
{
    core::settings_answered answered;
    answered.call = what.call;
    if (result)
        answered.result = read_settings(*result);
    else
        answered.result.outcome = failure_of(result.error());
    return answered;
}

core::key_answered answer_to(const core::fetch_key& what, const call_result& result)
{
    core::key_answered answered;
    answered.call = what.call;
    if (result)
        answered.result = read_key(*result);
    else
        answered.result.outcome = failure_of(result.error());
    return answered;
}

core::quota_answered answer_to(const core::fetch_quota& what, const call_result& result)
{
    core::quota_answered answered;
    answered.call = what.call;
    if (result)
        answered.result = read_quota(*result);
    else
        answered.result.outcome = failure_of(result.error());
    return answered;
}

core::canary_answered answer_to(const core::fetch_canary& what, const call_result& result)
{
    core::canary_answered answered;
    answered.call = what.call;
    if (result)
        answered.result = read_canary(*result);
    else
        answered.result.outcome = failure_of(result.error());
    return answered;
}

core::profile_answered answer_to(const core::fetch_profile& what, const call_result& result)
{
    core::profile_answered answered;
    answered.call = what.call;
    if (result)
        answered.result = read_profile(*result, what.user);
    else
        answered.result.outcome = failure_of(result.error());
    return answered;
}

core::disable_answered answer_to(const core::send_disable& what, const call_result& result)
{
    core::disable_answered answered;
    answered.call = what.call;
    if (result)
        answered.result = read_accepted(*result);
    else
        answered.result.outcome = failure_of(result.error());
    return answered;
}

} // namespace docwarden::net
