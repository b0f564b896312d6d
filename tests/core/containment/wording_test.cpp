// The sentences must say who, what, how many, why and what to do: an alert is read alone, at night.

#include "core/base/text.hpp"
#include "core/containment/wording.hpp"
#include "core/portal/failure_texts.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <set>
#include <string>

namespace docwarden::test::wording_test
{

namespace
{

using core::failure_kind;
using core::format_span;
using core::incident;
using core::milliseconds;
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

core::api_failure make_failure(failure_kind kind)
{
    core::api_failure why;
    why.kind = kind;
    why.text = "HTTP 418 from the portal";
    return why;
}

} // namespace

TEST_CASE("format_span: the two largest units, as the configuration would spell them")
{
    const auto [span, text] = GENERATE(table<milliseconds, std::string>({
        {0ms, "0s"},
        {-5s, "0s"},
        {1ms, "1ms"},
        {250ms, "250ms"},
        {999ms, "999ms"},
        {1s, "1s"},
        {1500ms, "1s 500ms"},
        {45s, "45s"},
        {60s, "1m"},
        {90s, "1m 30s"},
        {61'500ms, "1m 1s"},
        {10min, "10m"},
        {1h, "1h"},
        {90min, "1h 30m"},
        {1h + 1s, "1h 1s"},
        {24h, "1d"},
        {25h + 1min, "1d 1h"},
        {24h * 30, "30d"},
    }));
    CHECK(format_span(span) == text);
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
    const core::report alert =
        core::alert_report(make_incident(), "security@example.com", "Disabling the account now.");
    CHECK((alert.kind == core::report_kind::alert));
    CHECK((alert.level == core::priority::critical));
    CHECK(
        alert.message ==
        "SECURITY ALERT: Jane Doe (4c65a238-ca50-4374-b904-0d51d4c1822b) changed 27 distinct files "
        "within 10m (rule bulk-change, threshold 20, mode disable). Disabling the account now."
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
    const core::report alert = core::alert_report(about, "", "Next.");
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
    const core::report alert = core::alert_report(about, "c", "Next.");
    CHECK(alert.message.size() < 1000);
    CHECK(contains(alert.message, "27 distinct files"));
    CHECK(alert.field("FILES").size() < 50 * 70);
}

TEST_CASE("clip_text: a cut is marked and never leaves half a character")
{
    CHECK(core::clip_text("abcd", 4) == "abcd");
    CHECK(core::clip_text("abcde", 4) == "abcd…");
    CHECK(core::clip_text("abc€", 4) == "abc…");
    CHECK(core::clip_text("abc€", 5) == "abc…");
    CHECK(core::clip_text("🙂🙂", 7) == "🙂…");
    CHECK(core::clip_text("", 0).empty());
    CHECK(core::clip_text("a", 0) == "…");
    CHECK(core::clip_text("\x80\x80\x80\x80\x80\x80", 5).size() <= 5 + 3);
}

TEST_CASE("explain_guard: each protection has its own reason and its own way out")
{
    std::set<std::string> texts;
    for (const auto guard :
         {core::protection::owner, core::protection::self, core::protection::administrator})
        texts.insert(core::explain_guard(guard));
    CHECK(texts.size() == 3);
    CHECK(contains(core::explain_guard(core::protection::owner), "owner of the portal"));
    CHECK(contains(core::explain_guard(core::protection::self), "revoke the key"));
    CHECK(contains(core::explain_guard(core::protection::administrator), "key of the owner"));
}

TEST_CASE("failures: every kind is explained with what the portal said, and what to do where a "
          "person can")
{
    for (int number = 0; number <= static_cast<int>(failure_kind::redirected); ++number) {
        const core::api_failure why = make_failure(static_cast<failure_kind>(number));
        INFO(core::to_string(why.kind));
        CHECK(contains(core::explain_reading_failure(why), "(HTTP 418 from the portal)"));
        CHECK(contains(core::explain_people_failure(why), "(HTTP 418 from the portal)"));
    }
    const auto [kind, advice] = GENERATE(table<failure_kind, std::string>({
        {failure_kind::unauthorised, "install a valid key"},
        {failure_kind::unpaid, "plan"},
        {failure_kind::forbidden, "*:read"},
        {failure_kind::not_found, "check `url`"},
        {failure_kind::redirected, "correct `url`"},
    }));
    CHECK(contains(core::explain_reading_failure(make_failure(kind)), advice));
    CHECK(contains(
        core::explain_people_failure(make_failure(failure_kind::forbidden)), "accounts:write"
    ));
}

TEST_CASE("failures: a portal's endless error text is clipped")
{
    core::api_failure why = make_failure(failure_kind::broken);
    why.text = std::string(1'000'000, 'x');
    CHECK(core::explain_reading_failure(why).size() < 1000);
    CHECK(core::explain_people_failure(why).size() < 1000);
}

} // namespace docwarden::test::wording_test
