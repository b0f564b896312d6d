// Each way in which a portal can fail a running daemon, over real sockets: one alarm, requests that
// neither stop nor storm, one recovery, and nothing lost of what happened meanwhile.

#include "tests/support/catch.hpp"
#include "tests/support/conditions_seen.hpp"
#include "tests/support/watched_portal.hpp"

#include <fstream>
#include <functional>

namespace docwarden::test::degraded_reading_test
{

namespace
{

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* trail = "/api/2.0/security";

struct failure_mode {
    std::string reason;
    std::function<void(watched_portal&)> begin;
    std::function<void(watched_portal&)> end = [](watched_portal& portal) {
        portal.clear_faults();
    };
    // Only a person can change it: then the pauses are long.
    bool is_refusal = false;
};

failure_mode by_fault(std::string reason, const sim::fault& trouble)
{
    failure_mode mode;
    mode.reason = std::move(reason);
    mode.begin = [trouble](watched_portal& portal) { portal.set_fault(trouble); };
    return mode;
}

failure_mode by_fault(std::string reason, sim::fault_kind kind)
{
    sim::fault trouble = sim::fault_of(kind, trail);
    trouble.body_bytes = 100; // for those that cut
    return by_fault(std::move(reason), trouble);
}

// 200 without an effect.
failure_mode by_answer(std::string content_type, std::string body)
{
    sim::fault trouble = sim::fault_of(sim::fault_kind::answer, trail);
    trouble.status = 200;
    trouble.content_type = std::move(content_type);
    trouble.body = std::move(body);
    return by_fault("bad-answer", trouble);
}

failure_mode by_settings(std::string reason, std::function<void(sim::portal_model&, bool)> change)
{
    failure_mode mode;
    mode.reason = std::move(reason);
    mode.begin = [change](watched_portal& portal) {
        portal.server.with_model([&](sim::portal_model& model) { change(model, true); });
    };
    mode.end = [change](watched_portal& portal) {
        portal.server.with_model([&](sim::portal_model& model) { change(model, false); });
    };
    mode.is_refusal = true;
    return mode;
}

void poll_quickly(watched_portal& portal)
{
    portal.polling = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\nbackoff_max = \"1s\"\n";
}

// One after the other: at least a second apart when all is well, half of one when it is not; with
// a few pages side by side each time.
std::size_t requests_allowed(core::tick lasted)
{
    constexpr std::size_t at_once_max = 4;
    const auto attempts = static_cast<std::size_t>(lasted / core::tick(milliseconds(500)));
    return at_once_max * (attempts + 2);
}

// What holds while it lasts.
void expect_degraded(watched_portal& portal, const failure_mode& mode)
{
    const std::size_t before = portal.requests("GET", trail);
    const core::wall_time since = portal.server.now();
    mode.begin(portal);
    const log_line told = wait_about(portal.daemon(), "degraded", "reading");
    CHECK(told.text("DOCWARDEN_REASON") == mode.reason);
    CHECK(told.message().size() > 20);
    CHECK(is_unready_by(portal, mode.reason));
    CHECK(portal.get("/healthz").status == 200);
    portal.change_files(portal.alice, 21, 1000, seconds(30), seconds(1));

    CHECK(polls_again(portal, mode.is_refusal ? 1 : 3));
    CHECK(portal.requests("GET", trail) - before <= requests_allowed(portal.server.now() - since));
    CHECK(portal.disables_of(portal.alice).asked == 0);
    CHECK(count_about(portal.daemon(), "recovered", "reading") == 0);
}

// What holds once it is over. By itself, without a person.
void expect_recovery(watched_portal& portal, const failure_mode& mode)
{
    mode.end(portal);
    if (mode.is_refusal) // what an administrator who is done with it would ask for
        (void)portal.scan();
    const log_line over = wait_about(portal.daemon(), "recovered", "reading");
    CHECK(over.text("DOCWARDEN_REASON") == mode.reason);
    portal.daemon().wait_for("contained");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    REQUIRE(portal.scan().status == 200);
    CHECK(gets_ready(portal));
    CHECK(count_about(portal.daemon(), "degraded", "reading") == 1);
    CHECK(count_about(portal.daemon(), "recovered", "reading") == 1);
}

void live_through(const failure_mode& mode)
{
    watched_portal portal;
    poll_quickly(portal);
    portal.start_and_read();
    expect_degraded(portal, mode);
    expect_recovery(portal, mode);
}

std::size_t memory_peak_kib(pid_t process)
{
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmHWM:", 0) == 0)
            return std::stoul(line.substr(6));
    }
    throw std::runtime_error("no VmHWM of the process");
}

} // namespace

TEST_CASE("scenario: a key that is revoked while the daemon runs (401)")
{
    watched_portal portal;
    poll_quickly(portal);
    portal.start_and_read();
    const auto set = [](bool is_active) {
        return [is_active](watched_portal& one) {
            one.server.with_model([&](sim::portal_model& model) {
                model.key_of(one.key).is_active = is_active;
            });
        };
    };
    failure_mode mode;
    mode.reason = "unauthorised";
    mode.begin = set(false);
    mode.end = set(true);
    mode.is_refusal = true;
    expect_degraded(portal, mode);
    expect_recovery(portal, mode);
}

TEST_CASE("scenario: a portal that is unpaid for a while (402)")
{
    live_through(by_settings("unpaid", [](sim::portal_model& model, bool is_on) {
        model.settings().is_unpaid = is_on;
    }));
}

TEST_CASE("scenario: a plan that loses the audit section for a while (402)")
{
    live_through(by_settings("unpaid", [](sim::portal_model& model, bool is_on) {
        model.settings().is_standalone = !is_on;
        model.settings().is_audit_hidden = is_on;
    }));
}

TEST_CASE("scenario: a portal that is restored from a backup meanwhile (403)")
{
    live_through(by_settings("forbidden", [](sim::portal_model& model, bool is_on) {
        model.settings().status =
            is_on ? sim::tenant_status::restoring : sim::tenant_status::active;
    }));
}

TEST_CASE("scenario: an address that is locked out for a while (403 without JSON)")
{
    live_through(by_settings("forbidden", [](sim::portal_model& model, bool is_on) {
        model.settings().ip_allowed =
            is_on ? std::vector<std::string>{"192.0.2.1"} : std::vector<std::string>{};
    }));
}

TEST_CASE("scenario: a portal that is suspended for a while (404)")
{
    live_through(by_settings("not-found", [](sim::portal_model& model, bool is_on) {
        model.settings().status =
            is_on ? sim::tenant_status::suspended : sim::tenant_status::active;
    }));
}

TEST_CASE("scenario: a limit on requests, with a pause, without one, or with none (429)")
{
    // A pause of zero is no leave to storm.
    const std::optional<std::string> pause = GENERATE(as<std::string>{}, "1", "0", "");
    live_through(
        by_fault("throttled", sim::too_many_requests(trail, pause == "" ? std::nullopt : pause))
    );
}

TEST_CASE("scenario: a limit on requests that asks for days does not make the daemon blind (429)")
{
    const char* pause = GENERATE("99999999999", "Fri, 31 Dec 2100 00:00:00 GMT", "tomorrow");
    live_through(by_fault("throttled", sim::too_many_requests(trail, pause)));
}

TEST_CASE("scenario: a server that answers 500 with JSON")
{
    live_through(by_fault("broken", sim::server_error(trail)));
}

TEST_CASE("scenario: a proxy that answers 502, 503 or 504 with HTML")
{
    const unsigned status = GENERATE(502U, 503U, 504U);
    live_through(by_fault("broken", sim::nginx_error(trail, status)));
}

TEST_CASE("scenario: a portal that takes longer to answer than it may")
{
    const failure_mode mode = by_fault("interrupted", sim::slow_answers(trail, minutes(1)));
    watched_portal portal;
    poll_quickly(portal);
    portal.polling += "request_timeout = \"1s\"\n";
    portal.start_and_read();
    expect_degraded(portal, mode);
    expect_recovery(portal, mode);
}

TEST_CASE("scenario: a portal that closes the connection instead of answering")
{
    live_through(by_fault("interrupted", sim::fault_kind::drop_before));
}

TEST_CASE("scenario: a portal whose port is closed for a while")
{
    failure_mode mode;
    mode.reason = "unreachable";
    mode.begin = [](watched_portal& portal) { portal.server.refuse_connections(); };
    mode.end = [](watched_portal& portal) { portal.server.accept_connections(); };
    watched_portal portal;
    poll_quickly(portal);
    portal.start_and_read();
    // Nothing arrives that could be counted meanwhile.
    mode.begin(portal);
    CHECK(
        wait_about(portal.daemon(), "degraded", "reading").text("DOCWARDEN_REASON") == mode.reason
    );
    CHECK(is_unready_by(portal, mode.reason));
    portal.change_files(portal.alice, 21, 1000, seconds(30), seconds(1));
    expect_recovery(portal, mode);
}

TEST_CASE("scenario: answers that are cut off")
{
    live_through(by_fault("interrupted", sim::fault_kind::truncate));
}

TEST_CASE("scenario: answers whose JSON breaks off")
{
    live_through(by_fault("bad-answer", sim::fault_kind::invalid_json));
}

TEST_CASE("scenario: bytes that are no HTTP")
{
    live_through(by_fault("bad-answer", sim::fault_kind::garbage));
}

TEST_CASE("scenario: the right bytes under the wrong content type")
{
    live_through(by_fault("bad-answer", sim::fault_kind::wrong_content_type));
}

TEST_CASE("scenario: 200 with something that is no page of events")
{
    const char* body = GENERATE("", "null", R"({"response":{}})", R"({"error":{}})");
    live_through(by_answer("application/json", body));
}

TEST_CASE("scenario: a login page in between answers everything with 200 and HTML")
{
    live_through(by_answer("text/html", "<html><form>Password?</form></html>"));
}

TEST_CASE("scenario: bodies of any size are refused at once and cost no memory")
{
    constexpr std::size_t body_bytes = 48'000'000;
    constexpr std::size_t growth_max_kib = 16 * 1024;
    sim::fault huge = sim::fault_of(sim::fault_kind::oversized, trail);
    huge.body_bytes = body_bytes;
    const failure_mode mode = by_fault("bad-answer", huge);
    watched_portal portal;
    poll_quickly(portal);
    auto& daemon = portal.start_and_read();
    const std::size_t before = memory_peak_kib(daemon.pid());
    expect_degraded(portal, mode);
    CHECK(memory_peak_kib(daemon.pid()) <= before + growth_max_kib);
    expect_recovery(portal, mode);
}

TEST_CASE("scenario: a redirect is never followed, and nobody else ever sees the key")
{
    sim::small_portal stranger;
    sim::portal_server elsewhere(std::move(stranger.model));
    elsewhere.start();
    const std::string port = std::to_string(elsewhere.port());
    const auto [status, to] = GENERATE(table<unsigned, const char*>({
        {301, "http://127.0.0.1:"},
        {302, "http://localhost:"},
        {307, "//127.0.0.1:"},
        {308, "http://127.0.0.1:"},
    }));
    sim::fault away = sim::fault_of(sim::fault_kind::redirect, trail);
    away.status = status;
    away.location = to + port + "/api/2.0/security/audit/events/filter";
    live_through(by_fault("redirected", away));
    CHECK(elsewhere.connections_accepted() == 0);
}

} // namespace docwarden::test::degraded_reading_test
