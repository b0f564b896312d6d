#pragma once
// What people do on a portal, as scripts: seeded, pure, and made so that their distinct files can
// be counted in advance. A script is played into a model as its time comes, and stops for people
// whose account is disabled, because their sessions have ended.

#include "tests/portal/generator.hpp"
#include "tests/portal/portal_model.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace docwarden::sim
{

struct timed_action {
    wall_time at{};
    std::string user_id;
    int action = 0;
    std::string file_id;
    std::string title;
    std::string context;
};

// Ascending by `at`.
using script = std::vector<timed_action>;
script merged(std::vector<script> parts);

// A dozen people who read, open, save and favourite the same few files, and upload now and then. No
// one of them ever changes more than `office_files_max` distinct files.
inline constexpr std::size_t office_files_max = 10;
struct office_plan {
    std::vector<std::string> people; // GUIDs
    wall_time from{};
    wall_time to{};
    std::chrono::milliseconds pause{20'000}; // between two actions of one person, on average
};
script quiet_office(const office_plan& plan, generator& chance);

// A legitimate busy day: a few files saved again and again, bursts of 15 distinct files with more
// than 11 minutes between two bursts, and lots of distinct files viewed. In any ten minutes at most
// `busy_files_max` distinct files are changed and 12 downloaded.
inline constexpr std::size_t busy_files_max = 18;
struct busy_plan {
    std::string person;
    wall_time from{};
    wall_time to{};
};
script busy_day(const busy_plan& plan, generator& chance);

// A stolen session that overwrites, renames and deletes one file after the other.
struct attack_plan {
    std::string person;
    wall_time from{};
    std::size_t files = 60;                 // distinct
    std::chrono::milliseconds spacing{350}; // between two files, give or take a quarter
    std::uint64_t first_file = 20'000;
};
script attack(const attack_plan& plan, generator& chance);

// Books all of it at once, future actions included.
void record_all(portal_model& model, const script& actions);

// Plays a script as time passes.
class script_player
{
public:
    explicit script_player(script actions) : actions_(std::move(actions)) {}

    struct played {
        timed_action action;
        bool was_refused = false; // the account was disabled by then: nothing happened
    };
    // Everything due by `now` that has not been played yet.
    std::vector<played> advance(portal_model& model, wall_time now);
    bool is_over() const { return next_ == actions_.size(); }

private:
    script actions_;
    std::size_t next_ = 0;
};

// The demonstration: an office with half an hour behind it and one of its people on a busy day, a
// few calm seconds, then an attack with the session of another.
struct demo_plan {
    wall_time start{};
    std::chrono::milliseconds calm{8'000}; // from `start` to the attack
    std::size_t attack_files = 60;
    std::chrono::milliseconds attack_spacing{350};
    std::chrono::hours length{12}; // how long the office goes on
};
struct demo {
    script actions;
    std::string victim; // whose session is stolen: GUID
    std::string busy;   // who changes many files and is honest: GUID
    wall_time attack_begins{};
    std::string api_key; // of an administrator, with the scopes a daemon needs
};
// Adds the people to the model; an empty `api_key` is made up.
demo make_demo(
    portal_model& model,
    const demo_plan& plan,
    std::uint64_t seed,
    const std::string& api_key = {}
);

} // namespace docwarden::sim
