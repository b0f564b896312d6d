#pragma once
// The two sections of the configuration that decide about people: [[rule]] and [containment]. Part
// of read_config(), apart from it because of their own small grammars (actions, exemptions).

#include "core/settings/containment_settings.hpp"
#include "core/settings/rule.hpp"
#include "daemon/config/toml_fields.hpp"

namespace docwarden::daemon
{

// All of a rule but its name, which must be compared with the others'. `release_max` bounds when
// it has an account released.
core::rule read_rule(const toml_fields& fields, core::milliseconds release_max);

void read_containment(const toml_fields& fields, core::containment_settings& containment);

} // namespace docwarden::daemon
