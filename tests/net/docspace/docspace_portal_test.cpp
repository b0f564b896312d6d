#include "core/portal/disable_method.hpp"
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

    // The input that comes of the call, which must come within a minute.
    template <class Answered>
    Answered complete(asio::awaitable<core::input> call, std::chrono::seconds cancel_after = 1h)
    {
        std::optional<core::input> outcome;
        std::exception_ptr crash;
        const auto on_end = [&](std::exception_ptr thrown, core::input value) {
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
        return std::get<Answered>(*outcome);
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "docspace_portal: an answer finds its way back to its call")
{
    transport.answer(answer(200, R"({"response":[],"count":0})"));
    transport.answer(answer(200, profile_text(jane, 1)));
    transport.answer(answer(200, profile_text(jane, 2)));
    transport.answer(answer(200, "{}"));

    core::fetch_page page;
    page.call = 7;
    const auto paged = complete<core::page_answered>(portal.fetch(page));
    CHECK(paged.call == 7);
    CHECK(paged.result.value() != nullptr);

    const auto self = complete<core::identity_answered>(portal.fetch(core::fetch_identity{8}));
    CHECK(self.call == 8);
    REQUIRE(self.result.value() != nullptr);
    CHECK(self.result.value()->id == jane);

    const auto who = complete<core::profile_answered>(portal.fetch(core::fetch_profile{9, jane}));
    CHECK(who.call == 9);
    REQUIRE(who.result.value() != nullptr);
    CHECK(who.result.value()->status == core::user_status::terminated);

    const core::send_disable order{10, jane, core::disable_method::status, {}};
    const auto disabled = complete<core::disable_answered>(portal.fetch(order));
    CHECK(disabled.call == 10);
    CHECK(disabled.result.value() != nullptr);

    REQUIRE(transport.requests().size() == 4);
    CHECK(contains(transport.requests()[0].request.target, "/audit/events/filter?"));
    CHECK(transport.requests()[1].request.target == "/api/2.0/people/@self");
    CHECK(transport.requests()[2].request.target == "/api/2.0/people/" + jane);
    CHECK(transport.requests()[3].request.target == "/api/2.0/people/status/Terminated");
}

TEST_CASE_METHOD(fixture, "docspace_portal: a profile of somebody else is not taken for the asked")
{
    transport.answer(answer(200, profile_text("9c65a238-ca50-4374-b904-0d51d4c1822b", 2)));
    const auto who = complete<core::profile_answered>(portal.fetch(core::fetch_profile{1, jane}));
    REQUIRE(who.result.failure() != nullptr);
    CHECK(who.result.failure()->kind == failure_kind::bad_answer);
}

TEST_CASE_METHOD(fixture, "docspace_portal: each call is one request with one deadline")
{
    transport.answer(answer(502, ""), 3s);
    const auto who = complete<core::profile_answered>(portal.fetch(core::fetch_profile{1, jane}));
    REQUIRE(who.result.failure() != nullptr);
    CHECK(who.result.failure()->kind == failure_kind::broken);
    REQUIRE(transport.requests().size() == 1); // whether to repeat it is not decided here
    CHECK(transport.requests().front().deadline == begin + 20s);
    CHECK(clock.reading().mono == begin + 3s);
}

TEST_CASE_METHOD(fixture, "docspace_portal: an answer that does not come in time is a failure")
{
    transport.answer(answer(200, "{}"), 30s);
    const core::send_disable order{1, jane, core::disable_method::member, "why"};
    const auto disabled = complete<core::disable_answered>(portal.fetch(order));
    CHECK(clock.reading().mono == begin + 20s);
    REQUIRE(disabled.result.failure() != nullptr);
    CHECK(disabled.result.failure()->kind == failure_kind::interrupted); // it may have arrived
}

TEST_CASE_METHOD(fixture, "docspace_portal: a transport's error is the failure of its call")
{
    transport.fail(make_error_code(net::errc::connect_refused));
    transport.fail(make_error_code(net::errc::answer_too_large));
    const auto self = complete<core::identity_answered>(portal.fetch(core::fetch_identity{1}));
    REQUIRE(self.result.failure() != nullptr);
    CHECK(self.result.failure()->kind == failure_kind::unreachable);
    const auto paged = complete<core::page_answered>(portal.fetch(core::fetch_page{2, {}}));
    REQUIRE(paged.result.failure() != nullptr);
    CHECK(paged.result.failure()->kind == failure_kind::bad_answer);
}

TEST_CASE_METHOD(fixture, "docspace_portal: what came of a page before it broke off is kept")
{
    transport.answer(answer(
        200,
        R"({"response":[{"id":1,"date":"2026-06-30T12:00:00Z","userId":")" + jane +
            R"(","actionId":5034,"target":["1"]},{)"
    ));
    const auto paged = complete<core::page_answered>(portal.fetch(core::fetch_page{1, {}}));
    REQUIRE(paged.result.failure() != nullptr);
    CHECK(paged.partial.events.size() == 1);
}

TEST_CASE_METHOD(fixture, "docspace_portal: a cancelled call ends at once")
{
    transport.answer(answer(200, "{}"), 10s);
    const auto self = complete<core::identity_answered>(portal.fetch(core::fetch_identity{1}), 2s);
    CHECK(clock.reading().mono == begin + 2s);
    REQUIRE(self.result.failure() != nullptr);
    CHECK(self.result.failure()->kind == failure_kind::interrupted);
}

} // namespace docwarden::test::docspace_portal_test
