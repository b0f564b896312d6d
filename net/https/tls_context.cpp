#include "net/https/tls_context.hpp"

#include "net/base/file_text.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/system/errc.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <optional>
#include <utility>

namespace docwarden::net
{

namespace
{

constexpr std::size_t ca_file_bytes_max = 4 * 1024 * 1024; // the whole web's authorities are 0.2

using certificate = std::unique_ptr<X509, decltype(&X509_free)>;

// The file's text, or the problem with reading it.
boost::system::result<std::string, std::string> read_ca_file(const std::string& name)
{
    // Built by hand: result<std::string, std::string> cannot tell its two sides apart by type.
    using outcome = boost::system::result<std::string, std::string>;
    const auto problem = [&name](std::string fault) {
        return outcome(outcome::in_place_error, "ca_file " + name + ": " + std::move(fault));
    };
    auto file = read_file(name, ca_file_bytes_max);
    if (!file && file.error().kind != file_kind::regular)
        return problem("is " + std::string(to_string(file.error().kind)) + ", not a regular file");
    if (!file && file.error().code == boost::system::errc::file_too_large)
        return problem("is larger than 4 MiB: it should contain a few certificates");
    if (!file)
        return problem("cannot be read: " + file.error().code.message());
    if (file->text.empty())
        return problem("is empty");
    return outcome(outcome::in_place_value, std::move(file->text));
}

// Adds every certificate of the PEM text. The problem, or none.
std::optional<std::string>
add_anchors(X509_STORE* store, const std::string& name, const std::string& pem)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> source(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free
    );
    std::size_t count = 0;
    ERR_clear_error();
    for (;;) {
        const certificate next(
            PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr), X509_free
        );
        if (!next)
            break;
        ++count;
        if (X509_STORE_add_cert(store, next.get()) != 1)
            return "ca_file " + name + ": certificate " + std::to_string(count) + " is unusable";
    }
    // The reading ends with an error in any case: "no further start line" is the good one.
    const auto end = ERR_peek_last_error();
    ERR_clear_error();
    if (ERR_GET_LIB(end) != ERR_LIB_PEM || ERR_GET_REASON(end) != PEM_R_NO_START_LINE)
        return "ca_file " + name + ": certificate " + std::to_string(count + 1) +
               " is damaged (PEM is expected)";
    if (count == 0)
        return "ca_file " + name +
               ": contains no certificate (PEM, \"-----BEGIN CERTIFICATE-----\")";
    return std::nullopt;
}

bool is_ip_literal(const std::string& host)
{
    boost::system::error_code ec;
    (void)boost::asio::ip::make_address(host, ec);
    return !ec;
}

// SSL_set_tlsext_host_name, which is a macro with a C cast that our warnings refuse.
bool send_server_name(SSL* session, const std::string& host)
{
    char* const name = const_cast<char*>(host.c_str()); // only read: OpenSSL keeps a copy
    return SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1;
}

} // namespace

tls_context_or_problem make_tls_context(const std::string& ca_file)
{
    auto context = std::make_shared<tls_context>(tls_context::tls_client);
    SSL_CTX* const native = context->native_handle();
    // Asio's tls_client goes down to TLS 1.0.
    if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1)
        return std::string("this host's OpenSSL refuses to be set to TLS 1.2 or newer");
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    context->set_verify_mode(boost::asio::ssl::verify_peer);
    // "Trust this certificate" shall mean just that, also for one that is not self-signed.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native), X509_V_FLAG_PARTIAL_CHAIN);

    boost::system::error_code ec;
    context->set_default_verify_paths(ec);
    if (ec)
        return "the system's trusted certificates cannot be loaded: " + ec.message();
    if (ca_file.empty())
        return context;
    const auto pem = read_ca_file(ca_file);
    if (!pem)
        return pem.error();
    const auto problem = add_anchors(SSL_CTX_get_cert_store(native), ca_file, *pem);
    if (problem)
        return *problem;
    return context;
}

boost::system::error_code expect_host(SSL* session, const std::string& host)
{
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(session);
    // The subject's CN has not been a host name for any browser since 2017, and "f*.example.com"
    // was never a good idea.
    X509_VERIFY_PARAM_set_hostflags(
        wanted, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
    );
    bool is_set = false;
    if (is_ip_literal(host))
        is_set = X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1;
    else
        is_set = X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size()) == 1 &&
                 send_server_name(session, host);
    if (!is_set)
        return make_error_code(errc::tls_failed);
    return {};
}

errc handshake_problem(const SSL* session)
{
    switch (SSL_get_verify_result(session)) {
    case X509_V_OK: // the certificate was not the problem, or none came
        return errc::tls_failed;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return errc::tls_wrong_name;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return errc::tls_expired;
    default:
        return errc::tls_untrusted;
    }
}

} // namespace docwarden::net
