// What explains the records, against the code: the shipped message catalogue and the README's
// tables.

#include "core/report/condition.hpp"
#include "core/report/incident_texts.hpp"
#include "daemon/log/message_id.hpp"
#include "daemon/log/record_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/report_kinds.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

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

using names = std::set<std::string>;

// "`a`, `b`" or "a, b"
names names_in(std::string cell)
{
    std::erase_if(cell, [](char c) { return c == ' ' || c == '`'; });
    names found;
    std::istringstream list(cell);
    for (std::string name; std::getline(list, name, ',');)
        found.insert(name);
    return found;
}

// The cells of each row of the README's table whose first column has that name.
std::vector<std::vector<std::string>> read_table(const std::string& first_column)
{
    std::ifstream file(PROJECT_SOURCE_DIR "/README.md");
    REQUIRE(file.is_open());
    std::string line;
    while (std::getline(file, line) && line.find("| " + first_column + " |") != 0) {
    }
    std::getline(file, line); // "|---|---|"
    std::vector<std::vector<std::string>> rows;
    while (std::getline(file, line) && !line.empty()) {
        std::istringstream row(line.substr(1));
        auto& cells = rows.emplace_back();
        for (std::string cell; std::getline(row, cell, '|');)
            cells.push_back(cell);
    }
    return rows;
}

// By kind, the priorities that the README gives it.
std::map<std::string, names> read_priorities()
{
    std::map<std::string, names> priorities;
    for (const auto& cells : read_table("`DOCWARDEN_KIND`")) {
        REQUIRE(cells.size() == 4);
        for (const std::string& kind : names_in(cells[0]))
            priorities[kind].merge(names_in(cells[1]));
    }
    return priorities;
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

TEST_CASE("README: every kind of record has a row, and nothing else")
{
    names known;
    for (const core::report_kind kind : all_report_kinds())
        known.emplace(core::to_string(kind));
    names told;
    for (const auto& [kind, priorities] : read_priorities())
        told.insert(kind);
    CHECK(told == known);
}

TEST_CASE("README: a kind's rows have the priorities of the incidents' records, and no other")
{
    std::map<std::string, names> written;
    constexpr int last = static_cast<int>(core::incident_event::over);
    for (int number = 0; number <= 2 * last + 1; ++number) {
        core::incident_fact fact{static_cast<core::incident_event>(number / 2), {}};
        if (number % 2 != 0)
            fact.subject.response = core::response_mode::disable;
        std::istringstream line(text_line(daemon::make_record(describe(fact, {}), {}, {})));
        std::string time;
        std::string priority;
        std::string kind;
        line >> time >> priority >> kind;
        written[kind].insert(priority);
    }
    CHECK(written.size() == 10);
    const auto told = read_priorities();
    for (const auto& [kind, priorities] : written) {
        CAPTURE(kind);
        REQUIRE(told.count(kind) == 1);
        CHECK(told.at(kind) == priorities);
    }
}

TEST_CASE("README: every concern has a row, and nothing else")
{
    names known;
    for (int number = 0;; ++number) {
        const std::string_view name = to_string(static_cast<core::subsystem>(number));
        if (name == "unknown")
            break;
        known.emplace(name);
    }
    names told;
    for (const auto& cells : read_table("concern"))
        told.merge(names_in(cells.at(0)));
    CHECK(told == known);
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
