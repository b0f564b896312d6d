#include "core/portal/portal_api.hpp"
#include "core/report/condition_texts.hpp"
#include "core/report/failure_texts.hpp"
#include "core/report/incident_texts.hpp"
#include "core/report/preflight_texts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sentences.hpp"
#include "tests/support/text.hpp"

#include <string>
#include <vector>

namespace docwarden::test::failure_texts_test
{

using core::failure_kind;
using core::subsystem;

namespace
{

core::api_failure make_failure(failure_kind kind)
{
    core::api_failure why;
    why.kind = kind;
    why.text = "HTTP 418 from the portal";
    return why;
}

} // namespace

TEST_CASE("failures: every kind is explained with what the portal said, if anything, and what to "
          "do where a person can")
{
    for (int number = 0; number <= static_cast<int>(failure_kind::redirected); ++number) {
        core::api_failure why = make_failure(static_cast<failure_kind>(number));
        INFO(core::to_string(why.kind));
        CHECK(contains(core::explain_reading_failure(why), "(HTTP 418 from the portal)"));
        CHECK(contains(core::explain_people_failure(why), "(HTTP 418 from the portal)"));
        why.text.clear();
        CHECK_FALSE(contains(core::explain_reading_failure(why), "()"));
        CHECK_FALSE(contains(core::explain_people_failure(why), "()"));
    }
    const auto [kind, advice] = GENERATE(table<failure_kind, std::string>({
        {failure_kind::unauthorised, "a valid one is installed"},
        {failure_kind::unpaid, "plan"},
        {failure_kind::forbidden, "*:read"},
        {failure_kind::not_found, "check `url`"},
        {failure_kind::redirected, "correct `url`"},
        {failure_kind::throttled, "is rate-limiting docwarden"},
        {failure_kind::bad_answer, "cannot be understood"},
        {failure_kind::broken, "cannot be read; docwarden sees nothing until"},
    }));
    CHECK(contains(core::explain_reading_failure(make_failure(kind)), advice));
    const auto [refusal, reason] = GENERATE(table<failure_kind, std::string>({
        {failure_kind::forbidden, "accounts:write"},
        {failure_kind::unauthorised, "refuses the API key"},
    }));
    CHECK(contains(core::explain_people_failure(make_failure(refusal)), reason));
}

TEST_CASE("failures: whichever call fails in whichever way, one sentence says it, and once")
{
    const auto kind =
        static_cast<failure_kind>(GENERATE(range(0, static_cast<int>(failure_kind::redirected) + 1))
        );
    const std::string said = GENERATE(
        as<std::string>{},
        "HTTP 404: The required resource was not found",
        "the portal refuses connections: is it running, and is `url` right?",
        ""
    );
    core::api_failure why = make_failure(kind);
    why.text = said;
    std::vector<std::string> told;
    for (const subsystem affected : {subsystem::reading, subsystem::identity, subsystem::acting})
        told.push_back(explain(core::condition{affected, why, {}}));
    using enum core::preflight_finding;
    for (const auto finding :
         {not_connected,
          version_unanswered,
          key_not_known,
          key_unanswered,
          plan_unanswered,
          filters_unanswered,
          events_unread})
        told.push_back(core::text_of({finding, why}));
    core::incident_fact trouble{core::incident_event::failed, {}};
    trouble.subject.user = "jane";
    if (!said.empty()) // net gives every failure a text
        trouble.failure = why;
    told.push_back(describe(trouble, "").message);
    trouble.event = core::incident_event::retrying;
    told.push_back(describe(trouble, "").message);
    for (const std::string& text : told) {
        INFO(core::to_string(kind) << ": " << text);
        CHECK(flaw_of(text) == "");
        CHECK_FALSE(promises_more(text));
    }
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
