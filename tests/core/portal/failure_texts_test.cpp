#include "core/portal/failure_texts.hpp"
#include "core/portal/portal_api.hpp"
#include "core/report/conditions.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <set>
#include <string>
#include <vector>

namespace docwarden::test::failure_texts_test
{

using core::failure_kind;

TEST_CASE(
    "names: failures, subsystems and the youngest report are called what records are searched for"
)
{
    const std::vector<std::string> failures{
        "unreachable",
        "interrupted",
        "unauthorised",
        "unpaid",
        "forbidden",
        "not-found",
        "throttled",
        "rejected",
        "broken",
        "bad-answer",
        "redirected",
    };
    for (std::size_t i = 0; i < failures.size(); ++i)
        CHECK(core::to_string(static_cast<failure_kind>(i)) == failures[i]);
    const std::vector<std::string> subsystems{
        "reading",
        "plan",
        "identity",
        "rights",
        "acting",
        "records",
        "gap",
        "clock",
        "memory",
    };
    for (std::size_t i = 0; i < subsystems.size(); ++i)
        CHECK(core::to_string(static_cast<core::subsystem>(i)) == subsystems[i]);
    CHECK(core::to_string(core::report_kind::crashed) == "crashed");
}

TEST_CASE("failures: each that wants another answer from a person has a text of its own")
{
    core::api_failure why; // without any text of the portal
    std::set<std::string> reading;
    std::set<std::string> people;
    for (int number = 0; number <= static_cast<int>(failure_kind::redirected); ++number) {
        why.kind = static_cast<failure_kind>(number);
        reading.insert(core::explain_reading_failure(why));
        people.insert(core::explain_people_failure(why));
        CHECK_FALSE(contains(core::explain_people_failure(why), "()"));
    }
    CHECK(reading.size() == 8); // the four that pass by themselves share one
    CHECK(people.size() == 3);
    why.kind = failure_kind::throttled;
    CHECK(contains(core::explain_reading_failure(why), "limits our requests"));
    why.kind = failure_kind::bad_answer;
    CHECK(contains(core::explain_reading_failure(why), "cannot be understood"));
    why.kind = failure_kind::broken;
    CHECK(contains(core::explain_reading_failure(why), "cannot be read; nothing is seen"));
    why.kind = failure_kind::unauthorised;
    CHECK(contains(core::explain_people_failure(why), "refuses the API key"));
}

TEST_CASE("failures: of what the portal said 300 bytes are told, of a name 80")
{
    core::api_failure why;
    why.text = std::string(300, 'x');
    CHECK(contains(core::explain_people_failure(why), "(" + why.text + ")"));
    why.text += 'x';
    CHECK(contains(core::explain_people_failure(why), "(" + std::string(300, 'x') + "…)"));
    core::profile self;
    self.display_name = std::string(80, 'n');
    CHECK(contains(core::explain_missing_rights(self), self.display_name + " ("));
    self.display_name += 'n';
    CHECK(contains(core::explain_missing_rights(self), std::string(80, 'n') + "… ("));
}

} // namespace docwarden::test::failure_texts_test
