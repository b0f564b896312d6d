#pragma once
// How far docwarden may go against accounts, as checked values.

#include "core/base/time.hpp"
#include "core/settings/disable_method.hpp"
#include "core/settings/exemption.hpp"

#include <cstdint>
#include <vector>

namespace docwarden::core
{

// What docwarden does when somebody else has enabled an account that it holds disabled.
enum class enabled_policy {
    accept,   // a person has decided; only further changes count
    reassert, // disables it again
};

struct containment_settings {
    disable_method method = disable_method::status;
    std::uint32_t disables_max = 5; // per disables_window; further ones are held. 0 holds every one
    // ... nor more than so many percent of the portal's active users. 1 ... 100, which is no limit
    std::uint32_t disables_share = 100;
    milliseconds disables_window{600'000}; // 1 s ... 30 d
    // So often a contained account is looked at. 1 min ... 30 d
    milliseconds recheck_interval{3'600'000};
    enabled_policy when_enabled = enabled_policy::accept;
    // An account that is contained anew within release_memory is released release_growth / 100
    // times later than the time before, and at most release_max after its containment.
    std::uint32_t release_growth = 200;             // 100 ... 1000
    milliseconds release_max{30LL * 86'400'000};    // 1 min ... 365 d
    milliseconds release_memory{30LL * 86'400'000}; // 0 ... 365 d
    std::vector<exemption> exempt;                  // by account, each once
    bool operator==(const containment_settings&) const = default;

    bool has_share() const { return disables_share < 100; }
};

} // namespace docwarden::core
