#include "daemon/view/findings.hpp"
#include "tests/support/audit_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <chrono>

namespace docwarden::test::findings_test
{

namespace
{

core::incident incident_of_jane()
{
    core::incident incident;
    incident.id = "0123456789ab";
    incident.user = jane;
    incident.user_name = "Jane Doe";
    incident.rule = "bulk-change";
    incident.threshold = 20;
    incident.window = std::chrono::minutes(90);
    incident.response = core::response_mode::disable;
    incident.span = {at_second(0), at_second(30), at_second(20), 57};
    incident.state = core::containment_state::contained;
    return incident;
}

} // namespace

TEST_CASE("findings: a line says who, how many, since when, which rule and what became of it")
{
    CHECK(
        daemon::finding_line(incident_of_jane()) ==
        "Jane Doe (4c65a238-ca50-4374-b904-0d51d4c1822b) changed 57 distinct files within 1h 30m "
        "(rule bulk-change, threshold 20), above the threshold since 2026-06-30T13:04:05Z: "
        "contained (incident 0123456789ab)\n"
    );
}

TEST_CASE("findings: a line about a user without a name shows the id alone")
{
    core::incident incident = incident_of_jane();
    incident.user_name.clear();
    const std::string line = daemon::finding_line(incident);
    CHECK(line.substr(0, 45) == "4c65a238-ca50-4374-b904-0d51d4c1822b changed ");
}

TEST_CASE("findings: hostile names cannot forge a line, whatever their length")
{
    core::incident incident = incident_of_jane();
    incident.user_name = GENERATE(
        std::string("x\nroot (all) is well"),
        std::string("\x1b[31mred\r"),
        std::string("\u202egnp.exe"),
        std::string("\xff\xfe\x00", 3),
        std::string(1'000'000, 'x')
    );
    const std::string line = daemon::finding_line(incident);
    CHECK(line.size() < 1100);
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(std::none_of(line.begin(), line.end() - 1, [](char c) {
        return static_cast<unsigned char>(c) < 0x20;
    }));
    CHECK_FALSE(contains(line, "\u202e"));
    CHECK(contains(line, "changed 57 distinct files")); // what matters is not pushed out

    const std::string json = daemon::findings_json({{"docs", incident}});
    CHECK(json.size() < 2000);
    CHECK_FALSE(contains(json, "\u202e"));
    const auto parsed = boost::json::parse(json);
    CHECK(parsed.at(0).at("state") == "contained");
}

TEST_CASE("findings: JSON has the members of the contract, in its order")
{
    CHECK(
        daemon::findings_json({{"docs", incident_of_jane()}}) ==
        "[{\"id\":\"0123456789ab\",\"portal\":\"docs\","
        "\"user_id\":\"4c65a238-ca50-4374-b904-0d51d4c1822b\",\"user\":\"Jane Doe\","
        "\"rule\":\"bulk-change\",\"count\":57,\"count_is_least\":false,\"threshold\":20,"
        "\"window\":\"1h 30m\","
        "\"state\":\"contained\",\"opened\":\"2026-06-30T13:04:05Z\"}]\n"
    );
}

TEST_CASE("findings: JSON keeps the order it is given, and nothing is an empty array")
{
    core::incident second = incident_of_jane();
    second.id = "second";
    const auto parsed =
        boost::json::parse(daemon::findings_json({{"b", second}, {"a", incident_of_jane()}}));
    CHECK(parsed.at(0).at("portal") == "b");
    CHECK(parsed.at(1).at("portal") == "a");
    CHECK(daemon::findings_json({}) == "[]\n");
}

TEST_CASE("findings: every state has a word of its own")
{
    using core::containment_state;
    const auto [state, word] = GENERATE(table<containment_state, std::string>({
        {containment_state::observed, "observed"},
        {containment_state::intended, "intended"},
        {containment_state::sending, "sending"},
        {containment_state::contained, "contained"},
        {containment_state::refused, "refused"},
        {containment_state::held, "held"},
        {containment_state::failed, "failed"},
        {containment_state::rejected, "rejected"},
        {containment_state::released, "released"},
    }));
    core::incident incident = incident_of_jane();
    incident.state = state;
    CHECK(contains(daemon::finding_line(incident), "Z: " + word + " (incident "));
    CHECK(daemon::to_finding(incident, "docs").state == word);
}

TEST_CASE("findings: the admin endpoint gets the same facts, not yet escaped")
{
    core::incident incident = incident_of_jane();
    incident.user_name = "Jane\n";
    incident.span.is_least = true;
    net::scan_finding expected;
    expected.portal = "docs";
    expected.user_id = jane;
    expected.user = "Jane\n";
    expected.rule = "bulk-change";
    expected.count = 57;
    expected.is_least = true;
    expected.threshold = 20;
    expected.window_text = "1h 30m";
    expected.state = "contained";
    expected.incident = "0123456789ab";
    CHECK(daemon::to_finding(incident, "docs") == expected);
}

} // namespace docwarden::test::findings_test
