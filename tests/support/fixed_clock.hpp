#pragma once
// A clock that the test sets and that nobody can wait for.

#include "net/base/clock.hpp"

#include <boost/asio/error.hpp>

namespace docwarden::test
{

class fixed_clock final : public net::clock_source
{
public:
    core::clock_reading reading() const override { return now; }

    boost::asio::awaitable<boost::system::error_code> sleep_until(core::mono_time) override
    {
        co_return boost::system::error_code(boost::asio::error::operation_aborted);
    }

    core::clock_reading now{};
};

} // namespace docwarden::test
