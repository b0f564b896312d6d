#pragma once
// The real program on one state directory against one simulated portal, killed again and again
// around its decisions, while people attack, answers are lost and administrators give accounts
// back. It says what was broken, and counts. Chance comes from a seed; the moments are real, so
// that a seed repeats the story and not its microseconds.

#include "tests/portal/generator.hpp"
#include "tests/portal/portal_server.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/scratch_directory.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace docwarden::test
{

// What was done, over all worlds.
struct kill_tally {
    unsigned kills = 0;
    unsigned rounds = 0;
    unsigned attacks = 0;                 // of one user each, every one to be answered
    unsigned disables = 0;                // that took effect
    unsigned requests = 0;                // to disable, the lost ones included
    unsigned given_back = 0;              // accounts
    unsigned without_trail = 0;           // lives in which the trail could not be read
    unsigned from_the_disk = 0;           // decisions carried out without the trail
    unsigned without_a_disable = 0;       // kills that found attackers still active
    std::chrono::milliseconds slowest{0}; // from the last start of a round to the last disable
};

class kill_world
{
public:
    kill_world(std::uint64_t seed, kill_tally& tally);

    // Attacks and several sudden deaths; then it must all come right. Throws std::runtime_error
    // with what did not.
    void live_round();
    // The last of it: `docwarden check` finds nothing wrong.
    void end();

private:
    struct person {
        std::string id;
        unsigned attacks = 0;
        bool is_attacker = false; // since the account was last given back
    };

    void write_config();
    void start();
    void end_daemon();
    void kill();
    void attack_some();
    void work_innocently();
    void give_back_some(unsigned one_in);
    void set_faults();
    void live_briefly(bool attacks);
    void await_moment();
    void come_to_rest();
    void come_to_rest_without_trail();
    void check_people();
    void check_alerts();
    void check_store();

    bool are_attackers_disabled();
    bool are_disabled(const sim::portal_model& model) const;
    bool is_all_known();
    std::set<std::string> kept(const std::string& query);
    void pause(unsigned milliseconds_max);
    [[noreturn]] void fail(const std::string& sentence);

    sim::generator chance_;
    kill_tally& tally_;
    std::string owner_;
    std::string key_;
    sim::portal_server server_;
    scratch_directory files_;
    std::vector<person> people_;
    std::string innocent_;
    unsigned next_file_ = 1000;
    // Docwarden knows all that has come of the last round. Until then the trail must be readable,
    // or it cannot know of what is given back meanwhile (docs/reliability.md).
    bool is_settled_ = true;
    std::unique_ptr<daemon_process> daemon_;
    std::set<std::string> kept_incidents_; // when that began
    std::string spoken_;                   // by the last one that has ended

    kill_world(std::uint64_t seed, kill_tally& tally, sim::small_portal&& small);
};

} // namespace docwarden::test
