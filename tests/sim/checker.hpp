#pragma once
// Somebody who watches a world and knows one promise. It sees what happens, compares it with what
// is true, and says when the promise is broken. It never influences the world.

#include "core/engine/engine.hpp"
#include "core/settings/engine_settings.hpp"
#include "tests/sim/agenda.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/ground_truth.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/profile.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::proof
{

struct settings_in_force {
    wall_time since; // true time
    core::engine_settings settings;
};

// What a checker may look at.
struct scene {
    const profile& world;
    const agenda& time;
    const std::vector<person>& people;
    const std::vector<settings_in_force>& settings; // the last one is in force
    const sim::portal_model& portal;
    const disk& storage;
    std::optional<wall_time> started; // the present instance, if one lives
    std::uint64_t instances = 0;

    const core::engine_settings& now_in_force() const { return settings.back().settings; }
    const person* find(std::string_view id) const;
};

class checker
{
public:
    explicit checker(const scene& stage) : stage_(stage) {}
    virtual ~checker() = default;
    checker(const checker&) = delete;
    checker& operator=(const checker&) = delete;

    virtual std::string_view name() const = 0;

    virtual void on_start() {}
    virtual void on_report(const core::report&) {}
    virtual void on_step(const core::engine_status&) {}
    virtual void on_action(const user_action&) {}
    virtual void on_sent(const sent_request&) {}
    // Audit rows are about to reach the daemon, by their ids.
    virtual void on_rows(const std::vector<std::int64_t>&) {}
    // How many users are active is about to reach the daemon.
    virtual void on_users_counted() {}
    // The daemon's request has disabled an account that was active.
    virtual void on_disabled(const person&) {}
    // The daemon's request has enabled an account that was disabled.
    virtual void on_released(const person&) {}
    // All faults ended long ago; everything due must be done.
    virtual void on_end(const core::engine_status&) {}

    // How the promise was broken first, if it was.
    const std::optional<std::string>& broken() const { return broken_; }

protected:
    void fail(std::string how)
    {
        if (!broken_)
            broken_ = std::move(how);
    }
    const scene& stage() const { return stage_; }

private:
    const scene& stage_;
    std::optional<std::string> broken_;
};

// All of them.
std::vector<std::unique_ptr<checker>> make_checkers(const scene& stage);

std::unique_ptr<checker> make_disable_checker(const scene& stage);
std::unique_ptr<checker> make_breach_checker(const scene& stage);
std::unique_ptr<checker> make_budget_checker(const scene& stage);
std::unique_ptr<checker> make_coverage_checker(const scene& stage);
std::unique_ptr<checker> make_alarm_checker(const scene& stage);
std::unique_ptr<checker> make_bound_checker(const scene& stage);
std::unique_ptr<checker> make_memory_checker(const scene& stage);
std::unique_ptr<checker> make_end_checker(const scene& stage);
std::unique_ptr<checker> make_release_checker(const scene& stage);
std::unique_ptr<checker> make_countdown_checker(const scene& stage);

} // namespace docwarden::proof
