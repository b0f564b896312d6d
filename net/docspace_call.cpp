#include "net/docspace_call.hpp"

#include "net/api_error.hpp"
#include "net/docspace_wire.hpp"

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
