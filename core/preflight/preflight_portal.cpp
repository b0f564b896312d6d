// What a portal's version and its state mean for docwarden.

#include "core/preflight/preflight_judge.hpp"

#include <charconv>

namespace docwarden::core
{

namespace
{

struct product_version {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned patch = 0;
    auto operator<=>(const product_version&) const = default;
};

// "3.7.2", "3.7.2.1544" or "3.7": the first three numbers.
std::optional<product_version> parse_version(std::string_view text)
{
    product_version read;
    unsigned* const parts[] = {&read.major, &read.minor, &read.patch};
    const char* at = text.data();
    const char* const end = at + text.size();
    std::size_t count = 0;
    for (unsigned* part : parts) {
        const auto [next, problem] = std::from_chars(at, end, *part);
        if (problem != std::errc())
            return std::nullopt;
        ++count;
        at = next;
        if (at == end)
            break;
        if (*at++ != '.')
            return std::nullopt;
    }
    return count >= 2 ? std::optional(read) : std::nullopt;
}

const char* meaning_of_status(int tenant_status)
{
    switch (tenant_status) {
    case 1:
        return "is suspended";
    case 2:
        return "is about to be removed";
    case 3:
        return "is being transferred";
    case 4:
        return "is being restored from a backup";
    case 5:
        return "is being migrated";
    case 6:
        return "is being encrypted";
    default:
        return "is in a state that docwarden does not know";
    }
}

} // namespace

preflight_result judge_version(const portal_facts& facts)
{
    constexpr auto topic = preflight_topic::version;
    const auto version = parse_version(facts.version);
    if (!version)
        return {
            topic,
            verdict::warning,
            "unknown",
            facts.version.empty()
                ? "the portal does not say which version it is"
                : "the portal's version \"" + facts.version + "\" cannot be understood",
            "docwarden is made for DocSpace 2.5 to 3.7; look up the portal's version"};
    std::string traps;
    if (*version < product_version{2, 6, 0})
        traps += "; its audit rows appear up to a minute late (docwarden reads them again, keep "
                 "`lateness` at 2m or more)";
    if (*version < product_version{3, 2, 1})
        traps += "; it has other page limits (docwarden asks for 100 rows, which all versions "
                 "give)";
    if (*version < product_version{3, 7, 1})
        traps += "; asked to disable a protected account it answers 200 and does nothing "
                 "(docwarden reads each status back and tells you), it would let a key disable its "
                 "own user (docwarden never counts that user), and it does not enforce the scopes "
                 "of keys (a scoped key may do more there than it says)";
    if (traps.empty())
        return {topic, verdict::good, "ok", "DocSpace " + facts.version, {}};
    const char* code = *version < product_version{2, 6, 0}   ? "before-2.6"
                       : *version < product_version{3, 2, 1} ? "before-3.2.1"
                                                             : "before-3.7.1";
    return {
        topic,
        verdict::warning,
        code,
        "DocSpace " + facts.version + " is old" + traps,
        "update the portal to 3.7.1 or later"};
}

preflight_result judge_portal(const portal_facts& facts)
{
    constexpr auto topic = preflight_topic::portal;
    if (facts.tenant_status == 0)
        return {
            topic,
            verdict::good,
            "ok",
            facts.is_standalone ? "in use, on a server of its own" : "in use",
            {}};
    return {
        topic,
        verdict::bad,
        "tenant-status-" + std::to_string(facts.tenant_status),
        std::string("the portal ") + meaning_of_status(facts.tenant_status) + " (status " +
            std::to_string(facts.tenant_status) +
            "), so it answers about neither its audit trail nor its people",
        "wait until that is over, or end it in the portal's settings"};
}

} // namespace docwarden::core
