#pragma once
// Records for the administrator. Core never logs: it returns facts (core/report/fact.hpp), and the
// shell has them described and writes the reports to the journal, to stderr or into a test's
// recorder. One report is one record: what happened, how urgent, a sentence that can be read alone,
// and the same facts as fields.

#include <string>
#include <string_view>
#include <vector>

namespace docwarden::core
{

// What happened. The shell gives each kind its fixed MESSAGE_ID and catalogue text, so values are
// appended, never reused. `to_string` gives the text of DOCWARDEN_KIND.
enum class report_kind {
    started,         // the process runs and has read its configuration
    stopping,        // an orderly end has begun
    ready,           // a portal was read completely for the first time
    alert,           // a user crossed a rule's threshold: the security alert itself
    observed,        // nothing is done: the rule only observes, or what was decided is over
    contained,       // the portal confirmed that the account is disabled
    refused,         // the account cannot be contained by this key: a person must act
    held,            // a decision waits for a person
    failed,          // disabling the account failed again and again: a person must act
    degraded,        // something limits what the daemon can see or do
    recovered,       // ... and that is over
    bad_record,      // one audit record is malformed: left out, or counted as far as it goes
    unknown_action,  // the portal sent an action id that the catalogue does not know
    suppressed,      // so many reports of one kind were left out
    reload,          // a new configuration is in force
    reload_rejected, // it is not: the old one stays
    exempted,        // an exemption kept a user from being contained
    retrying,        // a request of a containment failed and will be tried again
    config_error,    // the configuration or the start is at fault: the daemon does not run
    config_warning,  // ... deserves a second look
    crashed,         // a bug in docwarden: it ends and is restarted
    crossing_ended,  // a user is no longer above a rule's threshold, who was not contained
    warning,         // a user has crossed the lower line of a rule, of which `warn` is
    released,        // an account that was contained is active again
};

std::string_view to_string(report_kind kind);

// syslog's levels (RFC 5424), numerically what PRIORITY= carries.
enum class priority { emergency, alert, critical, error, warning, notice, info, debug };

// A field's name without its prefix ("USER_ID" becomes DOCWARDEN_USER_ID) and its value as text.
// The value may come from the portal and may hold anything: whoever prints it escapes it.
struct report_field {
    std::string name;
    std::string value;
    bool operator==(const report_field&) const = default;
};

// Message and values are raw: escaping is the writer's, once.
struct report {
    report_kind kind = report_kind::started;
    priority level = priority::info;
    std::string message;
    std::vector<report_field> fields;

    // The value of the first field of that name, or an empty text.
    std::string_view field(std::string_view name) const;
    bool operator==(const report&) const = default;
};

} // namespace docwarden::core
