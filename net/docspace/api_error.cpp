#include "net/docspace/api_error.hpp"

#include "core/base/text.hpp"
#include "net/base/error.hpp"

#include <boost/json/parse.hpp>

#include <string>

namespace docwarden::net
{

namespace
{

using core::failure_kind;

constexpr std::size_t message_length_max = 200;

failure_kind kind_of_status(unsigned status)
{
    switch (status) {
    case 401:
        return failure_kind::unauthorised;
    case 402:
        return failure_kind::unpaid;
    case 403:
        return failure_kind::forbidden;
    case 404:
        return failure_kind::not_found;
    case 408: // the server gave up waiting for the request: as good as a lost connection
        return failure_kind::interrupted;
    case 429:
        return failure_kind::throttled;
    default:
        break;
    }
    if (status >= 300 && status < 400)
        return failure_kind::redirected;
    if (status >= 400 && status < 500)
        return failure_kind::rejected;
    if (status >= 500)
        return failure_kind::broken;
    return failure_kind::bad_answer;
}

bool is_json(const http_response& response)
{
    return response.content_type == "application/json" ||
           response.content_type == "application/problem+json";
}

// The texts under which the portal's error bodies say what is wrong.
std::string message_of(const boost::json::value& body)
{
    boost::system::error_code ec;
    for (const char* place : {"/error/message", "/response/title", "/title", "/detail"}) {
        const boost::json::value* found = body.find_pointer(place, ec);
        if (found != nullptr && found->is_string())
            return core::clip_text(found->as_string(), message_length_max);
    }
    return {};
}

std::string describe(const http_response& response)
{
    std::string text = "HTTP " + std::to_string(response.status);
    if (!is_json(response))
        return text;
    boost::system::error_code ec;
    const boost::json::value body = boost::json::parse(response.body, ec);
    if (ec)
        return text;
    const std::string message = message_of(body);
    return message.empty() ? text : text + ": " + message;
}

} // namespace

core::api_failure failure_of(const boost::system::error_code& ec)
{
    core::api_failure failure;
    failure.kind = nothing_was_sent(ec) ? failure_kind::unreachable : failure_kind::interrupted;
    if (ec == errc::answer_too_large || ec == errc::answer_malformed)
        failure.kind = failure_kind::bad_answer;
    failure.text = ec.message();
    return failure;
}

std::optional<core::api_failure> failure_of(const http_response& response)
{
    if (response.status >= 200 && response.status < 300) {
        if (is_json(response))
            return std::nullopt;
        return bad_answer(
            response,
            response.content_type.empty()
                ? "the answer has no content type"
                : "the answer is " + core::clip_text(response.content_type, 80) +
                      " instead of JSON: a login page or a proxy in between?"
        );
    }
    core::api_failure failure;
    failure.kind = kind_of_status(response.status);
    failure.status = response.status;
    failure.retry_after = response.retry_after;
    failure.text = describe(response);
    return failure;
}

core::api_failure bad_answer(const http_response& response, std::string what_is_wrong)
{
    core::api_failure failure;
    failure.kind = failure_kind::bad_answer;
    failure.status = response.status;
    failure.text = "HTTP " + std::to_string(response.status) + ": " + std::move(what_is_wrong);
    return failure;
}

} // namespace docwarden::net
