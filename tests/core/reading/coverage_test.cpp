#include "core/base/random.hpp"
#include "core/reading/coverage.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace docwarden::test::coverage_test
{

using core::coverage;
using core::gap;
using core::gap_reason;
using core::tick;
using core::wall_time;

namespace
{

constexpr std::int64_t span = 60; // ticks

wall_time moment(std::int64_t number)
{
    return at(0) + tick(number);
}

// The definition: each moment is in a gap of some kind or in none.
class naive_coverage
{
public:
    void open(const gap& added)
    {
        each(added.from, added.to, [&](auto& cell) { cell = cell.value_or(kind{added.reason}); });
    }
    std::int64_t fill(wall_time from, wall_time to)
    {
        std::int64_t filled = 0;
        each(from, to, [&](auto& cell) {
            filled += cell ? 1 : 0;
            cell.reset();
        });
        return filled;
    }
    // A gap is given up as a whole: a run of moments of one kind that ends before `time`.
    void give_up_before(wall_time time)
    {
        for (std::size_t i = cells_.size(); i-- > 0;) {
            const bool is_end = i + 1 == cells_.size() || cells_[i + 1] != cells_[i];
            const bool ends_before = is_end ? at_(i) < time : ends_before_;
            ends_before_ = ends_before;
            given_up_[i] = cells_[i] && !cells_[i]->is_given_up && ends_before;
        }
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            if (given_up_[i])
                cells_[i]->is_given_up = true;
        }
    }
    void check(const coverage& subject) const
    {
        std::array<std::optional<kind>, span> found{};
        std::optional<wall_time> end;
        for (const gap& known : subject.gaps()) {
            REQUIRE(known.from <= known.to);
            REQUIRE((!end || known.from > *end));
            end = known.to;
            for (wall_time t = known.from; t <= known.to; t += tick(1))
                found.at(static_cast<std::size_t>((t - moment(0)).count())
                ) = {known.reason, known.is_given_up};
        }
        REQUIRE(found == cells_);
        bool has_open = false;
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            REQUIRE(subject.covers(at_(i)) == !cells_[i].has_value());
            has_open = has_open || (cells_[i] && !cells_[i]->is_given_up);
        }
        REQUIRE(subject.has_open() == has_open);
    }

private:
    struct kind {
        gap_reason reason = gap_reason::unreadable;
        bool is_given_up = false;
        bool operator==(const kind&) const = default;
    };
    static wall_time at_(std::size_t i) { return moment(static_cast<std::int64_t>(i)); }
    template <class Action>
    void each(wall_time from, wall_time to, Action action)
    {
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            if (at_(i) >= from && at_(i) <= to)
                action(cells_[i]);
        }
    }

    std::array<std::optional<kind>, span> cells_{};
    std::array<bool, span> given_up_{};
    bool ends_before_ = false;
};

std::int64_t ticks_of(const std::vector<gap>& gaps)
{
    std::int64_t sum = 0;
    for (const gap& known : gaps)
        sum += (known.to - known.from).count() + 1;
    return sum;
}

} // namespace

TEST_CASE("coverage: whatever is opened, filled and given up, it says of each moment what holds")
{
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        core::random_source random(seed);
        coverage subject;
        naive_coverage oracle;
        for (int i = 0; i < 40; ++i) {
            const auto first = static_cast<std::int64_t>(random.below(span));
            const auto last = std::min<std::int64_t>(
                span - 1, first + static_cast<std::int64_t>(random.below(12))
            );
            INFO("seed " << seed << ", change " << i);
            const std::uint64_t change = random.below(8);
            if (change < 4) {
                const gap added{
                    moment(first),
                    moment(last),
                    change < 2 ? gap_reason::unreadable : gap_reason::plan,
                    false,
                    at(0)};
                subject.open(added);
                oracle.open(added);
            } else if (change < 7) {
                const auto filled = subject.fill(moment(first), moment(last));
                REQUIRE(ticks_of(filled) == oracle.fill(moment(first), moment(last)));
            } else {
                (void)subject.give_up_before(moment(first));
                oracle.give_up_before(moment(first));
            }
            oracle.check(subject);
        }
        // What was kept makes the same ledger.
        oracle.check(coverage(subject.gaps()));
    }
}

TEST_CASE("coverage: a gap that ends before it begins is none")
{
    coverage subject;
    subject.open({at(1), at(0), gap_reason::plan, false, at(0)});
    CHECK(subject.gaps().empty());
    CHECK(coverage({{at(1), at(0), gap_reason::plan, true, at(0)}}).gaps().empty());
}

TEST_CASE("coverage: beyond the bound the closest gaps of one kind become one, also by filling")
{
    coverage subject;
    for (std::size_t i = 0; i < coverage::gaps_max; ++i) {
        const auto second = static_cast<std::int64_t>(i) * 10;
        subject.open({at(second), at(second + 4), gap_reason::unreadable, false, at(0)});
    }
    CHECK(subject.gaps().size() == coverage::gaps_max);
    subject.open({at(-3), at(-2), gap_reason::unreadable, false, at(-9)});
    REQUIRE(subject.gaps().size() == coverage::gaps_max);
    CHECK(subject.gaps().front() == gap{at(-3), at(4), gap_reason::unreadable, false, at(-9)});
    CHECK_FALSE(subject.covers(at(-1))); // claims less than is true, never more
    // Filling the middle of one makes two.
    const auto filled = subject.fill(at(12), at(12));
    REQUIRE(filled.size() == 1);
    CHECK(subject.gaps().size() == coverage::gaps_max);
    CHECK_FALSE(subject.covers(at(11)));
    CHECK_FALSE(subject.covers(at(13)));
}

} // namespace docwarden::test::coverage_test
