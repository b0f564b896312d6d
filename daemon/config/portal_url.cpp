#include "daemon/config/portal_url.hpp"

#include <boost/url/grammar/ci_string.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace docwarden::daemon
{

namespace
{

bool is_port(std::string_view text)
{
    unsigned number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    return ec == std::errc() && end == text.data() + text.size() && number >= 1 && number <= 65535;
}

namespace urls = boost::urls;

bool is_loopback(const urls::url_view& url)
{
    switch (url.host_type()) {
    case urls::host_type::ipv4:
        return url.host_ipv4_address().is_loopback();
    case urls::host_type::ipv6:
        return url.host_ipv6_address().is_loopback();
    default:
        return urls::grammar::ci_is_equal(url.encoded_host(), "localhost");
    }
}

// RFC 3986 allows much in a name that no resolver and no certificate has.
bool is_host_name(std::string_view name)
{
    const bool has_empty_label = name.front() == '.' || name.find("..") != std::string_view::npos;
    return name.size() <= 253 && !has_empty_label && std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_';
           });
}

// What both kinds of address have in common: scheme, host, port and nothing else.
std::optional<std::string> check_origin(const urls::url_view& url)
{
    if (url.has_userinfo())
        return "must not hold a user name or password";
    if (url.encoded_host().empty())
        return "names no host";
    if (url.host_type() == urls::host_type::name &&
        !is_host_name(std::string_view(url.encoded_host())))
        return "has a host that is no DNS name and no IP address";
    if (url.host_type() == urls::host_type::ipvfuture)
        return "has a host that is no DNS name and no IP address";
    // Boost.URL's number wraps around above 65535: the key would go to another port than written.
    if (url.has_port() && !is_port(url.port()))
        return "has a port that is not from 1 to 65535";
    if (url.has_query() || url.has_fragment() || !url.encoded_path().empty())
        return "must end after the host and port";
    return std::nullopt;
}

} // namespace

std::optional<std::string> check_portal_url(std::string_view text)
{
    const auto url = urls::parse_uri(text);
    if (!url)
        return "is not a web address";
    if (url->scheme_id() != urls::scheme::https && url->scheme_id() != urls::scheme::http)
        return "must begin with https://";
    if (!url->has_authority())
        return "names no host";
    if (auto problem = check_origin(*url))
        return problem;
    if (url->scheme_id() == urls::scheme::http && !is_loopback(*url))
        return "must begin with https://; http:// would send the API key readably";
    return std::nullopt;
}

std::optional<std::string> check_proxy_url(std::string_view text)
{
    const auto url = urls::parse_uri(text);
    if (!url)
        return "is not a web address";
    if (url->scheme_id() != urls::scheme::http)
        return "must begin with http://";
    if (!url->has_authority())
        return "names no host";
    if (auto problem = check_origin(*url))
        return problem;
    if (!url->has_port())
        return "must name the proxy's port";
    return std::nullopt;
}

} // namespace docwarden::daemon
