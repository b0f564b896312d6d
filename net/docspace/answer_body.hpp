#pragma once
// What reading any answer of the API begins and ends with: the portal's date, its failure if there
// is one, and the envelope around what was asked for. What is in it is the caller's business.

#include "core/portal/portal_api.hpp"
#include "net/base/http_message.hpp"
#include "net/docspace/api_error.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <string>
#include <utility>

namespace docwarden::net
{

// `read(envelope, value)` takes what it needs of the envelope, which is empty if the body holds
// none, and returns what is wrong with it, or an empty text.
template <class Value, class Read>
core::answer<Value> read_answer(const http_response& response, Read read)
{
    core::answer<Value> result;
    result.date = response.date;
    if (auto failure = failure_of(response)) {
        result.outcome = std::move(*failure);
        return result;
    }
    boost::system::error_code ec;
    const boost::json::value body = boost::json::parse(response.body, ec);
    const boost::json::object none;
    const boost::json::object& envelope = !ec && body.is_object() ? body.get_object() : none;
    Value value;
    std::string problem = read(envelope, value);
    if (problem.empty())
        result.outcome = std::move(value);
    else
        result.outcome = bad_answer(response, std::move(problem));
    return result;
}

} // namespace docwarden::net
