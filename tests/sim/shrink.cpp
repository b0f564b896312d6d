#include "tests/sim/shrink.hpp"

#include <algorithm>

namespace docwarden::proof
{

namespace
{

class shrinker
{
public:
    shrinker(shrunk begin, way how, std::size_t runs_max)
        : best_(std::move(begin)), how_(how), runs_max_(runs_max)
    {
    }

    const shrunk& best() const { return best_; }

    // Takes the smaller world if the same promise is still broken in it.
    bool try_smaller(const profile& conditions, const history& events)
    {
        if (best_.runs >= runs_max_)
            return false;
        ++best_.runs;
        const outcome result = world(conditions, events, how_).run();
        if (!result.broken || result.broken->checker != best_.broken.checker)
            return false;
        best_.conditions = conditions;
        best_.events = events;
        best_.broken = *result.broken;
        return true;
    }

private:
    shrunk best_;
    way how_;
    std::size_t runs_max_;
};

// Delta debugging: ever smaller pieces are left out.
void leave_out(shrinker& by, const std::function<void(std::size_t)>& progress)
{
    for (std::size_t piece = std::max<std::size_t>(1, by.best().events.size() / 2);;) {
        bool was_smaller = false;
        for (std::size_t begin = 0; begin < by.best().events.size();) {
            history less = by.best().events;
            const std::size_t end = std::min(begin + piece, less.size());
            less.erase(
                less.begin() + static_cast<std::ptrdiff_t>(begin),
                less.begin() + static_cast<std::ptrdiff_t>(end)
            );
            if (by.try_smaller(by.best().conditions, less)) {
                was_smaller = true;
                progress(by.best().events.size());
            } else {
                begin += piece;
            }
        }
        if (piece == 1 && !was_smaller)
            return;
        piece = std::max<std::size_t>(1, piece / 2);
    }
}

// Fewer files in a burst, and a world at rest where that changes nothing.
void simplify(shrinker& by)
{
    for (std::size_t i = 0; i < by.best().events.size(); ++i) {
        for (;;) {
            history less = by.best().events;
            if (less[i].count < 2)
                break;
            --less[i].count;
            if (!by.try_smaller(by.best().conditions, less))
                break;
        }
    }
    constexpr unsigned profile::*percents[] = {
        &profile::late_percent,
        &profile::very_late_percent,
        &profile::reuse_percent,
        &profile::afterburn_percent};
    for (const auto member : percents) {
        profile calmer = by.best().conditions;
        if (calmer.*member == 0)
            continue;
        calmer.*member = 0;
        (void)by.try_smaller(calmer, by.best().events);
    }
    profile calmer = by.best().conditions;
    calmer.skew = std::chrono::seconds(0);
    (void)by.try_smaller(calmer, by.best().events);
    calmer = by.best().conditions;
    calmer.latency_max = std::chrono::milliseconds(2);
    (void)by.try_smaller(calmer, by.best().events);
}

} // namespace

shrunk shrink(
    const profile& conditions,
    const history& events,
    const broken_promise& broken,
    way how,
    std::size_t runs_max,
    const std::function<void(std::size_t)>& progress
)
{
    shrinker by({conditions, events, broken, 0}, how, runs_max);
    leave_out(by, progress);
    simplify(by);
    return by.best();
}

} // namespace docwarden::proof
