#pragma once
// Certificates made on the spot, good ones and every kind of bad one, so that no test depends on
// files that expire.

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

namespace docwarden::test
{

// What a server shows and signs with, both PEM.
struct identity {
    std::string certificate;
    std::string key;
};

// What a certificate is to say. Times are days from now.
struct certificate_wish {
    std::vector<std::string> names; // of the SAN, as OpenSSL writes them: "DNS:portal.test"
    std::string common_name = "docwarden test";
    int valid_from = -1;
    int valid_to = 30;
};

class certificate_authority
{
public:
    certificate_authority();
    ~certificate_authority();

    const std::string& certificate() const { return certificate_; } // PEM
    identity issue(const certificate_wish& wish) const;

private:
    struct state;
    std::unique_ptr<state> state_;
    std::string certificate_;
};

// A file with that content, gone with the object.
class temporary_file
{
public:
    explicit temporary_file(const std::string& content);
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file();

    const std::string& name() const { return name_; }

private:
    std::string name_;
};

} // namespace docwarden::test
