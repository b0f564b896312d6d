// Since when crossings of the lower line are told.

#include "core/detection/warning_start.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::warning_start_test
{

using core::tick;
using core::warning_start;
using namespace std::chrono_literals;

namespace
{

std::vector<core::rule> one_rule(std::uint32_t warn, std::uint32_t threshold = 20)
{
    std::vector<core::rule> rules = {make_rule("r", threshold, 10min)};
    rules[0].warn = warn;
    return rules;
}

} // namespace

TEST_CASE("warning_start: from the beginning of the reading on, that moment included")
{
    warning_start subject;
    CHECK_FALSE(subject.covers("r", at(0)));
    subject.begin(at(0));
    CHECK(subject.has_begun());
    CHECK(subject.covers("r", at(0)));
    CHECK_FALSE(subject.covers("r", at(0) - tick(1)));
}

TEST_CASE("warning_start: after a reload from then on, for the rules that count otherwise")
{
    const auto changed = GENERATE(one_rule(10), one_rule(0), one_rule(15, 30));
    warning_start subject;
    subject.begin(at(0));
    subject.on_reload(one_rule(15), changed, at(60));
    CHECK_FALSE(subject.covers("r", at(59)));
    CHECK(subject.covers("r", at(60)));
    CHECK(subject.covers("other", at(30)));
    // The next one, which leaves it as it is, does not make it forgotten.
    subject.on_reload(changed, changed, at(120));
    CHECK_FALSE(subject.covers("r", at(59)));
    CHECK(subject.covers("r", at(60)));
}

TEST_CASE("warning_start: when other people are meant by a rule, others fall under the next one")
{
    const auto two_rules = [](std::vector<std::string> users) {
        std::vector<core::rule> rules = {make_rule("robots", 90, 10min), make_rule("r", 20, 10min)};
        rules[0].users = std::move(users);
        rules[1].warn = 15;
        return rules;
    };
    warning_start subject;
    subject.begin(at(0));
    subject.on_reload(two_rules({"bob"}), two_rules({"bob"}), at(60));
    CHECK(subject.covers("r", at(59)));
    subject.on_reload(two_rules({"bob"}), two_rules({}), at(60));
    CHECK_FALSE(subject.covers("r", at(59)));
    CHECK(subject.covers("r", at(60)));
}

TEST_CASE("warning_start: a reload that leaves a rule alone changes nothing for it")
{
    warning_start subject;
    subject.begin(at(0));
    subject.on_reload(one_rule(15), one_rule(15), at(60));
    CHECK(subject.covers("r", at(30)));
    subject.on_reload({}, one_rule(15), at(90));
    CHECK_FALSE(subject.covers("r", at(89)));
}

} // namespace docwarden::test::warning_start_test
