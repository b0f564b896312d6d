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
    bool try_smaller(const profile& what, const history& happens)
    {
        if (best_.runs >= runs_max_)
            return false;
        ++best_.runs;
        const outcome result = world(what, happens, how_).run();
        if (!result.broken || result.broken->checker != best_.broken.checker)
            return false;
        best_.what = what;
        best_.happens = happens;
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
    for (std::size_t piece = std::max<std::size_t>(1, by.best().happens.size() / 2);;) {
        bool was_smaller = false;
        for (std::size_t begin = 0; begin < by.best().happens.size();) {
            history less = by.best().happens;
            const std::size_t end = std::min(begin + piece, less.size());
            less.erase(
                less.begin() + static_cast<std::ptrdiff_t>(begin),
                less.begin() + static_cast<std::ptrdiff_t>(end)
            );
            if (by.try_smaller(by.best().what, less)) {
                was_smaller = true;
                progress(by.best().happens.size());
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
    for (std::size_t i = 0; i < by.best().happens.size(); ++i) {
        for (;;) {
            history less = by.best().happens;
            if (less[i].count < 2)
                break;
            --less[i].count;
            if (!by.try_smaller(by.best().what, less))
                break;
        }
    }
    constexpr unsigned profile::*percents[] = {
        &profile::late_percent,
        &profile::very_late_percent,
        &profile::reuse_percent,
        &profile::afterburn_percent};
    for (const auto member : percents) {
        profile calmer = by.best().what;
        if (calmer.*member == 0)
            continue;
        calmer.*member = 0;
        (void)by.try_smaller(calmer, by.best().happens);
    }
    profile calmer = by.best().what;
    calmer.skew = std::chrono::seconds(0);
    (void)by.try_smaller(calmer, by.best().happens);
    calmer = by.best().what;
    calmer.latency_max = std::chrono::milliseconds(2);
    (void)by.try_smaller(calmer, by.best().happens);
}

} // namespace

shrunk shrink(
    const profile& what,
    const history& happens,
    const broken_promise& broken,
    way how,
    std::size_t runs_max,
    const std::function<void(std::size_t)>& progress
)
{
    shrinker by({what, happens, broken, 0}, how, runs_max);
    leave_out(by, progress);
    simplify(by);
    return by.best();
}

} // namespace docwarden::proof
