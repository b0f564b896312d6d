// What each point of the contract check is judged to be, from what the portal says about itself.

#include "core/preflight/contract.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace docwarden::test::contract_test
{

using core::contract_point;
using core::contract_question;
using core::contract_topic;
using core::failure_kind;
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
void check_point(
    const contract_point& point,
    contract_topic what,
    verdict is,
    std::string_view code
)
{
    INFO(point.text());
    CHECK((point.what == what));
    CHECK((point.is == is));
    CHECK(point.code == code);
    CHECK_FALSE(point.found.empty());
    CHECK((is == verdict::good) == (point.code == "ok"));
}

} // namespace

TEST_CASE("contract: a portal that answers is good, and a failure is told as what it is")
{
    check_point(core::judge_connection(nullptr), contract_topic::connection, verdict::good, "ok");
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
    const contract_point point = core::judge_connection(&why);
    check_point(point, contract_topic::connection, verdict::bad, one.code);
    CHECK(contains(point.found, one.says));
    CHECK(contains(point.found, "so it is"));
}

TEST_CASE("contract: clocks may differ by a minute; a day or no Date is not to be worked with")
{
    struct expectation {
        core::tick ahead; // of this host
        verdict is;
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
    const contract_point point = core::judge_clock(at(0), at(0) + one.ahead);
    check_point(point, contract_topic::clock, one.is, one.code);
    CHECK(contains(point.found, one.says));
    check_point(
        core::judge_clock(std::nullopt, at(0)), contract_topic::clock, verdict::bad, "date-missing"
    );
}

TEST_CASE("contract: the traps of old versions are told, each up to the version that mended it")
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
    const contract_point point = core::judge_version(of_version(std::string(one.version)));
    check_point(
        point,
        contract_topic::version,
        one.code == "ok" ? verdict::good : verdict::warning,
        one.code
    );
    CHECK(contains(point.found, one.version));
    CHECK(contains(point.found, "up to a minute late") == one.is_late);
    CHECK(contains(point.found, "other page limits") == one.has_other_limits);
    CHECK(contains(point.found, "answers 200 and does nothing") == one.has_traps);
    CHECK(contains(point.found, "disable its own user") == one.has_traps);
    CHECK(contains(point.found, "does not enforce the scopes") == one.has_traps);
    CHECK(contains(point.advice, "3.7.1") == one.has_traps);
}

TEST_CASE("contract: a version that is none is a warning, whatever it is")
{
    const auto version = GENERATE(
        as<std::string>{}, "", "3", "3.", ".7", "three", "3.x", "-1.2", "99999999999.1", "3.7 beta"
    );
    INFO(version);
    check_point(
        core::judge_version(of_version(version)),
        contract_topic::version,
        verdict::warning,
        "unknown"
    );
}

TEST_CASE("contract: a portal that is not in use answers about nothing, and it is said why")
{
    core::portal_facts facts = of_version("3.7.2");
    check_point(core::judge_portal(facts), contract_topic::portal, verdict::good, "ok");
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
    const contract_point point = core::judge_portal(facts);
    check_point(
        point, contract_topic::portal, verdict::bad, "tenant-status-" + std::to_string(one.status)
    );
    CHECK(contains(point.found, one.says));
}

TEST_CASE("contract: a key is good while it is active, in force and ours")
{
    const core::profile self = person(true);
    core::key_facts key = good_key();
    const auto judge = [&] { return core::judge_key(key, &self, at(0)); };
    check_point(judge(), contract_topic::key, verdict::good, "ok");
    CHECK(contains(judge().found, "does not expire"));

    key.expires = at(0) + 24h * 14;
    check_point(judge(), contract_topic::key, verdict::good, "ok");
    CHECK(contains(judge().found, "valid until 2026-07-14"));
    key.expires = at(0) + 24h * 14 - core::tick(1);
    check_point(judge(), contract_topic::key, verdict::warning, "expires-soon");
    CHECK(contains(judge().found, "in 13d"));
    key.expires = at(0) + core::tick(1);
    check_point(judge(), contract_topic::key, verdict::warning, "expires-soon");
    key.expires = at(0);
    check_point(judge(), contract_topic::key, verdict::bad, "expired");

    key = good_key();
    key.is_active = false;
    check_point(judge(), contract_topic::key, verdict::bad, "inactive");
}

TEST_CASE("contract: a key of somebody else than whom the portal takes us for is not to be trusted")
{
    const core::profile self = person(true);
    core::key_facts key = good_key();
    key.creator_id = olga;
    check_point(
        core::judge_key(key, &self, at(0)), contract_topic::key, verdict::bad, "other-user"
    );
    // Nothing is claimed about what was not answered.
    check_point(core::judge_key(key, nullptr, at(0)), contract_topic::key, verdict::good, "ok");
    key.creator_id.clear();
    check_point(core::judge_key(key, &self, at(0)), contract_topic::key, verdict::good, "ok");
}

TEST_CASE("contract: a key must be able to read the trail and to change accounts")
{
    struct expectation {
        std::vector<std::string> scopes;
        verdict is;
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
    const contract_point point = core::judge_scopes(key);
    check_point(point, contract_topic::scopes, one.is, one.code);
    CHECK(contains(point.found, "would be enough") == one.is_more_than_enough);
    CHECK(point.advice.empty() == (one.is == verdict::good));
}

TEST_CASE("contract: what can be contained depends on whether the key is the owner's")
{
    core::portal_facts facts = of_version("3.7.2");
    facts.owner_id = olga;
    const contract_point admin = core::judge_rights(person(true), &facts);
    check_point(admin, contract_topic::rights, verdict::good, "ok");
    CHECK(contains(admin.found, "other administrators and the owner (" + olga + ") can not"));
    CHECK(contains(core::judge_rights(person(true), nullptr).found, "and the owner can not"));

    const contract_point owner = core::judge_rights(person(false, true), &facts);
    check_point(owner, contract_topic::rights, verdict::good, "ok");
    CHECK(contains(owner.found, "everybody else can be disabled"));
    facts.owner_id = jane; // the settings know it, though the profile does not say so
    CHECK(core::judge_rights(person(false), &facts) == owner);

    check_point(
        core::judge_rights(person(false), nullptr),
        contract_topic::rights,
        verdict::bad,
        "not-admin"
    );
}

TEST_CASE("contract: a plan without the audit trail is bad, and silence about it is doubtful")
{
    struct expectation {
        std::optional<bool> has_audit;
        verdict is;
        std::string_view code;
    };
    const auto one = GENERATE(values<expectation>({
        {true, verdict::good, "ok"},
        {false, verdict::bad, "no-audit"},
        {std::nullopt, verdict::warning, "unknown"},
    }));
    const contract_point point = core::judge_plan({"startup", one.has_audit});
    check_point(point, contract_topic::plan, one.is, one.code);
    CHECK(contains(point.found, "\"startup\""));
}

TEST_CASE("contract: any row in the probed second proves that filters are ignored")
{
    check_point(core::judge_filters({0}), contract_topic::filters, verdict::good, "ok");
    const auto rows = GENERATE(as<std::size_t>{}, 1, 20, 100);
    check_point(
        core::judge_filters({rows}), contract_topic::filters, verdict::bad, "filter-ignored"
    );
}

TEST_CASE("contract: events that cannot be understood are bad only if none can")
{
    const auto judge = [](std::size_t understood, std::size_t not_understood) {
        core::audit_page page;
        for (std::size_t i = 0; i < understood; ++i)
            page.events.push_back(make_event("u", std::to_string(i), at(0)));
        page.problems.resize(not_understood);
        page.rows = understood + not_understood;
        return core::judge_events(page, "read");
    };
    check_point(judge(0, 0), contract_topic::events, verdict::good, "ok");
    CHECK(judge(0, 0).found == "0 events read");
    check_point(judge(99, 0), contract_topic::events, verdict::good, "ok");
    CHECK(judge(100, 0).found == "100 events or more read");
    check_point(judge(1, 9), contract_topic::events, verdict::warning, "partly-understood");
    CHECK(contains(judge(1, 9).found, "10 events read; 9 of them"));
    check_point(judge(0, 1), contract_topic::events, verdict::bad, "not-understood");
}

TEST_CASE("contract: a question without an answer is a warning, but for the first")
{
    const core::api_failure why = failure_of(failure_kind::broken);
    CHECK((core::judge_unanswered(contract_question::identity, why).is == verdict::bad));
    struct expectation {
        contract_question what;
        contract_topic about;
    };
    const auto one = GENERATE(values<expectation>({
        {contract_question::settings, contract_topic::version},
        {contract_question::key, contract_topic::key},
        {contract_question::quota, contract_topic::plan},
        {contract_question::probe, contract_topic::filters},
    }));
    const contract_point point = core::judge_unanswered(one.what, why);
    check_point(point, one.about, verdict::warning, "broken");
    CHECK(contains(point.found, "so it is"));
}

TEST_CASE("contract: an old portal that does not know the key's own page is told from a fault")
{
    const core::api_failure why = failure_of(failure_kind::not_found);
    const contract_point point = core::judge_unanswered(contract_question::key, why);
    check_point(point, contract_topic::key, verdict::warning, "not-known");
    CHECK(contains(point.advice, "when the key expires"));
}

TEST_CASE("contract: texts of the portal are cut before they are told")
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
    CHECK(core::judge_unanswered(contract_question::quota, why).text().size() < 600);
}

} // namespace docwarden::test::contract_test
