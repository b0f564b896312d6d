#include "net/admin/admin_request.hpp"

#include "core/base/text.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>

namespace docwarden::net
{

namespace
{

namespace json = boost::json;

constexpr std::size_t error_bytes_max = 1024;

struct endpoint {
    std::string_view path;
    std::string_view methods; // as the Allow header lists them
    admin_route route;
};

constexpr std::array<endpoint, 4> endpoints = {{
    // No HEAD: a pass that acts on what it finds is not what a HEAD request may start.
    {"/security/scan", "GET", admin_route::scan},
    {"/healthz", "GET, HEAD", admin_route::health},
    {"/readyz", "GET, HEAD", admin_route::ready},
    {"/status", "GET, HEAD", admin_route::status},
}};

const endpoint* endpoint_of(std::string_view target)
{
    const std::string_view path = target.substr(0, target.find('?'));
    for (const auto& candidate : endpoints) {
        if (candidate.path == path)
            return &candidate;
    }
    return nullptr;
}

// Methods are case-sensitive (RFC 9110), so "get" is none.
bool allows(const endpoint& target, std::string_view method)
{
    return method == "GET" ||
           (method == "HEAD" && target.methods.find("HEAD") != std::string_view::npos);
}

// The host without its port, and without the brackets of an IPv6 address; nothing if it is neither.
std::optional<std::string_view> host_name_of(std::string_view host)
{
    std::string_view name = host;
    std::string_view port;
    if (host.substr(0, 1) == "[") {
        const auto end = host.find(']');
        if (end == std::string_view::npos)
            return std::nullopt;
        name = host.substr(1, end - 1);
        port = host.substr(end + 1);
    } else if (const auto colon = host.find(':'); colon != std::string_view::npos) {
        name = host.substr(0, colon);
        port = host.substr(colon);
    }
    const bool has_port = port.substr(0, 1) == ":";
    const std::string_view digits = has_port ? port.substr(1) : port;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.size() > 5 || !std::all_of(digits.begin(), digits.end(), is_digit))
        return std::nullopt;
    return has_port || port.empty() ? std::optional(name) : std::nullopt;
}

bool equals_ignoring_case(std::string_view left, std::string_view right)
{
    return core::lower_case(left) == core::lower_case(right);
}

// JSON escapes what would break JSON; this escapes what would deceive its reader.
std::string shown(std::string_view text)
{
    return core::escape_text(text);
}

json::object to_json(const scan_finding& finding)
{
    return {
        {"portal", shown(finding.portal)},
        {"user_id", shown(finding.user_id)},
        {"user", shown(finding.user)},
        {"rule", shown(finding.rule)},
        {"count", finding.count},
        {"count_is_least", finding.is_least},
        {"threshold", finding.threshold},
        {"window", shown(finding.window_text)},
        {"state", shown(finding.state)},
        {"incident", shown(finding.incident)},
    };
}

// One user may be over the thresholds of several rules.
std::size_t users_over(const std::vector<scan_finding>& findings)
{
    std::set<std::string_view> users;
    for (const scan_finding& finding : findings)
        users.insert(finding.user_id);
    return users.size();
}

json::object to_json(const scan_result& result)
{
    json::object object{
        {"portal", shown(result.portal)},
        {"status", result.is_complete() ? "ok" : "error"},
        {"events_read", result.events_read},
        {"users_over", users_over(result.findings)},
    };
    if (!result.is_complete())
        object["error"] = core::escape_text(result.error, error_bytes_max);
    json::array findings;
    for (const auto& finding : result.findings)
        findings.push_back(to_json(finding));
    object["findings"] = std::move(findings);
    return object;
}

json::array to_json(const std::vector<readiness_reason>& reasons)
{
    json::array all;
    for (const readiness_reason& reason : reasons) {
        all.push_back(json::object{
            {"portal", shown(reason.portal)},
            {"code", shown(reason.code)},
            {"text", core::escape_text(reason.text, error_bytes_max)},
        });
    }
    return all;
}

// A line, so that curl leaves a readable terminal behind.
admin_response answer(unsigned status, const json::object& body)
{
    return {status, json::serialize(body) + "\n"};
}

} // namespace

admin_route route_admin_request(
    std::string_view method,
    std::string_view target,
    std::string_view host,
    std::string_view listen_address
)
{
    if (!is_own_host(host, listen_address))
        return admin_route::foreign_host;
    const endpoint* found = endpoint_of(target);
    if (found == nullptr)
        return admin_route::not_found;
    return allows(*found, method) ? found->route : admin_route::method_not_allowed;
}

bool is_own_host(std::string_view host, std::string_view listen_address)
{
    const auto name = host_name_of(host);
    if (!name || name->empty())
        return false;
    if (equals_ignoring_case(*name, "localhost") || equals_ignoring_case(*name, listen_address))
        return true;
    // make_address reads a C string: what follows a NUL would go unseen.
    if (name->find('\0') != name->npos)
        return false;
    boost::system::error_code ec;
    boost::asio::ip::make_address(std::string(*name), ec);
    return !ec;
}

admin_response render_scan(const std::vector<scan_result>& results)
{
    json::array portals;
    std::string errors;
    for (const auto& result : results) {
        portals.push_back(to_json(result));
        if (!result.is_complete())
            errors += (errors.empty() ? "" : "; ") + result.portal + ": " + result.error;
    }
    if (results.empty())
        errors = "no portal was scanned";
    if (errors.empty())
        return answer(200, {{"status", "ok"}, {"portals", std::move(portals)}});
    const std::string error = core::escape_text(errors, error_bytes_max);
    return answer(500, {{"status", "error"}, {"error", error}, {"portals", std::move(portals)}});
}

admin_response render_ready(const readiness& state)
{
    json::object body{{"status", state.is_ready() ? "ready" : "not ready"}};
    if (!state.is_ready())
        body["reasons"] = to_json(state.reasons);
    if (!state.remarks.empty())
        body["remarks"] = to_json(state.remarks);
    return answer(state.is_ready() ? 200 : 503, std::move(body));
}

admin_response render_health()
{
    return answer(200, {{"status", "ok"}});
}

admin_response render_error(unsigned status, std::string_view text)
{
    return answer(
        status, {{"status", "error"}, {"error", core::escape_text(text, error_bytes_max)}}
    );
}

admin_response render_unreadable(unsigned status)
{
    if (status == 411)
        return render_error(status, "a request with a body must have a Content-Length");
    if (status == 413)
        return render_error(status, "the body of the request is too large");
    if (status == 431)
        return render_error(status, "the header of the request is too large");
    return render_error(status, "this is not an HTTP/1.1 request");
}

admin_response render_refusal(admin_route route, std::string_view target)
{
    if (route == admin_route::not_found)
        return render_error(404, "the paths are /security/scan, /status, /healthz and /readyz");
    if (route == admin_route::foreign_host) {
        return render_error(
            403, "the Host header must be an IP address, localhost or the configured address"
        );
    }
    const endpoint* found = endpoint_of(target);
    if (route != admin_route::method_not_allowed || found == nullptr)
        return render_error(500, "this request has no answer");
    admin_response response =
        render_error(405, "the allowed methods are " + std::string(found->methods));
    response.allow = found->methods;
    return response;
}

} // namespace docwarden::net
