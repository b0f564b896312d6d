#include "daemon/log/log_setup.hpp"

#include "daemon/log/line_sink.hpp"
#include "daemon/log/logging.hpp"

#include <boost/log/attributes/attribute_value_set.hpp>
#include <boost/log/attributes/value_extraction.hpp>
#include <boost/log/core/core.hpp>
#include <boost/log/core/record_view.hpp>
#include <boost/log/sinks/basic_sink_backend.hpp>
#include <boost/log/sinks/frontend_requirements.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/log/utility/exception_handler.hpp>
#include <boost/smart_ptr/make_shared_object.hpp>

#include <csignal>
#include <utility>

#include <sys/stat.h>

namespace docwarden::daemon
{

namespace
{

namespace logging = boost::log;

std::string line_of(log_target target, const log_record& record)
{
    switch (target) {
    case log_target::json:
        return json_line(record);
    case log_target::text:
        return text_line(record);
    case log_target::journal:
    case log_target::prefixed_text:
        break;
    }
    return prefixed_line(record);
}

// Lines in one form, and a record about those that were lost, in the same form.
class line_writer
{
public:
    line_writer(log_target target, int descriptor) : target_(target), lines_(descriptor) {}

    void write(const log_record& record)
    {
        if (lost_ != 0 &&
            !write_line(record_of_loss(lost_, "standard error was not being read", record.time))) {
            ++lost_;
            return;
        }
        lost_ = write_line(record) ? 0 : 1;
    }

private:
    bool write_line(const log_record& record) { return lines_.write(line_of(target_, record)); }

    log_target target_;
    line_sink lines_;
    std::size_t lost_ = 0;
};

// The end of the way through Boost.Log. The frontend serialises the calls, and neither of the two
// ways waits for long, so no asynchronous frontend is needed (Boost.Log's own can hang in flush).
class record_backend final
    : public logging::sinks::basic_sink_backend<logging::sinks::synchronized_feeding>
{
public:
    record_backend(log_target target, int descriptor, std::unique_ptr<journal_sink> journal)
        : lines_(target, descriptor), journal_(std::move(journal))
    {
    }

    void consume(const logging::record_view& carrier)
    {
        const auto record = logging::extract<log_record>(record_attribute, carrier);
        if (!record)
            return;
        if (journal_)
            journal_->write(*record);
        else
            lines_.write(*record);
    }

    void finish(std::chrono::milliseconds patience)
    {
        if (!journal_)
            return;
        for (const log_record& record : journal_->stop(patience))
            lines_.write(record);
    }

private:
    line_writer lines_; // in journal mode only for what journald did not take
    std::unique_ptr<journal_sink> journal_;
};

using record_sink = logging::sinks::synchronous_sink<record_backend>;

} // namespace

log_surroundings detect_environment(int descriptor, std::string journal_stream)
{
    log_surroundings found;
    found.journal_stream = std::move(journal_stream);
    found.can_reach_journal = can_reach_journal();
    struct stat status = {};
    if (fstat(descriptor, &status) == 0) {
        found.device = status.st_dev;
        found.inode = status.st_ino;
    }
    return found;
}

log_target choose_target(log_format format, const log_surroundings& surroundings)
{
    if (format == log_format::text)
        return log_target::text;
    if (format == log_format::json)
        return log_target::json;
    // systemd.exec(5): the variable alone proves nothing, a child may have redirected its output.
    const bool leads_to_journal =
        surroundings.journal_stream ==
        std::to_string(surroundings.device) + ":" + std::to_string(surroundings.inode);
    if (format == log_format::automatic && !leads_to_journal)
        return log_target::text;
    return surroundings.can_reach_journal ? log_target::journal : log_target::prefixed_text;
}

struct log_session::sinks {
    log_target target = log_target::text;
    bool has_ended = false;
    std::chrono::milliseconds flush_patience{0};
    boost::shared_ptr<record_backend> backend;
    boost::shared_ptr<record_sink> frontend;
};

log_session::log_session(const log_settings& settings)
    : log_session(
          settings,
          choose_target(
              settings.format,
              detect_environment(settings.descriptor, settings.journal_stream)
          ),
          make_journal_sender()
      )
{
}

log_session::log_session(
    const log_settings& settings,
    log_target target,
    std::unique_ptr<journal_sender> sender
)
    : sinks_(std::make_unique<sinks>())
{
    std::signal(SIGPIPE, SIG_IGN);
    sinks_->target = target;
    sinks_->flush_patience = settings.flush_patience;
    std::unique_ptr<journal_sink> journal;
    if (target == log_target::journal)
        journal = std::make_unique<journal_sink>(std::move(sender));
    sinks_->backend =
        boost::make_shared<record_backend>(sinks_->target, settings.descriptor, std::move(journal));
    sinks_->frontend = boost::make_shared<record_sink>(sinks_->backend);
    sinks_->frontend->set_filter(
        [level_max = settings.level_max](const logging::attribute_value_set& attributes) {
            const auto level = logging::extract<core::priority>("Severity", attributes);
            return level && *level <= level_max;
        }
    );
    // Out of memory while logging is no reason to leave a containment half done.
    logging::core::get()->set_exception_handler(logging::make_exception_suppressor());
    logging::core::get()->add_sink(sinks_->frontend);
}

log_session::~log_session()
{
    end();
}

void log_session::end()
{
    if (std::exchange(sinks_->has_ended, true))
        return;
    // First out of Boost.Log, so that nothing is fed to a backend that has finished.
    logging::core::get()->remove_sink(sinks_->frontend);
    sinks_->backend->finish(sinks_->flush_patience);
}

log_target log_session::target() const
{
    return sinks_->target;
}

} // namespace docwarden::daemon
