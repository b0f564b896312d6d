#include "daemon/log/logging.hpp"

#include "core/base/text.hpp"
#include "daemon/log/record_text.hpp"
#include "net/base/clock.hpp"

#include <boost/log/attributes/attribute_value_impl.hpp>
#include <boost/log/keywords/severity.hpp>
#include <boost/log/sources/severity_logger.hpp>

#include <utility>

namespace docwarden::daemon
{

namespace logging = boost::log;

struct report_log::source {
    explicit source(const net::clock_source& time) : clock(time) {}

    const net::clock_source& clock;
    logging::sources::severity_logger_mt<core::priority> logger;
};

report_log::report_log(const net::clock_source& clock) : source_(std::make_unique<source>(clock)) {}

report_log::~report_log() = default;

void report_log::write(const core::report& report, std::string_view portal)
{
    // Asked first: nothing is escaped or copied for a record that no sink wants.
    logging::record carrier =
        source_->logger.open_record(logging::keywords::severity = report.level);
    if (!carrier)
        return;
    log_record record = make_record(report, source_->clock.reading().wall, portal);
    carrier.attribute_values().insert(
        record_attribute, logging::attributes::make_attribute_value(std::move(record))
    );
    source_->logger.push_record(std::move(carrier));
}

void report_log::write_crash(std::string_view text)
{
    write(
        {core::report_kind::crashed,
         core::priority::critical,
         "Internal error, please report it: " + core::clip_text(text, 600) +
             ". docwarden is exiting and expects a restart",
         {}},
        {}
    );
}

} // namespace docwarden::daemon
