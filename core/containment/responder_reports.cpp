#include "core/containment/responder_reports.hpp"

#include "core/base/text.hpp"
#include "core/containment/wording.hpp"

namespace docwarden::core
{

namespace
{
constexpr std::size_t problem_length_max = 400;

std::string describe_latency(milliseconds took)
{
    return took.count() == 0 ? "less than a millisecond after the decision"
                             : format_span(took) + " after the decision";
}

} // namespace

report observed_report(const incident& about)
{
    report told = alert_report(about, {}, "This rule only observes: nothing was done.");
    told.kind = report_kind::observed;
    told.level = priority::notice;
    told.message.replace(0, told.message.find(':'), "Observed");
    return told;
}

report exempted_report(const incident& about)
{
    report told =
        alert_report(about, {}, "Nothing was done, because the configuration exempts this user.");
    told.kind = report_kind::exempted;
    told.level = priority::warning;
    told.message.replace(0, told.message.find(':'), "Exempt");
    return told;
}

report held_by_reload_report(const incident& about, const std::string& contact)
{
    report told = alert_report(
        about,
        contact,
        "The reloaded rules make this user cross on events from before the reload: held, not "
        "disabled. The account is disabled if the user goes on; otherwise decide in the portal."
    );
    told.kind = report_kind::held;
    return told;
}

report held_by_limit_report(const incident& about, const containment_settings& limits)
{
    return incident_report(
        report_kind::held,
        priority::critical,
        about,
        "HELD, not disabled: " + format_user(about) + ". The limit of " +
            std::to_string(limits.disables_max) + " disabled accounts within " +
            format_span(limits.disables_window) +
            " is reached. Disable the account in the portal now if that is right, or raise "
            "max_disables and reload: held accounts are then decided again."
    );
}

report contained_report(const incident& about, bool by_us, milliseconds took)
{
    std::string text = by_us ? "Account disabled: " : "Account was already disabled: ";
    text += format_user(about);
    text += by_us ? ", confirmed by the portal " + describe_latency(took) : "; no request was sent";
    text +=
        " (incident " + about.id + "). When it is settled, enable the user again in the portal.";
    report told = incident_report(report_kind::contained, priority::notice, about, std::move(text));
    told.fields.push_back({"BY", by_us ? "docwarden" : "somebody else"});
    told.fields.push_back({"LATENCY_MS", std::to_string(took.count())});
    return told;
}

report called_off_report(const incident& about)
{
    return incident_report(
        report_kind::observed,
        priority::notice,
        about,
        "Called off: by the reloaded rules " + format_user(about) +
            " is not to be disabled any more. A request that had left already may still take "
            "effect."
    );
}

report overruled_report(const incident& about)
{
    return incident_report(
        report_kind::observed,
        priority::notice,
        about,
        "Called off: somebody changed the status of " + format_user(about) +
            " in the portal, which settles what came before. Only further changes count. A "
            "request that had left already may still take effect."
    );
}

report still_disabled_report(const incident& about)
{
    return incident_report(
        report_kind::observed,
        priority::info,
        about,
        "Further changes by " + format_user(about) +
            " were recorded; the account is still disabled."
    );
}

report refused_report(const incident& about, protection guard)
{
    return incident_report(
        report_kind::refused,
        priority::alert,
        about,
        "CANNOT CONTAIN, ACT NOW: " + format_user(about) + ' ' + explain_guard(guard)
    );
}

report failed_report(const incident& about, const std::string& problem)
{
    return incident_report(
        report_kind::failed,
        priority::alert,
        about,
        "NOT CONTAINED, ACT NOW: " + format_user(about) +
            " is still active: " + clip_text(problem, problem_length_max) +
            ". Disable the account in the portal; docwarden goes on trying."
    );
}

report retrying_report(const incident& about, const std::string& problem)
{
    return incident_report(
        report_kind::retrying,
        priority::error,
        about,
        "Disabling " + format_user(about) +
            " does not work yet and is tried again: " + clip_text(problem, problem_length_max)
    );
}

} // namespace docwarden::core
