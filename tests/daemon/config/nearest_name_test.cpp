#include "daemon/config/nearest_name.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace docwarden::test::nearest_name_test
{

namespace
{

constexpr std::string_view names[] = {"run", "check", "scan", "replay", "poll_interval"};

std::string nearest_to(std::string_view typed)
{
    return std::string(daemon::nearest_name(typed, names).value_or("nothing"));
}

} // namespace

TEST_CASE("nearest_name: one slip of each kind is recognised")
{
    CHECK(nearest_to("chek") == "check");   // a letter missing
    CHECK(nearest_to("checkk") == "check"); // one too many
    CHECK(nearest_to("chack") == "check");  // a wrong one
    CHECK(nearest_to("cehck") == "check");  // two swapped
    CHECK(nearest_to("sacn") == "scan");    // swapped counts as one, so it fits four
    CHECK(nearest_to("run") == "run");      // none at all
    CHECK(nearest_to("pollinterval") == "poll_interval");
    CHECK(nearest_to("pol_intervall") == "poll_interval");
}

TEST_CASE("nearest_name: another word is not a slip")
{
    const std::string typed = GENERATE(
        std::string("xyz"), std::string(), std::string("status"), std::string(10'000, 'r')
    );
    INFO(typed.substr(0, 20));
    CHECK(nearest_to(typed) == "nothing");
}

TEST_CASE("nearest_name: the nearer of two wins, then the one listed first")
{
    constexpr std::string_view close[] = {"alerts", "alert", "alarm"};
    CHECK(daemon::nearest_name("alert", close) == "alert");
    CHECK(daemon::nearest_name("alertt", close) == "alerts");
    CHECK_FALSE(daemon::nearest_name("alert", {}));
}

} // namespace docwarden::test::nearest_name_test
