#include "core/containment/wording.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"

namespace docwarden::core
{

std::string format_user(const incident& about)
{
    if (about.user_name.empty())
        return clip_text(about.user);
    return clip_text(about.user_name, 80) + " (" + clip_text(about.user) + ")";
}

namespace
{

std::vector<report_field> fields_of(const incident& about)
{
    return {
        {"USER_ID", about.user},
        {"USER", about.user_name},
        {"RULE", about.rule},
        {"COUNT", std::to_string(about.span.count)},
        {"THRESHOLD", std::to_string(about.threshold)},
        {"WINDOW", format_span(about.window)},
        {"MODE", std::string(to_string(about.response))},
        {"INCIDENT", about.id},
        {"STATE", std::string(to_string(about.state))},
        {"CROSSED_AT", format_date(about.span.first)},
    };
}

// The newest files behind the decision, for a record that is read alone.
std::string list_files(const incident& about)
{
    constexpr std::size_t files_max = 50;
    std::string text;
    std::size_t listed = 0;
    for (auto file = about.files.rbegin(); file != about.files.rend() && listed < files_max;
         ++file) {
        if (listed++ > 0)
            text += ' ';
        text += clip_text(file->object, 64);
    }
    return text;
}

} // namespace

report incident_report(report_kind kind, priority level, const incident& about, std::string text)
{
    return {kind, level, std::move(text), fields_of(about)};
}

report alert_report(const incident& about, const std::string& contact, std::string what_next)
{
    std::string text = "SECURITY ALERT: " + format_user(about) + " changed " +
                       std::to_string(about.span.count) + " distinct files within " +
                       format_span(about.window) + " (rule " + clip_text(about.rule, 64) +
                       ", threshold " + std::to_string(about.threshold) + ", mode " +
                       std::string(to_string(about.response)) + "). " + std::move(what_next);
    report alert = incident_report(report_kind::alert, priority::critical, about, std::move(text));
    alert.fields.push_back({"FILES", list_files(about)});
    if (!contact.empty())
        alert.fields.push_back({"CONTACT", contact});
    return alert;
}

std::string explain_guard(protection guard)
{
    switch (guard) {
    case protection::owner:
        return "is the owner of the portal, whom nobody can disable. Reach the person, change the "
               "password and end the sessions, or restrict the portal by IP address.";
    case protection::self:
        return "is the account whose API key docwarden itself uses. The key or the account is in "
               "other hands: revoke the key in the portal and install a new one.";
    case protection::administrator:
        return "is a DocSpace administrator, whom only the owner's key can disable. Let the owner "
               "disable the account now, or give docwarden a key of the owner.";
    case protection::none:
        break;
    }
    return "is protected.";
}

} // namespace docwarden::core
