#include "core/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace docwarden::core
{

void assertion_failed(const char* condition, const char* file, int line)
{
    // Standard error is not buffered, and under systemd it is the journal.
    std::fprintf(stderr, "docwarden: bug: %s:%d: %s does not hold\n", file, line, condition);
    std::abort();
}

} // namespace docwarden::core
