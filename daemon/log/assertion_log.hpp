#pragma once
// The last record of a process that has found a bug in itself: while an `assertion_log` lives, a
// failed assertion (core/base/check.hpp) is recorded with the kind `crashed`, and everything
// recorded before is flushed, before the process aborts.

#include "daemon/log/log_setup.hpp"

namespace docwarden::net
{
class clock_source;
}

namespace docwarden::daemon
{

// One at a time: assertions are the process's. `session` and `clock` must outlive it.
class assertion_log
{
public:
    assertion_log(log_session& session, const net::clock_source& clock);
    ~assertion_log();
    assertion_log(const assertion_log&) = delete;
    assertion_log& operator=(const assertion_log&) = delete;

private:
    static void record(const char* text);

    static assertion_log* current_;

    log_session& session_;
    const net::clock_source& clock_;
};

} // namespace docwarden::daemon
