#include "net/https/request_text.hpp"

#include "core/base/text.hpp"

#include <stdexcept>

namespace docwarden::net
{

namespace
{

constexpr std::string_view line_end = "\r\n";

std::string_view name_of(http_method method)
{
    switch (method) {
    case http_method::get:
        return "GET";
    case http_method::put:
        return "PUT";
    case http_method::post:
        return "POST";
    }
    throw std::invalid_argument("unknown HTTP method");
}

void append_field(std::string& text, std::string_view name, std::string_view value)
{
    text.append(name).append(": ").append(value).append(line_end);
}

} // namespace

secret format_request(
    const http_request& request,
    const origin& target,
    std::string_view user_agent,
    const secret& api_key
)
{
    if (!request.target.starts_with('/') || !core::is_visible_ascii(request.target))
        throw std::invalid_argument("a request target must be an escaped path");

    const auto host = target.host_header();
    std::string text;
    // At once and large enough: growing would leave copies of the key behind in freed memory.
    constexpr std::size_t fixed_text_bytes_max = 512;
    text.reserve(
        fixed_text_bytes_max + request.target.size() + host.size() + user_agent.size() +
        api_key.reveal().size() + request.body.size()
    );
    text.append(name_of(request.method)).append(" ").append(request.target);
    text.append(" HTTP/1.1").append(line_end);
    append_field(text, "Host", host);
    append_field(text, "User-Agent", user_agent);
    // No Accept-Encoding: a compressed answer could be a bomb, and pages are small.
    append_field(text, "Accept", "application/json");
    if (!api_key.empty())
        text.append("Authorization: Bearer ").append(api_key.reveal()).append(line_end);
    if (!request.body.empty())
        append_field(text, "Content-Type", "application/json; charset=utf-8");
    if (!request.body.empty() || request.method != http_method::get)
        append_field(text, "Content-Length", std::to_string(request.body.size()));
    text.append(line_end).append(request.body);
    return secret(std::move(text));
}

std::string format_connect(const origin& target, std::string_view user_agent)
{
    const auto authority = target.authority();
    std::string text = "CONNECT " + authority + " HTTP/1.1\r\n";
    append_field(text, "Host", authority);
    append_field(text, "User-Agent", user_agent);
    text.append(line_end);
    return text;
}

} // namespace docwarden::net
