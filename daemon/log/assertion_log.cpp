#include "daemon/log/assertion_log.hpp"

#include "core/base/check.hpp"
#include "daemon/log/logging.hpp"

namespace docwarden::daemon
{

assertion_log* assertion_log::current_ = nullptr;

assertion_log::assertion_log(log_session& session, const net::clock_source& clock)
    : session_(session), clock_(clock)
{
    DOCWARDEN_ASSERT(current_ == nullptr);
    current_ = this;
    core::set_assertion_handler(&assertion_log::record);
}

assertion_log::~assertion_log()
{
    core::set_assertion_handler(nullptr);
    current_ = nullptr;
}

void assertion_log::record(const char* text)
{
    report_log(current_->clock_).write_crash(text);
    current_->session_.end();
}

} // namespace docwarden::daemon
