#pragma once
// How the rest of the daemon writes records: one function. Where they go is decided once, at the
// start, by a `log_session` (log_setup.hpp); without one they go nowhere but to Boost.Log's own
// default. No Boost.Log type is visible here.

#include "core/report/report.hpp"

#include <memory>
#include <string_view>

namespace docwarden::net
{
class clock_source;
}

namespace docwarden::daemon
{

// The name under which a `log_record` travels through Boost.Log to the sinks.
inline constexpr char record_attribute[] = "Record";

class report_log
{
public:
    // `clock` stamps the records and must outlive this object.
    explicit report_log(const net::clock_source& clock);
    ~report_log();
    report_log(const report_log&) = delete;
    report_log& operator=(const report_log&) = delete;

    // One record, now. `portal` is empty for what concerns the whole process. Never blocks for
    // longer than the sinks promise; a record that cannot be written is never an error here.
    void write(const core::report& report, std::string_view portal);
    // The last record of a process that has found a bug in itself; `text` says which.
    void write_crash(std::string_view text);

private:
    struct source;
    std::unique_ptr<source> source_;
};

} // namespace docwarden::daemon
