// What each result of the preflight is, from what the portal says about itself.

#include "core/preflight/preflight_judge.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::preflight_judge_test
{

using core::preflight_finding;
using core::preflight_result;
using enum core::preflight_finding;
using namespace std::chrono_literals;

namespace
{

const std::string jane = "4c65a238-ca50-4374-b904-0d51d4c1822b";
const std::string olga = "11111111-ca50-4374-b904-0d51d4c1822b";

core::key_facts good_key()
{
    return {"warden", {"*:read", "accounts:write"}, std::nullopt, true, jane};
}

core::profile person(bool administers, bool owns = false)
{
    core::profile profile;
    profile.id = jane;
    profile.display_name = "Jane";
    profile.is_admin = administers;
    profile.is_owner = owns;
    return profile;
}

core::portal_facts of_version(std::string version)
{
    core::portal_facts facts;
    facts.version = std::move(version);
    return facts;
}

} // namespace

TEST_CASE("preflight: clocks may differ by a minute; a day or no Date is not to be worked with")
{
    const auto [ahead, finding] = GENERATE(table<core::tick, preflight_finding>({
        {0s, clocks_agree},
        {-60s, clocks_agree},
        {60s, clocks_agree},
        {60s + core::tick(1), skew},
        {-60s - core::tick(1), skew},
        {24h, skew},
        {-24h, skew},
        {24h + core::tick(1), date_unbelievable},
        {-24h - core::tick(1), date_unbelievable},
    }));
    const core::clock_pair clocks{at(0), at(0) + ahead};
    CHECK((core::judge_clock(clocks.portal, clocks.host) == preflight_result{finding, clocks}));
    const core::clock_pair dateless{std::nullopt, at(0)};
    const preflight_result missing{date_missing, dateless};
    CHECK((core::judge_clock(dateless.portal, dateless.host) == missing));
}

TEST_CASE("preflight: a version is as old as the bugs that it still has")
{
    const auto [version, finding] = GENERATE(table<std::string_view, preflight_finding>({
        {"2.5.1", before_2_6},
        {"2.6", before_3_2_1},
        {"2.6.0", before_3_2_1},
        {"3.2.0", before_3_2_1},
        {"3.2.1", before_3_7_1},
        {"3.7.0.9999", before_3_7_1},
        {"3.7", before_3_7_1},
        {"3.7.1", version_current},
        {"3.7.2.1544", version_current},
        {"3.10.0", version_current},
        {"4.0", version_current},
        {"", version_unknown},
        {"3", version_unknown},
        {"3.", version_unknown},
        {".7", version_unknown},
        {"three", version_unknown},
        {"3.x", version_unknown},
        {"-1.2", version_unknown},
        {"99999999999.1", version_unknown},
        {"3.7 beta", version_unknown},
    }));
    INFO(version);
    const core::portal_facts facts = of_version(std::string(version));
    CHECK((core::judge_version(facts) == preflight_result{finding, facts}));
}

TEST_CASE("preflight: a portal is in use or not, and the code says in which state it is")
{
    core::portal_facts facts = of_version("3.7.2");
    CHECK((core::judge_portal(facts) == preflight_result{in_use, facts}));
    facts.tenant_status = GENERATE(1, 6, 7, 1000, -1);
    const preflight_result result = core::judge_portal(facts);
    CHECK((result == preflight_result{not_in_use, facts}));
    CHECK(result.code() == "tenant-status-" + std::to_string(facts.tenant_status));
}

TEST_CASE("preflight: a key is good while it is active, in force and ours")
{
    const core::profile self = person(true);
    core::key_facts key = good_key();
    const auto finding = [&] { return core::judge_key(key, &self, at(0)).finding; };
    const core::key_details details{key, jane, at(0)};
    const preflight_result valid{key_valid, details};
    CHECK((core::judge_key(key, &self, at(0)) == valid));

    key.expires = at(0) + 24h * 14;
    CHECK((finding() == key_valid));
    key.expires = at(0) + 24h * 14 - core::tick(1);
    CHECK((finding() == expires_soon));
    key.expires = at(0) + core::tick(1);
    CHECK((finding() == expires_soon));
    key.expires = at(0);
    CHECK((finding() == key_expired));
    key.is_active = false;
    CHECK((finding() == key_inactive));
}

TEST_CASE("preflight: a key of somebody else than whom the portal takes us for is not to be trusted"
)
{
    const core::profile self = person(true);
    core::key_facts key = good_key();
    key.creator_id = olga;
    key.expires = at(1);
    const core::key_details details{key, jane, at(0)};
    const preflight_result mixed_up{other_user, details};
    CHECK((core::judge_key(key, &self, at(0)) == mixed_up));
    // Nothing is claimed about what was not answered.
    key.expires.reset();
    const auto finding_for = [&](const core::profile* profile) {
        return core::judge_key(key, profile, at(0)).finding;
    };
    CHECK((finding_for(nullptr) == key_valid));
    key.creator_id.clear();
    CHECK((finding_for(&self) == key_valid));
}

TEST_CASE("preflight: a key must be able to read the trail and to change accounts")
{
    struct expectation {
        std::vector<std::string> scopes;
        preflight_finding finding;
    };
    const auto one = GENERATE(values<expectation>({
        {{"*:read", "accounts:write"}, scopes_enough},
        {{"accounts:write", "files:read", "*:read"}, scopes_enough},
        {{}, scopes_all},
        {{"*"}, scopes_all},
        {{"*:write"}, scopes_all},
        {{"*:read"}, no_write},
        {{"accounts:read", "files:write"}, no_write},
        {{"accounts:write"}, no_read},
        {{"accounts:write", "accounts:read"}, no_read},
    }));
    core::key_facts key = good_key();
    key.permissions = one.scopes;
    CHECK((core::judge_scopes(key).finding == one.finding));
}

TEST_CASE("preflight: what can be contained depends on whether the key is the owner's")
{
    core::portal_facts facts = of_version("3.7.2");
    facts.owner_id = olga;
    const preflight_result admin = core::judge_rights(person(true), &facts);
    const core::rights_details details{person(true), olga};
    CHECK((admin == preflight_result{is_admin, details}));
    const auto finding = [](const core::profile& self, const core::portal_facts* known) {
        return core::judge_rights(self, known).finding;
    };
    CHECK((finding(person(true), nullptr) == is_admin));
    CHECK((finding(person(false), nullptr) == not_admin));
    CHECK((finding(person(false, true), &facts) == is_owner));
}

TEST_CASE("preflight: a key whose user is disabled or pending can do nothing, whoever it is")
{
    const auto [administers, owns] = GENERATE(table<bool, bool>({{false, false}, {true, false}}));
    core::profile self = person(administers, owns);
    self.status = core::user_status::terminated;
    CHECK(
        (core::judge_rights(self, nullptr) ==
         preflight_result{user_disabled, core::rights_details{self, ""}})
    );
    self.status = core::user_status::pending;
    CHECK((core::judge_rights(self, nullptr).finding == user_pending));
}

TEST_CASE("preflight: a plan has the audit trail, or has not, or does not say")
{
    const auto [holds_trail, finding] = GENERATE(table<std::optional<bool>, preflight_finding>({
        {true, has_audit},
        {false, no_audit},
        {std::nullopt, audit_unknown},
    }));
    const core::quota_facts quota{"startup", holds_trail};
    CHECK((core::judge_plan(quota) == preflight_result{finding, quota}));
}

TEST_CASE("preflight: any row in the probed second proves that filters are ignored")
{
    CHECK((core::judge_filters({0}).finding == filters_heeded));
    const auto rows = GENERATE(as<std::size_t>{}, 1, 20, 100);
    CHECK((core::judge_filters({rows}).finding == filters_ignored));
}

TEST_CASE("preflight: events that cannot be understood are bad only if none can")
{
    const auto [good, broken, finding] =
        GENERATE(table<std::size_t, std::size_t, preflight_finding>({
            {0, 0, events_understood},
            {99, 0, events_understood},
            {1, 9, partly_understood},
            {0, 1, not_understood},
        }));
    core::audit_page page;
    page.events.resize(good);
    page.problems.resize(broken);
    page.rows = good + broken;
    const core::event_counts counts{core::events_source::one_answer, page.rows, broken};
    const preflight_result result = core::judge_events(page, core::events_source::one_answer);
    CHECK((result == preflight_result{finding, counts}));
}

} // namespace docwarden::test::preflight_judge_test
