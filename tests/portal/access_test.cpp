// Keys, scopes, limits and states of the whole portal; profiles and settings.

#include "tests/portal/portal_fixture.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::sim::access_test
{

namespace json = boost::json;

namespace
{

const std::string self = "/api/2.0/people/@self";
const std::string settings_path = "/api/2.0/settings";
const std::string key_self = "/api/2.0/keys/@self";
const std::string quota = "/api/2.0/portal/quota";

unsigned
status_with(asking& portal, const std::string& target, std::vector<std::string> permissions)
{
    const std::string key =
        portal.model.add_key({.creator_id = portal.admin, .permissions = std::move(permissions)});
    return portal.send("GET", target, "", key).status;
}

} // namespace

TEST_CASE("access: no key, a wrong one, an expired one and an inactive one are a 401 with an empty "
          "body (sections 6.1 and 6.4)")
{
    asking portal;
    const std::string expired =
        portal.model.add_key({.creator_id = portal.admin, .expires = portal.now});
    const std::string inactive =
        portal.model.add_key({.creator_id = portal.admin, .is_active = false});
    for (const std::string& key : {std::string(), std::string("sk-wrong"), expired, inactive}) {
        const http_reply reply = portal.send("GET", self, "", key);
        CHECK(reply.status == 401);
        CHECK(reply.body.empty());
    }
    CHECK(portal.get(self).status == 200);
}

TEST_CASE("access: a key is sk- and 64 hex digits (section 6.1)")
{
    const asking portal;
    CHECK(portal.key.size() == 67);
    CHECK(portal.key.starts_with("sk-"));
    CHECK(portal.key.find_first_not_of("0123456789abcdef", 3) == std::string::npos);
}

TEST_CASE("access: scopes open what section 6.2 says, and a missing one is a 403 with an empty body"
)
{
    asking portal;
    const std::string audit = portal.filter_path;
    const std::string person = "/api/2.0/people/" + portal.alice;
    const std::string list = "/api/2.0/people/status/1";
    CHECK(status_with(portal, audit, {"*:read"}) == 200);
    CHECK(status_with(portal, audit, {"accounts:write"}) == 403);
    CHECK(status_with(portal, quota, {"accounts:read"}) == 403);
    CHECK(status_with(portal, list, {"accounts:read"}) == 200);
    CHECK(status_with(portal, list, {"files:read"}) == 403);
    CHECK(status_with(portal, self, {"accounts:read"}) == 403);
    CHECK(status_with(portal, self, {"accounts.self:read"}) == 200);
    CHECK(status_with(portal, person, {"files:read"}) == 200);
    CHECK(status_with(portal, key_self, {"files:read"}) == 200);
    CHECK(status_with(portal, settings_path, {"accounts:write"}) == 403);
    CHECK(status_with(portal, audit, {"*"}) == 200);
    CHECK(status_with(portal, audit, {}) == 200);

    const std::string reader =
        portal.model.add_key({.creator_id = portal.admin, .permissions = {"*:read"}});
    const http_reply reply = portal.send("PUT", person, R"({"disable":true})", reader);
    CHECK(reply.status == 403);
    CHECK(reply.body.empty());
    CHECK(portal.model.user_of("alice").status == employee_status::active);
}

TEST_CASE("access: before 3.7.1 writes are not held against the scopes (section 6.2)")
{
    asking portal;
    portal.model.settings().version = "3.7.0";
    const std::string reader =
        portal.model.add_key({.creator_id = portal.admin, .permissions = {"*:read"}});
    const std::string person = "/api/2.0/people/" + portal.alice;
    CHECK(portal.send("PUT", person, R"({"disable":true})", reader).status == 200);
}

TEST_CASE("access: keys/@self tells permissions, expiry and creator (section 6.1)")
{
    asking portal;
    portal.model.key_of(portal.key).expires = at(86'400);
    const json::value key = response_of(portal.get(key_self));
    CHECK(key.at("permissions") == json::array({"*:read", "accounts:write"}));
    CHECK(key.at("expiresAt").as_string() == "2026-07-01T13:04:05.0000000Z");
    CHECK(key.at("isActive").as_bool());
    CHECK(std::string_view(key.at("createBy").at("id").as_string()) == portal.admin);
}

TEST_CASE("access: settings answer everybody, and tell owner and zone to a key only (section 7)")
{
    asking portal;
    portal.model.settings().time_zone = parse_zone("Europe/Berlin").value();
    const json::object open = response_of(portal.send("GET", settings_path, "", "")).as_object();
    CHECK(open.at("version").as_string() == "3.7.2");
    CHECK_FALSE(open.contains("ownerId"));
    const json::value full = response_of(portal.get(settings_path));
    CHECK(std::string_view(full.at("ownerId").as_string()) == portal.owner);
    CHECK(full.at("timezone").as_string() == "Europe/Berlin");
    CHECK(full.at("utcOffset").as_string() == "02:00:00");
    CHECK(portal.send("GET", settings_path, "", "sk-wrong").status == 401);
}

TEST_CASE("access: a profile says who somebody is, and isAdmin is false for the owner (section 5.3)"
)
{
    asking portal;
    const json::value admin = response_of(portal.get(self));
    CHECK(std::string_view(admin.at("id").as_string()) == portal.admin);
    CHECK(admin.at("isAdmin").as_bool());
    const json::value owner = response_of(portal.get("/api/2.0/people/OLGA"));
    CHECK(owner.at("isOwner").as_bool());
    CHECK_FALSE(owner.at("isAdmin").as_bool());
    CHECK(portal.get("/api/2.0/people/nobody").status == 404);
}

TEST_CASE("access: lists select by status and tell the total (section 7)")
{
    asking portal;
    portal.put("/api/2.0/people/status/2", R"({"userIds":[")" + portal.alice + "\"]}");
    const json::object gone = body_of(portal.get("/api/2.0/people/status/2")).as_object();
    CHECK(gone.at("total").as_int64() == 1);
    CHECK(gone.at("response").at(0).at("userName").as_string() == "alice");
    CHECK(body_of(portal.get("/api/2.0/people")).at("total").as_int64() == 5);
    CHECK(body_of(portal.get("/api/2.0/people/status/7")).at("total").as_int64() == 6);
    const json::object page =
        body_of(portal.get("/api/2.0/people/filter?employeeStatus=1&count=2&startIndex=4"))
            .as_object();
    CHECK(page.at("count").as_int64() == 1);
    CHECK(page.at("total").as_int64() == 5);
    CHECK(portal.get("/api/2.0/people/filter?count=101").status == 400);
    // However few rows are asked for, the total is of all that match.
    const std::string active = "/api/2.0/people/filter?employeeStatus=1&count=1";
    const json::object first = body_of(portal.get(active)).as_object();
    CHECK(first.at("response").as_array().size() == 1);
    CHECK(first.at("total").as_int64() == 5);
    portal.put("/api/2.0/people/status/1", R"({"userIds":[")" + portal.alice + "\"]}");
    portal.model.user_of(portal.bob).is_removed = true;
    (void)portal.model.add_user({.display_name = "Gus Guest", .is_visitor = true});
    (void)portal.model.add_user({.status = employee_status::pending});
    CHECK(body_of(portal.get(active)).at("total").as_int64() == 6);
    CHECK(portal.get("/api/2.0/people/status/3").status == 400);
}

TEST_CASE("access: groups are listed in pages, and people by group and by address")
{
    asking portal;
    const std::string robots = portal.model.add_group({.name = "Robots"});
    const std::string empty = portal.model.add_group({.name = "Nobody"});
    portal.model.user_of(portal.alice).groups = {robots};
    const json::value groups = body_of(portal.get("/api/2.0/group?count=1"));
    CHECK(groups.at("total").as_int64() == 2);
    CHECK(groups.at("response").as_array().size() == 1);
    CHECK(groups.at("response").at(0).at("id").as_string() == robots);
    CHECK(groups.at("response").at(0).at("name").as_string() == "Robots");
    CHECK(groups.at("response").at(0).at("membersCount").as_int64() == 1);
    CHECK(
        response_of(portal.get("/api/2.0/group?startIndex=1")).at(0).at("id").as_string() == empty
    );
    CHECK(portal.get("/api/2.0/group?count=101").status == 400);

    const std::string by_group = "/api/2.0/people/filter?groupId=";
    const json::array members = response_of(portal.get(by_group + robots)).as_array();
    REQUIRE(members.size() == 1);
    CHECK(members[0].at("id").as_string() == portal.alice);
    CHECK(members[0].at("groups").at(0).at("name").as_string() == "Robots");
    CHECK(response_of(portal.get(by_group + empty)).as_array().empty());
    CHECK(portal.get(by_group + "Robots").status == 400);

    const std::string address = portal.model.user_of(portal.alice).email;
    const std::string by_address = "/api/2.0/people/email?email=";
    CHECK(response_of(portal.get(by_address + address)).at("id").as_string() == portal.alice);
    CHECK(portal.get(by_address + "nobody%40example.com").status == 404);
    CHECK(portal.get(by_address + "nobody").status == 400);
    // The scopes of AuthorizationExtension.cs:39-52.
    CHECK(status_with(portal, "/api/2.0/group", {"*:read"}) == 200);
    CHECK(status_with(portal, "/api/2.0/group", {"accounts:read"}) == 200);
    CHECK(status_with(portal, "/api/2.0/group", {"accounts:write"}) == 403);
    CHECK(status_with(portal, by_address + address, {"accounts:write"}) == 200);
    CHECK(status_with(portal, by_address + address, {"rooms:read"}) == 403);
}

TEST_CASE("access: the limiter counts a user's requests over a sliding minute (section 6.3)")
{
    asking portal;
    portal.model.settings().limiter = rate_limit{3, rate_limit::answer::seconds};
    for (int i = 0; i < 3; ++i) {
        portal.now = at(60 + i);
        CHECK(portal.get(self).status == 200);
    }
    portal.now = at(70);
    const http_reply reply = portal.get(self);
    REQUIRE(reply.status == 429);
    CHECK(reply.body.empty());
    REQUIRE(reply.header("Retry-After") != nullptr);
    CHECK(*reply.header("retry-after") == "50");
    CHECK(*reply.header("X-RateLimit-Remaining") == "0");
    // All keys of one user share, other users do not.
    CHECK(portal.send("GET", self, "", portal.owner_key).status == 200);
    portal.now = at(120);
    CHECK(portal.get(self).status == 200);
}

TEST_CASE("access: a 429 may say zero seconds or nothing at all (section 6.3)")
{
    asking portal;
    portal.model.settings().limiter = rate_limit{0, rate_limit::answer::zero};
    CHECK(*portal.get(self).header("Retry-After") == "0");
    portal.model.settings().limiter = rate_limit{0, rate_limit::answer::nothing};
    CHECK(portal.get(self).header("Retry-After") == nullptr);
}

TEST_CASE("access: a restricted address is a 403 with a plain text (section 6.1)")
{
    asking portal;
    portal.model.settings().ip_allowed = {"203.0.113.1"};
    const http_reply reply = portal.get(self);
    CHECK(reply.status == 403);
    CHECK(reply.content_type.starts_with("text/plain"));
    CHECK_FALSE(reply.body.empty());
}

TEST_CASE("access: while the portal is restored only settings and @self answer (section 6.4)")
{
    asking portal;
    portal.model.settings().status = tenant_status::restoring;
    CHECK(portal.get(settings_path).status == 200);
    CHECK(portal.get(self).status == 200);
    CHECK(portal.filter().status == 403);
    CHECK(portal.get("/api/2.0/people/" + portal.alice).status == 403);
}

TEST_CASE("access: a suspended portal is a 404, an unpaid one a 402, with problem details or "
          "nothing (section 6.4)")
{
    asking portal;
    portal.model.settings().is_unpaid = true;
    const http_reply unpaid = portal.filter();
    CHECK(unpaid.status == 402);
    CHECK(unpaid.content_type.starts_with("application/problem+json"));
    portal.model.settings().has_problem_bodies = false;
    CHECK(portal.filter().body.empty());
    portal.model.settings().status = tenant_status::suspended;
    CHECK(portal.get(settings_path).status == 404);
}

TEST_CASE("access: a SaaS server knows no portal for another Host (section 6.4)")
{
    asking portal;
    portal.model.settings().is_host_checked = true;
    CHECK(portal.get(settings_path).status == 200);
    portal.model.settings().host = "other.example.com";
    CHECK(portal.get(settings_path).status == 404);
}

TEST_CASE("access: unknown paths are a 404, known ones with another method a 405")
{
    asking portal;
    CHECK(portal.get("/").status == 404);
    CHECK(portal.get("/api/2.0/files").status == 404);
    CHECK(portal.get("/api/2.0/people/a/b/c").status == 404);
    CHECK(portal.send("POST", self, "{}", portal.key).status == 405);
    CHECK(portal.get("/API/2.0/People/@Self").status == 200); // routes match in any case
}

TEST_CASE("access: every request is recorded without the key's text")
{
    asking portal;
    portal.put("/api/2.0/people/alice", R"({"disable":true})");
    REQUIRE(portal.model.requests().size() == 1);
    const request_record& record = portal.model.requests().front();
    CHECK(record.method == "PUT");
    CHECK(record.target == "/api/2.0/people/alice");
    CHECK(record.body == R"({"disable":true})");
    CHECK(record.key_name == "docwarden");
    CHECK(record.user_id == portal.admin);
    CHECK(record.status == 200);
    CHECK(record.at == portal.now);
    CHECK(portal.model.count_requests("PUT", "/api/2.0/people/") == 1);
}

} // namespace docwarden::sim::access_test
