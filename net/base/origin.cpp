#include "net/base/origin.hpp"

#include "core/base/text.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

namespace docwarden::net
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

constexpr std::size_t host_length_max = 253; // of a DNS name, RFC 1035
constexpr std::size_t label_length_max = 63;

bool is_host_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

std::uint16_t implied_port(bool tls)
{
    return tls ? 443 : 80;
}

// The problem with a DNS name in lower case, or an empty text.
std::string problem_with_name(std::string_view host)
{
    if (host.empty())
        return "has no host name";
    if (host.size() > host_length_max)
        return "has a host name longer than 253 characters";
    std::size_t label_length = 0;
    for (const char c : host) {
        if (c == '.' && label_length == 0)
            return "has a host name with nothing between two dots or before the first";
        if (c != '.' && !is_host_character(c))
            return "has a host name with characters other than letters, digits, '-', '_' and '.'; "
                   "an "
                   "international name is written in its xn-- form";
        label_length = c == '.' ? 0 : label_length + 1;
        if (label_length > label_length_max)
            return "has a host name with more than 63 characters between two dots";
    }
    if (label_length == 0)
        return "has a host name that ends in a dot";
    return {};
}

// Asked before the URL is parsed: older versions of Boost.URL call it no URL at all, newer ones
// (1.83) parse it and drop the zone, so that the key would go out by another interface than meant.
bool has_zone_id(std::string_view text)
{
    const auto begin = text.find("//[");
    if (begin == std::string_view::npos)
        return false;
    const auto end = text.find(']', begin);
    return end != std::string_view::npos && text.find('%', begin) < end;
}

// What is common to a portal's and a proxy's URL: scheme, host and port and nothing behind them.
origin_or_problem parse_bare(std::string_view text, bool port_required)
{
    if (has_zone_id(text))
        return std::string("must not have a zone id in its IPv6 address, like %25eth0");
    const auto parsed = urls::parse_uri(text);
    if (!parsed)
        return std::string("is not a URL");
    const urls::url_view url = *parsed;
    if (url.scheme_id() != urls::scheme::http && url.scheme_id() != urls::scheme::https)
        return std::string("must start with http:// or https://");
    if (!url.has_authority())
        return std::string("has no host name");
    if (url.has_userinfo())
        return std::string("must not hold a user name or a password");
    const auto path = url.encoded_path();
    if (!path.empty() && path != "/")
        return std::string("must not have a path");
    if (url.has_query() || url.has_fragment())
        return std::string("must not have a query or a fragment ('?', '#')");

    origin result;
    result.tls = url.scheme_id() == urls::scheme::https;
    // Boost.URL's number wraps around above 65535: the key would go to another port than written.
    if (url.has_port() && !is_port(url.port()))
        return std::string("has a port that is not a number from 1 to 65535");
    // Proxies listen on 3128, 8080, ...: port 80 by omission would be a slip in nearly every case.
    if (port_required && !url.has_port())
        return std::string("must have a port");
    result.port = url.has_port() ? url.port_number() : implied_port(result.tls);

    if (url.host_type() == urls::host_type::ipvfuture)
        return std::string("has a host that is neither a name nor an IPv4 or IPv6 address");
    if (url.host_type() == urls::host_type::ipv6) {
        result.host = url.host_ipv6_address().to_string();
        return result;
    }
    // The encoded form: a percent sign in it is then refused like any other odd character.
    result.host = core::lower_case(std::string(url.encoded_host()));
    auto problem = problem_with_name(result.host);
    if (!problem.empty())
        return problem;
    return result;
}

} // namespace

std::string origin::host_header() const
{
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == implied_port(tls) ? name : name + ":" + std::to_string(port);
}

std::string origin::authority() const
{
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return name + ":" + std::to_string(port);
}

bool is_loopback(std::string_view host)
{
    if (host == "localhost")
        return true;
    boost::system::error_code ec;
    const auto address = boost::asio::ip::make_address(host, ec);
    return !ec && address.is_loopback();
}

origin_or_problem parse_origin(std::string_view url)
{
    auto result = parse_bare(url, false);
    if (result && !result->tls && !is_loopback(result->host))
        return std::string("must start with https://: http:// would send the API key in clear "
                           "text, and is accepted for 127.0.0.1, [::1] and localhost only");
    return result;
}

origin_or_problem parse_proxy(std::string_view url)
{
    auto result = parse_bare(url, true);
    if (!result)
        return result;
    if (result->tls)
        return std::string("must start with http://: the connection to the proxy is plain, and "
                           "what goes through it is encrypted up to the portal");
    return result;
}

} // namespace docwarden::net
