#pragma once
// A failed assertion of core ends a world instead of the process: its seed is told, and its history
// can be made smaller, as with any other promise.

#include <stdexcept>

namespace docwarden::proof
{

class assertion_broken final : public std::logic_error
{
public:
    using std::logic_error::logic_error;
};

} // namespace docwarden::proof
