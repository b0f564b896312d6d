#include "core/report/condition.hpp"

#include "core/report/failure_texts.hpp"

namespace docwarden::core
{

namespace
{

struct code_of {
    subsystem affected;

    std::string operator()(const api_failure& failure) const
    {
        return std::string(to_string(failure.kind));
    }
    std::string operator()(const preflight_result& result) const
    {
        // How it fails may change from hour to hour, and which question: that is no news.
        return affected == subsystem::preflight ? "unanswered" : result.code();
    }
    std::string operator()(const unreadable_stretch&) const { return "unreadable"; }
    std::string operator()(const memory_limit&) const { return "limit"; }
    std::string operator()(const store_failure& failure) const
    {
        return failure.text.empty() ? "slow" : "unwritable";
    }
    std::string operator()(const lookup_failure& failure) const
    {
        return std::string(to_string(failure.reason.kind));
    }
};

struct level_of {
    subsystem affected;

    priority operator()(const api_failure& failure) const { return urgency_of(failure.kind); }
    priority operator()(const preflight_result& result) const
    {
        if (result.outcome() != verdict::bad)
            return priority::warning;
        // Without the portal's clock docwarden sees and acts by this host's.
        return affected == subsystem::clock ? priority::error : priority::critical;
    }
    priority operator()(const unreadable_stretch&) const { return priority::critical; }
    priority operator()(const memory_limit&) const { return priority::critical; }
    priority operator()(const store_failure&) const { return priority::critical; }
    priority operator()(const lookup_failure&) const { return priority::warning; }
};

} // namespace

std::string_view to_string(subsystem affected)
{
    switch (affected) {
    case subsystem::reading:
        return "reading";
    case subsystem::plan:
        return "plan";
    case subsystem::identity:
        return "identity";
    case subsystem::rights:
        return "rights";
    case subsystem::acting:
        return "acting";
    case subsystem::records:
        return "records";
    case subsystem::gap:
        return "gap";
    case subsystem::clock:
        return "clock";
    case subsystem::memory:
        return "memory";
    case subsystem::key:
        return "key";
    case subsystem::portal:
        return "portal";
    case subsystem::version:
        return "version";
    case subsystem::preflight:
        return "contract";
    case subsystem::store:
        return "store";
    case subsystem::people:
        return "people";
    }
    return "unknown";
}

std::string condition::code() const
{
    return std::visit(code_of{affected}, cause);
}

priority condition::level() const
{
    return std::visit(level_of{affected}, cause);
}

} // namespace docwarden::core
