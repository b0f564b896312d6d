#include "tests/sim/assertion.hpp"

#include "core/base/check.hpp"

#include <string>

namespace docwarden::core
{

// All of core/base/check.hpp is here, or a linker would take the original from its archive as well.
void set_assertion_handler(assertion_handler) {}

void assertion_failed(const char* condition, const char* file, int line)
{
    throw proof::assertion_broken(
        std::string(file) + ':' + std::to_string(line) + ": " + condition + " does not hold"
    );
}

} // namespace docwarden::core
