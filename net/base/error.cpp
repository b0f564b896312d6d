#include "net/base/error.hpp"

#include <string>

namespace docwarden::net
{

namespace
{

const char* text_of(errc code)
{
    switch (code) {
    case errc::ok:
        return "no error";
    case errc::name_not_found:
        return "the portal's host name does not exist in DNS: check `url`";
    case errc::name_lookup_failed:
        return "DNS did not answer for the portal's host name: check this host's resolver";
    case errc::connect_refused:
        return "the portal's host refuses connections on that port: check `url`, or the portal is "
               "down";
    case errc::connect_timeout:
        return "no connection to the portal in time: check the network and firewalls";
    case errc::connect_failed:
        return "no connection to the portal: check the network of this host";
    case errc::tls_untrusted:
        return "the portal's certificate is not trusted here: set `ca_file` to the authority that "
               "issued it";
    case errc::tls_expired:
        return "the portal's certificate has expired or is not valid yet: renew it, or check this "
               "host's clock";
    case errc::tls_wrong_name:
        return "the portal's certificate is for another host name: check `url`";
    case errc::tls_failed:
        return "the TLS handshake failed: the portal must offer TLS 1.2 or newer";
    case errc::proxy_unreachable:
        return "no connection to the proxy: check `proxy` and the network of this host";
    case errc::proxy_refused:
        return "the proxy refuses to connect to the portal: check `proxy` and its rules";
    case errc::answer_timeout:
        return "the portal did not answer in time";
    case errc::connection_lost:
        return "the connection broke before the answer was complete";
    case errc::answer_too_large:
        return "the portal's answer is larger than any valid one: check `url`";
    case errc::answer_malformed:
        return "the answer is not valid HTTP: check `url`, or a proxy in between";
    case errc::cancelled:
        return "cancelled";
    }
    return "unknown error";
}

// Boost's category has a protected non-virtual destructor on purpose: categories live for ever.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class category final : public boost::system::error_category
{
public:
    const char* name() const noexcept override { return "docwarden.net"; }
    std::string message(int value) const override { return text_of(static_cast<errc>(value)); }
};
#pragma GCC diagnostic pop

} // namespace

const boost::system::error_category& error_category() noexcept
{
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc code) noexcept
{
    return {static_cast<int>(code), error_category()};
}

bool nothing_was_sent(const boost::system::error_code& ec) noexcept
{
    return ec.category() == error_category() && ec.value() > static_cast<int>(errc::ok) &&
           ec.value() < static_cast<int>(errc::answer_timeout);
}

} // namespace docwarden::net
