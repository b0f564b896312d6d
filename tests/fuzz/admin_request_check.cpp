#include "net/admin/admin_message.hpp"
#include "tests/fuzz/checks.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <optional>

namespace docwarden::test
{

namespace
{

namespace http = boost::beast::http;
using boost::system::error_code;
using net::admin_route;
using request = net::asked_message;

// One request as admin_server reads it, from bytes that arrive in pieces; nothing if it would
// refuse them.
std::optional<request> read(std::string_view bytes, std::size_t length)
{
    net::asked_parser parser;
    parser.header_limit(512);
    parser.body_limit(256);
    std::string pending;
    bool needs_more = true;
    while (!parser.is_done()) {
        if (needs_more || pending.empty()) {
            if (bytes.empty())
                return std::nullopt;
            pending += bytes.substr(0, length);
            bytes.remove_prefix(std::min(length, bytes.size()));
        }
        error_code ec;
        const std::size_t used = parser.put(boost::asio::buffer(pending), ec);
        pending.erase(0, used);
        needs_more = ec == http::error::need_more;
        const bool is_refused = parser.is_header_done() && net::judge_header(parser);
        if (is_refused || (ec && !needs_more))
            return std::nullopt;
    }
    return parser.release();
}

// Every answer is one line of JSON with nothing in it that could deceive its reader.
std::string check_answer_of(const net::admin_response& response)
{
    const std::string& body = response.body;
    error_code ec;
    if (boost::json::parse(body, ec); ec)
        return "an answer that is no JSON: " + body;
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    const bool is_one_line = std::none_of(body.begin(), body.end() - 1, is_control);
    return is_one_line && body.back() == '\n' ? "" : "an answer of several lines: " + body;
}

std::string check_route(const request& asked, std::string_view listen_address)
{
    const std::string_view method = asked.method_string();
    const std::string_view target = asked.target();
    const std::string_view host = asked[http::field::host];
    const admin_route route = net::route_admin_request(method, target, host, listen_address);
    if (net::is_own_host(host, listen_address) != (route != admin_route::foreign_host))
        return "a foreign host that is let in, or the own one that is not";
    if (route == admin_route::scan && (method != "GET" || !target.starts_with("/security/scan")))
        return "a scan that nobody asked for";
    if (route == admin_route::scan || route == admin_route::health || route == admin_route::ready ||
        route == admin_route::status)
        return {};
    const net::admin_response refusal = net::render_refusal(route, target);
    const auto message = net::message_of(refusal, asked);
    if (message.keep_alive() && !asked.keep_alive())
        return "a connection kept open against its client's wish";
    if (refusal.status < 400 || refusal.status > 499)
        return "a refusal with the status " + std::to_string(refusal.status);
    return check_answer_of(refusal);
}

// The bytes as a text of the portal's that comes into an answer.
std::string check_rendering(std::string_view bytes)
{
    net::scan_finding finding;
    finding.user = finding.portal = finding.rule = bytes;
    net::scan_result result;
    result.error = result.portal = bytes;
    result.findings = {finding};
    net::readiness state;
    state.reasons = {{std::string(bytes), "outage", std::string(bytes)}};
    state.remarks = state.reasons;
    for (const net::admin_response& response :
         {net::render_error(400, bytes), net::render_scan({result}), net::render_ready(state)}) {
        if (std::string wrong = check_answer_of(response); !wrong.empty())
            return wrong;
    }
    return {};
}

} // namespace

std::string check_admin_request(std::string_view bytes)
{
    const auto whole = read(bytes, std::max<std::size_t>(bytes.size(), 1));
    for (const std::size_t length : {1U, 3U, 64U}) {
        const auto pieces = read(bytes, length);
        if (pieces.has_value() != whole.has_value())
            return "a request or none, as it was cut";
    }
    for (const std::string_view listen_address : {"127.0.0.1", "warden.example.com", ""}) {
        if (net::is_own_host(bytes, listen_address) && bytes.find('@') != bytes.npos)
            return "a host with a user in front of it";
        std::string wrong = whole ? check_route(*whole, listen_address) : std::string();
        if (!wrong.empty())
            return wrong;
    }
    return check_rendering(bytes);
}

} // namespace docwarden::test
