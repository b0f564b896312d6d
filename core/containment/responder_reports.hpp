#pragma once
// What is said about a containment at each turn: to whom, why, and what a person should do. Pure
// text.

#include "core/containment/containment.hpp"
#include "core/containment/containment_settings.hpp"
#include "core/containment/incident.hpp"
#include "core/detection/rule.hpp"
#include "core/report/report.hpp"

#include <string>

namespace docwarden::core
{

report observed_report(const incident& about);
report exempted_report(const incident& about);
report held_by_reload_report(const incident& about, const std::string& contact);
report held_by_limit_report(const incident& about, const containment_settings& limits);
// `by_us`: we sent the request; else the account was disabled already. `took`: since the decision.
report contained_report(const incident& about, bool by_us, milliseconds took);
// A reload ended a containment that had not been carried out.
report called_off_report(const incident& about);
report overruled_report(const incident& about);
// More changes of an account that is contained turned up.
report still_disabled_report(const incident& about);
report refused_report(const incident& about, protection guard);
report failed_report(const incident& about, const std::string& problem);
report retrying_report(const incident& about, const std::string& problem);

} // namespace docwarden::core
