#pragma once
// What can go wrong between us and the portal before there is an HTTP status to judge. Each value's
// message() is a phrase that tells an administrator what to look at.

#include <boost/system/error_code.hpp>

namespace docwarden::net
{

enum class errc {
    ok = 0,
    // Nothing of the request was sent.
    name_not_found,     // DNS has no such name
    name_lookup_failed, // DNS did not answer, or answered with a fault
    connect_refused,
    connect_timeout,
    connect_failed,    // no route, network down, ...
    tls_untrusted,     // the certificate chain ends in no trusted anchor
    tls_expired,       // a certificate of the chain has expired or is not valid yet
    tls_wrong_name,    // the certificate is for another host
    tls_failed,        // any other end of the handshake
    proxy_unreachable, // no connection to the proxy itself, for any of the reasons above
    proxy_refused,     // the proxy answered CONNECT with something else than success
    // The request may have arrived.
    answer_timeout,   // no complete answer before the deadline
    connection_lost,  // reset or closed before the answer was complete
    answer_too_large, // the body or the header passed its bound
    answer_malformed, // not HTTP/1, contradictory lengths, a content coding, ...
    // Neither.
    cancelled,
};

const boost::system::error_category& error_category() noexcept;
boost::system::error_code make_error_code(errc code) noexcept;

// True if no byte of the request can have reached the portal, so that repeating it is harmless.
bool nothing_was_sent(const boost::system::error_code& ec) noexcept;

} // namespace docwarden::net

template <>
struct boost::system::is_error_code_enum<docwarden::net::errc> : std::true_type {
};
