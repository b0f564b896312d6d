#pragma once
// The real clock_source: this host's clocks and Asio's timers. Its .cpp is the only file of the
// project that reads a clock.

#include "net/base/clock.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace docwarden::net
{

class asio_clock final : public clock_source
{
public:
    explicit asio_clock(boost::asio::any_io_executor executor);

    core::clock_reading reading() const override;
    // Any deadline is fine, also one centuries away. The clock must outlive the wait.
    boost::asio::awaitable<boost::system::error_code> sleep_until(core::mono_time deadline
    ) override;

private:
    boost::asio::any_io_executor executor_;
};

} // namespace docwarden::net
