#include "net/docspace/api_error.hpp"

#include "core/base/text.hpp"
#include "net/base/error.hpp"

#include <boost/json/parse.hpp>

#include <initializer_list>
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

// What a JSON error body says.
struct error_body {
    std::string message; // in the portal's own words
    std::string type;    // the name of the exception: "System.InvalidOperationException"
};

// The first of these places that holds a text.
std::string text_at(const boost::json::value& body, std::initializer_list<const char*> places)
{
    boost::system::error_code ec;
    for (const char* place : places) {
        const boost::json::value* found = body.find_pointer(place, ec);
        if (found != nullptr && found->is_string())
            return core::clip_text(found->as_string(), message_length_max);
    }
    return {};
}

error_body read_error(const http_response& response)
{
    if (!is_json(response))
        return {};
    boost::system::error_code ec;
    const boost::json::value body = boost::json::parse(response.body, ec);
    if (ec)
        return {};
    return {
        text_at(body, {"/error/message", "/response/title", "/title", "/detail"}),
        text_at(body, {"/error/type"})};
}

// The status decides, but for two answers that only their exception tells apart.
failure_kind kind_of(unsigned status, const error_body& error)
{
    // The database is in trouble: the portal wraps that so, and answers 403 to everything
    // (docspace-api-check.md section 3.1).
    if (status == 403 && error.type == "System.InvalidOperationException")
        return failure_kind::broken;
    // Not the 404 of a suspended portal or of a wrong address.
    if (status == 404 && error.type == "ASC.Common.Web.ItemNotFoundException")
        return failure_kind::gone;
    return kind_of_status(status);
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
    const error_body error = read_error(response);
    core::api_failure failure;
    failure.kind = kind_of(response.status, error);
    failure.status = response.status;
    failure.retry_after = response.retry_after;
    failure.text = "HTTP " + std::to_string(response.status);
    if (!error.message.empty())
        failure.text += ": " + error.message;
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
