// The two calls that disable people, and the one that ends sessions.

#include "tests/portal/portal_fixture.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::sim::suspend_test
{

namespace json = boost::json;

namespace
{

const std::string member = "/api/2.0/people/";
const std::string terminate = "/api/2.0/people/status/Terminated";
const std::string activate = "/api/2.0/people/status/Active";
const std::string disable = R"({"disable":true,"comment":"too many files"})";

std::string ids(const std::vector<std::string>& users)
{
    std::string list;
    for (const std::string& id : users)
        list += (list.empty() ? "\"" : ",\"") + id + "\"";
    return R"({"userIds":[)" + list + R"(],"resendAll":false})";
}

std::int64_t status_in(const json::value& profile)
{
    return profile.at("status").as_int64();
}

// The action numbers that the audit trail has got since `before`, oldest first.
std::vector<int> booked(asking& portal)
{
    std::vector<int> actions;
    const json::array events = portal.events();
    for (auto event = events.rbegin(); event != events.rend(); ++event)
        actions.push_back(static_cast<int>(event->at("actionId").as_int64()));
    return actions;
}

} // namespace

TEST_CASE("member: disabling a user answers status 2 and the moment, ends the sessions and books "
          "4006 and 6032 (section 5.1)")
{
    asking portal;
    const std::string name = GENERATE(as<std::string>{}, "alice", "gina");
    INFO(name);
    const http_reply reply = portal.put(member + name, disable);
    REQUIRE(reply.status == 200);
    CHECK(status_in(response_of(reply)) == 2);
    CHECK(response_of(reply).at("terminated").as_string() == "2026-06-30T13:05:05.0000000Z");
    CHECK(booked(portal) == std::vector{4006, 6032});
    CHECK(portal.model.user_of(name).sessions_ended == 1);
    CHECK(portal.model.user_of(name).notes.empty()); // the comment is stored nowhere
    CHECK(portal.model.disables_of(name) == disable_counts{1, 1});
    CHECK(portal.model.requests().front().effect == "terminated " + portal.model.user_of(name).id);
}

TEST_CASE("member: disabling again is a 200, moves the date and repeats the events (section 5.1)")
{
    asking portal;
    portal.put(member + portal.alice, disable);
    portal.now = at(120);
    const http_reply reply = portal.put(member + portal.alice, disable);
    CHECK(reply.status == 200);
    CHECK(response_of(reply).at("terminated").as_string() == "2026-06-30T13:06:05.0000000Z");
    CHECK(booked(portal) == std::vector{4006, 6032, 4006, 6032});
    CHECK(portal.model.disables_of(portal.alice) == disable_counts{2, 1});
}

TEST_CASE("member: disable false enables without asking for a seat (section 5.1)")
{
    asking portal;
    portal.put(member + portal.alice, disable);
    portal.model.settings().seats_max = 1;
    const http_reply reply = portal.put(member + portal.alice, R"({"disable":false})");
    CHECK(reply.status == 200);
    CHECK(status_in(response_of(reply)) == 1);
    CHECK_FALSE(response_of(reply).as_object().contains("terminated"));
}

TEST_CASE("member: the owner is never disabled, an administrator only by the owner (section 5.1)")
{
    asking portal;
    CHECK(portal.put(member + portal.owner, disable).status == 403);
    const http_reply reply = portal.put(member + portal.other_admin, disable);
    CHECK(reply.status == 403);
    CHECK(error_message(reply) == "Access denied");
    CHECK(portal.send("PUT", member + portal.other_admin, disable, portal.owner_key).status == 200);
    CHECK(portal.model.user_of(portal.other_admin).status == employee_status::terminated);
}

TEST_CASE("member: oneself is a 200 with nothing disabled, but the notes are overwritten (section "
          "5.1)")
{
    asking portal;
    portal.model.user_of(portal.admin).notes = "my notes";
    const http_reply reply = portal.put(member + portal.admin, disable);
    CHECK(reply.status == 200);
    CHECK(status_in(response_of(reply)) == 1);
    CHECK(portal.model.user_of(portal.admin).notes == "too many files");
    CHECK(portal.model.disables_of(portal.admin) == disable_counts{1, 0});
}

TEST_CASE("member: system ids are a 403, unknown and removed people a 404 (section 5.1)")
{
    asking portal;
    CHECK(portal.put(member + std::string(system_id), disable).status == 403);
    CHECK(portal.put(member + std::string(anonymous_id), disable).status == 403);
    const http_reply reply = portal.put(member + "11111111-2222-4333-8444-555555555555", disable);
    CHECK(reply.status == 404);
    CHECK(error_message(reply) == "The user could not be found");
    portal.model.user_of("bob").is_removed = true;
    CHECK(portal.put(member + portal.bob, disable).status == 404);
}

TEST_CASE("member: an LDAP account can be disabled here, and not by the status call (sections 5.1 "
          "and 5.2)")
{
    asking portal;
    portal.model.user_of("alice").is_ldap = true;
    CHECK(portal.put(terminate, ids({portal.alice})).status == 403);
    CHECK(portal.put(member + portal.alice, disable).status == 200);
    CHECK(portal.model.user_of("alice").status == employee_status::terminated);
}

TEST_CASE("member: callers without the right get a 403 (section 5.1)")
{
    asking portal;
    const std::string key = portal.model.add_key({.creator_id = portal.alice});
    const http_reply reply = portal.send("PUT", member + portal.bob, disable, key);
    CHECK(reply.status == 403);
    CHECK(error_message(reply) == "Access denied");
    CHECK(portal.send("PUT", terminate, ids({portal.bob}), key).status == 403);
}

TEST_CASE("member: another content type is a 415, a broken body a 400 (sections 5.1 and 6.4)")
{
    asking portal;
    CHECK(
        portal.send("PUT", member + portal.alice, disable, portal.key, "text/plain").status == 415
    );
    CHECK(portal.put(member + portal.alice, "{\"disable\":").status == 400);
    CHECK(portal.put(member + portal.alice, R"({"disable":"yes"})").status == 400);
    CHECK(portal.model.user_of("alice").status == employee_status::active);
}

TEST_CASE("status: terminating answers full profiles, ends sessions, logs browsers out and books "
          "6032 and 4020 (section 5.2)")
{
    asking portal;
    const http_reply reply = portal.put(terminate, ids({portal.bob, portal.alice}));
    REQUIRE(reply.status == 200);
    const json::array profiles = response_of(reply).as_array();
    REQUIRE(profiles.size() == 2);
    CHECK(std::string_view(profiles.at(0).at("id").as_string()) == portal.bob);
    CHECK(status_in(profiles.at(0)) == 2);
    CHECK_FALSE(profiles.at(0).as_object().contains("terminated"));
    CHECK(booked(portal) == std::vector{6032, 6032, 4020});
    CHECK(
        portal.events("?action=4020").at(0).at("target") == json::array({portal.bob, portal.alice})
    );
    CHECK(portal.model.user_of("alice").logout_pushes == 1);
}

TEST_CASE("status: the number and the name mean the same, other statuses are a 400 (section 5.2)")
{
    asking portal;
    CHECK(portal.put("/api/2.0/people/status/2", ids({portal.alice})).status == 200);
    const http_reply pending = portal.put("/api/2.0/people/status/Pending", ids({portal.bob}));
    CHECK(pending.status == 400);
    CHECK(error_message(pending) == "Incorrect status");
    const http_reply invented =
        portal.put("/api/2.0/people/status/RESTRICTED_STATUS", ids({portal.bob}));
    CHECK(invented.status == 400);
    CHECK(body_of(invented).at("response").at("errors").is_object());
    CHECK(portal.model.user_of("bob").status == employee_status::active);
}

TEST_CASE("status: one protected account rejects the whole list and changes nothing (section 5.2)")
{
    asking portal;
    const std::size_t which = GENERATE(0U, 1U, 2U, 3U);
    const std::string refused =
        std::vector{portal.owner, portal.admin, portal.other_admin, std::string(system_id)}.at(which
        );
    INFO(refused);
    const http_reply reply = portal.put(terminate, ids({portal.alice, refused}));
    CHECK(reply.status == 403);
    CHECK(error_message(reply) == "Access denied");
    CHECK(portal.model.user_of("alice").status == employee_status::active);
    CHECK(booked(portal).empty());
}

TEST_CASE(
    "status: an unknown id fails in the middle, after earlier people were changed and without "
    "an event (section 5.2)"
)
{
    asking portal;
    const std::string unknown = "11111111-2222-4333-8444-555555555555";
    const http_reply reply = portal.put(terminate, ids({portal.alice, unknown, portal.bob}));
    CHECK(reply.status == 403);
    CHECK(error_message(reply) == "User not found.");
    CHECK(portal.model.user_of("alice").status == employee_status::terminated);
    CHECK(portal.model.user_of("bob").status == employee_status::active);
    CHECK(booked(portal).empty());
}

TEST_CASE("status: activating needs a free seat and acts on terminated people only (section 5.2)")
{
    asking portal;
    portal.put(terminate, ids({portal.alice}));
    portal.model.settings().seats_max = 4; // owner, two administrators and Bob
    const http_reply full = portal.put(activate, ids({portal.alice}));
    CHECK(full.status == 402);
    CHECK(portal.model.user_of("alice").status == employee_status::terminated);
    CHECK(portal.put(activate, ids({portal.bob})).status == 200);
    portal.model.settings().seats_max = 5;
    CHECK(status_in(response_of(portal.put(activate, ids({portal.alice}))).at(0)) == 1);
}

TEST_CASE("status: somebody who never had a name comes back as pending (section 5.2)")
{
    asking portal;
    const std::string invited = portal.model.add_user(
        {.user_name = "ivy", .status = employee_status::pending, .never_named = true}
    );
    portal.put(terminate, ids({invited}));
    CHECK(status_in(response_of(portal.put(activate, ids({invited}))).at(0)) == 4);
}

TEST_CASE("status: before 3.7.1 protected people are skipped with a 200 (section 5.3)")
{
    asking portal;
    portal.model.settings().version = "3.7.0";
    const http_reply reply = portal.put(terminate, ids({portal.other_admin, portal.alice}));
    REQUIRE(reply.status == 200);
    CHECK(status_in(response_of(reply).at(0)) == 1);
    CHECK(status_in(response_of(reply).at(1)) == 2);
    CHECK(portal.model.disables_of(portal.other_admin) == disable_counts{1, 0});
}

TEST_CASE("member: before 3.7.1 protected people are a 200 without effect, and a daemon can lock "
          "itself out (section 5.3)")
{
    asking portal;
    portal.model.settings().version = "3.7.0";
    const http_reply reply = portal.put(member + portal.owner, disable);
    CHECK(reply.status == 200);
    CHECK(status_in(response_of(reply)) == 1);
    CHECK(status_in(response_of(portal.put(member + portal.admin, disable))) == 2);
    CHECK(portal.get("/api/2.0/people/@self").status == 401);
}

TEST_CASE("logoutall: ends the sessions of anybody, also of the owner and of nobody (section 5.5)")
{
    asking portal;
    const std::string path = "/api/2.0/security/activeconnections/logoutall/";
    const auto send = [&](const std::string& id, const std::string& key) {
        return portal.send("PUT", path + id, "", key).status;
    };
    CHECK(send(portal.owner, portal.key) == 403); // the scope: *:write only
    const std::string key = portal.model.add_key({.creator_id = portal.admin});
    CHECK(send(portal.owner, key) == 200);
    CHECK(send("11111111-2222-4333-8444-555555555555", key) == 200);
    CHECK(send("alice", key) == 400);
    CHECK(portal.model.user_of(portal.owner).sessions_ended == 1);
    CHECK(booked(portal) == std::vector{4036});
    const std::string alices = portal.model.add_key({.creator_id = portal.alice});
    CHECK(send(portal.bob, alices) == 403);
    CHECK(send(portal.alice, alices) == 200);
}

TEST_CASE("suspension: the keys of a disabled person stop working and work again later (section "
          "5.4)")
{
    asking portal;
    const std::string key = portal.model.add_key({.creator_id = portal.alice});
    const auto status = [&] { return portal.send("GET", "/api/2.0/people/@self", "", key).status; };
    CHECK(status() == 200);
    portal.put(terminate, ids({portal.alice}));
    CHECK(status() == 401);
    portal.put(activate, ids({portal.alice}));
    CHECK(status() == 200);
}

TEST_CASE("suspension: an administrator's click in the portal leaves the same rows (section 5.2)")
{
    asking portal;
    portal.model.set_user_status("olga", "alice", employee_status::terminated, portal.now);
    portal.model.set_user_status("olga", "alice", employee_status::active, portal.now);
    CHECK(portal.events("?action=4020").size() == 2);
    CHECK(portal.events("?action=6032").size() == 1);
    CHECK(portal.model.disables_of("alice") == disable_counts{0, 1});
}

} // namespace docwarden::sim::suspend_test
