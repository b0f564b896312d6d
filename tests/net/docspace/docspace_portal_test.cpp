#include "core/settings/disable_method.hpp"
#include "net/docspace/docspace_portal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scripted_transport.hpp"
#include "tests/support/sim_clock.hpp"
#include "tests/support/text.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

namespace docwarden::test::docspace_portal_test
{

namespace
{

namespace asio = boost::asio;
using core::failure_kind;
using namespace std::chrono_literals;

const std::string jane = "4c65a238-ca50-4374-b904-0d51d4c1822b";

net::http_response answer(unsigned status, std::string body)
{
    net::http_response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = std::move(body);
    return response;
}

std::string profile_text(const std::string& id, int status)
{
    return R"({"response":{"id":")" + id + R"(","status":)" + std::to_string(status) + "}}";
}

struct fixture {
    asio::io_context io{1};
    sim_clock clock{
        io,
        {core::wall_time(std::chrono::seconds(1'782'824'645)),
         core::mono_time(std::chrono::hours(1))}};
    scripted_transport transport{clock};
    net::docspace_portal portal{transport, clock, 20s};
    asio::cancellation_signal cancel;
    const core::mono_time begin = clock.reading().mono;
    core::call_id last_call = 7;

    // The answer to the call, which must come within a minute.
    core::answered ask(core::portal_request request, std::chrono::seconds cancel_after = 1h)
    {
        const core::call_id id = ++last_call;
        auto answer = complete(portal.call(core::call{id, std::move(request)}), cancel_after);
        REQUIRE(answer.id == id);
        return answer;
    }

    core::answered complete(asio::awaitable<core::answered> call, std::chrono::seconds cancel_after)
    {
        std::optional<core::answered> outcome;
        std::exception_ptr crash;
        const auto on_end = [&](std::exception_ptr thrown, core::answered value) {
            crash = thrown;
            outcome = std::move(value);
        };
        asio::co_spawn(io, std::move(call), asio::bind_cancellation_slot(cancel.slot(), on_end));
        const auto is_over = [&] { return outcome.has_value(); };
        if (!clock.run_until(begin + std::min<std::chrono::seconds>(cancel_after, 60s), is_over)) {
            asio::post(io, [this] { cancel.emit(asio::cancellation_type::terminal); });
            REQUIRE(clock.run_until(clock.reading().mono, is_over));
        }
        if (crash)
            std::rethrow_exception(crash);
        return std::move(*outcome);
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "docspace_portal: an answer finds its way back to its call")
{
    transport.answer(answer(200, R"({"response":[],"count":0})"));
    transport.answer(answer(200, profile_text(jane, 1)));
    transport.answer(answer(200, profile_text(jane, 2)));
    transport.answer(answer(200, "{}"));

    const auto page = ask(core::page_request());
    CHECK(page.value<core::audit_page>() != nullptr);

    const auto self = ask(core::identity_request());
    REQUIRE(self.value<core::profile>() != nullptr);
    CHECK(self.value<core::profile>()->id == jane);

    const auto look = ask(core::profile_request{jane});
    REQUIRE(look.value<core::profile>() != nullptr);
    CHECK(look.value<core::profile>()->status == core::user_status::terminated);

    const auto disabled = ask(core::disable_request{jane, core::disable_method::status, {}});
    CHECK(disabled.value<core::accepted>() != nullptr);

    REQUIRE(transport.requests().size() == 4);
    CHECK(contains(transport.requests()[0].request.target, "/audit/events/filter?"));
    CHECK(transport.requests()[1].request.target == "/api/2.0/people/@self");
    CHECK(transport.requests()[2].request.target == "/api/2.0/people/" + jane);
    CHECK(transport.requests()[3].request.target == "/api/2.0/people/status/Terminated");
}

TEST_CASE_METHOD(fixture, "docspace_portal: a profile of somebody else is not taken for the asked")
{
    transport.answer(answer(200, profile_text("9c65a238-ca50-4374-b904-0d51d4c1822b", 2)));
    const auto look = ask(core::profile_request{jane});
    REQUIRE(look.failure() != nullptr);
    CHECK(look.failure()->kind == failure_kind::bad_answer);
}

TEST_CASE_METHOD(fixture, "docspace_portal: each call is one request with one deadline")
{
    transport.answer(answer(502, ""), 3s);
    const auto look = ask(core::profile_request{jane});
    REQUIRE(look.failure() != nullptr);
    CHECK(look.failure()->kind == failure_kind::broken);
    REQUIRE(transport.requests().size() == 1); // whether to repeat it is not decided here
    CHECK(transport.requests().front().deadline == begin + 20s);
    CHECK(clock.reading().mono == begin + 3s);
}

TEST_CASE_METHOD(fixture, "docspace_portal: an answer that does not come in time is a failure")
{
    transport.answer(answer(200, "{}"), 30s);
    const auto disabled = ask(core::disable_request{jane, core::disable_method::member, "why"});
    CHECK(clock.reading().mono == begin + 20s);
    REQUIRE(disabled.failure() != nullptr);
    CHECK(disabled.failure()->kind == failure_kind::interrupted); // it may have arrived
}

TEST_CASE_METHOD(fixture, "docspace_portal: a transport's error is the failure of its call")
{
    transport.fail(make_error_code(net::errc::connect_refused));
    transport.fail(make_error_code(net::errc::answer_too_large));
    const auto self = ask(core::identity_request());
    REQUIRE(self.failure() != nullptr);
    CHECK(self.failure()->kind == failure_kind::unreachable);
    const auto page = ask(core::page_request());
    REQUIRE(page.failure() != nullptr);
    CHECK(page.failure()->kind == failure_kind::bad_answer);
}

TEST_CASE_METHOD(fixture, "docspace_portal: what came of a page before it broke off is kept")
{
    transport.answer(answer(
        200,
        R"({"response":[{"id":1,"date":"2026-06-30T12:00:00Z","userId":")" + jane +
            R"(","actionId":5034,"target":["1"]},{)"
    ));
    const auto page = ask(core::page_request());
    REQUIRE(page.failure() != nullptr);
    REQUIRE(std::holds_alternative<core::partial_page>(page.result));
    CHECK(std::get<core::partial_page>(page.result).read.events.size() == 1);
}

TEST_CASE_METHOD(fixture, "docspace_portal: a cancelled call ends at once")
{
    transport.answer(answer(200, "{}"), 10s);
    const auto self = ask(core::identity_request(), 2s);
    CHECK(clock.reading().mono == begin + 2s);
    REQUIRE(self.failure() != nullptr);
    CHECK(self.failure()->kind == failure_kind::interrupted);
}

} // namespace docwarden::test::docspace_portal_test
