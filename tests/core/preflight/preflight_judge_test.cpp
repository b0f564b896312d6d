// What each result of the preflight is, from what the portal says about itself.

#include "core/preflight/preflight_judge.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace docwarden::test::preflight_judge_test
{

using core::failure_kind;
using core::preflight_result;
using core::preflight_topic;
using core::verdict;
using namespace std::chrono_literals;

namespace
{

const std::string jane = "4c65a238-ca50-4374-b904-0d51d4c1822b";
const std::string olga = "11111111-ca50-4374-b904-0d51d4c1822b";

core::key_facts good_key()
{
    return {"warden", {"*:read", "accounts:write"}, std::nullopt, true, jane};
}

core::profile person(bool is_admin, bool is_owner = false)
{
    core::profile who;
    who.id = jane;
    who.display_name = "Jane";
    who.is_admin = is_admin;
    who.is_owner = is_owner;
    return who;
}

core::portal_facts of_version(std::string version)
{
    core::portal_facts facts;
    facts.version = std::move(version);
    return facts;
}

core::api_failure failure_of(failure_kind kind)
{
    core::api_failure why;
    why.kind = kind;
    why.text = "so it is";
    return why;
}

// Topic, verdict and code; and whoever is told of something bad or doubtful is told what it is.
void check_result(
    const preflight_result& result,
    preflight_topic topic,
    verdict outcome,
    std::string_view code
)
{
    INFO(result.text());
    CHECK((result.topic == topic));
    CHECK((result.outcome == outcome));
    CHECK(result.code == code);
    CHECK_FALSE(result.found.empty());
    CHECK((outcome == verdict::good) == (result.code == "ok"));
}

} // namespace

TEST_CASE("preflight: a portal that answers is good, and a failure is told as what it is")
{
    check_result(core::judge_connection(nullptr), preflight_topic::connection, verdict::good, "ok");
    struct expectation {
        failure_kind kind;
        std::string_view code;
        std::string_view says;
    };
    const auto one = GENERATE(values<expectation>({
        {failure_kind::unreachable, "unreachable", "so it is"},
        {failure_kind::interrupted, "interrupted", "so it is"},
        {failure_kind::unauthorised, "unauthorised", "Create a new key"},
        {failure_kind::unpaid, "unpaid", "paid for"},
        {failure_kind::forbidden, "forbidden", "scope *:read"},
        {failure_kind::not_found, "not-found", "no portal at this address"},
        {failure_kind::throttled, "throttled", "limits our requests"},
        {failure_kind::redirected, "redirected", "correct `url`"},
        {failure_kind::bad_answer, "bad-answer", "not the API of a DocSpace portal"},
        {failure_kind::broken, "broken", "look into its own log"},
    }));
    const core::api_failure why = failure_of(one.kind);
    const preflight_result result = core::judge_connection(&why);
    check_result(result, preflight_topic::connection, verdict::bad, one.code);
    CHECK(contains(result.found, one.says));
    CHECK(contains(result.found, "so it is"));
}

TEST_CASE("preflight: clocks may differ by a minute; a day or no Date is not to be worked with")
{
    struct expectation {
        core::tick ahead; // of this host
        verdict outcome;
        std::string_view code;
        std::string_view says;
    };
    const auto one = GENERATE(values<expectation>({
        {0s, verdict::good, "ok", "agree"},
        {1s, verdict::good, "ok", "agree"},
        {2s, verdict::good, "ok", "2s ahead of the portal's"},
        {-60s, verdict::good, "ok", "1m behind the portal's"},
        {60s, verdict::good, "ok", "1m ahead of the portal's"},
        {60s + core::tick(1), verdict::warning, "skew", "1m ahead of"},
        {-61s, verdict::warning, "skew", "1m 1s behind"},
        {24h, verdict::warning, "skew", "1d ahead of"},
        {24h + core::tick(1), verdict::bad, "date-unbelievable", ""},
        {-25h, verdict::bad, "date-unbelievable", ""},
    }));
    const preflight_result result = core::judge_clock(at(0), at(0) + one.ahead);
    check_result(result, preflight_topic::clock, one.outcome, one.code);
    CHECK(contains(result.found, one.says));
    check_result(
        core::judge_clock(std::nullopt, at(0)), preflight_topic::clock, verdict::bad, "date-missing"
    );
}

TEST_CASE("preflight: the traps of old versions are told, each up to the version that mended it")
{
    struct expectation {
        std::string_view version;
        std::string_view code;
        bool is_late;
        bool has_other_limits;
        bool has_traps;
    };
    const auto one = GENERATE(values<expectation>({
        {"2.5.1", "before-2.6", true, true, true},
        {"2.6", "before-3.2.1", false, true, true},
        {"2.6.0", "before-3.2.1", false, true, true},
        {"3.2.0", "before-3.2.1", false, true, true},
        {"3.2.1", "before-3.7.1", false, false, true},
        {"3.7.0.9999", "before-3.7.1", false, false, true},
        {"3.7", "before-3.7.1", false, false, true},
        {"3.7.1", "ok", false, false, false},
        {"3.7.2.1544", "ok", false, false, false},
        {"3.10.0", "ok", false, false, false},
        {"4.0", "ok", false, false, false},
    }));
    INFO(one.version);
    const preflight_result result = core::judge_version(of_version(std::string(one.version)));
    check_result(
        result,
        preflight_topic::version,
        one.code == "ok" ? verdict::good : verdict::warning,
        one.code
    );
    CHECK(contains(result.found, one.version));
    CHECK(contains(result.found, "up to a minute late") == one.is_late);
    CHECK(contains(result.found, "other page limits") == one.has_other_limits);
    CHECK(contains(result.found, "answers 200 and does nothing") == one.has_traps);
    CHECK(contains(result.found, "disable its own user") == one.has_traps);
    CHECK(contains(result.found, "does not enforce the scopes") == one.has_traps);
    CHECK(contains(result.advice, "3.7.1") == one.has_traps);
}

TEST_CASE("preflight: a version that is none is a warning, whatever it is")
{
    const auto version = GENERATE(
        as<std::string>{}, "", "3", "3.", ".7", "three", "3.x", "-1.2", "99999999999.1", "3.7 beta"
    );
    INFO(version);
    check_result(
        core::judge_version(of_version(version)),
        preflight_topic::version,
        verdict::warning,
        "unknown"
    );
}

TEST_CASE("preflight: a portal that is not in use answers about nothing, and it is said why")
{
    core::portal_facts facts = of_version("3.7.2");
    check_result(core::judge_portal(facts), preflight_topic::portal, verdict::good, "ok");
    struct expectation {
        int status;
        std::string_view says;
    };
    const auto one = GENERATE(values<expectation>({
        {1, "is suspended"},
        {2, "about to be removed"},
        {3, "being transferred"},
        {4, "restored from a backup"},
        {5, "being migrated"},
        {6, "being encrypted"},
        {7, "does not know"},
        {1000, "does not know"},
    }));
    facts.tenant_status = one.status;
    const preflight_result result = core::judge_portal(facts);
    check_result(
        result, preflight_topic::portal, verdict::bad, "tenant-status-" + std::to_string(one.status)
    );
    CHECK(contains(result.found, one.says));
}

TEST_CASE("preflight: a key is good while it is active, in force and ours")
{
    const core::profile self = person(true);
    core::key_facts key = good_key();
    const auto judge = [&] { return core::judge_key(key, &self, at(0)); };
    check_result(judge(), preflight_topic::key, verdict::good, "ok");
    CHECK(contains(judge().found, "does not expire"));

    key.expires = at(0) + 24h * 14;
    check_result(judge(), preflight_topic::key, verdict::good, "ok");
    CHECK(contains(judge().found, "valid until 2026-07-14"));
    key.expires = at(0) + 24h * 14 - core::tick(1);
    check_result(judge(), preflight_topic::key, verdict::warning, "expires-soon");
    CHECK(contains(judge().found, "in 13d"));
    key.expires = at(0) + core::tick(1);
    check_result(judge(), preflight_topic::key, verdict::warning, "expires-soon");
    key.expires = at(0);
    check_result(judge(), preflight_topic::key, verdict::bad, "expired");

    key = good_key();
    key.is_active = false;
    check_result(judge(), preflight_topic::key, verdict::bad, "inactive");
}

TEST_CASE("preflight: a key of somebody else than whom the portal takes us for is not to be trusted"
)
{
    const core::profile self = person(true);
    core::key_facts key = good_key();
    key.creator_id = olga;
    check_result(
        core::judge_key(key, &self, at(0)), preflight_topic::key, verdict::bad, "other-user"
    );
    // Nothing is claimed about what was not answered.
    check_result(core::judge_key(key, nullptr, at(0)), preflight_topic::key, verdict::good, "ok");
    key.creator_id.clear();
    check_result(core::judge_key(key, &self, at(0)), preflight_topic::key, verdict::good, "ok");
}

TEST_CASE("preflight: a key must be able to read the trail and to change accounts")
{
    struct expectation {
        std::vector<std::string> scopes;
        verdict outcome;
        std::string_view code;
        bool is_more_than_enough;
    };
    const auto one = GENERATE(values<expectation>({
        {{"*:read", "accounts:write"}, verdict::good, "ok", false},
        {{"accounts:write", "files:read", "*:read"}, verdict::good, "ok", false},
        {{}, verdict::good, "ok", true},
        {{"*"}, verdict::good, "ok", true},
        {{"*:write"}, verdict::good, "ok", true},
        {{"*:read"}, verdict::bad, "no-write", false},
        {{"accounts:read", "files:write"}, verdict::bad, "no-write", false},
        {{"accounts:write"}, verdict::bad, "no-read", false},
        {{"accounts:write", "accounts:read"}, verdict::bad, "no-read", false},
    }));
    core::key_facts key = good_key();
    key.permissions = one.scopes;
    const preflight_result result = core::judge_scopes(key);
    check_result(result, preflight_topic::scopes, one.outcome, one.code);
    CHECK(contains(result.found, "would be enough") == one.is_more_than_enough);
    CHECK(result.advice.empty() == (one.outcome == verdict::good));
}

TEST_CASE("preflight: what can be contained depends on whether the key is the owner's")
{
    core::portal_facts facts = of_version("3.7.2");
    facts.owner_id = olga;
    const preflight_result admin = core::judge_rights(person(true), &facts);
    check_result(admin, preflight_topic::rights, verdict::good, "ok");
    CHECK(contains(admin.found, "other administrators and the owner (" + olga + ") can not"));
    CHECK(contains(core::judge_rights(person(true), nullptr).found, "and the owner can not"));

    const preflight_result owner = core::judge_rights(person(false, true), &facts);
    check_result(owner, preflight_topic::rights, verdict::good, "ok");
    CHECK(contains(owner.found, "everybody else can be disabled"));
    facts.owner_id = jane; // the settings know it, though the profile does not say so
    CHECK(core::judge_rights(person(false), &facts) == owner);

    check_result(
        core::judge_rights(person(false), nullptr),
        preflight_topic::rights,
        verdict::bad,
        "not-admin"
    );
}

TEST_CASE("preflight: a plan without the audit trail is bad, and silence about it is doubtful")
{
    struct expectation {
        std::optional<bool> has_audit;
        verdict outcome;
        std::string_view code;
    };
    const auto one = GENERATE(values<expectation>({
        {true, verdict::good, "ok"},
        {false, verdict::bad, "no-audit"},
        {std::nullopt, verdict::warning, "unknown"},
    }));
    const preflight_result result = core::judge_plan({"startup", one.has_audit});
    check_result(result, preflight_topic::plan, one.outcome, one.code);
    CHECK(contains(result.found, "\"startup\""));
}

TEST_CASE("preflight: any row in the probed second proves that filters are ignored")
{
    check_result(core::judge_filters({0}), preflight_topic::filters, verdict::good, "ok");
    const auto rows = GENERATE(as<std::size_t>{}, 1, 20, 100);
    check_result(
        core::judge_filters({rows}), preflight_topic::filters, verdict::bad, "filter-ignored"
    );
}

TEST_CASE("preflight: events that cannot be understood are bad only if none can")
{
    const auto judge = [](std::size_t understood, std::size_t not_understood) {
        core::audit_page page;
        for (std::size_t i = 0; i < understood; ++i)
            page.events.push_back(make_event("u", std::to_string(i), at(0)));
        page.problems.resize(not_understood);
        page.rows = understood + not_understood;
        return core::judge_events(page, "read");
    };
    check_result(judge(0, 0), preflight_topic::events, verdict::good, "ok");
    CHECK(judge(0, 0).found == "0 events read");
    check_result(judge(99, 0), preflight_topic::events, verdict::good, "ok");
    CHECK(judge(100, 0).found == "100 events or more read");
    check_result(judge(1, 9), preflight_topic::events, verdict::warning, "partly-understood");
    CHECK(contains(judge(1, 9).found, "10 events read; 9 of them"));
    check_result(judge(0, 1), preflight_topic::events, verdict::bad, "not-understood");
}

TEST_CASE("preflight: texts of the portal are cut before they are told")
{
    const std::string endless(5'000, 'x');
    core::key_facts key = good_key();
    key.name = endless;
    core::profile self = person(true);
    self.display_name = endless;
    CHECK(core::judge_key(key, &self, at(0)).text().size() < 300);
    CHECK(core::judge_rights(self, nullptr).text().size() < 400);
    CHECK(core::judge_plan({endless, false}).text().size() < 400);
    core::api_failure why = failure_of(failure_kind::broken);
    why.text = endless;
    CHECK(core::judge_connection(&why).text().size() < 600);
}

} // namespace docwarden::test::preflight_judge_test
