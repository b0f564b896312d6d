#include "tests/scenario/kill_world.hpp"

#include "daemon/store/sqlite.hpp"
#include "daemon/store/store_survey.hpp"
#include "tests/support/kept_state.hpp"
#include "tests/support/stopwatch.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <utility>

namespace docwarden::test
{

namespace
{

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr unsigned attackers_max = 16;
constexpr unsigned threshold = 5;
// An account is given back a minute after it was disabled at the earliest.
constexpr seconds peace{65};
const std::string trail_path = "/api/2.0/security/audit";
const std::string open_accounts = "SELECT user FROM account WHERE ended IS NULL";
const std::string people_path = "/api/2.0/people/";

bool is_disabled(const sim::portal_model& model, const std::string& id)
{
    return model.user_of(id).status == sim::employee_status::terminated;
}

sim::fault about_people(sim::fault_kind kind, const std::string& method, std::uint64_t count)
{
    sim::fault made = sim::fault_of(kind, people_path, static_cast<unsigned>(count));
    made.method = method;
    made.body_bytes = 10; // for those that cut
    return made;
}

} // namespace

kill_world::kill_world(std::uint64_t seed, kill_tally& tally)
    : kill_world(seed, tally, sim::small_portal({}, seed))
{
}

kill_world::kill_world(std::uint64_t seed, kill_tally& tally, sim::small_portal&& small)
    : chance_(seed), tally_(tally), owner_(small.owner), key_(small.key),
      server_(std::move(small.model)), innocent_(small.bob)
{
    server_.with_model([&](sim::portal_model& model) {
        for (unsigned i = 0; i < attackers_max; ++i) {
            sim::user made;
            made.display_name = "Attacker " + std::to_string(i);
            people_.push_back({model.add_user(std::move(made))});
        }
    });
    server_.advance(-minutes(10)); // about as far as the world's time runs ahead
    server_.start();
    write_config();
}

void kill_world::write_config()
{
    files_.write("key", key_ + "\n");
    files_.write(
        "docwarden.toml",
        "[portal]\nurl = \"" + server_.url() + "\"\napi_key_file = \"" + files_.file("key") +
            "\"\npoll_interval = \"1s\"\nrescan_interval = \"1s\"\nbackoff_max = \"1s\"\n"
            "lateness = \"2m\"\n"
            "[[rule]]\nname = \"bulk-change\"\nactions = [\"change\"]\nwindow = \"2m\"\n"
            "threshold = " +
            std::to_string(threshold) +
            "\nresponse = \"disable\"\n"
            "[containment]\nmax_disables = 1000\n"
            "[admin]\nlisten = \"127.0.0.1:0\"\n[state]\ndirectory = \"" +
            files_.path() + "\"\n"
    );
}

void kill_world::live_round()
{
    ++tally_.rounds;
    end_daemon();
    check_store();
    server_.advance(peace);
    give_back_some(2);
    server_.advance(seconds(3)); // the next attacks are dated after that
    work_innocently();
    const bool attacks_first = chance_.one_in(2);
    if (attacks_first)
        attack_some();
    const std::uint64_t lives = 1 + chance_.below(5);
    for (std::uint64_t i = 0; i < lives; ++i)
        live_briefly((i == 0 && !attacks_first) || chance_.one_in(3));
    come_to_rest();
    check_people();
    if (is_settled_ && chance_.one_in(3)) {
        server_.advance(peace);
        give_back_some(3);
        pause(1500); // it sees that, or not any more
    }
}

void kill_world::end()
{
    end_daemon();
    check_store();
    daemon_process check({"check", "--config", files_.file("docwarden.toml")});
    (void)check.wait_exit();
    if (check.out().find(files_.path() + " is usable") == std::string::npos ||
        check.out().find("behind docwarden's back") != std::string::npos)
        fail("docwarden check is not content:\n" + check.out() + check.err());
    server_.with_model([&](sim::portal_model& model) {
        for (const auto& [id, counts] : model.disables()) {
            tally_.disables += counts.effective;
            tally_.requests += counts.asked;
        }
    });
}

void kill_world::start()
{
    kept_incidents_ = kept("SELECT id FROM incident");
    daemon_ = std::make_unique<daemon_process>(std::vector<std::string>{
        "run", "--config", files_.file("docwarden.toml"), "--log-format", "json"});
}

void kill_world::end_daemon()
{
    if (!daemon_)
        return;
    if (chance_.one_in(2)) {
        kill();
        return;
    }
    (void)daemon_->end_by(SIGTERM);
    check_alerts();
    spoken_ = daemon_->err();
    daemon_.reset();
}

void kill_world::kill()
{
    if (!are_attackers_disabled())
        ++tally_.without_a_disable;
    const int code = daemon_->end_by(SIGKILL).code;
    check_alerts();
    spoken_ = daemon_->err();
    if (code != 128 + SIGKILL)
        fail("it had ended by itself, with " + std::to_string(code));
    daemon_.reset();
    ++tally_.kills;
}

void kill_world::attack_some()
{
    const auto at = std::chrono::floor<seconds>(server_.now() - seconds(1));
    server_.with_model([&](sim::portal_model& model) {
        for (person& one : people_) {
            if (one.is_attacker || !chance_.one_in(4))
                continue;
            one.is_attacker = true;
            ++one.attacks;
            ++tally_.attacks;
            const std::uint64_t files = threshold + 1 + chance_.below(4);
            for (std::uint64_t i = 0; i < files; ++i) {
                const std::string file = std::to_string(next_file_++);
                model.record(one.id, 5011, file, "file " + file + ".docx", at);
            }
        }
    });
}

void kill_world::work_innocently()
{
    const auto at = std::chrono::floor<seconds>(server_.now() - seconds(1));
    server_.with_model([&](sim::portal_model& model) {
        model.record(innocent_, 5011, std::to_string(next_file_++), "work.docx", at);
    });
}

void kill_world::give_back_some(unsigned one_in)
{
    const auto now = server_.now();
    server_.with_model([&](sim::portal_model& model) {
        for (person& one : people_) {
            if (!one.is_attacker || !chance_.one_in(one_in))
                continue;
            model.set_user_status(owner_, one.id, sim::employee_status::active, now);
            one.is_attacker = false;
            ++tally_.given_back;
        }
    });
}

void kill_world::set_faults()
{
    using sim::fault_kind;
    const bool is_trail_down = is_settled_ && chance_.one_in(4);
    tally_.without_trail += is_trail_down ? 1U : 0U;
    server_.with_model([&](sim::portal_model& model) {
        model.clear_faults();
        if (is_trail_down)
            model.set_fault(sim::nginx_error(trail_path, 502));
        if (chance_.one_in(2))
            model.set_fault(about_people(fault_kind::drop_after, "PUT", 1 + chance_.below(4)));
        if (chance_.one_in(4))
            model.set_fault(about_people(fault_kind::drop_before, "PUT", 1 + chance_.below(2)));
        if (chance_.one_in(4))
            model.set_fault(about_people(fault_kind::truncate, "GET", 1 + chance_.below(3)));
        if (chance_.one_in(2))
            model.set_fault(sim::slow_answers(people_path, milliseconds(chance_.below(200))));
    });
}

void kill_world::live_briefly(bool attacks)
{
    set_faults();
    start();
    if (attacks) {
        daemon_->wait_for("started");
        attack_some();
    }
    await_moment();
    kill();
}

// Around a decision, as seen from outside: the request, its record, the look at the account.
void kill_world::await_moment()
{
    const auto counted = [](const char* method) {
        return [method](const sim::portal_model& model) {
            return model.count_requests(method, people_path);
        };
    };
    const auto puts = counted("PUT");
    const auto looks = counted("GET");
    const std::size_t puts_before = server_.with_model(puts);
    const std::size_t looks_before = server_.with_model(looks);
    constexpr milliseconds patience{1500}; // a poll comes each second
    switch (are_attackers_disabled() ? 0 : chance_.below(4)) {
    case 1:
        (void)server_.wait_until([&](auto& model) { return puts(model) > puts_before; }, patience);
        pause(50);
        return;
    case 2:
        // The first look is at docwarden's own account.
        (void)server_.wait_until([&](auto& m) { return looks(m) > looks_before + 1; }, patience);
        pause(50);
        return;
    case 3:
        (void)comes_true([&] { return daemon_->count("alert") != 0; }, patience);
        pause(300);
        return;
    default:
        pause(300);
    }
}

void kill_world::come_to_rest()
{
    server_.with_model([](sim::portal_model& model) { model.clear_faults(); });
    if (is_settled_ && chance_.one_in(2))
        come_to_rest_without_trail();
    else
        start();
    const stopwatch watch;
    if (!server_.wait_until([this](auto& m) { return are_disabled(m); }, daemon_process::patience))
        fail("an attacker is still active");
    tally_.slowest = std::max(tally_.slowest, watch.elapsed());
    is_settled_ = !chance_.one_in(3);
    if (!is_settled_)
        kill();
    else if (!comes_true([this] { return is_all_known(); }))
        fail("all are disabled, and docwarden does not come to know it");
}

// It decides, no request gets through, and it dies. What is on the disk is all the next one has.
void kill_world::come_to_rest_without_trail()
{
    sim::fault blocked = sim::fault_of(sim::fault_kind::drop_before, people_path);
    blocked.method = "PUT";
    server_.with_model([&](sim::portal_model& model) { model.set_fault(blocked); });
    start();
    daemon_->wait_for("ready");
    attack_some();
    (void)comes_true([&] { return !kept(open_accounts).empty(); }, milliseconds(1500));
    pause(50);
    kill();
    const auto decided = kept(open_accounts);
    tally_.from_the_disk += static_cast<unsigned>(decided.size());
    server_.with_model([](sim::portal_model& model) {
        model.clear_faults();
        model.set_fault(sim::nginx_error(trail_path, 502));
    });
    start();
    const auto all_done = [&](const sim::portal_model& model) {
        return std::all_of(decided.begin(), decided.end(), [&](const std::string& id) {
            return is_disabled(model, id);
        });
    };
    if (!server_.wait_until(all_done, daemon_process::patience))
        fail("what was decided is on the disk, and is not carried out while the trail is down");
    server_.with_model([](sim::portal_model& model) { model.clear_faults(); });
}

// Each attack was answered once and each answer is of an attack, however often it has died.
void kill_world::check_people()
{
    server_.with_model([&](sim::portal_model& model) {
        if (model.disables_of(innocent_).asked != 0)
            fail("an innocent user was to be disabled");
        for (const person& one : people_) {
            const unsigned effective = model.disables_of(one.id).effective;
            if (effective != one.attacks)
                fail(
                    one.id + " has attacked " + std::to_string(one.attacks) +
                    " times and was disabled " + std::to_string(effective) + " times"
                );
            if (is_disabled(model, one.id) != one.is_attacker)
                fail(one.id + (one.is_attacker ? " is active" : " was given back and is disabled"));
        }
    });
}

// What was on the disk at its start is no news.
void kill_world::check_alerts()
{
    for (const log_line& line : daemon_->records()) {
        if (line.kind() == "alert" && kept_incidents_.contains(line.text("DOCWARDEN_INCIDENT")))
            fail("a second alert about " + line.text("DOCWARDEN_INCIDENT"));
    }
}

void kill_world::check_store()
{
    const daemon::store_survey found = daemon::survey_store(files_.path());
    if (!found.is_there)
        return; // nothing has lived yet
    if (found.file.found != daemon::file_verdict::usable)
        fail("the state file: " + found.file.reason);
    if (!found.chain.problem.empty())
        fail("the journal: " + found.chain.problem);
}

bool kill_world::are_attackers_disabled()
{
    return server_.with_model([&](sim::portal_model& model) { return are_disabled(model); });
}

bool kill_world::are_disabled(const sim::portal_model& model) const
{
    return std::all_of(people_.begin(), people_.end(), [&](const person& one) {
        return !one.is_attacker || is_disabled(model, one.id);
    });
}

bool kill_world::is_all_known()
{
    return daemon_->count("ready") != 0 && kept(open_accounts).empty();
}

// The first column of all rows; nothing before the file is made.
std::set<std::string> kill_world::kept(const std::string& query)
{
    std::set<std::string> found;
    auto file = daemon::sqlite::database::open_to_read(files_.file("docwarden.db"));
    if (file.has_error())
        return found;
    auto rows = file->prepare(query);
    if (rows.has_error())
        return found;
    for (auto row = rows->step(); row.has_value() && *row; row = rows->step())
        found.insert(rows->text(0));
    return found;
}

void kill_world::pause(unsigned milliseconds_max)
{
    std::this_thread::sleep_for(milliseconds(chance_.below(milliseconds_max + 1)));
}

void kill_world::fail(const std::string& sentence)
{
    std::string text = sentence;
    if (daemon_) {
        (void)daemon_->records();
        text += "\n--- said by the one that runs:\n" + daemon_->err();
    }
    throw std::runtime_error(text + "\n--- said by the one before:\n" + spoken_);
}

} // namespace docwarden::test
