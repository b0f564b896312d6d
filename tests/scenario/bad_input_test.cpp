// Hostile and broken answers: one clear record each, counting goes on, nothing of the rest is lost.

#include "tests/support/catch.hpp"
#include "tests/support/watched_portal.hpp"

namespace docwarden::test::bad_input_test
{

namespace
{

using std::chrono::minutes;
using std::chrono::seconds;

// 21 files by alice, and the row in the middle of them is to be spoiled.
sim::row_number attack_with_extra_row(watched_portal& portal)
{
    portal.change_files(portal.alice, 11, 1000, minutes(2), seconds(1));
    const auto at = std::chrono::floor<seconds>(portal.server.now() - seconds(90));
    const sim::row_number extra = portal.server.with_model([&](sim::portal_model& model) {
        return model.record(portal.bob, 5011, "1", "spoiled", at);
    });
    portal.change_files(portal.alice, 10, 2000, minutes(1), seconds(1));
    return extra;
}

} // namespace

TEST_CASE("scenario: a malformed record is said once and costs no other")
{
    struct spoiling {
        const char* field;
        std::optional<boost::json::value> value;
        const char* said;
    };
    const std::vector<spoiling> all{
        {"date", std::nullopt, "date is missing"},
        {"target", boost::json::value(boost::json::object{{"a", 1}}), "target"},
        {"id", boost::json::value("x"), "id is not a positive integer"},
        {"", boost::json::value(42), "single value"},
    };
    for (const spoiling& one : all) {
        CAPTURE(one.field, one.said);
        watched_portal portal;
        const sim::row_number extra = attack_with_extra_row(portal);
        portal.server.with_model([&](sim::portal_model& model) {
            model.corrupt_row(extra, one.field, one.value);
        });
        auto& daemon = portal.start_and_read();
        REQUIRE(portal.scan().status == 200);
        REQUIRE(portal.scan().status == 200);
        CHECK(daemon.count("bad-record") == 1);
        CHECK(daemon.wait_for("bad-record").message().find(one.said) != std::string::npos);
        CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    }
}

TEST_CASE("scenario: an unknown action id is said once and ignored")
{
    watched_portal portal;
    const sim::row_number extra = attack_with_extra_row(portal);
    portal.server.with_model([&](sim::portal_model& model) {
        model.corrupt_row(extra, "actionId", boost::json::value(9999));
    });
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(daemon.count("unknown-action") == 1);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

// What else can come in place of a page: degraded_reading_test.cpp.
TEST_CASE("scenario: a portal that fails from the start is said, and reading begins when it works")
{
    watched_portal portal;
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    portal.set_fault(sim::server_error("/api/2.0/security")); // with a stack
    auto& daemon = portal.start();
    CHECK(daemon.wait_for("degraded").text("DOCWARDEN_REASON") == "broken");
    CHECK(portal.scan().status == 500);
    CHECK(portal.get("/readyz").status == 503);
    portal.clear_faults();
    REQUIRE(portal.scan().status == 200);
    daemon.wait_for("recovered");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(daemon.count("degraded") == 1);
    CHECK(daemon.count("recovered") == 1);
    CHECK(daemon.err().find("   at ") == std::string::npos); // no stack of the portal's
}

TEST_CASE("scenario: names and titles from the portal cannot forge or hide a record")
{
    watched_portal portal;
    portal.server.with_model([&](sim::portal_model& model) {
        model.user_of(portal.alice).display_name =
            "Eve\n2026-01-01T00:00:00Z crit alert [portal] forged\x1b[2J\u202E";
    });
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(daemon.count("alert") == 1);
    CHECK(daemon.err().find('\x1b') == std::string::npos);
    CHECK(daemon.err().find("\u202E") == std::string::npos);
    CHECK(daemon.wait_for("alert").text("DOCWARDEN_USER").find("\\u{a}") != std::string::npos);
}

TEST_CASE("scenario: a portal whose plan ignores the filter is said to be blind")
{
    sim::portal_settings settings;
    settings.has_audit = false;
    watched_portal portal(settings);
    portal.change_files(portal.bob, 5, 1, std::chrono::hours(30), minutes(1));
    auto& daemon = portal.start_and_read();
    const log_line degraded = daemon.wait_for("an ignored filter", [](const log_line& line) {
        return line.text("DOCWARDEN_REASON") == "filter-ignored";
    });
    CHECK(degraded.kind() == "degraded");
    CHECK(portal.get("/readyz").status == 503);
}

} // namespace docwarden::test::bad_input_test
