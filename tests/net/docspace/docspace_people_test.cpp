// Groups, their members, people by address and the number of users: as bytes, and in a conversation
// with the simulated portal.

#include "net/docspace/docspace_call.hpp"
#include "net/docspace/docspace_people.hpp"
#include "tests/portal/portal_model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/model_transport.hpp"

namespace docwarden::test::docspace_people_test
{

namespace
{

using core::failure_kind;

const std::string jane = "4c65a238-ca50-4374-b904-0d51d4c1822b";
const std::string robots = "0b9a3b1e-6f7c-4d0e-9a52-3c6f8d1e2a4b";

net::http_response answer(std::string body)
{
    net::http_response response;
    response.status = 200;
    response.content_type = "application/json";
    response.body = std::move(body);
    return response;
}

struct conversation {
    sim::small_portal portal;

    net::http_response ask(const core::portal_request& asked)
    {
        const net::http_request request = net::to_http(asked);
        const std::string authorization = "Bearer " + portal.key;
        sim::http_request_view seen;
        seen.method = method_text(request.method);
        seen.target = request.target;
        seen.authorization = authorization;
        const auto response = read_reply(portal.model.handle(seen, core::wall_time{}));
        REQUIRE(response.has_value());
        return *response;
    }
    core::answered call(const core::portal_request& asked)
    {
        return net::answer_to({7, asked}, ask(asked));
    }
};

} // namespace

TEST_CASE("docspace_people: an address becomes part of a query whatever it holds")
{
    CHECK(
        net::person_request("a.b-c_d~9@x.org").target ==
        "/api/2.0/people/email?email=a.b-c_d~9%40x.org"
    );
    CHECK(
        net::person_request("o'h+x&y=#z%@é.org").target ==
        "/api/2.0/people/email?email=o%27h%2Bx%26y%3D%23z%25%40%C3%A9.org"
    );
    CHECK(net::person_request(jane).target == "/api/2.0/people/" + jane);
}

TEST_CASE("docspace_people: pages are asked for by position, members in the order of addresses")
{
    CHECK(net::groups_request(0).target == "/api/2.0/group?count=100");
    CHECK(net::groups_request(100).target == "/api/2.0/group?count=100&startIndex=100");
    CHECK(
        net::members_request(robots, 200).target ==
        "/api/2.0/people/filter?groupId=" + robots + "&sortBy=Email&count=100&startIndex=200"
    );
    CHECK(net::active_users_request().target == "/api/2.0/people/filter?employeeStatus=1&count=1");
}

TEST_CASE("docspace_people: a list with a row that is nobody, or with too many rows, is no answer")
{
    const std::string row = "{\"id\":\"" + jane + "\",\"displayName\":\"Jane\"}";
    const auto members = [&](const std::string& rows) {
        return net::read_members(answer("{\"response\":[" + rows + "]}"));
    };
    REQUIRE(members(row).value() != nullptr);
    CHECK(*members(row).value() == core::member_page{1, {{jane, "Jane"}}});
    CHECK(*members("").value() == core::member_page{});
    for (const std::string& rows :
         {std::string("{}"), std::string("7"), row + ",{\"id\":\"7\"}", std::string("null")}) {
        INFO(rows);
        REQUIRE(members(rows).failure() != nullptr);
        CHECK(members(rows).failure()->kind == failure_kind::bad_answer);
    }
    std::string many = row;
    for (std::size_t i = 1; i < core::member_page::rows_max; ++i)
        many += "," + row;
    CHECK(members(many).value()->rows == core::member_page::rows_max);
    CHECK(members(many + "," + row).failure() != nullptr);
    for (const char* body : {"", "[]", "{\"response\":{}}", "{\"response\":null}"}) {
        INFO(body);
        CHECK(net::read_groups(answer(body)).failure() != nullptr);
    }
}

TEST_CASE("docspace_people: the number of active users is the total, if that can be one")
{
    const auto users = [](const std::string& total) {
        return net::read_active_users(answer("{\"response\":[{}],\"count\":1" + total + "}"));
    };
    for (const std::uint32_t number : {1U, 34U, 1'000'000'000U}) {
        const auto read = users(",\"total\":" + std::to_string(number));
        REQUIRE(read.value() != nullptr);
        CHECK(read.value()->count == number);
    }
    for (const std::string total :
         {"0",
          "-1",
          "34.5",
          "\"34\"",
          "null",
          "[34]",
          "1000000001",
          "9223372036854775807",
          "18446744073709551616",
          "1e300"}) {
        INFO(total);
        const auto read = users(",\"total\":" + total);
        REQUIRE(read.failure() != nullptr);
        CHECK(read.failure()->kind == failure_kind::bad_answer);
    }
    CHECK(users("").failure() != nullptr);
    for (const char* body : {"", "[]", "34", "{\"response\":{\"total\":34}}"}) {
        INFO(body);
        CHECK(net::read_active_users(answer(body)).failure() != nullptr);
    }
}

TEST_CASE("docspace_people: an endless name is cut")
{
    const auto page = net::read_groups(answer(
        "{\"response\":[{\"id\":\"" + robots + "\",\"name\":\"" + std::string(10'000, 'x') + "\"}]}"
    ));
    REQUIRE(page.value() != nullptr);
    CHECK(page.value()->groups[0].name.size() < 600);
}

TEST_CASE("docspace_people: whoever has another address is not the one asked for")
{
    const auto response = answer(
        "{\"response\":{\"id\":\"" + jane + "\",\"status\":1,\"email\":\"Jane@Example.com\"}}"
    );
    CHECK(net::read_person(response, "jane@example.com").value() != nullptr);
    CHECK(net::read_person(response, jane).value() != nullptr);
    CHECK(net::read_person(response, "john@example.com").failure() != nullptr);
    CHECK(net::read_person(response, robots).failure() != nullptr);
}

TEST_CASE("docspace_people: of a profile's groups those with a GUID are kept, up to a bound")
{
    const auto groups_of = [](const std::string& groups) {
        const auto profile = net::read_person(
            answer(
                "{\"response\":{\"id\":\"" + jane + "\",\"status\":1,\"groups\":" + groups + "}}"
            ),
            jane
        );
        REQUIRE(profile.value() != nullptr);
        return profile.value()->groups;
    };
    const std::string one = "{\"id\":\"" + robots + "\",\"name\":\"Robots\"}";
    CHECK(groups_of("[" + one + "]") == std::vector<core::portal_group>{{robots, "Robots"}});
    CHECK(groups_of("[7,{\"id\":\"x\"}," + one + "]").size() == 1);
    CHECK(groups_of("null").empty());
    std::string many = one;
    for (std::size_t i = 0; i < core::profile::groups_max; ++i)
        many += "," + one;
    CHECK(groups_of("[" + many + "]").size() == core::profile::groups_max);
}

TEST_CASE_METHOD(conversation, "docspace_people: the portal tells its groups and who is in them")
{
    const std::string id = portal.model.add_group({.name = "Robots"});
    portal.model.user_of(portal.alice).groups = {id};
    const auto groups = call(core::groups_request{});
    CHECK(*groups.value<core::group_page>() == core::group_page{1, {{id, "Robots"}}});
    const auto members = call(core::members_request{id});
    REQUIRE(members.value<core::member_page>() != nullptr);
    REQUIRE(members.value<core::member_page>()->members.size() == 1);
    CHECK(members.value<core::member_page>()->members[0].id == portal.alice);
    CHECK(call(core::members_request{id, 100}).value<core::member_page>()->rows == 0);
    const auto alice = call(core::profile_request{portal.alice});
    CHECK(alice.value<core::profile>()->is_member_of("ROBOTS"));
    CHECK(alice.value<core::profile>()->is_member_of(id));
    CHECK_FALSE(alice.value<core::profile>()->is_member_of("Robot"));
}

TEST_CASE_METHOD(conversation, "docspace_people: the portal tells how many users are active")
{
    const auto number = [&] {
        const auto told = call(core::active_users_request{});
        REQUIRE(told.value<core::active_users>() != nullptr);
        return told.value<core::active_users>()->count;
    };
    CHECK(number() == 6);
    portal.model.user_of(portal.alice).status = sim::employee_status::terminated;
    portal.model.user_of(portal.bob).status = sim::employee_status::pending;
    CHECK(number() == 4);
}

TEST_CASE_METHOD(conversation, "docspace_people: the portal knows people by address and by GUID")
{
    const std::string address = portal.model.user_of(portal.alice).email;
    const auto alice = call(core::person_request{address});
    REQUIRE(alice.value<core::profile>() != nullptr);
    CHECK(alice.value<core::profile>()->id == portal.alice);
    CHECK(call(core::person_request{portal.alice}).value<core::profile>()->id == portal.alice);
    const auto nobody = call(core::person_request{"nobody@example.com"});
    REQUIRE(nobody.failure() != nullptr);
    CHECK(nobody.failure()->kind == failure_kind::gone);
    CHECK(call(core::person_request{jane}).failure()->kind == failure_kind::gone);
}

} // namespace docwarden::test::docspace_people_test
