#pragma once
// How far docwarden may go against accounts, as checked values.

#include "core/base/time.hpp"
#include "core/settings/disable_method.hpp"
#include "core/settings/exemption.hpp"

#include <cstdint>
#include <vector>

namespace docwarden::core
{

struct containment_settings {
    disable_method method = disable_method::status;
    std::uint32_t disables_max = 5; // per disables_window; further ones are held. 0 holds every one
    milliseconds disables_window{600'000}; // 1 s ... 30 d
    std::vector<exemption> exempt;         // by account, each once
    bool operator==(const containment_settings&) const = default;
};

} // namespace docwarden::core
