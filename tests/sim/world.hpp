#pragma once
// One world in virtual time: the simulated portal, its people and administrators, the network,
// and a daemon that is started, disturbed, killed and started again, all from one seed. The same
// profile and history run the same way every time.

#include "tests/sim/checker.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/history.hpp"
#include "tests/sim/instance.hpp"
#include "tests/sim/tally.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::proof
{

struct broken_promise {
    std::string checker;
    std::string how;
    span at{0};
};

struct outcome {
    std::optional<broken_promise> broken;
    tally counts;
    // Of everything the daemon did and said, in order: two runs are the same run if these are.
    std::uint64_t trace = 0;
};

class world
{
public:
    // Told what happens, for a person to read.
    using narrator = std::function<void(const std::string&)>;

    world(profile conditions, history events, way how = way::messages, narrator tell = {});
    ~world();

    // To the end, or to the first broken promise.
    outcome run();

private:
    void populate();
    void plan();
    void play();
    void apply(const event& due);
    void do_action(const event& burst, unsigned index);
    void enable(person& person);
    void disable(person& person);
    void change_status(person& person, sim::employee_status to);
    void reload(const event& due);
    void die(span downtime);
    void start();
    void note_sent(const sent_request& request);
    void note_change(const std::string& user);
    std::optional<sim::row_number> row_of_change();
    void note_report(const core::report& report);
    void note_fault(std::string_view name);
    bool find_broken();
    void add_to_trace(std::string_view text);
    void narrate(const std::string& text);

    profile profile_;
    history history_;
    way how_;
    narrator tell_;
    agenda time_;
    sim::portal_model portal_;
    std::vector<person> people_;
    std::vector<settings_in_force> settings_;
    std::string key_owner_;
    std::string administrator_; // another one
    scene scene_;
    std::vector<std::unique_ptr<checker>> checkers_;
    disk disk_;
    std::unique_ptr<network> network_;
    std::unique_ptr<instance> daemon_;
    bool is_dying_ = false;              // an orderly stop is under way
    std::optional<span> dies_at_effect_; // with the next request that changes something
    std::optional<core::engine_status> last_;
    outcome result_;
};

// The world of a seed, whole.
outcome run_seed(std::uint64_t seed, way how = way::messages);

} // namespace docwarden::proof
