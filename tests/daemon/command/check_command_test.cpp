#include "daemon/command/check_command.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command_world.hpp"
#include "tests/support/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <sstream>

namespace docwarden::test::check_command_test
{

namespace
{

struct outcome {
    int code = 0;
    std::string out;
};

struct fixture : command_world {
    using command_world::command_world;

    outcome check(bool offline = false, bool json = false)
    {
        env.state_directory = directory.path();
        std::ostringstream out;
        outcome result;
        result.code = daemon::check(settings, "etc/d.toml", env, offline, json, out);
        result.out = out.str();
        // Whatever happens, the key is nowhere.
        CHECK_FALSE(contains(result.out, key));
        CHECK_FALSE(contains(log.text(), key));
        return result;
    }
    std::string add_group(const std::string& name, const std::string& user)
    {
        return server.with_model([&](sim::portal_model& model) {
            const std::string id = model.add_group({.name = name});
            model.user_of(user).groups = {id};
            return id;
        });
    }
    std::string address_of(const std::string& user)
    {
        return server.with_model([&](sim::portal_model& model) { return model.user_of(user).email; }
        );
    }
};

sim::small_portal without_audit_feature()
{
    sim::portal_settings settings;
    settings.has_audit = false;
    return sim::small_portal(settings);
}

std::size_t count_failures(const std::string& out)
{
    std::size_t count = 0;
    for (std::size_t at = out.find("FAILED: "); at != std::string::npos;
         at = out.find("FAILED: ", at + 1))
        ++count;
    return count;
}

} // namespace

TEST_CASE_METHOD(fixture, "check: an administrator's key is all that is needed")
{
    save_files(alice, 3);
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 0);
    CHECK(contains(result.out, "ok: configuration: etc/d.toml is valid\n"));
    CHECK(contains(
        result.out, "ok: rule r: more than 20 distinct files by one user within 10m: disable\n"
    ));
    CHECK(contains(result.out, "ok: portal: API key: found\n"));
    CHECK(contains(result.out, server.url() + " answers and accepts the key\n"));
    CHECK(contains(result.out, "Adam Admin (" + admin + ") is a DocSpace administrator"));
    CHECK(contains(result.out, "read 3 events from the last hour\n"));
}

TEST_CASE_METHOD(fixture, "check: a rule is described by what it counts")
{
    settings.rules.front().actions = {5011, 5022, 5072};
    CHECK(contains(check(true).out, "more than 20 distinct files, folders and rooms by one"));
}

TEST_CASE_METHOD(fixture, "check: the owner's key can do more, and is told so")
{
    use_key(owner_key);
    const outcome result = check();
    CHECK(result.code == 0);
    CHECK(contains(result.out, "Olga Owner (" + owner + ") is the owner"));
}

TEST_CASE_METHOD(fixture, "check: a plain user's key fails by its rights")
{
    use_key(server.with_model([this](sim::portal_model& model) {
        return model.add_key({.creator_id = alice});
    }));
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 1);
    CHECK(contains(result.out, "FAILED: portal: rights: The API key belongs to Alice Moreau"));
    CHECK(contains(result.out, "FAILED: portal: audit trail: "));
    CHECK(contains(result.out, "403"));
}

TEST_CASE_METHOD(fixture, "check: a wrong key is one failure that says what to do")
{
    use_key("sk-0000000000000000000000000000000000000000000000000000000000000000");
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 1);
    CHECK(count_failures(result.out) == 1);
    CHECK(contains(result.out, "refuses the API key: it is wrong, expired or revoked"));
}

TEST_CASE_METHOD(fixture, "check: a key of somebody who is disabled or pending names that cause")
{
    const auto status = GENERATE(sim::employee_status::terminated, sim::employee_status::pending);
    server.with_model([&](sim::portal_model& model) { model.user_of(admin).status = status; });
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 1);
    CHECK(count_failures(result.out) == 1);
    CHECK(contains(result.out, "its user is disabled or not activated yet"));
}

TEST_CASE_METHOD(fixture, "check: a key that still works although its user is disabled fails")
{
    const auto [status, cause] = GENERATE(table<std::string, std::string>({
        {"2", "whose account is disabled"},
        {"4", "whose account is not activated yet"},
    }));
    sim::fault answer;
    answer.path_prefix = "/api/2.0/people/@self";
    answer.status = 200;
    answer.content_type = "application/json";
    answer.body = "{\"response\":{\"id\":\"" + admin +
                  "\",\"displayName\":\"Adam\",\"isAdmin\":true,\"status\":" + status + "}}";
    set_fault(answer);
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 1);
    CHECK(count_failures(result.out) == 1);
    CHECK(contains(result.out, "FAILED: portal: rights: the API key belongs to Adam"));
    CHECK(contains(result.out, cause));
}

TEST_CASE_METHOD(fixture, "check: a portal that is down is one failure that says so")
{
    server.refuse_connections();
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 1);
    CHECK(count_failures(result.out) == 1);
    CHECK(contains(result.out, "FAILED: portal: connection: "));
    CHECK(contains(result.out, "refuses connections"));
    CHECK_FALSE(contains(result.out, "retries")); // a command does not
}

TEST_CASE_METHOD(fixture, "check: a page for people instead of an answer is no portal")
{
    sim::fault html;
    html.kind = sim::fault_kind::answer;
    html.status = 200;
    html.content_type = "text/html";
    html.body = "<html>Welcome</html>";
    set_fault(html);
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 1);
    CHECK(count_failures(result.out) == 1);
    CHECK(contains(result.out, "text/html instead of JSON"));
    CHECK_FALSE(contains(result.out, "Welcome"));
}

TEST_CASE_METHOD(fixture, "check: an audit service that is down alone is told apart")
{
    set_fault(sim::nginx_error("/api/2.0/security", 502));
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 1);
    CHECK(count_failures(result.out) == 1);
    CHECK(contains(result.out, "ok: portal: rights: "));
    CHECK(contains(result.out, "FAILED: portal: audit trail: "));
    CHECK(contains(result.out, "HTTP 502"));
}

TEST_CASE_METHOD(fixture, "check: records that cannot be understood are a warning")
{
    save_files(alice, 3);
    server.with_model([](sim::portal_model& model) {
        model.corrupt_row(0, "date", boost::json::value("yesterday"));
    });
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 0);
    CHECK(contains(result.out, "warning: portal: audit trail: read 3 events"));
    CHECK(contains(result.out, "1 of them could not be understood"));
}

TEST_CASE("check: a plan without the audit feature is a failure, because bursts would be missed")
{
    fixture world(without_audit_feature());
    world.save_files(world.alice, 10, std::chrono::hours(48)); // shown, though not asked for
    const outcome result = world.check();
    INFO(result.out);
    CHECK(result.code == 1);
    CHECK(contains(result.out, "FAILED: portal: filters: "));
    CHECK(contains(result.out, "FAILED: portal: plan: the plan \"startup\" lacks the audit trail"));
}

TEST_CASE_METHOD(fixture, "check: without a key it is the configuration that is at fault")
{
    key = "no key in this test";
    env.api_key = net::secret();
    const bool offline = GENERATE(false, true);
    const outcome result = check(offline);
    INFO(result.out);
    CHECK(result.code == 78);
    CHECK(contains(result.out, "FAILED: portal: API key and connection: "));
    CHECK(contains(result.out, "ok: configuration"));
    CHECK(server.connections_accepted() == 0);
}

TEST_CASE_METHOD(fixture, "check: --offline asks nobody")
{
    const outcome result = check(true);
    CHECK(result.code == 0);
    CHECK(contains(result.out, "ok: portal: API key: found"));
    CHECK(server.connections_accepted() == 0);
}

TEST_CASE_METHOD(fixture, "check: changes nothing in the portal")
{
    save_files(alice, 30);
    CHECK(check().code == 0);
    CHECK(disables_of(alice) == sim::disable_counts{});
    server.with_model([](sim::portal_model& model) {
        CHECK(model.count_requests("GET", "/") == model.requests_total());
    });
}

TEST_CASE_METHOD(fixture, "check: of several portals each is checked")
{
    auto second = settings.portals.front();
    second.name = "second";
    second.url = "http://127.0.0.1:1"; // nothing listens there
    settings.portals.front().name = "first";
    settings.portals.push_back(second);
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 1);
    CHECK(contains(result.out, "ok: first: connection: "));
    CHECK(contains(result.out, "FAILED: second: connection: "));
}

TEST_CASE_METHOD(fixture, "check: --json is an array with one object a point")
{
    const outcome result = check(false, true);
    const auto points = boost::json::parse(result.out).as_array();
    REQUIRE(points.size() == 14);
    for (const auto& point : points) {
        CHECK(point.as_object().size() == 6);
        CHECK(point.at("code") != "");
        CHECK(point.at("result") == "ok");
    }
    CHECK(points[0].at("portal") == "");
    CHECK(points[0].at("check") == "configuration");
    CHECK(points[13].at("portal") == "portal");
    CHECK(points[13].at("check") == "audit trail");
    CHECK(points[13].at("found") == "read 0 events from the last hour");
    CHECK(result.code == 0);
}

TEST_CASE_METHOD(fixture, "check: of exemptions it names those that have expired or fit no user")
{
    const std::string stranger = "00000000-0000-4000-8000-000000000000";
    auto& exempt = settings.containment.exempt;
    SECTION("all is well")
    {
        core::exemption robots;
        robots.group = add_group("Robots", bob);
        exempt = {core::exemption{alice}, core::exemption{address_of(bob)}, robots};
        const outcome result = check();
        INFO(result.out);
        CHECK(result.code == 0);
        CHECK(contains(result.out, "ok: exemptions: 2 users and 1 group are exempt\n"));
        CHECK(contains(check(true).out, "ok: exemptions: 2 users and 1 group are exempt\n"));
    }
    SECTION("nobody is exempt")
    {
        CHECK_FALSE(contains(check().out, "exempt"));
    }
    SECTION("one has expired, one is no user")
    {
        exempt = {
            core::exemption{stranger},
            core::exemption{alice, "a migration", "it@example.com", core::wall_time()}};
        const outcome result = check();
        INFO(result.out);
        CHECK(result.code == 0);
        CHECK(contains(
            result.out,
            "warning: exemptions: the exemption of " + alice +
                " expired on 1970-01-01T00:00:00Z, so the account can be disabled: remove it, or "
                "give it a later `until`: ask it@example.com\n"
        ));
        CHECK(contains(
            result.out,
            "warning: exemptions: the portal does not know the exempt user " + stranger +
                ": correct it, or remove the exemption\n"
        ));
        CHECK_FALSE(contains(result.out, "exempt user " + alice));
        CHECK(contains(check(true).out, "expired on"));
        CHECK_FALSE(contains(check(true).out, "does not know"));
    }
    SECTION("an address and a group are unknown")
    {
        core::exemption spooks;
        spooks.group = "Spooks";
        exempt = {core::exemption{"ghost@example.com"}, spooks};
        const outcome result = check();
        INFO(result.out);
        CHECK(result.code == 0);
        CHECK(contains(
            result.out,
            "warning: exemptions: the portal does not know the exempt user ghost@example.com: "
        ));
        CHECK(contains(
            result.out, "warning: exemptions: the portal does not know the exempt group Spooks: "
        ));
    }
    SECTION("a portal that does not answer denies nobody")
    {
        exempt = {core::exemption{stranger}};
        set_fault(sim::nginx_error("/api/2.0/people/" + stranger, 502));
        CHECK_FALSE(contains(check().out, "does not know"));
    }
}

TEST_CASE_METHOD(fixture, "check: with several portals, an exempt user may be on any of them")
{
    const std::string stranger = "00000000-0000-4000-8000-000000000000";
    sim::small_portal people;
    people.model.user_of(alice).is_removed = true;
    sim::portal_server other(std::move(people.model));
    other.start();
    settings.portals.push_back(settings.portals.front());
    settings.portals.back().name = "other";
    settings.portals.back().url = other.url();
    settings.containment.exempt = {core::exemption{alice}, core::exemption{stranger}};
    const outcome result = check();
    INFO(result.out);
    CHECK(contains(result.out, "ok: other: connection: "));
    CHECK(contains(result.out, "no portal knows the exempt user " + stranger));
    CHECK_FALSE(contains(result.out, "exempt user " + alice));
}

TEST_CASE_METHOD(fixture, "check: it shows who falls under which rule")
{
    core::rule robots = settings.rules.front();
    robots.name = "robots";
    robots.threshold = 500;
    robots.users = {address_of(alice)};
    robots.groups = {"Robots"};
    add_group("Robots", bob);
    core::rule strict = robots;
    strict.name = "strict";
    strict.users = {alice};
    strict.groups.clear();
    settings.rules = {strict, robots, settings.rules.front()};
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 0);
    CHECK(contains(
        result.out,
        "ok: rule strict: more than 500 distinct files by one user within 10m: disable; only for " +
            alice + ", instead of robots and r\n"
    ));
    CHECK(contains(
        result.out,
        "disable; only for the group Robots and " + address_of(alice) +
            ", instead of r, unless strict applies\n"
    ));
    CHECK(contains(result.out, "disable; unless strict and robots apply\n"));
    CHECK(contains(result.out, "ok: portal: rule strict: applies to 1 user: Alice Moreau\n"));
    CHECK(contains(
        result.out,
        "ok: portal: rule robots: applies to 1 user: Bob Novak; 1 more falls under a rule before "
        "it\n"
    ));
    CHECK_FALSE(contains(result.out, "portal: rule r:"));
    CHECK_FALSE(contains(check(true).out, "applies to"));
}

TEST_CASE_METHOD(fixture, "check: it shows what a share of the active users comes to")
{
    CHECK_FALSE(contains(check().out, "active user"));
    settings.containment.disables_share = 40;
    CHECK(contains(
        check().out,
        "ok: portal: limit: 6 active users: at most 2 accounts disabled within 10m, by "
        "max_disables_share (40%)\n"
    ));
    settings.containment.disables_max = 2;
    CHECK(contains(check().out, "by max_disables and max_disables_share (40%)\n"));
    settings.containment.disables_max = 1;
    CHECK(contains(check().out, "at most 1 account disabled within 10m, by max_disables\n"));
    CHECK_FALSE(contains(check(true).out, "active user"));
}

TEST_CASE_METHOD(
    fixture,
    "check: a portal that does not tell how many users are active is a warning"
)
{
    settings.containment.disables_share = 40;
    server.with_model([](sim::portal_model& model) {
        return model.set_fault(sim::server_error("/api/2.0/people/filter"));
    });
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 0);
    CHECK(contains(result.out, "warning: portal: people: "));
    CHECK(contains(result.out, "without an earlier number of active users max_disables alone"));
    CHECK_FALSE(contains(result.out, ": limit: "));
}

TEST_CASE_METHOD(fixture, "check: it names users and groups of rules that the portal does not know")
{
    core::rule robots = settings.rules.front();
    robots.name = "robots";
    robots.users = {"ghost@example.com"};
    robots.groups = {"Spooks"};
    settings.rules.insert(settings.rules.begin(), robots);
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 0);
    CHECK(contains(
        result.out,
        "warning: rule robots: the portal does not know the group Spooks: correct it in the rule, "
        "or remove it there\n"
    ));
    CHECK(contains(
        result.out, "warning: rule robots: the portal does not know the user ghost@example.com: "
    ));
    CHECK(contains(result.out, "warning: portal: rule robots: applies to nobody at this portal\n"));
}

TEST_CASE_METHOD(fixture, "check: a portal that does not tell its groups is a warning")
{
    core::rule robots = settings.rules.front();
    robots.name = "robots";
    robots.groups = {"Robots"};
    settings.rules.insert(settings.rules.begin(), robots);
    set_fault(sim::nginx_error("/api/2.0/group", 502));
    const outcome result = check();
    INFO(result.out);
    CHECK(result.code == 0);
    CHECK(contains(result.out, "warning: portal: people: The groups and addresses in the"));
    CHECK_FALSE(contains(result.out, "applies to"));
    CHECK_FALSE(contains(result.out, "does not know"));
}

TEST_CASE_METHOD(fixture, "check: a hostile display name cannot forge a line")
{
    server.with_model([this](sim::portal_model& model) {
        model.user_of(admin).display_name = "Adam\nok: all is well\x1b[2J";
    });
    const outcome result = check();
    CHECK_FALSE(contains(result.out, "\nok: all is well"));
    CHECK_FALSE(contains(result.out, "\x1b"));
}

} // namespace docwarden::test::check_command_test
