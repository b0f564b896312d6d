// The sentences must say who, what, how many, why and what to do: an alert is read alone, at night.

#include "core/base/iso8601.hpp"
#include "core/report/incident_texts.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <string>

namespace docwarden::test::incident_texts_test
{

namespace
{

using core::describe;
using core::incident;
using core::incident_event;
using core::incident_fact;
using namespace std::chrono_literals;

incident make_incident()
{
    incident about;
    about.id = "0123456789ab";
    about.user = "4c65a238-ca50-4374-b904-0d51d4c1822b";
    about.user_name = "Jane Doe";
    about.rule = "bulk-change";
    about.threshold = 20;
    about.window = 10min;
    about.response = core::response_mode::disable;
    about.span = {at(0), at(600), at(60), 27};
    about.state = core::containment_state::intended;
    for (int i = 1; i <= 3; ++i)
        about.files.push_back({at(i), core::object_kind::file, "88" + std::to_string(i)});
    return about;
}

incident_fact fact_of(incident_event event, incident subject = make_incident())
{
    return {event, std::move(subject)};
}

} // namespace

TEST_CASE("alert: a countdown says when the account is disabled, and what can be done until then")
{
    incident_fact fact = fact_of(incident_event::disabling);
    fact.countdown = 90s;
    fact.disable_at = at(90) + core::tick(5);
    const core::report alert = describe(fact, "");
    CHECK(contains(
        alert.message,
        "docwarden disables the account in 1m 30s, at 2026-06-30T13:05:35Z. Until then: disable it "
        "in the portal if that is right, or exempt the user and reload if it is not."
    ));
    CHECK(alert.field("COUNTDOWN") == "1m 30s");
    CHECK(alert.field("DISABLE_AT") == "2026-06-30T13:05:35Z");
    fact.event = GENERATE(
        incident_event::went_on, incident_event::active_again, incident_event::reasserting
    );
    CHECK(contains(describe(fact, "").message, " in 1m 30s, at 2026-06-30T13:05:35Z"));
}

TEST_CASE("format_user: the name with the id, or the id alone")
{
    incident about = make_incident();
    CHECK(format_user(about) == "Jane Doe (4c65a238-ca50-4374-b904-0d51d4c1822b)");
    about.user_name.clear();
    CHECK(format_user(about) == "4c65a238-ca50-4374-b904-0d51d4c1822b");
    about.user_name = std::string(5000, 'x');
    CHECK(format_user(about).size() < 150);
}

TEST_CASE("alert: one sentence has the user, the count, the window, the rule, the threshold, the "
          "mode and what comes next")
{
    const core::report alert = describe(fact_of(incident_event::disabling), "security@example.com");
    CHECK((alert.kind == core::report_kind::alert));
    CHECK((alert.level == core::priority::critical));
    CHECK(
        alert.message ==
        "SECURITY ALERT: Jane Doe (4c65a238-ca50-4374-b904-0d51d4c1822b) changed 27 distinct files "
        "within 10m (rule bulk-change, threshold 20, mode disable). Trying to disable the account "
        "now."
    );
    CHECK(alert.field("USER_ID") == "4c65a238-ca50-4374-b904-0d51d4c1822b");
    CHECK(alert.field("USER") == "Jane Doe");
    CHECK(alert.field("RULE") == "bulk-change");
    CHECK(alert.field("COUNT") == "27");
    CHECK(alert.field("THRESHOLD") == "20");
    CHECK(alert.field("WINDOW") == "10m");
    CHECK(alert.field("MODE") == "disable");
    CHECK(alert.field("INCIDENT") == "0123456789ab");
    CHECK(alert.field("STATE") == "intended");
    CHECK(alert.field("CROSSED_AT") == "2026-06-30T13:04:05Z");
    CHECK(alert.field("FILES") == "883 882 881"); // the newest first
    CHECK(alert.field("CONTACT") == "security@example.com");
}

TEST_CASE("alert: each mode is named, and nobody to tell is no field")
{
    incident about = make_incident();
    const auto [mode, text] = GENERATE(table<core::response_mode, std::string>({
        {core::response_mode::observe, "observe"},
        {core::response_mode::alert, "alert"},
        {core::response_mode::disable, "disable"},
    }));
    about.response = mode;
    const core::report alert = describe(fact_of(incident_event::alerted, about), "");
    CHECK(contains(alert.message, "mode " + text));
    CHECK(alert.field("MODE") == text);
    CHECK(alert.field("CONTACT").empty());
}

TEST_CASE("alert: names, rules and files of any length make a record of bounded length")
{
    incident about = make_incident();
    about.user_name = std::string(1'000'000, 'n');
    about.user = std::string(100'000, 'u');
    about.rule = std::string(100'000, 'r');
    for (int i = 0; i < 10'000; ++i)
        about.files.push_back({at(i), core::object_kind::file, std::string(4000, 'f')});
    const core::report alert = describe(fact_of(incident_event::alerted, about), "c");
    CHECK(alert.message.size() < 1000);
    CHECK(contains(alert.message, "27 distinct files"));
    CHECK(alert.field("FILES").size() < 50 * 70);
}

TEST_CASE("alert: the fifty newest files are listed, each up to 64 bytes, and so is the rule")
{
    incident subject = make_incident();
    subject.user_name = std::string(81, 'n');
    subject.rule = std::string(65, 'r');
    subject.files.clear();
    for (int i = 1; i <= 51; ++i)
        subject.files.push_back({at(i), core::object_kind::file, std::to_string(100 + i)});
    subject.files.back().object = std::string(65, 'f');
    const core::report alert = describe(fact_of(incident_event::disabling, subject), "");
    std::string files = std::string(64, 'f') + "…";
    for (int i = 50; i >= 2; --i)
        files += ' ' + std::to_string(100 + i);
    CHECK(alert.field("FILES") == files);
    CHECK(contains(alert.message, std::string(80, 'n') + "… (4c65a238"));
    CHECK(contains(alert.message, "(rule " + std::string(64, 'r') + "…, threshold"));
}

TEST_CASE("incidents: each protection has its own reason and its own way out")
{
    incident_fact fact = fact_of(incident_event::refused);
    const auto [guard, advice] = GENERATE(table<core::protection, std::string>({
        {core::protection::owner, "is the owner of the portal, whom nobody can disable. Contact"},
        {core::protection::self, "revoke the key in the portal"},
        {core::protection::administrator, "give docwarden a key of the owner"},
    }));
    fact.guard = guard;
    const core::report refused = describe(fact, "c");
    CHECK(contains(refused.message, "CANNOT CONTAIN, ACT NOW: Jane Doe (4c65a238"));
    CHECK(contains(refused.message, advice));
}

TEST_CASE("incidents: an exemption is told with its end, its reason and whom to ask, if it has them"
)
{
    incident_fact fact = fact_of(incident_event::exempted);
    const core::report plain = describe(fact, "c");
    CHECK(contains(plain.message, "is not disabled, because the configuration exempts this user."));
    for (const char* name : {"EXEMPT_REASON", "EXEMPT_OWNER", "EXEMPT_UNTIL", "CONTACT"})
        CHECK(plain.field(name).empty());
    fact.exempted_by = {"jane", "nightly import", "it@example.com", at(0) + core::tick(9)};
    const core::report full = describe(fact, "c");
    CHECK(contains(
        full.message,
        "exempts this user until 2026-06-30T13:04:05Z (nightly import). Ask it@example.com about "
        "the exemption."
    ));
    CHECK(full.field("EXEMPT_REASON") == "nightly import");
    CHECK(full.field("EXEMPT_OWNER") == "it@example.com");
    CHECK(full.field("EXEMPT_UNTIL") == "2026-06-30T13:04:05Z");
}

TEST_CASE("incidents: how an account came to be disabled, by whom and how fast")
{
    incident_fact fact = fact_of(incident_event::contained);
    fact.took = 1500ms;
    const core::report ours = describe(fact, "");
    CHECK(contains(ours.message, "Account disabled: Jane Doe"));
    CHECK(contains(ours.message, "confirmed by the portal 1s 500ms after the decision"));
    CHECK(contains(ours.message, "(incident 0123456789ab)"));
    CHECK(ours.field("BY") == "docwarden");
    CHECK(ours.field("LATENCY_MS") == "1500");
    fact.took = 0ms;
    CHECK(contains(describe(fact, "").message, "less than a millisecond after"));
    fact.event = incident_event::already_contained;
    const core::report theirs = describe(fact, "");
    CHECK(contains(theirs.message, "Account was already disabled: Jane Doe"));
    CHECK(contains(theirs.message, "; no request was sent"));
    CHECK(theirs.field("BY") == "somebody else");
}

TEST_CASE("incidents: a contained account's record says how far the crossing went")
{
    const auto event = GENERATE(
        incident_event::contained, incident_event::already_contained, incident_event::gone
    );
    incident subject = make_incident();
    const core::report told = describe(fact_of(event, subject), "");
    CHECK(contains(
        told.message,
        "Seen until then: 27 distinct files within 10m, above the threshold from "
        "2026-06-30T13:04:05Z to 2026-06-30T13:05:05Z (1m) (incident 0123456789ab)."
    ));
    CHECK(told.field("COUNT") == "27");
    CHECK(told.field("COUNT_IS_LEAST") == "0");
    CHECK(told.field("LAST_CHANGE_AT") == "2026-06-30T13:05:05Z");
    CHECK(told.field("DURATION_S") == "60");
    CHECK(told.field("FILES") == "883 882 881");
    CHECK(told.field("ENDED_TOO").empty());
    incident_fact several = fact_of(event, subject);
    several.ended_too = {"aaaaaaaaaaaa", "bbbbbbbbbbbb"};
    const core::report all = describe(several, "");
    CHECK(contains(
        all.message, "(incident 0123456789ab). It ends aaaaaaaaaaaa, bbbbbbbbbbbb as well."
    ));
    CHECK(all.field("ENDED_TOO") == "aaaaaaaaaaaa bbbbbbbbbbbb");
    subject.span.is_least = true;
    subject.span.newest = subject.span.first + 999ms;
    const core::report least = describe(fact_of(event, subject), "");
    CHECK(contains(
        least.message,
        "at least 27 distinct files within 10m, above the threshold at 2026-06-30T13:04:05Z (inc"
    ));
    CHECK(least.field("COUNT_IS_LEAST") == "1");
}

TEST_CASE("incidents: the end of a crossing says how far it went, and what became of the account")
{
    incident subject = make_incident();
    subject.state = core::containment_state::held;
    CHECK(
        describe(fact_of(incident_event::over, subject), "c").message ==
        "Over: Jane Doe (4c65a238-ca50-4374-b904-0d51d4c1822b) changed 27 distinct files within "
        "10m (rule bulk-change, threshold 20, mode disable), above the threshold from "
        "2026-06-30T13:04:05Z to 2026-06-30T13:05:05Z (1m). The account was not disabled (held). "
        "Incident 0123456789ab."
    );
    subject.state = core::containment_state::contained; // by another rule, meanwhile
    CHECK_FALSE(
        contains(describe(fact_of(incident_event::over, subject), "").message, "not disabled")
    );
    const auto [response, level] = GENERATE(table<core::response_mode, core::priority>({
        {core::response_mode::observe, core::priority::info},
        {core::response_mode::alert, core::priority::notice},
        {core::response_mode::disable, core::priority::notice},
    }));
    subject.response = response;
    const core::report told = describe(fact_of(incident_event::over, subject), "");
    CHECK((told.level == level));
    CHECK((told.kind == core::report_kind::crossing_ended));
    CHECK(told.field("FILES") == "883 882 881");
    CHECK(told.field("DURATION_S") == "60");
}

TEST_CASE("incidents: what happened stands first, with its kind and how urgent it is")
{
    using core::priority;
    using core::report_kind;
    const auto [event, kind, level, start] =
        GENERATE(table<incident_event, report_kind, priority, std::string>({
            {incident_event::observed, report_kind::observed, priority::notice, "Observed: Jane"},
            {incident_event::exempted, report_kind::exempted, priority::warning, "Exempt: Jane"},
            {incident_event::held_by_reload,
             report_kind::held,
             priority::critical,
             "SECURITY ALERT: Jane"},
            {incident_event::went_on, report_kind::alert, priority::critical, "SECURITY ALERT: "},
            {incident_event::held_by_limit,
             report_kind::held,
             priority::critical,
             "HELD, not disabled: Jane"},
            {incident_event::called_off,
             report_kind::observed,
             priority::notice,
             "Called off: the rules in force no longer disable Jane"},
            {incident_event::overruled,
             report_kind::observed,
             priority::notice,
             "Called off: somebody changed the status of Jane"},
            {incident_event::still_disabled,
             report_kind::observed,
             priority::info,
             "Further changes by Jane"},
            {incident_event::failed,
             report_kind::failed,
             priority::alert,
             "NOT CONTAINED, ACT NOW: Jane"},
            {incident_event::retrying, report_kind::retrying, priority::error, "Disabling Jane"},
            {incident_event::released,
             report_kind::released,
             priority::notice,
             "Account enabled again: Jane"},
            {incident_event::given_back,
             report_kind::released,
             priority::notice,
             "Account enabled again: Jane"},
            {incident_event::reasserting,
             report_kind::alert,
             priority::critical,
             "Account enabled against docwarden: Jane"},
            {incident_event::kept_disabled,
             report_kind::contained,
             priority::notice,
             "Account stays disabled: somebody changed the status of Jane"},
            {incident_event::release_failed,
             report_kind::failed,
             priority::critical,
             "NOT ENABLED AGAIN: Jane"},
        }));
    const core::report record = describe(fact_of(event), "c");
    INFO(record.message);
    CHECK((record.kind == kind));
    CHECK((record.level == level));
    CHECK(record.message.substr(0, start.size()) == start);
    CHECK(record.field("USER_ID") == make_incident().user);
    CHECK(record.field("INCIDENT") == "0123456789ab");
}

TEST_CASE("incidents: a containment with an end says when it is, in a sentence and as a field")
{
    incident_fact fact = fact_of(incident_event::contained);
    fact.release_at = at(90);
    const core::report record = describe(fact, {});
    INFO(record.message);
    CHECK(record.field("RELEASE_AT") == core::format_date(at(90)));
    const std::string end =
        "docwarden enables it again on " + core::format_date(at(90)) + " unless a person decides";
    CHECK(contains(record.message, end));
}

TEST_CASE("incidents: who has changed a contained account is named")
{
    incident_fact fact = fact_of(incident_event::given_back);
    fact.actor = "The Chief";
    CHECK(contains(describe(fact, {}).message, ", by The Chief in the portal"));
    CHECK(describe(fact, {}).field("BY") == "The Chief");
}

TEST_CASE("incidents: the limit that was reached is named with its figures")
{
    incident_fact fact = fact_of(incident_event::held_by_limit);
    fact.limit = {3, 90s};
    CHECK(contains(
        describe(fact, "").message,
        "The limit of 3 disabled accounts within 1m 30s is reached. Disable the account in the "
        "portal now if that is right, or raise max_disables and reload: docwarden then decides "
        "again about held accounts."
    ));
    CHECK(describe(fact, "").field("LIMIT") == "3");
    CHECK(describe(fact, "").field("LIMIT_WINDOW") == "1m 30s");
    CHECK(describe(fact, "").field("LIMIT_SHARE").empty());
    CHECK(describe(fact, "").field("ACTIVE_USERS").empty());
}

TEST_CASE("incidents: a limit that is a share says of how many, and which setting to raise")
{
    incident_fact fact = fact_of(incident_event::held_by_limit);
    fact.limit = {3, 10min, false, core::user_share{10, 34}};
    CHECK(contains(
        describe(fact, "").message,
        "The limit of 3 disabled accounts within 10m (10% of 34 active users) is reached. Disable "
        "the account in the portal now if that is right, or raise max_disables_share and reload:"
    ));
    CHECK(describe(fact, "").field("LIMIT") == "3");
    CHECK(describe(fact, "").field("LIMIT_SHARE") == "10%");
    CHECK(describe(fact, "").field("ACTIVE_USERS") == "34");
    fact.limit.is_number = true;
    CHECK(contains(
        describe(fact, "").message, "or raise max_disables and max_disables_share and reload:"
    ));
    fact.limit = {1, 10min, false, core::user_share{10, 1}};
    CHECK(contains(
        describe(fact, "").message,
        "The limit of 1 disabled account within 10m (10% of 1 active user, but at least 1) is "
        "reached."
    ));
}

TEST_CASE("incidents: a problem's text is bounded")
{
    const incident_event event = GENERATE(incident_event::failed, incident_event::retrying);
    incident_fact fact = fact_of(event);
    CHECK(contains(describe(fact, "").message, "leaves it active")); // no failure: a 200
    fact.failure.emplace().text = std::string(400, 'x');
    CHECK(contains(describe(fact, "").message, fact.failure->text));
    CHECK_FALSE(contains(describe(fact, "").message, "…"));
    fact.failure->text += 'x';
    CHECK(contains(describe(fact, "").message, std::string(400, 'x') + "…"));
}

} // namespace docwarden::test::incident_texts_test
