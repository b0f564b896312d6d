#pragma once
// The sentences about conditions, and the fields that go with them. Pure text; what comes from the
// portal is raw: whoever writes a record escapes it.

#include "core/report/fact.hpp"

#include <string>

namespace docwarden::core
{

// What is wrong, what follows from it, and what to do.
std::string explain(const condition& limit);

report describe(const condition_fact& change);

} // namespace docwarden::core
