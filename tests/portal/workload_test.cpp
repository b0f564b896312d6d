// The workloads keep the promises that other tests build on.

#include "tests/portal/portal_fixture.hpp"
#include "tests/portal/workload.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace docwarden::sim::workload_test
{

namespace
{

// The naive count: for each moment somebody changes something, the distinct files changed by them
// in the ten minutes up to it. The largest number of all, by person.
std::map<std::string, std::size_t>
most_distinct(const script& actions, const std::set<int>& counted)
{
    std::map<std::string, std::vector<const timed_action*>> by_person;
    for (const timed_action& action : actions) {
        if (counted.contains(action.action))
            by_person[action.user_id].push_back(&action);
    }
    std::map<std::string, std::size_t> most;
    for (const auto& [person, own] : by_person) {
        std::map<std::string, std::size_t> files; // in the window, with how often
        auto first = own.begin();
        for (const timed_action* last : own) {
            ++files[last->file_id];
            for (; (*first)->at < last->at - std::chrono::minutes{10}; ++first) {
                if (--files[(*first)->file_id] == 0)
                    files.erase((*first)->file_id);
            }
            most[person] = std::max(most[person], files.size());
        }
    }
    return most;
}

const std::set<int> changes = {
    5000,
    5001,
    5002,
    5011,
    5012,
    5013,
    5014,
    5015,
    5016,
    5017,
    5018,
    5034,
    5035,
    5044,
    5099,
    5119};
const std::set<int> downloads = {5009, 5010, 5062};

std::vector<std::string> twelve_people()
{
    std::vector<std::string> people;
    for (int i = 10; i < 22; ++i)
        people.push_back("00000000-0000-4000-8000-0000000000" + std::to_string(i));
    return people;
}

} // namespace

TEST_CASE("generator: seeds and streams give unlike numbers, the same ones give the same")
{
    std::set<std::uint64_t> first_numbers;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        for (std::uint64_t stream = 0; stream < 10; ++stream)
            first_numbers.insert(generator(seed, stream).next());
    }
    CHECK(first_numbers.size() == 1'000);
    CHECK(generator(7, 3).next() == generator(7, 3).next());
}

TEST_CASE(
    "quiet office: nobody ever changes or downloads more files than promised, in any order of "
    "chance"
)
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        generator chance(seed);
        const script actions = quiet_office({twelve_people(), at(0), at(4 * 3'600)}, chance);
        REQUIRE(actions.size() > 5'000);
        CHECK(std::ranges::is_sorted(actions, {}, &timed_action::at));
        const auto most = most_distinct(actions, changes);
        CHECK(most.size() == 12);
        for (const auto& [person, files] : most) {
            INFO("seed " << seed << ", " << person);
            CHECK(files <= office_files_max);
        }
    }
}

TEST_CASE("busy day: bursts come close to twenty distinct files and never reach them")
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        generator chance(seed);
        const script actions = busy_day({"busy", at(0), at(8 * 3'600)}, chance);
        INFO("seed " << seed);
        CHECK(most_distinct(actions, changes).at("busy") >= 16);
        CHECK(most_distinct(actions, changes).at("busy") <= busy_files_max);
        CHECK(most_distinct(actions, downloads).at("busy") <= 12);
        CHECK(most_distinct(actions, {5064}).at("busy") > 50);
    }
}

TEST_CASE("attack: every file is changed once, as fast as asked")
{
    generator chance(1);
    const script actions = attack({"mallory", at(0), 60, std::chrono::milliseconds{400}}, chance);
    CHECK(actions.size() == 60);
    CHECK(most_distinct(actions, changes).at("mallory") == 60);
    CHECK(actions.back().at < at(60 * 0.6));
}

TEST_CASE("script player: what is due is recorded, and nothing more once the account is disabled")
{
    asking portal;
    generator chance(1);
    script_player player(attack({portal.alice, at(0), 60, std::chrono::milliseconds{1'000}}, chance)
    );
    const auto before = player.advance(portal.model, at(20));
    REQUIRE_FALSE(before.empty());
    CHECK_FALSE(before.back().was_refused);
    portal.model.set_user_status("olga", "alice", employee_status::terminated, at(21));
    const auto after = player.advance(portal.model, at(600));
    CHECK(before.size() + after.size() == 60);
    CHECK(std::ranges::all_of(after, &script_player::played::was_refused));
    CHECK(player.is_over());
    portal.now = at(600);
    CHECK(portal.events("?userId=" + portal.alice).size() == before.size());
}

TEST_CASE("demo: half an hour of history, then calm, then the attack; the same seed makes the same")
{
    const auto perform = [](std::uint64_t seed) {
        portal_model model({}, seed);
        return make_demo(model, {.start = at(0), .length = std::chrono::hours{1}}, seed);
    };
    const demo made = perform(5);
    CHECK(made.actions.front().at < at(-29 * 60));
    CHECK(made.attack_begins == at(8));
    const auto most = most_distinct(made.actions, changes);
    for (const auto& [person, files] : most) {
        INFO(person << " changed " << files << " files");
        if (person == made.victim)
            CHECK(files > 60);
        else
            CHECK(files <= (person == made.busy ? busy_files_max : office_files_max));
    }
    CHECK(made.actions.size() == perform(5).actions.size());
    CHECK(made.api_key == perform(5).api_key);
    CHECK(made.api_key != perform(6).api_key);
}

TEST_CASE("demo: when the attack begins, an honest person is close to the threshold of twenty")
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        portal_model model({}, seed);
        const demo made = make_demo(model, {.start = at(0), .length = std::chrono::hours{1}}, seed);
        std::set<std::string> files;
        for (const timed_action& action : made.actions) {
            const bool is_recent = action.at >= made.attack_begins - std::chrono::minutes{10} &&
                                   action.at <= made.attack_begins;
            if (is_recent && action.user_id == made.busy && changes.contains(action.action))
                files.insert(action.file_id);
        }
        INFO("seed " << seed);
        CHECK(files.size() >= 12);
        CHECK(files.size() <= busy_files_max);
    }
}

} // namespace docwarden::sim::workload_test
