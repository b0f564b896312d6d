#include "daemon/view/findings.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/containment/wording.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace docwarden::daemon
{

net::scan_finding to_finding(const core::incident& about, const std::string& portal)
{
    net::scan_finding found;
    found.portal = portal;
    found.user_id = about.user;
    found.user = about.user_name;
    found.rule = about.rule;
    found.count = about.span.count;
    found.threshold = about.threshold;
    found.window_text = core::format_span(about.window);
    found.state = core::to_string(about.state);
    found.incident = about.id;
    return found;
}

std::string finding_line(const core::incident& about)
{
    const std::string line =
        core::format_user(about) + " changed " + std::to_string(about.span.count) +
        " distinct files within " + core::format_span(about.window) + " (rule " + about.rule +
        ", threshold " + std::to_string(about.threshold) + "), over the threshold from " +
        core::format_date(about.span.first) + " on: " + std::string(core::to_string(about.state)) +
        " (incident " + about.id + ")";
    return core::escape_text(line, 1000) + "\n";
}

std::string findings_json(const std::vector<portal_finding>& found)
{
    boost::json::array all;
    for (const auto& [portal, about] : found) {
        boost::json::object one;
        one["id"] = about.id;
        one["portal"] = portal;
        one["user_id"] = core::escape_text(about.user);
        one["user"] = core::escape_text(about.user_name);
        one["rule"] = about.rule;
        one["count"] = about.span.count;
        one["threshold"] = about.threshold;
        one["window"] = core::format_span(about.window);
        one["state"] = core::to_string(about.state);
        one["opened"] = core::format_date(about.span.first);
        all.push_back(std::move(one));
    }
    return boost::json::serialize(all) + "\n";
}

} // namespace docwarden::daemon
