#include "core/containment/incident.hpp"

#include <string_view>

namespace docwarden::core
{

namespace
{

// FNV-1a, 64 bits: only to name things, not against an adversary.
std::uint64_t mix_in(std::uint64_t hash, std::string_view text)
{
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3U;
    }
    return (hash ^ 0xFFU) * 0x100000001B3U; // a separator no text contains alone
}

} // namespace

std::string incident_id(
    const std::string& portal,
    const std::string& user,
    const std::string& rule,
    wall_time first
)
{
    std::uint64_t hash = 0xCBF29CE484222325U;
    hash = mix_in(hash, portal);
    hash = mix_in(hash, user);
    hash = mix_in(hash, rule);
    hash = mix_in(hash, std::to_string(first.time_since_epoch().count()));
    hash ^= hash >> 32;

    constexpr std::string_view digits = "0123456789abcdef";
    std::string id;
    for (int shift = 44; shift >= 0; shift -= 4)
        id += digits[(hash >> shift) & 0xFU];
    return id;
}

incident open_incident(const breach& crossing, const rule& crossed, const std::string& portal)
{
    incident opened;
    opened.id = incident_id(portal, crossing.user, crossed.name, crossing.span.first);
    opened.user = crossing.user;
    opened.user_name = crossing.user_name;
    opened.rule = crossed.name;
    opened.threshold = crossed.threshold;
    opened.window = crossed.window;
    opened.response = crossed.response;
    opened.span = crossing.span;
    return opened;
}

} // namespace docwarden::core
