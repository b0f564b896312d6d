#include "tests/portal/wire.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>

namespace docwarden::sim
{

namespace
{

namespace json = boost::json;

constexpr std::string_view json_type = "application/json; charset=utf-8";

char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    const char letter = lower(digit);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

std::string decoded(std::string_view text, bool plus_is_blank)
{
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
            hex_value(text[i + 2]) >= 0) {
            plain += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            plain += plus_is_blank && text[i] == '+' ? ' ' : text[i];
        }
    }
    return plain;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end != 0)
            parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

json::array links_of(const http_request_view& request)
{
    // The scheme shows http behind a proxy that ends TLS.
    const std::string href = "http://" + std::string(request.host) + std::string(request.target);
    return {{{"href", href}, {"action", json::string_view(request.method)}}};
}

http_reply json_reply(unsigned status, const json::object& body)
{
    return text_reply(status, std::string(json_type), json::serialize(body));
}

// `fields=`: a projection of the items of the answer, not of the envelope.
void keep_fields(json::value& response, const std::vector<std::string_view>& fields)
{
    if (json::array* items = response.if_array()) {
        for (json::value& item : *items)
            keep_fields(item, fields);
        return;
    }
    json::object* item = response.if_object();
    if (item == nullptr)
        return;
    json::object kept;
    for (const auto& [name, value] : *item) {
        const std::string_view text(name.data(), name.size());
        if (std::ranges::any_of(fields, [&](auto field) { return same_text(field, text); }))
            kept.emplace(name, value);
    }
    *item = std::move(kept);
}

} // namespace

const std::string* http_reply::header(std::string_view name) const
{
    const auto found = std::ranges::find_if(headers, [&](const auto& header) {
        return same_text(header.first, name);
    });
    return found == headers.end() ? nullptr : &found->second;
}

void http_reply::set_header(std::string_view name, std::string value)
{
    std::erase_if(headers, [&](const auto& header) { return same_text(header.first, name); });
    headers.push_back({std::string(name), std::move(value)});
}

std::string render(const http_reply& reply, bool keep_alive)
{
    if (reply.how.raw)
        return reply.body;
    // Reason phrases mean nothing in HTTP/1.1; nobody may depend on them.
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " Simulated\r\n";
    for (const auto& [name, value] : reply.headers)
        text += name + ": " + value + "\r\n";
    if (!reply.content_type.empty())
        text += "Content-Type: " + reply.content_type + "\r\n";
    text += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
    text += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return text += std::string_view(reply.body)
                       .substr(0, reply.how.body_bytes_max.value_or(std::string_view::npos));
}

const std::string* request_target::parameter(std::string_view name) const
{
    for (const auto& [key, value] : parameters) {
        if (same_text(key, name))
            return value.empty() ? nullptr : &value;
    }
    return nullptr;
}

request_target parse_target(std::string_view target)
{
    const std::size_t query = std::min(target.find('?'), target.size());
    request_target parsed;
    parsed.path = target.substr(0, query);
    for (const std::string_view segment : split(parsed.path, '/'))
        parsed.segments.push_back(decoded(segment, false));
    if (query == target.size())
        return parsed;
    for (const std::string_view pair : split(target.substr(query + 1), '&')) {
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        parsed.parameters.push_back({url_decoded(pair.substr(0, equals)), url_decoded(value)});
    }
    return parsed;
}

std::string url_decoded(std::string_view text)
{
    return decoded(text, true);
}

bool same_text(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string lower_case(std::string_view text)
{
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), lower);
    return lowered;
}

std::optional<std::int64_t> parse_integer(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::string> parse_guid(std::string_view text)
{
    if (text.size() != 36)
        return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : hex_value(text[i]) < 0)
            return std::nullopt;
    }
    return lower_case(text);
}

http_reply
success(const http_request_view& request, json::value response, std::optional<std::size_t> total)
{
    const request_target target = parse_target(request.target);
    if (const std::string* fields = target.parameter("fields"))
        keep_fields(response, split(*fields, ','));
    const std::size_t count = response.is_array() ? response.get_array().size() : 1;
    json::object envelope(response.storage());
    envelope["response"] = std::move(response);
    envelope["count"] = count;
    if (total)
        envelope["total"] = *total;
    envelope["links"] = links_of(request);
    envelope["status"] = 0;
    envelope["statusCode"] = 200;
    return json_reply(200, envelope);
}

http_reply success_without_response(const http_request_view& request)
{
    // The serialiser omits null properties, so `response` is not there at all.
    return json_reply(
        200, {{"count", 0}, {"links", links_of(request)}, {"status", 0}, {"statusCode", 200}}
    );
}

http_reply exception_reply(const failure& cause)
{
    json::object error{{"message", cause.message}, {"type", nullptr}, {"stack", nullptr}};
    if (!cause.type.empty()) {
        error["type"] = cause.type;
        error["stack"] = "   at ASC.Web.Api.Simulated.Handle()";
    }
    error["hresult"] = cause.hresult;
    return json_reply(
        cause.status, {{"error", std::move(error)}, {"status", 1}, {"statusCode", cause.status}}
    );
}

http_reply access_denied()
{
    return exception_reply({403, "Access denied", "System.Security.SecurityException", -2146233078}
    );
}

http_reply null_reference()
{
    return exception_reply(
        {500,
         "Object reference not set to an instance of an object.",
         "System.NullReferenceException",
         -2147467261}
    );
}

http_reply validation_failed(
    const http_request_view& request,
    std::string_view field,
    std::string_view message
)
{
    json::object errors{{field, json::array{json::string(message)}}};
    json::object response{
        {"type", "https://tools.ietf.org/html/rfc9110#section-15.5.1"},
        {"title", "One or more validation errors occurred."},
        {"status", 400},
        {"errors", std::move(errors)},
        {"traceId", "00-00000000000000000000000000000001-0000000000000001-00"}};
    return json_reply(
        400,
        {{"response", std::move(response)},
         {"count", 1},
         {"links", links_of(request)},
         {"status", 1},
         {"statusCode", 400}}
    );
}

http_reply problem(unsigned status, std::string_view title)
{
    const json::object body{
        {"type", "https://tools.ietf.org/html/rfc9110"}, {"title", title}, {"status", status}};
    return text_reply(status, "application/problem+json; charset=utf-8", json::serialize(body));
}

http_reply empty_reply(unsigned status)
{
    return text_reply(status, {}, {});
}

http_reply text_reply(unsigned status, std::string content_type, std::string body)
{
    http_reply reply;
    reply.status = status;
    reply.content_type = std::move(content_type);
    reply.body = std::move(body);
    return reply;
}

} // namespace docwarden::sim
