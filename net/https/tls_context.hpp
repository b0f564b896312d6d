#pragma once
// What we demand of the portal's TLS: version 1.2 or newer, a trusted chain, the right name. There
// is no way to ask for less. Handshaking itself is the connection's work.

#include "net/base/error.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>

#include <memory>
#include <string>

namespace docwarden::net
{

using tls_context = boost::asio::ssl::context;
using tls_context_or_problem = boost::system::result<std::shared_ptr<tls_context>, std::string>;

// The system's trust store and, unless the name is empty, the certificates of `ca_file` (PEM) as
// further anchors; an intermediate or the portal's own certificate will do too. Loading takes some
// 50 ms, so one context serves all connections of a transport. The problem is a phrase for the
// administrator and names the file.
tls_context_or_problem make_tls_context(const std::string& ca_file);

// Before the handshake: sends `host` as SNI, unless it is an IP literal, and makes the handshake
// fail for any certificate that is not for it (RFC 6125; an address must stand in the SAN).
boost::system::error_code expect_host(SSL* session, const std::string& host);

// After a failed handshake: tls_untrusted, tls_expired, tls_wrong_name or tls_failed.
errc handshake_problem(const SSL* session);

} // namespace docwarden::net
