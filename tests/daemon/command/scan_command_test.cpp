#include "daemon/command/scan_command.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command_world.hpp"
#include "tests/support/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <sstream>

namespace docwarden::test::scan_command_test
{

namespace
{

struct outcome {
    int code = 0;
    std::string out;
    std::string err;
};

struct fixture : command_world {
    outcome scan(bool json = false)
    {
        std::ostringstream out;
        std::ostringstream err;
        outcome result;
        result.code = daemon::scan(settings, env, json, out, err);
        result.out = out.str();
        result.err = err.str();
        for (const std::string& text : {result.out, result.err, log.text()})
            CHECK_FALSE(contains(text, key));
        UNSCOPED_INFO(result.out << result.err);
        return result;
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "scan: with nobody over a threshold says so and is done")
{
    save_files(alice, 20);
    const outcome result = scan();
    CHECK(result.code == 0);
    CHECK(result.out == "No user is above a threshold.\n");
    CHECK(result.err.empty());
    CHECK(disables_of(alice) == sim::disable_counts{});
}

TEST_CASE_METHOD(fixture, "scan: who is over the threshold is disabled, once, and named")
{
    save_files(alice, 21);
    save_files(bob, 20);
    const outcome result = scan();
    CHECK(result.code == 1);
    CHECK(contains(result.out, "Alice Moreau (" + alice + ") changed 21 distinct files"));
    CHECK(contains(result.out, ": contained (incident "));
    CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 1);
    CHECK(result.err.empty());
    CHECK(disables_of(alice) == sim::disable_counts{1, 1});
    CHECK(disables_of(bob) == sim::disable_counts{});
    CHECK(contains(log.text(), "\"DOCWARDEN_KIND\":\"contained\""));

    // The disable shows in the portal's own rows: what led to it has had its answer.
    CHECK(scan().code == 0);
    CHECK(disables_of(alice) == sim::disable_counts{1, 1});
}

TEST_CASE_METHOD(
    fixture,
    "scan: an account that it leaves active is named, since nobody tries again"
)
{
    save_files(alice, 21);
    const auto [path, state] = GENERATE(table<std::string, std::string>({
        {"/api/2.0/people/status", "sending"},
        {"/api/2.0/people/", "intended"},
    }));
    sim::fault trouble = sim::nginx_error(path, 502);
    trouble.target_contains = state == "intended" ? alice : "";
    set_fault(trouble);
    const outcome result = scan();
    CHECK(result.code == 1);
    CHECK(contains(result.out, ": " + state + " (incident "));
    CHECK(
        result.err == "docwarden: Alice Moreau (" + alice +
                          ") may still be active, and scan does not try again: look at the account "
                          "in the portal\n"
    );
}

TEST_CASE_METHOD(fixture, "scan: a rule that only observes disables nobody")
{
    settings.rules.front().response = core::response_mode::observe;
    save_files(alice, 30);
    const outcome result = scan();
    CHECK(result.code == 1);
    CHECK(contains(result.out, ": observed (incident "));
    CHECK(disables_of(alice) == sim::disable_counts{});
}

TEST_CASE_METHOD(fixture, "scan: whom this key cannot disable is told as refused")
{
    save_files(owner, 30);
    const outcome result = scan();
    CHECK(result.code == 1);
    CHECK(contains(result.out, ": refused (incident "));
    CHECK(disables_of(owner) == sim::disable_counts{});
}

TEST_CASE_METHOD(fixture, "scan: a countdown is not waited for, because nobody is left to end it")
{
    settings.rules.at(0).countdown = std::chrono::hours(1);
    save_files(alice, 21);
    CHECK(scan().code == 1);
    CHECK(disables_of(alice) == sim::disable_counts{1, 1});
    CHECK_FALSE(contains(log.text(), "COUNTDOWN"));
}

TEST_CASE_METHOD(fixture, "scan: --json is the array of findings")
{
    CHECK(scan(true).out == "[]\n");
    save_files(alice, 21);
    const outcome result = scan(true);
    const auto found = boost::json::parse(result.out).as_array();
    REQUIRE(found.size() == 1);
    CHECK(found[0].as_object().size() == 11);
    CHECK(found[0].at("portal") == "portal");
    CHECK(found[0].at("user_id").as_string().c_str() == alice);
    CHECK(found[0].at("user") == "Alice Moreau");
    CHECK(found[0].at("rule") == "r");
    CHECK(found[0].at("count") == 21);
    CHECK(found[0].at("count_is_least") == false);
    CHECK(found[0].at("threshold") == 20);
    CHECK(found[0].at("window") == "10m");
    CHECK(found[0].at("state") == "contained");
    CHECK(result.code == 1);
}

TEST_CASE_METHOD(fixture, "scan: a portal that is down is a failed pass, not an empty one")
{
    server.refuse_connections();
    const bool json = GENERATE(false, true);
    const outcome result = scan(json);
    CHECK(result.code == 1);
    CHECK(contains(result.err, "docwarden: portal portal was not scanned: "));
    CHECK(contains(result.err, "refuses connections"));
    CHECK_FALSE(contains(result.out, "Nobody"));
}

TEST_CASE_METHOD(fixture, "scan: a wrong key is a failed pass")
{
    use_key("sk-0000000000000000000000000000000000000000000000000000000000000000");
    const outcome result = scan();
    CHECK(result.code == 1);
    CHECK(contains(result.err, "refuses the API key"));
    CHECK(result.out.empty());
}

TEST_CASE_METHOD(fixture, "scan: without a key it is the configuration that is at fault")
{
    key = "no key in this test";
    env.api_key = net::secret();
    const outcome result = scan();
    CHECK(result.code == 78);
    CHECK(contains(result.err, "docwarden: there is no API key for portal \"portal\" ("));
    CHECK(server.connections_accepted() == 0);
}

TEST_CASE_METHOD(fixture, "scan: one portal that is down does not keep another from being scanned")
{
    auto second = settings.portals.front();
    second.name = "second";
    settings.portals.front().url = "http://127.0.0.1:1"; // nothing listens there
    settings.portals.push_back(second);
    save_files(alice, 21);
    const outcome result = scan();
    CHECK(result.code == 1);
    CHECK(contains(result.err, "portal portal was not scanned"));
    CHECK(contains(result.out, "Alice Moreau"));
    CHECK(disables_of(alice) == sim::disable_counts{1, 1});
}

} // namespace docwarden::test::scan_command_test
