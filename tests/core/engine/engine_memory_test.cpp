// What an engine does when more happens than fits into its memory.

#include "core/engine/settings.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace docwarden::test::engine_memory_test
{

using core::report_kind;
using namespace std::chrono_literals;

namespace
{

// Fills the memory: each page brings as much of a user's work on files whose ids are long texts as
// a page can. Nobody crosses anything.
class memory_filler
{
public:
    explicit memory_filler(engine_dialogue& d) : d_(d) {}

    void bring_page()
    {
        std::vector<core::audit_event> events;
        for (std::size_t i = 0; i < rows; ++i)
            events.push_back(
                make_event(guid_of("bob"), title_ + std::to_string(files_++), d_.portal_now)
            );
        d_.next_page(std::move(events));
    }

    static constexpr std::size_t rows = 99;
    static constexpr std::size_t event_bytes = 120'000; // at least, of one event

private:
    engine_dialogue& d_;
    std::string title_ = std::string(60'000, 'x');
    int files_ = 0;
};

constexpr std::size_t memory_limit = std::size_t{192} << 20;

// One rule for a whole day that the filler does not cross, and one for bursts.
core::engine_settings settings_of_a_day()
{
    core::engine_settings settings = make_settings();
    settings.rules[0].window = 24h;
    settings.rules[0].threshold = 1'000'000;
    settings.rules.push_back(make_rule("burst", 1000, 10min));
    return settings;
}

// Nothing has happened on the last day, and all of it is read.
void read_the_day(engine_dialogue& d)
{
    d.begin();
    while (!d.subject.status().complete)
        d.next_page({});
}

} // namespace

TEST_CASE("engine: at its limit of memory it gives up the oldest history, says so, and recovers")
{
    engine_dialogue d(settings_of_a_day());
    memory_filler filler(d);
    read_the_day(d);
    std::size_t highest = 0;
    for (int page = 0; page < 40; ++page) {
        filler.bring_page();
        highest = std::max(highest, d.subject.status().memory_bytes);
    }
    CHECK(highest > memory_limit - filler.rows * 2 * filler.event_bytes);
    CHECK(highest < memory_limit + 2 * filler.event_bytes);
    CHECK(d.count_reports(report_kind::degraded) == 1);
    CHECK(d.last_report(report_kind::degraded).field("CONCERN") == "memory");
    CHECK((d.last_report(report_kind::degraded).level == core::priority::critical));
    CHECK(d.count_reports(report_kind::recovered) == 0); // the day's history is still missing
    CHECK_FALSE(d.subject.status().is_ready());
    d.stay_quiet(25h);
    CHECK(d.subject.status().memory_bytes < memory_limit / 10);
    CHECK(d.last_report(report_kind::recovered).field("CONCERN") == "memory");
    CHECK(d.subject.status().is_ready());
}

TEST_CASE("engine: at its limit of memory it makes room at once for many events, not for each")
{
    engine_dialogue d(settings_of_a_day());
    memory_filler filler(d);
    read_the_day(d);
    std::vector<std::size_t> sizes; // after each time that room was made
    std::size_t before = 0;
    constexpr std::size_t pages = 60;
    for (std::size_t page = 0; page < pages; ++page) {
        filler.bring_page();
        const std::size_t now = d.subject.status().memory_bytes;
        if (now < before)
            sizes.push_back(now);
        before = now;
    }
    // What fits into an eighth of the memory comes between two times.
    CHECK(sizes.size() >= 5);
    CHECK(sizes.size() <= pages * filler.rows * filler.event_bytes / (memory_limit / 8));
    for (const std::size_t size : sizes)
        CHECK(size < memory_limit / 8 * 7 + filler.rows * 2 * filler.event_bytes);
}

TEST_CASE("engine: who crosses a threshold while the memory is full is noticed")
{
    core::engine_settings settings = settings_of_a_day();
    settings.rules[1].threshold = 20;
    settings.rules[1].actions = {5008};
    settings.rules[1].response = core::response_mode::disable;
    engine_dialogue d(settings);
    memory_filler filler(d);
    read_the_day(d);
    while (d.count_reports(report_kind::degraded) == 0)
        filler.bring_page();
    for (int page = 0; page < 3; ++page)
        filler.bring_page();
    std::vector<core::audit_event> shared = burst("jane", 21, d.portal_now);
    for (core::audit_event& event : shared)
        event.action = 5008;
    d.next_page(shared);
    CHECK(d.has_call("jane"));
}

} // namespace docwarden::test::engine_memory_test
