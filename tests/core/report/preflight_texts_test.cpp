// What a person and a machine are told of each finding of the preflight.

#include "core/report/preflight_texts.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace docwarden::test::preflight_texts_test
{

using core::clock_pair;
using core::event_counts;
using core::failure_kind;
using core::found_text;
using core::preflight_finding;
using core::preflight_result;
using core::quota_facts;
using core::text_of;
using core::verdict;
using enum core::preflight_finding;
using enum core::verdict;
using namespace std::chrono_literals;

namespace
{

core::api_failure failure_of(failure_kind kind, std::string text = "so it is")
{
    core::api_failure why;
    why.kind = kind;
    why.text = std::move(text);
    return why;
}

core::portal_facts portal(std::string version, int status = 0)
{
    return {std::move(version), {}, status, false};
}

core::key_details key(std::optional<core::wall_time> expires = {}, std::string name = "warden")
{
    return {{std::move(name), {}, expires, true, "olga"}, "jane", at(0)};
}

core::rights_details rights(std::string owner = {}, std::string name = "Jane")
{
    core::profile self;
    self.id = "jane";
    self.display_name = std::move(name);
    return {self, std::move(owner)};
}

struct expectation {
    preflight_result result;
    verdict outcome = good;
    std::string_view code;
    std::string_view cause;  // part of what is found
    std::string_view advice; // part of the whole text
};

const auto lost = failure_of(failure_kind::broken);
constexpr auto hour = core::events_source::last_hour;

// One for each finding, in their order.
const std::vector<expectation> one_of_each{
    {{connected, {}}, good, "ok", "the portal answers and accepts the key", ""},
    {{not_connected, lost}, bad, "broken", "an unexpected response", "the portal's log (so it"},
    {{clocks_agree, clock_pair{at(0), at(1)}}, good, "ok", "clock and the portal's agree", ""},
    {{skew, clock_pair{at(0), at(-61)}}, warning, "skew", "1m 1s behind the portal's", "(NTP)"},
    {{date_missing, clock_pair{{}, at(0)}}, bad, "date-missing", "Date", "synchronised"},
    {{date_unbelievable, clock_pair{at(0), at(86'401)}},
     bad,
     "date-unbelievable",
     "more than a day apart",
     "Synchronise both clocks"},
    {{version_current, portal("4.0")}, good, "ok", "DocSpace 4.0", ""},
    {{version_unknown, portal("3.x")}, warning, "unknown", "\"3.x\" cannot be", "check the"},
    {{before_2_6, portal("2.5")}, warning, "before-2.6", "2.5 is old", "update the portal"},
    {{before_3_2_1, portal("3.0")}, warning, "before-3.2.1", "3.0 is old", "update"},
    {{before_3_7_1, portal("3.7")}, warning, "before-3.7.1", "3.7 is old", "update"},
    {{version_unanswered, lost}, warning, "broken", "find out the portal's version", ""},
    {{in_use, portal("4.0")}, good, "ok", "in use", ""},
    {{not_in_use, portal("4.0", 3)},
     bad,
     "tenant-status-3",
     "is being transferred (status 3), so it returns neither",
     "wait until that is over"},
    {{is_owner, rights()}, good, "ok", "Jane (jane) is the owner: everybody else can", ""},
    {{is_admin, rights("olga")}, good, "ok", "administrators and the owner (olga) cannot", ""},
    {{not_admin, rights()}, bad, "not-admin", "neither the owner nor", "as an administrator"},
    {{user_disabled, rights()},
     bad,
     "user-disabled",
     "Jane (jane), whose account is dis",
     "enable"},
    {{user_pending, rights()}, bad, "user-pending", "not activated yet", "accept the invitation"},
    {{key_valid, key()}, good, "ok", "\"warden\" is valid and does not expire", ""},
    {{key_inactive, key()}, bad, "inactive", "\"warden\" is deactivated", "activate it"},
    {{key_expired, key(at(0))}, bad, "expired", "on 2026-06-30T13:04:05Z", "a new one"},
    {{other_user, key()},
     bad,
     "other-user",
     "created by olga, but the portal identifies the caller as jane",
     "check for a proxy"},
    {{expires_soon, key(at(0) + 37h)},
     warning,
     "expires-soon",
     "Z, in 1d 13h; after",
     "before that date"},
    {{key_not_known, lost},
     warning,
     "not-known",
     "old portals do not say",
     "and replace the key in time"},
    {{key_unanswered, lost}, warning, "broken", "find out when the key expires", ""},
    {{scopes_enough, {}}, good, "ok", "*:read and accounts:write, which is enough", ""},
    {{scopes_all, {}}, good, "ok", "*:read and accounts:write would be enough", ""},
    {{no_write, {}}, bad, "no-write", "lacks the scope accounts:write", "create and install a key"},
    {{no_read, {}}, bad, "no-read", "lacks the scope *:read", "create and install a key"},
    {{has_audit, quota_facts{"big", true}}, good, "ok", "\"big\" includes the audit trail", ""},
    {{no_audit, quota_facts{"low", false}}, bad, "no-audit", "\"low\" lacks", "upgrade to a plan"},
    {{audit_unknown, quota_facts{"odd", {}}},
     warning,
     "unknown",
     "\"odd\" does not",
     "\"filters\" shows"},
    {{plan_unanswered, lost}, warning, "broken", "whether the portal's plan includes", ""},
    {{filters_heeded, {}}, good, "ok", "applies the requested filters", ""},
    {{filters_ignored, {}}, bad, "filter-ignored", "lacks the audit feature", "Upgrade to a plan"},
    {{filters_unanswered, lost}, warning, "broken", "whether the portal applies the", ""},
    {{events_understood, event_counts{hour, 99, 0}},
     good,
     "ok",
     "read 99 events from the last hour",
     ""},
    {{partly_understood, event_counts{hour, 10, 9}},
     warning,
     "partly-understood",
     "read 10 events from the last hour; 9 of them could not be understood",
     ""},
    {{not_understood, event_counts{hour, 3, 3}},
     bad,
     "not-understood",
     "read 3 events from the last hour; none of them could be understood",
     "update docwarden"},
    {{events_unread, failure_of(failure_kind::forbidden)},
     bad,
     "forbidden",
     "denies access to the audit trail",
     "the key's user must be"},
};

} // namespace

TEST_CASE("preflight_texts: each finding has its verdict, its code, its cause and its advice")
{
    REQUIRE(one_of_each.size() == static_cast<std::size_t>(events_unread) + 1);
    for (std::size_t i = 0; i < one_of_each.size(); ++i) {
        const auto& [result, outcome, code, cause, advice] = one_of_each[i];
        const std::string text = text_of(result);
        INFO(text);
        CHECK((result.finding == static_cast<preflight_finding>(i)));
        CHECK((result.outcome() == outcome));
        CHECK(result.code() == code);
        CHECK((result.code() == "ok") == (outcome == good));
        CHECK(contains(found_text(result), cause));
        CHECK(contains(text, advice));
        // Whoever is told of something good needs no advice, and of something bad always has it.
        CHECK((outcome != bad || !advice.empty()));
        CHECK((outcome != good || text == found_text(result)));
        // It can be read alone: what is so, and then what to do.
        const std::string_view added = advice_text(result);
        CHECK(text == found_text(result) + (added.empty() ? "" : ": " + std::string(added)));
        CHECK_FALSE(contains(text, "()"));
    }
}

TEST_CASE("preflight_texts: a connected portal is called as the reader knows it")
{
    CHECK(
        found_text({}, "https://example.org") == "https://example.org answers and accepts the key"
    );
}

TEST_CASE("preflight_texts: a portal that does not answer is told as what it is")
{
    const auto [kind, code, says] = GENERATE(table<failure_kind, const char*, const char*>({
        {failure_kind::unreachable, "unreachable", "so it is"},
        {failure_kind::interrupted, "interrupted", "so it is"},
        {failure_kind::unauthorised, "unauthorised", "Create a new key"},
        {failure_kind::unpaid, "unpaid", "subscription is unpaid"},
        {failure_kind::forbidden, "forbidden", "scope *:read"},
        {failure_kind::not_found, "not-found", "no portal at this address"},
        {failure_kind::throttled, "throttled", "is rate-limiting docwarden"},
        {failure_kind::redirected, "redirected", "correct `url`"},
        {failure_kind::bad_answer, "bad-answer", "not from the API of a DocSpace portal"},
        {failure_kind::broken, "broken", "check the portal's log"},
    }));
    const preflight_result result{not_connected, failure_of(kind)};
    CHECK(result.code() == code);
    CHECK(contains(text_of(result), says));
    CHECK(contains(text_of(result), "so it is"));
}

TEST_CASE("preflight_texts: clocks that agree nearly are told with the difference")
{
    const auto text = [](std::int64_t ahead) {
        return text_of({clocks_agree, clock_pair{at(0), at(ahead)}});
    };
    CHECK(contains(text(-1), "agree"));
    CHECK(contains(text(2), "2s ahead of the portal's"));
    CHECK(contains(text(-60), "1m behind the portal's"));
}

TEST_CASE("preflight_texts: the traps of old versions are told, each up to who mended it")
{
    const auto text = [](preflight_finding finding) { return text_of({finding, portal("3.1")}); };
    for (const auto finding : {before_2_6, before_3_2_1, before_3_7_1}) {
        const bool is_late = finding == before_2_6;
        const bool has_other_limits = finding != before_3_7_1;
        CHECK(contains(text(finding), "up to a minute late") == is_late);
        CHECK(contains(text(finding), "other page limits") == has_other_limits);
        CHECK(contains(text(finding), "answers 200 and does nothing"));
        CHECK(contains(text(finding), "disable its own user"));
        CHECK(contains(text(finding), "does not enforce the scopes"));
    }
    CHECK(contains(found_text({version_unknown, portal("")}), "does not say which version"));
}

TEST_CASE("preflight_texts: a portal that is not in use is told with the reason")
{
    const auto [status, says] = GENERATE(table<int, const char*>({
        {1, "is suspended"},
        {2, "about to be removed"},
        {3, "being transferred"},
        {4, "restored from a backup"},
        {5, "being migrated"},
        {6, "being encrypted"},
        {7, "does not know"},
        {1000, "does not know"},
    }));
    const preflight_result result{not_in_use, portal("4.0", status)};
    CHECK(contains(found_text(result), says));
}

TEST_CASE("preflight_texts: what is known besides is told as well")
{
    core::portal_facts own = portal("4.0");
    own.is_standalone = true;
    CHECK(found_text({in_use, own}) == "in use, self-hosted");
    CHECK(contains(text_of({key_valid, key(at(0))}), "valid until 2026-06-30"));
    CHECK(contains(text_of({is_admin, rights()}), "and the owner cannot"));
    const event_counts full{core::events_source::one_answer, 100, 0};
    CHECK(
        found_text({events_understood, full}) ==
        "read 100 events from one response (there may be more)"
    );
    CHECK(
        found_text({events_understood, event_counts{hour, 1, 0}}) ==
        "read 1 event from the last hour"
    );
}

TEST_CASE("preflight_texts: texts of the portal are cut before they are told")
{
    const std::string endless(5'000, 'x');
    for (expectation one : one_of_each) {
        auto& details = one.result.details;
        if (auto* failure = std::get_if<core::api_failure>(&details))
            failure->text = endless;
        else if (std::holds_alternative<core::key_details>(details))
            details = key(at(0), endless);
        else if (std::holds_alternative<core::rights_details>(details))
            details = rights("olga", endless);
        else if (auto* quota = std::get_if<core::quota_facts>(&details))
            quota->plan = endless;
        CHECK(text_of(one.result).size() < 600);
    }
}

} // namespace docwarden::test::preflight_texts_test
