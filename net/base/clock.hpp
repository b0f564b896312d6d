#pragma once
// Port: the only way the asynchronous code learns the time or waits for it. The real one is
// `asio_clock`, the one file of the project that reads a clock; tests use a virtual one.

#include "core/base/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

namespace docwarden::net
{

class clock_source
{
public:
    virtual ~clock_source() = default;

    virtual core::clock_reading reading() const = 0;

    // Ends without error when `deadline` has passed (at once if it already has), or with
    // boost::asio::error::operation_aborted when cancelled.
    virtual boost::asio::awaitable<boost::system::error_code> sleep_until(core::mono_time deadline
    ) = 0;
};

} // namespace docwarden::net
