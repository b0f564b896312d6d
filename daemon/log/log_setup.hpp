#pragma once
// Where records go: chosen once at the start from the command line and the surroundings, in force
// as long as the `log_session` lives. Writing records is `report_log` (logging.hpp).

#include "core/report/report.hpp"
#include "daemon/log/journal_sink.hpp"
#include "daemon/log/log_format.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace docwarden::daemon
{

// What was chosen.
enum class log_target {
    journal,       // native records over journald's socket
    text,          // text_line() to the descriptor
    prefixed_text, // prefixed_line() to the descriptor
    json,          // json_line() to the descriptor
};

// What the choice depends on besides the wish.
struct log_surroundings {
    std::string journal_stream; // $JOURNAL_STREAM: "device:inode" of the pipe to the journal
    std::uint64_t device = 0;   // of the descriptor that lines would go to
    std::uint64_t inode = 0;
    bool can_reach_journal = false;
};

log_surroundings detect_environment(int descriptor, std::string journal_stream);

log_target choose_target(log_format format, const log_surroundings& surroundings);

struct log_settings {
    log_format format = log_format::automatic;
    core::priority level_max = core::priority::info; // less urgent records are left out
    std::string journal_stream;                      // $JOURNAL_STREAM, empty if unset
    int descriptor = 2;                              // where lines go; stays open
    // How long the end may take while records still wait for journald.
    std::chrono::milliseconds flush_patience{500};
};

class log_session
{
public:
    // Also has SIGPIPE ignored in the whole process: without that, whoever reads our standard error
    // could end the daemon by leaving.
    explicit log_session(const log_settings& settings);
    // The same with the choice already made; `sender` is used for log_target::journal only.
    log_session(
        const log_settings& settings,
        log_target target,
        std::unique_ptr<journal_sender> sender
    );
    // Ends it: records written before are flushed, within flush_patience; what journald has not
    // taken by then goes to the descriptor as prefixed text. Later records go nowhere of ours.
    ~log_session();
    log_session(const log_session&) = delete;
    log_session& operator=(const log_session&) = delete;

    // The same before its life is over, on the way out of a broken process.
    void end();

    log_target target() const;

private:
    struct sinks;
    std::unique_ptr<sinks> sinks_;
};

} // namespace docwarden::daemon
