#include "core/containment/stored_state.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace docwarden::test::stored_state_test
{

namespace
{

// All words of an enumeration, in its order.
template <class Enum>
std::vector<std::string> words_of()
{
    std::vector<std::string> words;
    for (int i = 0; core::to_string(static_cast<Enum>(i)) != "unknown"; ++i)
        words.emplace_back(core::to_string(static_cast<Enum>(i)));
    return words;
}

using words = std::vector<std::string>;

} // namespace

TEST_CASE("stored_state: files of older versions are understood, because no word changes")
{
    CHECK(words_of<core::disable_method>() == words{"status", "member"});
    CHECK(words_of<core::containment::hold_reason>() == words{"reload", "limit"});
    CHECK(
        words_of<core::containment::ending>() ==
        words{"contained", "gone", "refused", "exempted", "called-off", "released"}
    );
    CHECK(words_of<core::protection>() == words{"none", "owner", "self", "administrator"});
    CHECK(words_of<core::response_mode>() == words{"observe", "alert", "disable"});
    CHECK(
        words_of<core::object_kind>() == words{"none", "file", "folder", "room", "user", "other"}
    );
    CHECK(
        words_of<core::containment_state>() ==
        words{
            "observed",
            "intended",
            "sending",
            "contained",
            "refused",
            "held",
            "failed",
            "rejected",
            "released"}
    );
}

} // namespace docwarden::test::stored_state_test
