#include "tests/support/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <stdexcept>

#include <stdlib.h>
#include <unistd.h>

namespace docwarden::test
{

namespace
{

using x509_ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using bio_ptr = std::unique_ptr<BIO, decltype(&BIO_free)>;

void must(bool done, const char* what)
{
    if (!done)
        throw std::runtime_error(std::string("cannot make a test certificate: ") + what);
}

key_ptr make_key()
{
    key_ptr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
    must(key != nullptr, "key");
    return key;
}

std::string text_of(BIO* bio)
{
    char* data = nullptr;
    const auto size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

std::string pem_of(X509* certificate)
{
    const bio_ptr bio(BIO_new(BIO_s_mem()), BIO_free);
    must(PEM_write_bio_X509(bio.get(), certificate) == 1, "PEM");
    return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key)
{
    const bio_ptr bio(BIO_new(BIO_s_mem()), BIO_free);
    must(
        PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "PEM"
    );
    return text_of(bio.get());
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), X509_EXTENSION_free
    );
    must(extension != nullptr, value.c_str());
    must(X509_add_ext(certificate, extension.get(), -1) == 1, value.c_str());
}

// A certificate without extensions and signature.
x509_ptr draft(const certificate_wish& wish, EVP_PKEY* key, int serial)
{
    x509_ptr certificate(X509_new(), X509_free);
    must(certificate != nullptr, "memory");
    X509* const raw = certificate.get();
    constexpr long day = 24L * 60 * 60;
    must(X509_set_version(raw, X509_VERSION_3) == 1, "version");
    must(ASN1_INTEGER_set(X509_get_serialNumber(raw), serial) == 1, "serial number");
    must(X509_gmtime_adj(X509_getm_notBefore(raw), wish.valid_from * day) != nullptr, "time");
    must(X509_gmtime_adj(X509_getm_notAfter(raw), wish.valid_to * day) != nullptr, "time");
    must(X509_set_pubkey(raw, key) == 1, "public key");
    const std::vector<unsigned char> name(wish.common_name.begin(), wish.common_name.end());
    must(
        X509_NAME_add_entry_by_txt(
            X509_get_subject_name(raw),
            "CN",
            MBSTRING_UTF8,
            name.data(),
            static_cast<int>(name.size()),
            -1,
            0
        ) == 1,
        "name"
    );
    return certificate;
}

} // namespace

struct certificate_authority::state {
    key_ptr key{make_key()};
    x509_ptr certificate{nullptr, X509_free};
};

certificate_authority::certificate_authority() : state_(std::make_unique<state>())
{
    certificate_wish wish;
    wish.common_name = "docwarden test authority";
    state_->certificate = draft(wish, state_->key.get(), 1);
    X509* const raw = state_->certificate.get();
    must(X509_set_issuer_name(raw, X509_get_subject_name(raw)) == 1, "issuer");
    add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(raw, raw, NID_key_usage, "critical,keyCertSign");
    add_extension(raw, raw, NID_subject_key_identifier, "hash");
    must(X509_sign(raw, state_->key.get(), EVP_sha256()) > 0, "signature");
    certificate_ = pem_of(raw);
}

certificate_authority::~certificate_authority() = default;

identity certificate_authority::issue(const certificate_wish& wish) const
{
    const auto key = make_key();
    const auto certificate = draft(wish, key.get(), 2);
    X509* const raw = certificate.get();
    X509* const issuer = state_->certificate.get();
    must(X509_set_issuer_name(raw, X509_get_subject_name(issuer)) == 1, "issuer");
    add_extension(raw, issuer, NID_basic_constraints, "critical,CA:FALSE");
    std::string names;
    for (const auto& name : wish.names)
        names += (names.empty() ? "" : ",") + name;
    if (!names.empty())
        add_extension(raw, issuer, NID_subject_alt_name, names);
    must(X509_sign(raw, state_->key.get(), EVP_sha256()) > 0, "signature");
    return identity{pem_of(raw), pem_of(key.get())};
}

temporary_file::temporary_file(const std::string& content)
    : name_((std::filesystem::temp_directory_path() / "docwarden-test-XXXXXX").string())
{
    const int fd = ::mkstemp(name_.data());
    if (fd < 0)
        throw std::runtime_error("cannot make a temporary file");
    const auto written = ::write(fd, content.data(), content.size());
    ::close(fd);
    if (written != static_cast<ssize_t>(content.size()))
        throw std::runtime_error("cannot fill a temporary file");
}

temporary_file::~temporary_file()
{
    ::unlink(name_.c_str());
}

} // namespace docwarden::test
