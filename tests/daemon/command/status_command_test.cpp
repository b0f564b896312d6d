#include "daemon/command/status_command.hpp"
#include "daemon/command/status_print.hpp"
#include "daemon/view/admin_status.hpp"
#include "net/admin/admin_server.hpp"
#include "net/async/asio_clock.hpp"
#include "net/async/task_group.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>

#include <sstream>
#include <thread>

namespace docwarden::test::status_command_test
{

namespace
{

using namespace std::chrono_literals;
using core::wall_time;

const core::clock_reading now{wall_time(std::chrono::seconds(1'782'824'645)), core::mono_time(1h)};

daemon::portal_status healthy()
{
    daemon::portal_status portal;
    core::engine_status& status = portal.engine;
    status.portal = "docs";
    status.was_tried = status.has_read = status.can_act = true;
    status.events = 1393;
    status.users = 13;
    status.complete = now.wall - 12s;
    status.clock_skew = 2s;
    status.memory_bytes = 204'800;
    portal.cases[core::containment_state::held] = 2;
    return portal;
}

daemon::portal_status limited()
{
    daemon::portal_status portal = healthy();
    portal.engine.conditions = {
        {core::subsystem::reading,
         core::api_failure{core::failure_kind::unreachable, 0, {}, "no route\x1b[2J"},
         now.mono - 90s}};
    return portal;
}

std::string json_of(const std::vector<daemon::portal_status>& portals)
{
    return daemon::render_status(portals, "1.2", now).body;
}

daemon::printed_status print(const std::vector<daemon::portal_status>& portals)
{
    const auto printed = daemon::print_status(json_of(portals));
    REQUIRE(printed);
    return *printed;
}

// A real endpoint on a port of the system's choice, in a thread of its own.
class endpoint final : private net::admin_handler
{
public:
    explicit endpoint(net::admin_response answer) : answer_(std::move(answer))
    {
        net::admin_handler& handler = *this;
        auto made = net::make_admin_server(io_.get_executor(), clock_, "127.0.0.1", 0, handler);
        if (!made)
            throw std::runtime_error(made.error().text);
        server_ = std::move(*made);
        settings.port = server_->local_port();
        tasks_.spawn(server_->run());
        thread_ = std::thread([this] { io_.run(); });
    }
    endpoint(const endpoint&) = delete;
    endpoint& operator=(const endpoint&) = delete;
    ~endpoint() override
    {
        boost::asio::post(io_, [this] { tasks_.cancel(); });
        thread_.join();
    }

    daemon::admin_settings settings;

private:
    boost::asio::awaitable<net::admin_response> scan() override { co_return answer_; }
    net::admin_response health() override { return answer_; }
    net::admin_response ready() override { return answer_; }
    net::admin_response status() override { return answer_; }

    net::admin_response answer_;
    boost::asio::io_context io_{1};
    net::asio_clock clock_{io_.get_executor()};
    std::unique_ptr<net::admin_server> server_;
    net::task_group tasks_{io_.get_executor(), [](std::exception_ptr) { std::terminate(); }};
    std::thread thread_;
};

struct outcome {
    int code = 0;
    std::string out;
    std::string err;
};

outcome ask(const daemon::admin_settings& admin, bool json = false)
{
    std::ostringstream out;
    std::ostringstream err;
    outcome result;
    result.code = daemon::status(admin, json, out, err);
    result.out = out.str();
    result.err = err.str();
    return result;
}

} // namespace

TEST_CASE("status: the JSON holds what the engines say, with times and sums that need no clock")
{
    const auto all = boost::json::parse(json_of({limited()}));
    CHECK(all.at("status") == "not ready");
    CHECK(all.at("version") == "1.2");
    CHECK(all.at("now") == "2026-06-30T13:04:05Z");
    const auto& portal = all.at("portals").at(0);
    CHECK(portal.at("name") == "docs");
    CHECK(portal.at("ready") == false);
    CHECK(portal.at("complete") == "2026-06-30T13:03:53Z");
    CHECK(portal.at("complete_seconds_ago") == 10); // the portal's clock is two seconds behind
    CHECK(portal.at("conditions").at(0).at("concern") == "reading");
    CHECK(portal.at("conditions").at(0).at("code") == "unreachable");
    CHECK(contains(
        std::string(portal.at("conditions").at(0).at("text").as_string()), "(no route\\u{1b}[2J)"
    ));
    CHECK(portal.at("conditions").at(0).at("since_seconds") == 90);
    CHECK(portal.at("conditions").at(0).at("blocks") == true);
    CHECK(portal.at("users") == 13);
    CHECK(portal.at("open_cases").at("held") == 2);
    CHECK(portal.at("events") == 1393);
    CHECK(portal.at("memory_bytes") == 204'800);
}

TEST_CASE("status: what is not known yet is absent from the JSON, not zero")
{
    daemon::portal_status fresh;
    const auto all = boost::json::parse(json_of({fresh}));
    const auto& portal = all.at("portals").at(0).as_object();
    CHECK_FALSE(portal.contains("complete"));
    CHECK_FALSE(portal.contains("complete_seconds_ago"));
    CHECK(contains(print({fresh}).text, "nothing has been read completely yet"));
    CHECK(contains(print({fresh}).text, "the recent past is still being read"));
}

TEST_CASE("status: a healthy portal is a few lines for a person")
{
    const auto printed = print({healthy()});
    CHECK(printed.is_ready);
    CHECK(
        printed.text == "docwarden 1.2: ready\n"
                        "portal docs: ready\n"
                        "  read completely up to 2026-06-30T13:03:53Z (10s ago)\n"
                        "  users: 13 active; open cases: 2 held\n"
                        "  events: 1393 read since the start; memory for counting: 200 KiB\n"
    );
}

TEST_CASE("status: what limits a portal is told, and nothing deceives")
{
    const auto printed = print({healthy(), limited()});
    CHECK_FALSE(printed.is_ready);
    CHECK(contains(printed.text, "docwarden 1.2: NOT READY\nportal docs: ready\n"));
    CHECK(contains(
        printed.text,
        "  limited by reading (unreachable, for 1m 30s): The audit trail cannot be read"
    ));
}

TEST_CASE("status: a clock that was set back makes no span of the future")
{
    daemon::portal_status ahead = healthy();
    ahead.engine.complete = now.wall + 1h;
    CHECK(contains(print({ahead}).text, "read completely up to 2026-06-30T14:04:05Z (0s ago)\n"));
}

TEST_CASE("status: text that is not the answer of a docwarden is none")
{
    CHECK_FALSE(daemon::print_status(""));
    CHECK_FALSE(daemon::print_status("[]"));
    CHECK_FALSE(daemon::print_status("{\"status\":\"ready\"}"));
    // An answer of odd types is shown as far as it goes.
    const auto odd = daemon::print_status(
        R"({"now":1,"portals":[1,{"name":"\u001b[2J","open_cases":[3],"conditions":{}}]})"
    );
    REQUIRE(odd);
    CHECK_FALSE(odd->is_ready);
    CHECK_FALSE(contains(odd->text, "\x1b"));
}

TEST_CASE(
    "status command: prints what the running daemon answers, and its code says whether it is ready"
)
{
    {
        const endpoint ready(daemon::render_status({healthy()}, "1.2", now));
        const outcome result = ask(ready.settings);
        CHECK(result.err.empty());
        CHECK(result.out == print({healthy()}).text);
        CHECK(result.code == 0);
        CHECK(ask(ready.settings, true).out == json_of({healthy()}));
    }
    const endpoint unready(daemon::render_status({limited()}, "1.2", now));
    CHECK(ask(unready.settings).code == 1);
    CHECK(ask(unready.settings, true).code == 1);
}

TEST_CASE(
    "status command: an older daemon, none at all, and no endpoint are each told as what they are"
)
{
    daemon::admin_settings gone;
    {
        const endpoint old(net::render_error(404, "there is only /healthz"));
        gone = old.settings;
        const outcome result = ask(old.settings);
        CHECK(result.code == 1);
        CHECK(contains(result.err, "does not answer /status (HTTP 404)"));
    }
    const outcome nobody = ask(gone);
    CHECK(nobody.code == 1);
    CHECK(nobody.out.empty());
    CHECK(contains(nobody.err, "docwarden: no daemon answers at 127.0.0.1:"));

    CHECK(contains(nobody.err, "(nothing listens there): check whether it is"));
    gone.enabled = false;
    const outcome off = ask(gone);
    CHECK(off.code == 1);
    CHECK(contains(off.err, "the admin endpoint is disabled"));
}

} // namespace docwarden::test::status_command_test
