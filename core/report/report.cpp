#include "core/report/report.hpp"

namespace docwarden::core
{

std::string_view to_string(report_kind kind)
{
    switch (kind) {
    case report_kind::started:
        return "started";
    case report_kind::stopping:
        return "stopping";
    case report_kind::ready:
        return "ready";
    case report_kind::alert:
        return "alert";
    case report_kind::observed:
        return "observed";
    case report_kind::contained:
        return "contained";
    case report_kind::refused:
        return "refused";
    case report_kind::held:
        return "held";
    case report_kind::failed:
        return "failed";
    case report_kind::degraded:
        return "degraded";
    case report_kind::recovered:
        return "recovered";
    case report_kind::bad_record:
        return "bad-record";
    case report_kind::unknown_action:
        return "unknown-action";
    case report_kind::suppressed:
        return "suppressed";
    case report_kind::reload:
        return "reload";
    case report_kind::reload_rejected:
        return "reload-rejected";
    case report_kind::exempted:
        return "exempted";
    case report_kind::retrying:
        return "retrying";
    case report_kind::config_error:
        return "config-error";
    case report_kind::config_warning:
        return "config-warning";
    case report_kind::crashed:
        return "crashed";
    case report_kind::crossing_ended:
        return "crossing-ended";
    case report_kind::warning:
        return "warning";
    case report_kind::released:
        return "released";
    }
    return "unknown";
}

std::string_view report::field(std::string_view name) const
{
    for (const auto& candidate : fields) {
        if (candidate.name == name)
            return candidate.value;
    }
    return {};
}

} // namespace docwarden::core
