#include "core/preflight/preflight_result.hpp"

namespace docwarden::core
{

std::string_view to_string(preflight_topic topic)
{
    switch (topic) {
    case preflight_topic::connection:
        return "connection";
    case preflight_topic::clock:
        return "clock";
    case preflight_topic::version:
        return "version";
    case preflight_topic::portal:
        return "tenant";
    case preflight_topic::key:
        return "key";
    case preflight_topic::scopes:
        return "scopes";
    case preflight_topic::rights:
        return "rights";
    case preflight_topic::plan:
        return "plan";
    case preflight_topic::filters:
        return "filters";
    case preflight_topic::events:
        return "audit trail";
    }
    return "unknown";
}

} // namespace docwarden::core
