#pragma once
// How the simulated portal speaks: query strings in, envelopes and error bodies out
// (docspace-api.md sections 2.1 and 6.5). Knows nothing of users or events.

#include "tests/portal/http_exchange.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docwarden::sim
{

// A request's target taken apart. Names of parameters are matched in any case, as ASP.NET does.
struct request_target {
    std::string path;                  // not decoded
    std::vector<std::string> segments; // of the path, decoded
    std::vector<std::pair<std::string, std::string>> parameters;

    // The first value of that parameter; null when missing or empty.
    const std::string* parameter(std::string_view name) const;
};

request_target parse_target(std::string_view target);

// %XX and, in queries, "+" for a blank.
std::string url_decoded(std::string_view text);

bool same_text(std::string_view a, std::string_view b); // ASCII letters in any case
std::string lower_case(std::string_view text);          // ASCII
std::optional<std::int64_t> parse_integer(std::string_view text);
// The 36 characters of a GUID in lower case, from any case; nothing for another text.
std::optional<std::string> parse_guid(std::string_view text);

// An envelope around a success. `total` appears in lists that can be paged.
http_reply success(
    const http_request_view& request,
    boost::json::value response,
    std::optional<std::size_t> total = std::nullopt
);

// The same without any `response`: an endpoint that returns nothing.
http_reply success_without_response(const http_request_view& request);

// What .NET threw, as far as it shows.
struct failure {
    unsigned status = 500;
    std::string message;
    std::string type; // empty for null
    int hresult = 0;
};
http_reply exception_reply(const failure& cause);
http_reply access_denied();
http_reply null_reference(); // the 500 of a server that dereferenced null

// HTTP 400 wrapped like a success: a parameter or member did not bind.
http_reply validation_failed(
    const http_request_view& request,
    std::string_view field,
    std::string_view message
);

// RFC 7807 without an envelope, as ASP.NET filters answer.
http_reply problem(unsigned status, std::string_view title);
http_reply empty_reply(unsigned status);
http_reply text_reply(unsigned status, std::string content_type, std::string body);

} // namespace docwarden::sim
