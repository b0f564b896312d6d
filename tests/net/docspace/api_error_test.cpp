#include "net/base/error.hpp"
#include "net/docspace/api_error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <boost/asio/error.hpp>

#include <string>
#include <utility>
#include <vector>

namespace docwarden::test::api_error_test
{

namespace
{

using core::failure_kind;
using net::errc;
using net::failure_of;

net::http_response answer(unsigned status, std::string content_type, std::string body = {})
{
    net::http_response response;
    response.status = status;
    response.content_type = std::move(content_type);
    response.body = std::move(body);
    return response;
}

// The failure that there must be.
core::api_failure failure(const net::http_response& response)
{
    const auto why = failure_of(response);
    REQUIRE(why);
    return *why;
}

const std::string json = "application/json";
const std::string problem_json = "application/problem+json";
const std::string html = "text/html";

// The body shapes of docspace-api.md section 6.5, each with "SECRET" where nothing may be shown.
const std::string error_envelope =
    R"({"error":{"message":"Access denied","type":"System.SECRET","stack":"at SECRET.cs:1",)"
    R"("hresult":-2146233078},"status":1,"statusCode":403})";
const std::string problem_details =
    R"({"type":"https://SECRET","title":"Payment Required","status":402,"traceId":"SECRET"})";
const std::string validation =
    R"({"response":{"type":"SECRET","title":"One or more validation errors occurred.",)"
    R"("status":400,"errors":{"count":["SECRET"]},"traceId":null},"count":1,"status":1,)"
    R"("statusCode":400})";
const std::string nginx_page = "<html><head><title>502 Bad Gateway</title></head>SECRET</html>";

std::vector<errc> all_errors()
{
    std::vector<errc> all;
    for (int value = 1;; ++value) {
        const auto code = static_cast<errc>(value);
        if (net::make_error_code(code).message() == "unknown error")
            return all;
        all.push_back(code);
    }
}

} // namespace

TEST_CASE("api_error: every transport error is a kind by which the engine can decide")
{
    using core::failure_kind;
    const std::vector<std::pair<errc, failure_kind>> expected{
        {errc::name_not_found, failure_kind::unreachable},
        {errc::name_lookup_failed, failure_kind::unreachable},
        {errc::connect_refused, failure_kind::unreachable},
        {errc::connect_timeout, failure_kind::unreachable},
        {errc::connect_failed, failure_kind::unreachable},
        {errc::tls_untrusted, failure_kind::unreachable},
        {errc::tls_expired, failure_kind::unreachable},
        {errc::tls_wrong_name, failure_kind::unreachable},
        {errc::tls_failed, failure_kind::unreachable},
        {errc::proxy_unreachable, failure_kind::unreachable},
        {errc::proxy_refused, failure_kind::unreachable},
        {errc::answer_timeout, failure_kind::interrupted},
        {errc::connection_lost, failure_kind::interrupted},
        {errc::answer_too_large, failure_kind::bad_answer},
        {errc::answer_malformed, failure_kind::bad_answer},
        {errc::cancelled, failure_kind::interrupted},
    };
    REQUIRE(expected.size() == all_errors().size()); // a new error must be added here
    for (const auto& [code, kind] : expected) {
        const auto ec = net::make_error_code(code);
        INFO(ec.message());
        const core::api_failure why = failure_of(ec);
        CHECK(why.kind == kind);
        CHECK(why.text == ec.message());
        CHECK(why.status == 0);
        CHECK_FALSE(why.retry_after);
    }
}

TEST_CASE("api_error: an error of another library may mean that the request has arrived")
{
    const boost::system::error_code foreign = boost::asio::error::operation_aborted;
    CHECK(failure_of(foreign).kind == failure_kind::interrupted);
}

TEST_CASE("api_error: the status decides the kind, whatever the body says it is")
{
    const auto [status, kind] = GENERATE(table<unsigned, failure_kind>({
        {0, failure_kind::bad_answer},    {199, failure_kind::bad_answer},
        {300, failure_kind::redirected},  {301, failure_kind::redirected},
        {302, failure_kind::redirected},  {304, failure_kind::redirected},
        {307, failure_kind::redirected},  {308, failure_kind::redirected},
        {400, failure_kind::rejected},    {401, failure_kind::unauthorised},
        {402, failure_kind::unpaid},      {403, failure_kind::forbidden},
        {404, failure_kind::not_found},   {405, failure_kind::rejected},
        {408, failure_kind::interrupted}, {409, failure_kind::rejected},
        {415, failure_kind::rejected},    {429, failure_kind::throttled},
        {451, failure_kind::rejected},    {499, failure_kind::rejected},
        {500, failure_kind::broken},      {501, failure_kind::broken},
        {502, failure_kind::broken},      {503, failure_kind::broken},
        {504, failure_kind::broken},      {599, failure_kind::broken},
        {999, failure_kind::broken},
    }));
    const std::vector<net::http_response> answers{
        answer(status, ""),
        answer(status, json),
        answer(status, json, error_envelope),
        answer(status, json, "\"SECRET: your address is not allowed\""),
        answer(status, json, "{\"response\":[],\"status\":0,\"statusCode\":200}"),
        answer(status, json, "{broken SECRET"),
        answer(status, json, "[\"SECRET\"]"),
        answer(status, json, "null"),
        answer(status, problem_json, problem_details),
        answer(status, json, validation),
        answer(status, html, nginx_page),
        answer(status, "text/plain", "SECRET"),
        answer(status, "", error_envelope), // JSON, but nobody says so
    };
    for (const net::http_response& response : answers) {
        INFO(status << ' ' << response.content_type << ' ' << response.body);
        const core::api_failure why = failure(response);
        CHECK(why.kind == kind);
        CHECK(why.status == status);
        CHECK(
            why.text.substr(0, 5 + std::to_string(status).size()) ==
            "HTTP " + std::to_string(status)
        );
        CHECK_FALSE(contains(why.text, "SECRET"));
        CHECK_FALSE(contains(why.text, "{"));
        CHECK_FALSE(contains(why.text, "<"));
    }
}

TEST_CASE("api_error: the portal's exception tells its own trouble from a refusal, and a user that "
          "is gone from a portal that is")
{
    const auto [status, type, kind] = GENERATE(table<unsigned, std::string, failure_kind>({
        {403, "System.InvalidOperationException", failure_kind::broken},
        {403, "System.Security.SecurityException", failure_kind::forbidden},
        {401, "System.InvalidOperationException", failure_kind::unauthorised},
        {404, "ASC.Common.Web.ItemNotFoundException", failure_kind::gone},
        {404, "System.InvalidOperationException", failure_kind::not_found},
        {403, "ASC.Common.Web.ItemNotFoundException", failure_kind::forbidden},
    }));
    INFO(status << ' ' << type);
    const std::string body = R"({"error":{"message":"m","type":")" + type + R"("},"status":1})";
    CHECK(failure(answer(status, json, body)).kind == kind);
    CHECK(failure(answer(status, json, body)).text == "HTTP " + std::to_string(status) + ": m");
}

TEST_CASE("api_error: the portal's own short message is told, in each shape that has one")
{
    CHECK(failure(answer(403, json, error_envelope)).text == "HTTP 403: Access denied");
    CHECK(failure(answer(402, problem_json, problem_details)).text == "HTTP 402: Payment Required");
    CHECK(
        failure(answer(400, json, validation)).text ==
        "HTTP 400: One or more validation errors occurred."
    );
    CHECK(failure(answer(404, json, R"({"detail":"gone"})")).text == "HTTP 404: gone");
}

TEST_CASE("api_error: without a message that can be told, the status must do")
{
    const auto body = GENERATE(
        as<std::string>{},
        "",
        "{}",
        R"({"error":null})",
        R"({"error":{"message":7}})",
        R"({"error":{"message":""}})",
        R"({"error":[]})",
        R"(["error"])",
        R"("error")",
        "{"
    );
    INFO(body);
    CHECK(failure(answer(500, json, body)).text == "HTTP 500");
}

TEST_CASE("api_error: a long message of the portal is cut")
{
    const std::string body = R"({"error":{"message":")" + std::string(1'000'000, 'x') + "\"}}";
    CHECK(failure(answer(500, json, body)).text.size() < 250);
}

TEST_CASE("api_error: a body that is nested without end is no message, and no crash")
{
    CHECK(failure(answer(500, json, std::string(1'000'000, '['))).text == "HTTP 500");
}

TEST_CASE("api_error: the pause that the portal asks for is passed on, of every status")
{
    auto response = answer(429, "");
    CHECK_FALSE(failure(response).retry_after);
    response.retry_after = std::chrono::seconds(0);
    CHECK(failure(response).retry_after == std::chrono::seconds(0));
    response.status = 503;
    response.retry_after = std::chrono::seconds(120);
    CHECK(failure(response).retry_after == std::chrono::seconds(120));
}

TEST_CASE("api_error: success is 2xx with JSON, and nothing else is")
{
    CHECK_FALSE(failure_of(answer(200, json, "{}")));
    CHECK_FALSE(failure_of(answer(201, json)));
    CHECK_FALSE(failure_of(answer(299, json)));

    const auto page = failure(answer(200, html, "<html>SECRET</html>"));
    CHECK(page.kind == failure_kind::bad_answer);
    CHECK(page.status == 200);
    CHECK(
        page.text ==
        "HTTP 200: the answer is text/html instead of JSON: a login page or a proxy in between?"
    );
    const auto nothing = failure(answer(204, ""));
    CHECK(nothing.kind == failure_kind::bad_answer);
    CHECK(nothing.text == "HTTP 204: the answer has no content type");
}

TEST_CASE("api_error: a content type as long as a novel is cut")
{
    CHECK(failure(answer(200, std::string(10'000, 'x'))).text.size() < 200);
}

TEST_CASE("api_error: a bad answer says with which status and why")
{
    const core::api_failure why = net::bad_answer(answer(200, json), "it is empty");
    CHECK(why.kind == failure_kind::bad_answer);
    CHECK(why.status == 200);
    CHECK(why.text == "HTTP 200: it is empty");
}

} // namespace docwarden::test::api_error_test
