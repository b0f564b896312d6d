// What the records of both shapes mean (design.md section 2): the examples of docspace-api.md
// section 2.2 verbatim, and the published sample's reading of its own shape.

#include "core/audit/audit_page.hpp"
#include "core/audit/audit_record.hpp"
#include "tests/core/audit/page_text.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <string_view>

namespace docwarden::test::audit_record_test
{

namespace
{

using core::audit_event;
using core::audit_page;
using core::object_kind;

audit_page read(std::string_view text)
{
    const auto result = core::read_audit_page(text, core::page_form::recorded);
    INFO(text << "\n" << result.error.text);
    REQUIRE(result.ok());
    return result.page;
}

// The event of a single record without problems.
audit_event event_of(std::string_view record)
{
    const audit_page page = read(record);
    INFO(record);
    for (const auto& problem : page.problems)
        UNSCOPED_INFO(problem.text);
    REQUIRE(page.events.size() == 1);
    REQUIRE(page.problems.empty());
    return page.events.front();
}

// What is said about a single record that is left out.
std::string problem_of(std::string_view record)
{
    const audit_page page = read(record);
    INFO(record);
    REQUIRE(page.rows == 1);
    REQUIRE(page.events.empty());
    REQUIRE(page.problems.size() == 1);
    CHECK_FALSE(page.problems.front().was_counted);
    return page.problems.front().text;
}

bool is_ignored(std::string_view record)
{
    const audit_page page = read(record);
    return page.rows == 1 && page.events.empty() && page.problems.empty();
}

// A portal record in which `field` is replaced; an empty value leaves it out.
std::string portal_record(std::string_view field, std::string_view value)
{
    const std::pair<std::string_view, std::string_view> whole[] = {
        {"id", "184223"},
        {"date", R"("2026-06-30T13:04:05.0000000Z")"},
        {"userId", R"("4c65a238-ca50-4374-b904-0d51d4c1822b")"},
        {"actionId", "5011"},
        {"target", R"(["8801"])"},
    };
    std::string text;
    for (const auto& [name, good] : whole) {
        const std::string_view chosen = name == field ? value : good;
        if (!chosen.empty())
            text +=
                (text.empty() ? "{\"" : ",\"") + std::string(name) + "\":" + std::string(chosen);
    }
    return text + "}";
}

// A record of the sample's shape, with further members in front of a date and a user.
std::string sample_record(std::string_view members)
{
    return "{" + std::string(members) +
           R"(,"date":"2026-06-30T13:04:05Z","userId":"jane","entityId":"17"})";
}

} // namespace

TEST_CASE("audit record: an upload on a portal in Berlin, verbatim")
{
    const audit_event event = event_of(
        R"({"id":184223,"date":"2026-06-30T15:04:05.0000000+02:00","user":"Jane Doe","userId":"4c65a238-ca50-4374-b904-0d51d4c1822b","action":"File Uploaded: plan.docx","actionId":5011,"ip":"203.0.113.7","country":"","city":"","browser":"Chrome 137","platform":"Windows 10","page":"https://docs.example.com/rooms/shared/51","actionType":13,"product":2,"location":1,"target":["8801"],"entries":[1],"context":"Rooms: Contracts"})"
    );
    CHECK(event.id == 184223);
    CHECK((event.time == at(0)));
    CHECK(event.user == "4c65a238-ca50-4374-b904-0d51d4c1822b");
    CHECK(event.user_name == "Jane Doe");
    CHECK(event.action == 5011);
    CHECK((event.kind == object_kind::file));
    CHECK(event.object == "8801");
}

TEST_CASE("audit record: a save from the editor on a portal in UTC, verbatim")
{
    const audit_event event = event_of(
        R"({"id":184301,"date":"2026-06-30T13:09:41.0000000Z","user":"Jane Doe","userId":"4c65a238-ca50-4374-b904-0d51d4c1822b","action":"Users [Jane Doe]. File Updated: plan.docx","actionId":5034,"ip":"172.18.0.9","country":"","city":"","actionType":2,"product":2,"location":1,"target":["8801"],"entries":[1],"context":"Rooms: Contracts"})"
    );
    CHECK(event.id == 184301);
    CHECK((event.time == at(5 * 60 + 36)));
    CHECK(event.action == 5034);
    CHECK(event.object == "8801");
}

TEST_CASE("audit record: a move names the file first and the destination folder last, verbatim")
{
    const audit_event event = event_of(
        R"({"id":184310,"date":"2026-06-30T13:10:00.0000000Z","user":"Jane Doe","userId":"4c65a238-ca50-4374-b904-0d51d4c1822b","action":"Files [plan.docx]. Moved From Folder \"A\" To Folder: \"B\"","actionId":5015,"actionType":15,"product":2,"location":1,"target":["8801","77"],"entries":[1,2],"context":"Rooms: B"})"
    );
    CHECK(event.action == 5015);
    CHECK((event.kind == object_kind::file));
    CHECK(event.object == "8801");
}

TEST_CASE("audit record: the automatic clean-up has no client, and is an event like any other")
{
    const audit_event event = event_of(
        R"({"id":190001,"date":"2026-07-30T13:10:00.0000000Z","user":"Jane Doe","userId":"4c65a238-ca50-4374-b904-0d51d4c1822b","action":"File Deleted: old.docx","actionId":5018,"country":"","city":"","actionType":3,"product":2,"location":1,"target":["7102"],"entries":[1],"context":"Trash"})"
    );
    CHECK(event.id == 190001);
    CHECK(event.action == 5018);
    CHECK(event.object == "7102");
}

TEST_CASE("audit record: the id of a third-party storage that holds commas is put together again")
{
    const auto [action, target, object] = GENERATE(table<int, std::string, std::string>({
        {5011, R"(["drive-1-|a","b,c","d"])", "drive-1-|a,b,c,d"},
        {5011, R"(["8801"])", "8801"},
        {5011, R"([8801])", "8801"},
        {5011, R"("8801")", "8801"},
        {5011, R"(8801)", "8801"},
        {5011, R"([null,"8801"])", "8801"},
        {5013, R"(["8801","77"])", "8801"},
        {5014, R"(["8801","77"])", "8801"},
        {5015, R"(["a","b","77"])", "a,b"},
        {5016, R"(["8801"])", "8801"}, // without a destination
        {5017, R"(["8801","77"])", "8801,77"},
        {5025, R"(["12","77"])", "12"},
    }));
    INFO(action << ' ' << target);
    std::string record = portal_record("target", target);
    record.replace(record.find("5011"), 4, std::to_string(action));
    CHECK(event_of(record).object == object);
}

TEST_CASE("audit record: folder 7 and file 7 are different things")
{
    CHECK((event_of(portal_record("actionId", "5018")).kind == object_kind::file));
    CHECK((event_of(portal_record("actionId", "5027")).kind == object_kind::folder));
}

TEST_CASE("audit record: an action may be a number, a number as text or the portal's own name")
{
    const std::string value =
        GENERATE(as<std::string>{}, "5034", R"("5034")", R"("UserFileUpdated")");
    INFO(value);
    CHECK(event_of(portal_record("actionId", value)).action == 5034);
}

TEST_CASE("audit record: an action of a newer portal is an event whose object is not understood")
{
    const audit_event event = event_of(portal_record("actionId", "7777"));
    CHECK(event.action == 7777);
    CHECK((event.kind == object_kind::none));
}

TEST_CASE("audit record: a GUID is read in any case, an account name as it is")
{
    CHECK(
        event_of(portal_record("userId", R"("4C65A238-CA50-4374-B904-0D51D4C1822B")")).user ==
        "4c65a238-ca50-4374-b904-0d51d4c1822b"
    );
    CHECK(event_of(portal_record("userId", R"("Jane.Doe")")).user == "Jane.Doe");
    CHECK(event_of(portal_record("userId", R"("  jane ")")).user == "jane");
    CHECK(event_of(portal_record("userId", "42")).user == "42");
}

TEST_CASE("audit record: what actionId says wins over entityType and the words of the action")
{
    const std::string view =
        R"({"id":1,"date":"2026-06-30T13:04:05Z","userId":"jane","actionId":5064,"entityType":"file","action":"updated","entityId":"17","target":["8801"]})";
    const audit_event event = event_of(view);
    CHECK(event.action == 5064); // viewing: no rule about changes counts it
    CHECK(event.object == "8801");
    CHECK(
        problem_of(
            R"({"id":1,"date":"2026-06-30T13:04:05Z","userId":"jane","actionId":5011,"entityType":"file","action":"updated","entityId":"17"})"
        ) == "target is missing, so the file or folder is unknown"
    );
}

TEST_CASE("audit record: one bad field of a portal record is named, and the record left out")
{
    const auto [field, value, problem] = GENERATE(table<std::string, std::string, std::string>({
        {"date", "", "date is missing"},
        {"date", "null", "date is missing"},
        {"date", "1782824645", "date is not a text"},
        {"date", R"({"utcTime":"2026-06-30T13:04:05Z"})", "date is not a text"},
        {"date",
         R"("yesterday")",
         "date is not an ISO 8601 date and time with a zone: \"yesterday\""},
        {"userId", "", "userId is missing"},
        {"userId", "null", "userId is missing"},
        {"userId", R"("")", "userId is empty"},
        {"userId", R"("  ")", "userId is empty"},
        {"userId", "true", "userId is neither a text nor a number"},
        {"userId", R"(["jane"])", "userId is neither a text nor a number"},
        {"actionId", R"("File Uploaded")", "actionId is neither a number nor a known action name"},
        {"actionId", "5011.5", "actionId is neither a number nor a known action name"},
        {"actionId", "99999999999", "actionId is neither a number nor a known action name"},
        {"actionId", "[5011]", "actionId is neither a number nor a known action name"},
        {"actionId", "", "neither actionId nor entityType is there: not an audit record"},
        {"target", "", "target is missing, so the file or folder is unknown"},
        {"target", "[]", "target is missing, so the file or folder is unknown"},
        {"target", "null", "target is missing, so the file or folder is unknown"},
        {"target", R"([""])", "target is missing, so the file or folder is unknown"},
        {"target", "[true]", "target is not a list of texts or numbers"},
        {"target", "1.5", "target is not a list of texts or numbers"},
        {"target", R"([["8801"]])", "target is not a list of texts or numbers"},
        {"target", R"([{"id":"8801"}])", "target is not a list of texts or numbers"},
        {"target", R"({"id":"8801"})", "target is not a list of texts or numbers"},
    }));
    INFO(field << " = " << value);
    CHECK(problem_of(portal_record(field, value)) == problem);
}

TEST_CASE("audit record: an action that concerns no file needs no target")
{
    const audit_event event = event_of(
        R"({"id":9,"date":"2026-06-30T13:04:05Z","userId":"jane","actionId":4020,"target":null})"
    );
    CHECK(event.action == 4020);
    CHECK(event.object.empty());
}

TEST_CASE("audit record: without a usable id the event counts all the same, and that is told")
{
    const auto [value, problem] = GENERATE(table<std::string, std::string>({
        {"", "id is missing"},
        {"null", "id is missing"},
        {"0", "id is not a positive integer"},
        {"-5", "id is not a positive integer"},
        {"1.5", "id is not a positive integer"},
        {"99999999999999999999", "id is not a positive integer"},
        {R"("first")", "id is not a positive integer"},
        {"[]", "id is not a positive integer"},
    }));
    INFO("id = " << value);
    const audit_page page = read(portal_record("id", value));
    REQUIRE(page.events.size() == 1);
    CHECK(page.events[0].id == 0);
    REQUIRE(page.problems.size() == 1);
    CHECK(page.problems[0].text == problem);
    CHECK(page.problems[0].was_counted);
    CHECK(event_of(portal_record("id", R"("77")")).id == 77);
}

TEST_CASE("audit record: the sample's kinds of entity and words of change, in any case")
{
    const auto [members, action] = GENERATE(table<std::string, int>({
        {R"("entityType":"file","action":"edit")", 5002},
        {R"("entityType":"File","action":"File Updated")", 5002},
        {R"("targetType":"DOCUMENT","action":"autosave")", 5002},
        {R"("entity":"my documents","action":"MODIFY")", 5002},
        {R"("entityType":"file","action":"new version")", 5002},
        {R"("entityType":"file","action":"Uploaded")", 5011},
        {R"("entityType":"file","action":"created")", 5000},
        {R"("entityType":null,"targetType":"file","action":"saved")", 5002},
    }));
    INFO(members);
    const audit_event event = event_of(sample_record(members));
    CHECK(event.action == action);
    CHECK(event.user == "jane");
    CHECK(event.object == "17");
    CHECK((event.kind == object_kind::file));
    CHECK(event.id == 0); // exporters leave it out, and that is no problem
}

TEST_CASE("audit record: what the sample does not take for a change of a file is no problem either")
{
    const std::string members = GENERATE(
        as<std::string>{},
        R"("entityType":"file","action":"opened")",
        R"("entityType":"file","action":"download")",
        R"("entityType":"folder","action":"update")",
        R"("entityType":"room","action":"create")",
        R"("entityType":"","targetType":"file","action":"edit")", // `??` takes the empty text
        R"("entityType":"file")",
        R"("entityType":"file","action":5011)",
        R"("entityType":7,"action":"edit")"
    );
    INFO(members);
    CHECK(is_ignored(sample_record(members)));
}

TEST_CASE("audit record: in the sample's shape the first field that is there names user and object")
{
    const auto [members, user, object] = GENERATE(table<std::string, std::string, std::string>({
        {R"("userId":"u","account":"a","entityId":"1","fileId":"2","targetId":"3")", "u", "1"},
        {R"("account":"a","fileId":"2","targetId":"3")", "a", "2"},
        {R"("userId":null,"account":"a","entityId":null,"targetId":"3")", "a", "3"},
        {R"("userId":12,"entityId":17)", "12", "17"},
        {R"("userId":"u","entityId":" 17 ")", "u", "17"},
    }));
    INFO(members);
    const audit_event event = event_of(
        R"({"entityType":"file","action":"edit","timestamp":"2026-06-30T13:04:05Z",)" + members +
        "}"
    );
    CHECK(event.user == user);
    CHECK(event.object == object);
}

TEST_CASE("audit record: a change in the sample's shape without user, object or date is a problem")
{
    const auto [members, problem] = GENERATE(table<std::string, std::string>({
        {R"("entityId":"1","date":"2026-06-30T13:04:05Z")", "userId is missing"},
        {R"("userId":"u","date":"2026-06-30T13:04:05Z")",
         "entityId is missing or neither a text nor a number"},
        {R"("userId":"u","entityId":" ","date":"2026-06-30T13:04:05Z")",
         "entityId is missing or neither a text nor a number"},
        {R"("userId":"u","entityId":["1"],"date":"2026-06-30T13:04:05Z")",
         "entityId is missing or neither a text nor a number"},
        {R"("userId":"u","entityId":"1")", "date is missing"},
    }));
    INFO(members);
    CHECK(problem_of(R"({"entityType":"file","action":"edit",)" + members + "}") == problem);
}

TEST_CASE("audit record: a user's id is read up to the length of the longest e-mail address")
{
    const auto with_user = [](std::size_t size) {
        return record_with(R"(,"userId":")" + std::string(size, 'u') + '"');
    };
    CHECK(event_of(with_user(320)).user == std::string(320, 'u'));
    CHECK(problem_of(with_user(321)) == "userId is longer than any real one");
}

TEST_CASE(
    "audit record: a target's last part is the destination of copies and moves, and of no other"
)
{
    const auto [action, object] = GENERATE(table<std::string, std::string>({
        {"5012", "12,77"},
        {"5013", "12"},
        {"5016", "12"},
        {"5017", "12,77"},
        {"5022", "12"},
        {"5025", "12"},
        {"5026", "12,77"},
    }));
    INFO(action);
    const std::string members = R"(,"actionId":)" + action + R"(,"target":["12","77"])";
    CHECK(event_of(record_with(members)).object == object);
}

TEST_CASE("audit record: a list of targets is read up to its bound, and not one more")
{
    const auto with_targets = [](int count) {
        std::string list = "1";
        for (int i = 1; i < count; ++i)
            list += ",1";
        return read(record_with(R"(,"actionId":5017,"target":[)" + list + "]"));
    };
    CHECK(with_targets(1024).events.size() == 1);
    CHECK(with_targets(1025).problems.size() == 1);
}

TEST_CASE("is_pseudo_user: the system, guest sessions and nobody; no person")
{
    CHECK(core::is_pseudo_user("a37ee56e-3302-4a7b-b67e-ddbea64cd032"));
    CHECK(core::is_pseudo_user("712d9ec3-5d2b-4b13-824f-71f00191dcca"));
    CHECK(core::is_pseudo_user("00000000-0000-0000-0000-000000000000"));
    CHECK_FALSE(core::is_pseudo_user("4c65a238-ca50-4374-b904-0d51d4c1822b"));
    CHECK_FALSE(core::is_pseudo_user(""));
}

} // namespace docwarden::test::audit_record_test
