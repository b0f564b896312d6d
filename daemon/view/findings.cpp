#include "daemon/view/findings.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/report/incident_texts.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace docwarden::daemon
{

net::scan_finding to_finding(const core::incident& incident, const std::string& portal)
{
    net::scan_finding found;
    found.portal = portal;
    found.user_id = incident.user;
    found.user = incident.user_name;
    found.rule = incident.rule;
    found.count = incident.span.count;
    found.is_least = incident.span.is_least;
    found.threshold = incident.threshold;
    found.window_text = core::format_span(incident.window);
    found.state = core::to_string(incident.state);
    found.incident = incident.id;
    return found;
}

std::string finding_line(const core::incident& incident)
{
    const std::string line = core::format_crossing(incident) + "), above the threshold since " +
                             core::format_date(incident.span.first) + ": " +
                             std::string(core::to_string(incident.state)) + " (incident " +
                             incident.id + ")";
    return core::escape_text(line, 1000) + "\n";
}

std::string findings_json(const std::vector<portal_finding>& found)
{
    boost::json::array all;
    for (const auto& [portal, incident] : found) {
        boost::json::object object;
        object["id"] = incident.id;
        object["portal"] = portal;
        object["user_id"] = core::escape_text(incident.user);
        object["user"] = core::escape_text(incident.user_name);
        object["rule"] = incident.rule;
        object["count"] = incident.span.count;
        object["count_is_least"] = incident.span.is_least;
        object["threshold"] = incident.threshold;
        object["window"] = core::format_span(incident.window);
        object["state"] = core::to_string(incident.state);
        object["opened"] = core::format_date(incident.span.first);
        all.push_back(std::move(object));
    }
    return boost::json::serialize(all) + "\n";
}

} // namespace docwarden::daemon
