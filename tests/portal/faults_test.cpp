// Scripted faults: what the caller sees, and what happened nevertheless.

#include "tests/portal/portal_fixture.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::sim::faults_test
{

namespace json = boost::json;

namespace
{

const std::string people_path = "/api/2.0/people";
const std::string disable = R"({"disable":true})";

} // namespace

TEST_CASE("fault: nginx answers HTML for the services behind its path, so many times (section 6.4)")
{
    asking portal;
    portal.model.set_fault(nginx_error("/api/2.0/security", 502, 2));
    CHECK(portal.get("/api/2.0/people/@self").status == 200);
    for (int i = 0; i < 2; ++i) {
        const http_reply reply = portal.filter();
        CHECK(reply.status == 502);
        CHECK(reply.content_type == "text/html");
        CHECK(reply.body.find("nginx") != std::string::npos);
    }
    CHECK(portal.filter().status == 200);
}

TEST_CASE("fault: without a count it lasts until it is cleared")
{
    asking portal;
    const fault_number number = portal.model.set_fault(server_error("/api/2.0/security"));
    for (int i = 0; i < 5; ++i)
        CHECK(portal.filter().status == 500);
    CHECK(error_message(portal.filter()).starts_with("Object reference"));
    portal.model.clear_fault(number);
    CHECK(portal.filter().status == 200);
}

TEST_CASE("fault: skip lets requests pass first, and the target can be part of the condition")
{
    asking portal;
    fault trouble = nginx_error("/api/2.0/security", 503);
    trouble.skip = 1;
    trouble.target_contains = "startIndex=";
    portal.model.set_fault(trouble);
    CHECK(portal.filter("?startIndex=1").status == 200);
    CHECK(portal.filter("?count=1").status == 200);
    CHECK(portal.filter("?startIndex=1").status == 503);
}

TEST_CASE("fault: a 429 comes with the Retry-After of the script or with none (section 6.3)")
{
    asking portal;
    portal.model.set_fault(too_many_requests("/", "0", 1));
    portal.model.set_fault(too_many_requests("/", std::nullopt, 1));
    CHECK(*portal.filter().header("Retry-After") == "0");
    const http_reply second = portal.filter();
    CHECK(second.status == 429);
    CHECK(second.header("Retry-After") == nullptr);
}

TEST_CASE("fault: a request dropped before has no effect, one dropped after has")
{
    asking portal;
    portal.model.set_fault(fault_of(fault_kind::drop_before, "/", 1));
    CHECK(portal.put(people_path + "/alice", disable).how.drop);
    CHECK(portal.model.user_of("alice").status == employee_status::active);
    CHECK(portal.model.requests().back().status == 0);

    portal.model.set_fault(fault_of(fault_kind::drop_after, "/", 1));
    CHECK(portal.put(people_path + "/alice", disable).how.drop);
    CHECK(portal.model.user_of("alice").status == employee_status::terminated);
    CHECK(portal.model.disables_of("alice") == disable_counts{2, 1});
}

TEST_CASE("fault: a delay and a cut are instructions for the transport")
{
    asking portal;
    portal.model.set_fault(slow_answers("/", std::chrono::milliseconds{1'500}));
    portal.model.set_fault({.kind = fault_kind::truncate, .body_bytes = 10});
    const http_reply reply = portal.filter();
    CHECK(reply.how.delay == std::chrono::milliseconds{1'500});
    CHECK(reply.how.body_bytes_max == 10);
    const std::string text = render(reply, true);
    CHECK(text.ends_with("\r\n\r\n" + reply.body.substr(0, 10)));
    CHECK(text.find("Content-Length: " + std::to_string(reply.body.size())) != std::string::npos);
}

TEST_CASE("fault: bodies can be garbage, giant, of another type, or broken JSON")
{
    asking portal;
    const auto damaged = [&](fault trouble) {
        trouble.count = 1;
        portal.model.set_fault(trouble);
        return portal.filter();
    };
    CHECK(damaged(fault_of(fault_kind::garbage)).how.raw);
    const fault giant{.kind = fault_kind::oversized, .body_bytes = 1'000'000};
    CHECK(damaged(giant).body.size() > 1'000'000);
    CHECK(damaged(fault_of(fault_kind::wrong_content_type)).content_type == "text/html");
    boost::system::error_code ec;
    json::parse(damaged(fault_of(fault_kind::invalid_json)).body, ec);
    CHECK(ec.failed());
    CHECK(portal.filter().status == 200);
}

TEST_CASE("fault: a redirect leads where the script says, and an answer can carry any header")
{
    asking portal;
    const std::string away = "https://evil.example.net/";
    portal.model.set_fault({.kind = fault_kind::redirect, .count = 1, .location = away});
    const http_reply reply = portal.filter();
    CHECK(reply.status == 302);
    CHECK(*reply.header("Location") == away);

    portal.model.set_fault(other_date("/", "Fri, 31 Dec 9999 23:59:59 GMT"));
    CHECK(*portal.filter().header("Date") == "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST_CASE("fault: a portal can answer 200 and leave the account as it was")
{
    asking portal;
    const bool pretends = GENERATE(false, true);
    INFO("pretends: " << pretends);
    portal.model.set_fault(
        fault_of(pretends ? fault_kind::pretend_disabled : fault_kind::leave_unchanged)
    );
    const http_reply reply =
        portal.put(people_path + "/status/Terminated", R"({"userIds":[")" + portal.alice + "\"]}");
    CHECK(reply.status == 200);
    CHECK(response_of(reply).at(0).at("status").as_int64() == (pretends ? 2 : 1));
    const json::value profile = response_of(portal.get(people_path + "/alice"));
    CHECK(profile.at("status").as_int64() == 1);
    CHECK(portal.model.disables_of("alice") == disable_counts{1, 0});
    CHECK(portal.events().empty());
    portal.model.clear_faults();
    portal.put(people_path + "/alice", disable);
    CHECK(portal.model.disables_of("alice") == disable_counts{2, 1});
}

TEST_CASE("fault: the Date header is the portal's own time")
{
    asking portal;
    CHECK(*portal.filter().header("Date") == "Tue, 30 Jun 2026 13:05:05 GMT");
}

} // namespace docwarden::sim::faults_test
