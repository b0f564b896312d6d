// The stored inputs of the fuzzers as ordinary tests, for every compiler: the seeds, and each input
// that ever broke something. And a few random ones, where bytes are a script.

#include "core/base/random.hpp"
#include "tests/fuzz/checks.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace docwarden::test::replay_test
{

namespace
{

namespace fs = std::filesystem;

// The files of tests/fuzz/<kind>/<target>, in the same order everywhere; there may be none.
std::vector<fs::path> inputs(std::string_view kind, std::string_view target)
{
    const fs::path folder = fs::path(FUZZ_DIRECTORY) / kind / target;
    std::vector<fs::path> found;
    if (fs::exists(folder)) {
        for (const auto& entry : fs::directory_iterator(folder))
            found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string bytes_of(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("fuzz: no stored input breaks a promise, neither a seed nor one that once did")
{
    using check = std::string (*)(std::string_view);
    const auto [target, what] = GENERATE(table<std::string, check>({
        {"audit_page", check_audit_page},
        {"date", check_date},
        {"answer", check_answer},
        {"config", check_config},
        {"admin_request", check_admin_request},
        {"engine", check_engine},
    }));
    INFO("target " << target);
    CHECK_FALSE(inputs("corpus", target).empty());
    for (const std::string kind : {"corpus", "crashes"}) {
        for (const fs::path& file : inputs(kind, target)) {
            INFO(file.string());
            CHECK(what(bytes_of(file)) == "");
        }
    }
}

TEST_CASE("fuzz: whatever happens to an engine in whatever order, it breaks no promise")
{
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        core::random_source random(seed);
        std::string script(4000, '\0');
        for (char& byte : script)
            byte = static_cast<char>(random.below(256));
        INFO("seed " << seed);
        REQUIRE(check_engine(script) == "");
    }
}

} // namespace docwarden::test::replay_test
