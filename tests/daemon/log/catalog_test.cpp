// The shipped message catalogue against the numbers in the code.

#include "daemon/log/message_id.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/report_kinds.hpp"

#include <fstream>
#include <map>
#include <string>

namespace docwarden::test::catalog_test
{

namespace
{

// Each entry's text by its number.
std::map<std::string, std::string> read_catalog()
{
    std::ifstream file(PROJECT_SOURCE_DIR "/systemd/docwarden.catalog");
    REQUIRE(file.is_open());
    std::map<std::string, std::string> entries;
    std::string id;
    for (std::string line; std::getline(file, line);) {
        if (line.compare(0, 3, "-- ") == 0) {
            id = line.substr(3);
            CAPTURE(id);
            CHECK(entries.count(id) == 0);
            entries[id];
        } else if (!id.empty()) {
            entries[id] += line + "\n";
        }
    }
    return entries;
}

} // namespace

TEST_CASE("catalogue: every kind of record is explained, and nothing else")
{
    const auto entries = read_catalog();
    for (const core::report_kind kind : all_report_kinds()) {
        CAPTURE(core::to_string(kind));
        CHECK(entries.count(std::string(daemon::message_id(kind))) == 1);
    }
    CHECK(entries.size() == all_report_kinds().size());
}

TEST_CASE("catalogue: every entry has its headers and a text")
{
    for (const auto& [id, text] : read_catalog()) {
        CAPTURE(id);
        CHECK(text.find("Subject: ") == 0);
        CHECK(text.find("\nDefined-By: docwarden\n") != std::string::npos);
        CHECK(text.find("\nSupport: ") != std::string::npos);
        CHECK(text.find("\nDocumentation: ") != std::string::npos);
        const std::size_t blank = text.find("\n\n");
        REQUIRE(blank != std::string::npos);
        CHECK(text.size() - blank > 80);
    }
}

TEST_CASE("catalogue: what stands between two @ is the name of a field of ours")
{
    // journalctl puts nothing in place of a name that the record lacks: a slip would go unseen.
    for (const auto& [id, text] : read_catalog()) {
        CAPTURE(id);
        std::size_t begin = text.find('@');
        while (begin != std::string::npos) {
            const std::size_t end = text.find('@', begin + 1);
            REQUIRE(end != std::string::npos);
            const std::string name = text.substr(begin + 1, end - begin - 1);
            CAPTURE(name);
            CHECK(name.find("DOCWARDEN_") == 0);
            CHECK(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos);
            begin = text.find('@', end + 1);
        }
    }
}

} // namespace docwarden::test::catalog_test
