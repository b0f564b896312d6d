#include "core/containment/backfill_holds.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <utility>

namespace docwarden::test::backfill_holds_test
{

using core::response_mode;
using namespace std::chrono_literals;

TEST_CASE("backfill_holds: a rule that became stricter holds until the past was read anew")
{
    core::backfill_holds holds;
    const core::rule old = make_rule("r", 20, 60s);
    core::rule current = old;
    current.threshold = 10;
    holds.on_reload({old}, {current}, at(0), 7);
    CHECK(holds.applies("r", at(0)));
    CHECK_FALSE(holds.applies("r", at(0) + core::tick(1)));
    CHECK_FALSE(holds.applies("other", at(0)));
    // Another reload that does not touch the rule leaves that as it is.
    holds.on_reload({current}, {current, make_rule("new", 1, 60s)}, at(50), 9);
    CHECK(holds.applies("r", at(0)));
    CHECK_FALSE(holds.applies("r", at(1)));
    CHECK(holds.applies("new", at(50)));
    holds.on_past_read(6);
    CHECK(holds.applies("r", at(0)));
    holds.on_past_read(7);
    CHECK_FALSE(holds.applies("r", at(0)));
    CHECK(holds.applies("new", at(50)));
    holds.on_reload({current}, {current}, at(60), 10);
    CHECK_FALSE(holds.applies("r", at(0)));
}

TEST_CASE("backfill_holds: a rule is stricter if it may concern more people than before")
{
    using rules = std::vector<core::rule>;
    const auto is_held = [](const rules& before, const rules& after) {
        core::backfill_holds holds;
        holds.on_reload(before, after, at(0), 1);
        return holds.applies("r", at(0));
    };
    const core::rule all = make_rule("r", 20, 60s);
    core::rule robots = make_rule("robots", 5000, 60s);
    robots.groups = {"Robots"};
    CHECK_FALSE(is_held({robots, all}, {robots, all}));
    CHECK(is_held({robots, all}, {all})); // the robots have come under it
    CHECK_FALSE(is_held({all}, {robots, all}));
    core::rule others = robots;
    others.actions = {5018};
    CHECK(is_held({robots, all}, {others, all})); // no alternative any more
    CHECK(is_held({robots, all}, {all, robots}));
    core::rule for_ann = all;
    for_ann.users = {"ann"};
    CHECK(is_held({all}, {for_ann}));
    CHECK(is_held({for_ann}, {all}));
    core::rule changed = robots;
    changed.threshold = 1;
    CHECK_FALSE(is_held({robots, all}, {changed, all}));
    core::rule guests = robots;
    guests.name = "guests";
    guests.groups = {"Guests"};
    CHECK_FALSE(is_held({robots, guests, all}, {guests, robots, all}));
    CHECK(is_held({robots, guests, all}, {guests, all}));
}

TEST_CASE("backfill_holds: stricter is what may catch somebody whom the old rule let pass")
{
    const auto is_stricter = [](core::rule old, core::rule current) {
        core::backfill_holds holds;
        holds.on_reload({std::move(old)}, {std::move(current)}, at(0), 1);
        return holds.applies("r", at(0));
    };
    const core::rule old = make_rule("r", 20, 60s);
    core::rule current = old;
    CHECK_FALSE(is_stricter(old, current));
    current.threshold = 21;
    CHECK_FALSE(is_stricter(old, current));
    current = old;
    current.actions = {5018};
    CHECK(is_stricter(old, current));
    current = old;
    current.window = 59s;
    CHECK(is_stricter(old, current));
    current = old;
    current.response = response_mode::alert;
    CHECK_FALSE(is_stricter(old, current)); // nobody is disabled
    CHECK(is_stricter(current, old));
    CHECK_FALSE(is_stricter(current, current));
}

} // namespace docwarden::test::backfill_holds_test
