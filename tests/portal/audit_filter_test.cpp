// GET security/audit/events/filter: what is selected, and in which order.

#include "tests/portal/portal_fixture.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>

namespace docwarden::sim::audit_filter_test
{

namespace json = boost::json;

namespace
{

// So many saves of distinct files "1", "2", ... by Alice, one a second.
void record_saves(asking& portal, int count)
{
    for (int i = 1; i <= count; ++i)
        portal.model.record(portal.alice, 5034, std::to_string(i), "plan.docx", at(i));
}

using strings = std::vector<std::string>;

} // namespace

TEST_CASE("audit filter: from and to are inclusive on both ends (section 1.1)")
{
    asking portal;
    record_saves(portal, 5);
    CHECK(
        targets_of(portal.events("?from=2026-06-30T13:04:07Z&to=2026-06-30T13:04:09Z")) ==
        strings{"4", "3", "2"}
    );
    CHECK(targets_of(portal.events("?from=2026-06-30T13:04:10Z")) == strings{"5"});
    CHECK(targets_of(portal.events("?to=2026-06-30T13:04:06Z")) == strings{"1"});
}

TEST_CASE("audit filter: the newest come first, a hundred at most, startIndex counts from the "
          "newest (sections 1.1 and 1.2)")
{
    asking portal;
    record_saves(portal, 130);
    portal.now = at(200);
    const json::array first = portal.events();
    REQUIRE(first.size() == 100);
    CHECK(targets_of(first).front() == "130");
    CHECK(targets_of(first).back() == "31");
    const json::array rest = portal.events("?startIndex=100&count=100");
    REQUIRE(rest.size() == 30);
    CHECK(targets_of(rest).front() == "30");
    CHECK(portal.events("?startIndex=130").empty());
    CHECK(targets_of(portal.events("?count=2&startIndex=1")) == strings{"129", "128"});
}

TEST_CASE("audit filter: a count outside 1 to 100 is a 400 with the validation body (sections 1.1 "
          "and 6.5)")
{
    asking portal;
    const std::string count = GENERATE(as<std::string>{}, "0", "101", "-1", "many", "1.5");
    INFO(count);
    const http_reply reply = portal.filter("?count=" + count);
    CHECK(reply.status == 400);
    const json::value body = body_of(reply);
    CHECK(body.at("status").as_int64() == 1);
    CHECK(body.at("statusCode").as_int64() == 400);
    CHECK(body.at("response").at("title").as_string() == "One or more validation errors occurred.");
    CHECK(body.at("response").at("errors").at("count").is_array());
}

TEST_CASE("audit filter: a date in a form that ASP.NET does not take is a 400, also an unescaped "
          "plus (section 1.4)")
{
    asking portal;
    CHECK(portal.filter("?from=2026-06-30T13:04:05.123456%2B00:00").status == 400);
    CHECK(portal.filter("?from=2026-06-30T15:04:05+02:00").status == 400);
    CHECK(portal.filter("?to=2026-06-30").status == 400);
    CHECK(portal.filter("?from=2026-06-30T15:04:05%2B02:00").status == 200);
    CHECK(portal.filter("?from=2026-06-30T13:04:05.000Z").status == 200);
}

TEST_CASE("audit filter: a number or name that an enum does not have is a 400 (section 1.1)")
{
    asking portal;
    CHECK(portal.filter("?action=99999").status == 400);
    CHECK(portal.filter("?action=NoSuchAction").status == 400);
    CHECK(portal.filter("?actionType=77").status == 400);
    CHECK(portal.filter("?entryType=99").status == 400);
    CHECK(portal.filter("?moduleType=99").status == 400);
    CHECK(portal.filter("?userId=alice").status == 400);
}

TEST_CASE("audit filter: action selects exactly one action, by number or name, and 0 selects none "
          "(section 1.1)")
{
    asking portal;
    portal.model.record(portal.alice, 5034, "1", "a.docx", at(1));
    portal.model.record(portal.alice, 5011, "2", "b.docx", at(2));
    CHECK(targets_of(portal.events("?action=5011")) == strings{"2"});
    CHECK(targets_of(portal.events("?action=fileuploaded")) == strings{"2"});
    CHECK(targets_of(portal.events("?action=0")) == strings{"2", "1"});
    // With an action, the other enums are not looked at.
    CHECK(targets_of(portal.events("?action=5011&actionType=2&moduleType=2")) == strings{"2"});
}

TEST_CASE("audit filter: actionType and userId narrow the answer (section 1.1)")
{
    asking portal;
    portal.model.record(portal.alice, 5034, "1", "a.docx", at(1));
    portal.model.record(portal.alice, 5011, "2", "b.docx", at(2));
    portal.model.record(portal.bob, 5034, "3", "c.docx", at(3));
    CHECK(targets_of(portal.events("?actionType=2")) == strings{"3", "1"});
    CHECK(targets_of(portal.events("?actionType=Upload")) == strings{"2"});
    CHECK(targets_of(portal.events("?userId=" + portal.bob)) == strings{"3"});
    CHECK(portal.events("?userId=00000000-0000-0000-0000-000000000000").size() == 3);
}

TEST_CASE("audit filter: target is exact with an action and a substring with an entryType "
          "(section 1.1)")
{
    asking portal;
    portal.model.record(portal.alice, 5015, "12", "a.docx", at(1)); // stored as "12,77"
    portal.model.record(portal.alice, 5034, "12", "a.docx", at(2));
    portal.model.record(portal.alice, 5034, "123", "b.docx", at(3));
    CHECK(portal.events("?action=5015&target=12").empty());
    CHECK(portal.events("?action=5015&target=12%2C77").size() == 1);
    CHECK(targets_of(portal.events("?action=5034&target=12")) == strings{"12"});
    CHECK(portal.events("?entryType=1&target=12").size() == 3);
    CHECK(portal.events("?entryType=Folder&target=12").size() == 1);
    // Each of the two alone has no effect.
    CHECK(portal.events("?entryType=2").size() == 3);
    CHECK(portal.events("?target=nothing").size() == 3);
}

TEST_CASE("audit filter: only mapped actions appear without an action (section 1.2)")
{
    asking portal;
    portal.model.record(portal.alice, 5101, "1", "hidden.docx", at(1));
    portal.model.record(portal.alice, 5034, "2", "seen.docx", at(2));
    CHECK(targets_of(portal.events()) == strings{"2"});
}

TEST_CASE("audit filter: fields leaves only the named members of the events (section 1.1)")
{
    asking portal;
    record_saves(portal, 1);
    const http_reply reply = portal.filter("?fields=id,date,userId,actionId,target");
    const json::object event = response_of(reply).at(0).as_object();
    CHECK(event.size() == 5);
    CHECK(event.contains("actionId"));
    CHECK(body_of(reply).at("count").as_int64() == 1);
}

TEST_CASE("audit filter: moduleType without an action is a 500, with one it is ignored (section "
          "1.7)")
{
    asking portal;
    const http_reply reply = portal.filter("?moduleType=1");
    CHECK(reply.status == 500);
    CHECK(body_of(reply).at("error").at("type").as_string() == "System.NullReferenceException");
    CHECK(portal.filter("?moduleType=0").status == 200);
    CHECK(portal.filter("?moduleType=1&action=5034").status == 200);
}

TEST_CASE("audit filter: an action without a mapper entry is a 500 (section 1.7)")
{
    asking portal;
    const int action = GENERATE(5083, 5098, 5101, 5105, 7001, 7004);
    INFO(action);
    CHECK(portal.filter("?action=" + std::to_string(action)).status == 500);
}

TEST_CASE("audit filter: a tag that looks like broken JSON makes every page with it a 500 (section "
          "1.7)")
{
    asking portal;
    record_saves(portal, 3);
    portal.model.record(portal.alice, 5076, "", "{x}", at(2.5));
    CHECK(portal.filter().status == 500);
    CHECK(portal.filter("?actionType=1").status == 500);
    CHECK(portal.get("/api/2.0/security/audit/events/last").status == 500);
    // Pages without it, and queries per action, still work.
    CHECK(portal.filter("?to=2026-06-30T13:04:07Z").status == 200);
    CHECK(portal.filter("?action=5034").status == 200);
    CHECK(portal.events("?action=5034").size() == 3);
}

TEST_CASE("audit filter: a tag with harmless braces poisons nothing (section 1.7)")
{
    asking portal;
    portal.model.record(portal.alice, 5076, "", "{\"valid\":1}", at(1));
    portal.model.record(portal.alice, 5076, "", "{open", at(2));
    portal.model.record(portal.alice, 5034, "1", "{x}", at(3)); // a file's description ends in JSON
    CHECK(portal.filter().status == 200);
}

TEST_CASE("audit filter: without the plan's audit the newest 20 come, whatever was asked (section "
          "1.6)")
{
    asking portal;
    portal.model.settings().has_audit = false;
    record_saves(portal, 30);
    const json::array probed =
        portal.events("?from=2000-01-01T00:00:00Z&to=2000-01-01T00:00:01Z&count=100&action=5011");
    CHECK(probed.size() == 20);
    CHECK(targets_of(probed).front() == "30");
    CHECK(portal.filter("?count=101").status == 400); // binding comes first
    CHECK_FALSE(response_of(portal.get("/api/2.0/portal/quota")).at("audit").as_bool());
}

TEST_CASE("audit filter: a hidden section is a 402 on SaaS and the newest 20 on one's own server "
          "(section 1.6)")
{
    asking portal;
    record_saves(portal, 30);
    portal.model.settings().is_audit_hidden = true;
    CHECK(portal.events("?count=100").size() == 20);
    portal.model.settings().is_standalone = false;
    const http_reply reply = portal.filter();
    CHECK(reply.status == 402);
    CHECK(error_message(reply) == "Your pricing plan does not support this option");
}

TEST_CASE("audit filter: only the owner and DocSpace administrators may ask (section 1.6)")
{
    asking portal;
    CHECK(portal.send("GET", portal.filter_path, "", portal.owner_key).status == 200);
    const std::string key = portal.model.add_key({.creator_id = portal.alice});
    const http_reply reply = portal.send("GET", portal.filter_path, "", key);
    CHECK(reply.status == 403);
    CHECK(error_message(reply) == "Access denied");
}

TEST_CASE("audit filter: rows of one second come by descending id, or in another order each time "
          "(section 1.2)")
{
    asking portal;
    for (int i = 1; i <= 12; ++i)
        portal.model.record(portal.alice, 5034, std::to_string(i), "a.docx", at(1));
    const auto by_id = ids_of(portal.events());
    CHECK(std::ranges::is_sorted(by_id, std::ranges::greater{}));
    portal.model.settings().ties = tie_order::reshuffled;
    const auto first = ids_of(portal.events());
    const auto second = ids_of(portal.events());
    CHECK(first != second);
    CHECK(std::set(first.begin(), first.end()) == std::set(by_id.begin(), by_id.end()));
}

TEST_CASE(
    "audit filter: with reshuffled ties a page split inside a second can lose and repeat rows "
    "(section 1.2)"
)
{
    asking portal;
    portal.model.settings().ties = tie_order::reshuffled;
    for (int i = 1; i <= 60; ++i)
        portal.model.record(portal.alice, 5034, std::to_string(i), "a.docx", at(1));
    auto ids = ids_of(portal.events("?count=30"));
    const auto rest = ids_of(portal.events("?count=30&startIndex=30"));
    ids.insert(ids.end(), rest.begin(), rest.end());
    CHECK(ids.size() == 60);
    CHECK(std::set(ids.begin(), ids.end()).size() < 60);
}

TEST_CASE("audit filter: up to 3.1 a count above 1000 is clamped, from 3.2 above 100 is a 400 "
          "(section 1.9)")
{
    asking portal;
    record_saves(portal, 150);
    portal.now = at(200);
    portal.model.settings().version = "3.1.1";
    CHECK(portal.events("?count=5000").size() == 150);
    portal.model.settings().version = "3.2.1";
    CHECK(portal.filter("?count=101").status == 400);
    CHECK(portal.filter("?count=100").status == 200);
}

TEST_CASE("audit filter: before 3.5 the location is called module (section 1.9)")
{
    asking portal;
    record_saves(portal, 1);
    CHECK(portal.events().at(0).at("location").as_int64() == 1);
    portal.model.settings().version = "3.2.1";
    const json::object event = portal.events().at(0).as_object();
    CHECK(event.contains("module"));
    CHECK_FALSE(event.contains("location"));
}

} // namespace docwarden::sim::audit_filter_test
