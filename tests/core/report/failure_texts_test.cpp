#include "core/portal/portal_api.hpp"
#include "core/report/failure_texts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <string>

namespace docwarden::test::failure_texts_test
{

using core::failure_kind;

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
        {failure_kind::unauthorised, "install a valid key"},
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
