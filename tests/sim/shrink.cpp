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
void leave_out(shrinker& search, const std::function<void(std::size_t)>& progress)
{
    for (std::size_t piece = std::max<std::size_t>(1, search.best().events.size() / 2);;) {
        bool was_smaller = false;
        for (std::size_t begin = 0; begin < search.best().events.size();) {
            history less = search.best().events;
            const std::size_t end = std::min(begin + piece, less.size());
            less.erase(
                less.begin() + static_cast<std::ptrdiff_t>(begin),
                less.begin() + static_cast<std::ptrdiff_t>(end)
            );
            if (search.try_smaller(search.best().conditions, less)) {
                was_smaller = true;
                progress(search.best().events.size());
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
void simplify(shrinker& search)
{
    for (std::size_t i = 0; i < search.best().events.size(); ++i) {
        for (;;) {
            history less = search.best().events;
            if (less[i].count < 2)
                break;
            --less[i].count;
            if (!search.try_smaller(search.best().conditions, less))
                break;
        }
    }
    constexpr unsigned profile::*percents[] = {
        &profile::late_percent,
        &profile::very_late_percent,
        &profile::reuse_percent,
        &profile::afterburn_percent};
    for (const auto member : percents) {
        profile calmer = search.best().conditions;
        if (calmer.*member == 0)
            continue;
        calmer.*member = 0;
        (void)search.try_smaller(calmer, search.best().events);
    }
    profile calmer = search.best().conditions;
    calmer.skew = std::chrono::seconds(0);
    (void)search.try_smaller(calmer, search.best().events);
    calmer = search.best().conditions;
    calmer.latency_max = std::chrono::milliseconds(2);
    (void)search.try_smaller(calmer, search.best().events);
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
    shrinker search({conditions, events, broken, 0}, how, runs_max);
    leave_out(search, progress);
    simplify(search);
    return search.best();
}

} // namespace docwarden::proof
