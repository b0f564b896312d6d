#include "core/base/check.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace docwarden::core
{

namespace
{
assertion_handler handler_in_force = nullptr;
}

void set_assertion_handler(assertion_handler handler)
{
    handler_in_force = handler;
}

void assertion_failed(const char* condition, const char* file, int line)
{
    std::array<char, 512> text{};
    std::snprintf(text.data(), text.size(), "%s:%d: %s does not hold", file, line, condition);
    // Standard error is not buffered, and under systemd it is the journal.
    std::fprintf(stderr, "docwarden: bug: %s\n", text.data());
    if (const auto handler = std::exchange(handler_in_force, nullptr); handler != nullptr)
        handler(text.data());
    std::abort();
}

} // namespace docwarden::core
