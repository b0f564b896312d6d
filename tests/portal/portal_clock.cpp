#include "tests/portal/portal_clock.hpp"

#include <chrono>

namespace docwarden::sim
{

namespace
{

core::wall_time real_time()
{
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return core::wall_time{std::chrono::duration_cast<core::tick>(since_epoch)};
}

} // namespace

core::wall_time portal_clock::reading() const
{
    return stopped_at_ ? *stopped_at_ : real_time() + offset_;
}

void portal_clock::run_from(core::wall_time moment)
{
    stopped_at_.reset();
    offset_ = moment - real_time();
}

void portal_clock::stop_at(core::wall_time moment)
{
    stopped_at_ = moment;
}

void portal_clock::advance(core::tick distance)
{
    if (stopped_at_)
        *stopped_at_ += distance;
    else
        offset_ += distance;
}

} // namespace docwarden::sim
