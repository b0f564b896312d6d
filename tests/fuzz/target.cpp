// A libFuzzer target: FUZZ_CHECK is the function of checks.hpp that it tries to break.

#include "tests/fuzz/checks.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(data, data + size);
    const std::string wrong = docwarden::test::FUZZ_CHECK(bytes);
    if (wrong.empty())
        return 0;
    std::fprintf(stderr, "property violated: %s\n", wrong.c_str());
    std::abort();
}
