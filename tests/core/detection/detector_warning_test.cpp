// The lower line of a rule: told once for each time it is crossed, unless the threshold is crossed
// as well.

#include "core/detection/detector.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace docwarden::test::detector_warning_test
{

using core::breach;
using core::detector;
using namespace std::chrono_literals;

namespace
{

// Warns above 2 distinct files within 10 seconds; the threshold is 4.
core::rule two_lines()
{
    core::rule made = make_rule("r", 4, 10s);
    made.warn = 2;
    return made;
}

struct watch {
    detector subject{core::share({two_lines()})};

    void change(core::wall_time time, int count, int first_file = 1)
    {
        for (int i = 0; i < count; ++i)
            subject.add(make_event("jane", std::to_string(first_file + i), time));
    }
    // "warning 3", "breach 5", ...
    std::vector<std::string> told()
    {
        std::vector<std::string> all;
        for (const breach& found : subject.take_breaches())
            all.push_back(
                (found.is_warning ? "warning " : "breach ") + std::to_string(found.span.count)
            );
        return all;
    }
};

using strings = std::vector<std::string>;

} // namespace

TEST_CASE("detector: the lower line is told once, before the threshold")
{
    watch jane;
    jane.change(at(0), 2);
    CHECK(jane.told().empty());
    jane.change(at(1), 1, 3);
    CHECK(jane.told() == strings{"warning 3"});
    jane.change(at(2), 1, 4);
    CHECK(jane.told().empty());
    jane.change(at(3), 1, 5);
    CHECK(jane.told() == strings{"breach 5"});
    jane.change(at(14), 3, 10); // at most a window later: the same story
    CHECK(jane.told().empty());
    jane.change(at(50), 3, 20);
    CHECK(jane.told() == strings{"warning 3"});
}

TEST_CASE("detector: who crosses both lines at once is over the threshold, and no more")
{
    watch jane;
    jane.change(at(0), 5);
    CHECK(jane.told() == strings{"breach 5"});
    jane.change(at(40), 3, 10);
    jane.change(at(80), 5, 20);
    CHECK(jane.told() == strings{"warning 3", "breach 5"});
}

TEST_CASE("detector: what is ignored up to now begins a new story for the lower line, too")
{
    watch jane;
    jane.change(at(0), 3);
    CHECK(jane.told().size() == 1);
    jane.subject.ignore_before("jane", at(0));
    jane.change(at(1), 3, 10);
    CHECK(jane.told() == strings{"warning 3"});
}

TEST_CASE("detector: a stretch above the lower line is remembered for as long as it can grow")
{
    watch jane;
    jane.change(at(0), 3);
    CHECK(jane.told().size() == 1);
    jane.subject.forget_before(at(20)); // of all touches, and not of the stretch up to at(10)
    CHECK(jane.subject.users() == 1);
    jane.change(at(10), 3, 10);
    CHECK(jane.told().empty());
    jane.subject.forget_before(at(31));
    CHECK(jane.subject.users() == 0);
}

TEST_CASE("detector: who falls under a rule only now is not warned of because of what was before")
{
    core::rule others = two_lines();
    others.users = {"robot"};
    watch jane;
    (void)jane.subject.set_rules(core::share({others}));
    jane.change(at(0), 3);
    CHECK(jane.told().empty());
    const core::rule_choice::members known{{"jane"}};
    (void)jane.subject.set_choice(
        std::make_shared<const core::rule_choice>(std::vector<core::rule>{others}, known)
    );
    CHECK(jane.told().empty());
    jane.change(at(5), 2, 10);
    CHECK(jane.told() == strings{"breach 5"});
    jane.change(at(50), 3, 20);
    CHECK(jane.told() == strings{"warning 3"});
}

} // namespace docwarden::test::detector_warning_test
