#include "core/portal/page_query.hpp"
#include "core/settings/disable_method.hpp"
#include "net/docspace/docspace_wire.hpp"
#include "tests/portal/portal_model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/model_transport.hpp"
#include "tests/support/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace docwarden::test::docspace_wire_test
{

namespace
{

using core::failure_kind;
using core::user_status;
using namespace std::chrono_literals;

const std::string jane = "4c65a238-ca50-4374-b904-0d51d4c1822b";
const core::wall_time noon(std::chrono::seconds(1'782'820'800)); // 2026-06-30T12:00:00Z

core::page_query query_of(core::wall_time from, core::wall_time to, std::uint64_t start_index = 0)
{
    core::page_query query;
    query.from = from;
    query.to = to;
    query.start_index = static_cast<decltype(query.start_index)>(start_index);
    return query;
}

net::http_response answer(std::string body, std::string content_type = "application/json")
{
    net::http_response response;
    response.status = 200;
    response.content_type = std::move(content_type);
    response.body = std::move(body);
    response.date = noon;
    return response;
}

net::http_response profile_answer(const std::string& members)
{
    return answer("{\"response\":{" + members + "},\"count\":1,\"status\":0,\"statusCode\":200}");
}

// Why the answer is no profile.
core::api_failure
profile_failure(const net::http_response& response, const std::string& expected = {})
{
    const auto result = net::read_profile(response, expected);
    REQUIRE(result.failure() != nullptr);
    CHECK(result.date == response.date);
    return *result.failure();
}

// The simulated portal, asked by the product's requests and read by its readers.
struct conversation {
    sim::small_portal portal;
    std::string key = portal.key;

    net::http_response ask(const net::http_request& request)
    {
        const std::string authorization = "Bearer " + key;
        sim::http_request_view seen;
        seen.method = method_text(request.method);
        seen.target = request.target;
        seen.authorization = authorization;
        seen.content_type = request.body.empty() ? "" : "application/json";
        seen.body = request.body;
        const auto response = read_reply(portal.model.handle(seen, noon));
        REQUIRE(response.has_value());
        return *response;
    }
    core::profile profile_of(const std::string& user)
    {
        const auto result = net::read_profile(ask(net::profile_request(user)), user);
        REQUIRE(result.value() != nullptr);
        CHECK(result.value()->id == user);
        return *result.value();
    }
    core::answer<core::accepted> disable(const std::string& user, core::disable_method method)
    {
        return net::read_accepted(ask(net::disable_request(user, method, "because")));
    }
};

} // namespace

TEST_CASE("docspace_wire: a page is asked for by whole bounds in UTC and 100 rows")
{
    const auto request = net::audit_request(query_of(noon - 1h, noon));
    CHECK(request.method == net::http_method::get);
    CHECK(request.body.empty());
    CHECK(
        request.target == "/api/2.0/security/audit/events/filter?from=2026-06-30T11:00:00Z"
                          "&to=2026-06-30T12:00:00Z&count=100"
    );
}

TEST_CASE("docspace_wire: an offset appears only when there is one")
{
    CHECK(contains(net::audit_request(query_of(noon, noon, 100)).target, "&startIndex=100"));
    CHECK_FALSE(contains(net::audit_request(query_of(noon, noon)).target, "startIndex"));
}

TEST_CASE("docspace_wire: a bound within a second has the seven digits that every portal accepts")
{
    const auto request = net::audit_request(query_of(noon + core::tick(1), noon + 1ms));
    CHECK(contains(request.target, "from=2026-06-30T12:00:00.0000001Z&"));
    CHECK(contains(request.target, "to=2026-06-30T12:00:00.0010000Z&"));
}

TEST_CASE("docspace_wire: profiles are asked for by path")
{
    CHECK(net::identity_request().target == "/api/2.0/people/@self");
    CHECK(net::identity_request().method == net::http_method::get);
    CHECK(net::profile_request(jane).target == "/api/2.0/people/" + jane);
    CHECK(net::profile_request(jane).method == net::http_method::get);
    CHECK(net::profile_request(jane).body.empty());
}

TEST_CASE("docspace_wire: disabling by status names exactly one id")
{
    const auto request = net::disable_request(jane, core::disable_method::status, "not sent");
    CHECK(request.method == net::http_method::put);
    CHECK(request.target == "/api/2.0/people/status/Terminated");
    CHECK(request.body == "{\"userIds\":[\"" + jane + "\"],\"resendAll\":false}");
}

TEST_CASE("docspace_wire: disabling as a member says why, escaped as JSON")
{
    const std::string comment = "a \"quote\", a \\, a \n and an \xC3\xA4";
    const auto request = net::disable_request(jane, core::disable_method::member, comment);
    CHECK(request.method == net::http_method::put);
    CHECK(request.target == "/api/2.0/people/" + jane);
    CHECK_FALSE(contains(request.body, "\n"));
    const boost::json::value body = boost::json::parse(request.body);
    CHECK(body.as_object().size() == 2);
    CHECK(body.at("disable") == true);
    CHECK(std::string(body.at("comment").as_string()) == comment);
}

TEST_CASE("docspace_wire: enabling names exactly one id, or undoes the member's way")
{
    const auto request = net::enable_request(jane, core::disable_method::status);
    CHECK(request.method == net::http_method::put);
    CHECK(request.target == "/api/2.0/people/status/Active");
    CHECK(request.body == "{\"userIds\":[\"" + jane + "\"],\"resendAll\":false}");
    const auto member = net::enable_request(jane, core::disable_method::member);
    CHECK(member.method == net::http_method::put);
    CHECK(member.target == "/api/2.0/people/" + jane);
    CHECK(member.body == "{\"disable\":false}");
}

TEST_CASE("docspace_wire: a profile is read with all that matters")
{
    const auto result = net::read_profile(
        profile_answer(
            R"("id":"4C65A238-CA50-4374-B904-0D51D4C1822B","displayName":"Jane Doe",)"
            R"("email":"jane@example.com","status":2,"isOwner":true,"isAdmin":true,"isLDAP":true,)"
            R"("unknown":{"status":1})"
        ),
        jane
    );
    REQUIRE(result.value() != nullptr);
    core::profile expected;
    expected.id = jane; // in lower case
    expected.display_name = "Jane Doe";
    expected.email = "jane@example.com";
    expected.status = user_status::terminated;
    expected.is_owner = true;
    expected.is_admin = true;
    expected.is_ldap = true;
    CHECK(*result.value() == expected);
    CHECK(result.date == noon);
}

TEST_CASE("docspace_wire: of a profile only id and status are indispensable")
{
    const auto result = net::read_profile(
        profile_answer(R"("id":")" + jane + R"(","status":1,"displayName":null,"isAdmin":"yes")"),
        {}
    );
    REQUIRE(result.value() != nullptr);
    CHECK(result.value()->status == user_status::active);
    CHECK(result.value()->display_name.empty());
    CHECK_FALSE(result.value()->is_admin);
    CHECK_FALSE(result.value()->is_owner);
}

TEST_CASE("docspace_wire: the profile of somebody else is no answer")
{
    const auto response =
        profile_answer(R"("id":"9c65a238-ca50-4374-b904-0d51d4c1822b","status":2)");
    CHECK(contains(profile_failure(response, jane).text, "another user"));
    CHECK(profile_failure(response, jane).kind == failure_kind::bad_answer);
    CHECK(net::read_profile(response, {}).value() != nullptr); // of whom, was not asked
}

TEST_CASE("docspace_wire: a profile with a status that says nothing certain is no answer")
{
    const auto status = GENERATE(
        as<std::string>{},
        "",
        R"(,"status":null)",
        R"(,"status":"2")",
        R"(,"status":2.0)",
        R"(,"status":true)",
        R"(,"status":[2])",
        R"(,"status":0)",
        R"(,"status":3)",
        R"(,"status":5)",
        R"(,"status":7)",
        R"(,"status":-1)",
        R"(,"status":4294967298)",
        R"(,"status":18446744073709551615)"
    );
    INFO(status);
    const auto failure = profile_failure(profile_answer(R"("id":")" + jane + "\"" + status));
    CHECK(failure.kind == failure_kind::bad_answer);
    CHECK(contains(failure.text, "HTTP 200: the profile's status"));
}

TEST_CASE("docspace_wire: a profile whose id is no GUID is no answer")
{
    const auto id = GENERATE(
        as<std::string>{},
        R"("status":1)",
        R"("id":null,"status":1)",
        R"("id":7,"status":1)",
        R"("id":"","status":1)",
        R"("id":"jane","status":1)",
        R"("id":"4c65a238-ca50-4374-b904-0d51d4c1822","status":1)",
        R"("id":"4c65a238ca504374b9040d51d4c1822b","status":1)",
        R"("id":"{4c65a238-ca50-4374-b904-0d51d4c1822b}","status":1)"
    );
    INFO(id);
    CHECK(contains(profile_failure(profile_answer(id)).text, "not a GUID"));
}

TEST_CASE("docspace_wire: an answer without a profile in its envelope is none")
{
    const auto body = GENERATE(
        as<std::string>{},
        "",
        "{",
        "{}",
        "[]",
        "null",
        "\"profile\"",
        R"({"response":null})",
        R"({"response":[]})",
        R"({"response":[{"id":"x","status":1}]})",
        R"({"response":"x"})",
        R"({"id":"4c65a238-ca50-4374-b904-0d51d4c1822b","status":1})",
        R"({"response":{"id":"4c65a238-ca50-4374-b904-0d51d4c1822b","status":1}} trailing)"
    );
    INFO(body);
    const auto failure = profile_failure(answer(body), jane);
    CHECK(failure.kind == failure_kind::bad_answer);
    CHECK(failure.text == "HTTP 200: the answer has no profile");
}

TEST_CASE("docspace_wire: each reader judges the status first, and keeps the portal's time")
{
    net::http_response denied = answer(R"({"response":[]})");
    denied.status = 403;
    core::audit_page partial;
    const auto page = net::read_page(denied, partial);
    REQUIRE(page.failure() != nullptr);
    CHECK(page.failure()->kind == failure_kind::forbidden);
    CHECK(page.date == noon);
    const auto accepted = net::read_accepted(denied);
    REQUIRE(accepted.failure() != nullptr);
    CHECK(accepted.failure()->kind == failure_kind::forbidden);
    CHECK(accepted.date == noon);
    CHECK(profile_failure(denied).kind == failure_kind::forbidden);
}

TEST_CASE("docspace_wire: a page that breaks off gives what came before, and is a failure")
{
    const std::string event = R"({"id":1,"date":"2026-06-30T12:00:00Z","userId":")" + jane +
                              R"(","actionId":5034,"target":["1"]})";
    core::audit_page partial;
    const auto result = net::read_page(answer("{\"response\":[" + event + ",{\"id\":2"), partial);
    REQUIRE(result.failure() != nullptr);
    CHECK(result.failure()->kind == failure_kind::bad_answer);
    CHECK(result.failure()->text.substr(0, 10) == "HTTP 200: ");
    CHECK_FALSE(contains(result.failure()->text, jane));
    REQUIRE(partial.events.size() == 1);
    CHECK(partial.events.front().user == jane);
}

TEST_CASE("docspace_wire: a taken request proves no more than that it was taken")
{
    CHECK(net::read_accepted(answer("{}")).value() != nullptr);
    CHECK(net::read_accepted(answer("", "text/html")).value() == nullptr);
}

TEST_CASE_METHOD(conversation, "docspace_wire: the portal's profiles of all sorts of people")
{
    const core::profile the_owner = profile_of(portal.owner);
    CHECK(the_owner.is_owner);
    CHECK_FALSE(the_owner.is_admin);
    CHECK(the_owner.display_name == "Olga Owner");
    CHECK(profile_of(portal.admin).is_admin);
    CHECK_FALSE(profile_of(portal.admin).is_owner);

    const core::profile a_guest = profile_of(portal.guest);
    CHECK(a_guest.status == user_status::active);
    CHECK_FALSE(a_guest.is_admin);
    CHECK_FALSE(a_guest.email.empty());

    CHECK(profile_of(portal.model.add_user({.is_ldap = true})).is_ldap);
    CHECK_FALSE(profile_of(portal.alice).is_ldap);
    const auto pending = portal.model.add_user({.status = sim::employee_status::pending});
    CHECK(profile_of(pending).status == user_status::pending);
    const auto gone = portal.model.add_user({.status = sim::employee_status::terminated});
    CHECK(profile_of(gone).status == user_status::terminated);
}

TEST_CASE_METHOD(conversation, "docspace_wire: the portal knows whose key it is")
{
    const auto by_admin = net::read_profile(ask(net::identity_request()), {});
    REQUIRE(by_admin.value() != nullptr);
    CHECK(by_admin.value()->id == portal.admin);
    key = portal.owner_key;
    const auto by_owner = net::read_profile(ask(net::identity_request()), {});
    REQUIRE(by_owner.value() != nullptr);
    CHECK(by_owner.value()->is_owner);
    key = "sk-wrong";
    const auto by_nobody = net::read_profile(ask(net::identity_request()), {});
    REQUIRE(by_nobody.failure() != nullptr);
    CHECK(by_nobody.failure()->kind == failure_kind::unauthorised);
}

TEST_CASE_METHOD(conversation, "docspace_wire: the portal disables by either method")
{
    const auto method = GENERATE(core::disable_method::status, core::disable_method::member);
    const auto user = GENERATE_COPY(as<std::string>{}, portal.alice, portal.guest);
    CHECK(disable(user, method).value() != nullptr);
    CHECK(portal.model.disables_of(user) == sim::disable_counts{1, 1});
    CHECK(profile_of(user).status == user_status::terminated);
}

TEST_CASE_METHOD(conversation, "docspace_wire: whom the portal protects, it refuses")
{
    const auto method = GENERATE(core::disable_method::status, core::disable_method::member);
    const auto user = GENERATE_COPY(as<std::string>{}, portal.owner, portal.other_admin);
    const auto refused = disable(user, method);
    REQUIRE(refused.failure() != nullptr);
    CHECK(refused.failure()->kind == failure_kind::forbidden);
    CHECK(profile_of(user).status == user_status::active);
}

TEST_CASE_METHOD(conversation, "docspace_wire: an unknown user is not found")
{
    const auto result = net::read_profile(ask(net::profile_request(jane)), jane);
    REQUIRE(result.failure() != nullptr);
    CHECK(result.failure()->kind == failure_kind::gone);
}

TEST_CASE_METHOD(conversation, "docspace_wire: the portal's pages hold what was asked for")
{
    for (int i = 0; i < 150; ++i)
        portal.model.record(portal.alice, 5034, std::to_string(i), "f.docx", noon - i * 1s);
    core::audit_page partial;
    const auto first = net::read_page(ask(net::audit_request(query_of(noon - 1h, noon))), partial);
    REQUIRE(first.value() != nullptr);
    CHECK(first.value()->rows == 100);
    CHECK(first.value()->events.size() == 100);
    CHECK(first.value()->problems.empty());
    CHECK(first.value()->newest == noon);
    CHECK(first.value()->events.front().user == portal.alice);
    CHECK(first.date == noon);
    const auto rest =
        net::read_page(ask(net::audit_request(query_of(noon - 1h, noon, 100))), partial);
    REQUIRE(rest.value() != nullptr);
    CHECK(rest.value()->rows == 50);
}

} // namespace docwarden::test::docspace_wire_test
