#pragma once
// The exemptions of the configuration: reading `exempt` of [containment], the words about them that
// a reload needs, and which of them have expired.

#include "core/base/time.hpp"
#include "core/settings/exemption.hpp"
#include "daemon/config/diagnostic.hpp"
#include "daemon/config/toml_fields.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace docwarden::daemon
{

// What `{ user = …, … }` in the list may hold.
inline constexpr std::string_view exemption_keys[] = {"user", "group", "reason", "owner", "until"};

// By account, then by group, each once.
std::vector<core::exemption> read_exemptions(const toml_fields& containment);

// Who is meant, in a sentence: "boss@example.com", "the group Robots".
std::string subject_of(const core::exemption& exempt);

// "boss@example.com exempt", "... no longer exempt", "exemption of ... changed".
std::vector<std::string> exemption_changes(
    const std::vector<core::exemption>& before,
    const std::vector<core::exemption>& after
);

// Those that exempt nobody any more, as warnings about that file.
std::vector<diagnostic> expired_exemptions(
    const std::vector<core::exemption>& exempt,
    core::wall_time now,
    const std::string& file
);

} // namespace docwarden::daemon
