// The event as serialised, and when its row becomes visible.

#include "tests/portal/portal_fixture.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::sim::audit_row_test
{

namespace json = boost::json;

namespace
{

using strings = std::vector<std::string>;

json::object only_event(asking& portal)
{
    const json::array events = portal.events();
    REQUIRE(events.size() == 1);
    return events.at(0).as_object();
}

} // namespace

TEST_CASE("audit row: it has the members of a real one in their order, enums as numbers (section "
          "2.1)")
{
    asking portal;
    portal.model.record(portal.alice, 5011, "8801", "plan.docx", at(1));
    const json::object event = only_event(portal);
    strings names;
    for (const auto& member : event)
        names.emplace_back(member.key().data(), member.key().size());
    CHECK(
        names ==
        strings{
            "id",
            "date",
            "user",
            "userId",
            "action",
            "actionId",
            "ip",
            "country",
            "city",
            "browser",
            "platform",
            "page",
            "actionType",
            "product",
            "location",
            "target",
            "entries",
            "context"}
    );
    CHECK(event.at("action").as_string() == "File Uploaded: plan.docx");
    CHECK(event.at("actionId").as_int64() == 5011);
    CHECK(event.at("actionType").as_int64() == 13);
    CHECK(event.at("product").as_int64() == 2);
    CHECK(event.at("entries") == json::array{1});
    CHECK(event.at("target") == json::array{"8801"});
    CHECK(event.at("user").as_string() == "Alice Moreau");
    CHECK(event.at("date").as_string() == "2026-06-30T13:04:06.0000000Z");
    CHECK(std::string_view(event.at("userId").as_string()) == portal.alice);
}

TEST_CASE("audit row: the envelope counts the items and has no total (section 2.1)")
{
    asking portal;
    portal.model.record(portal.alice, 5011, "1", "a.docx", at(1));
    portal.model.record(portal.alice, 5011, "2", "b.docx", at(2));
    const http_reply reply = portal.filter();
    CHECK(reply.content_type == "application/json; charset=utf-8");
    const json::object body = body_of(reply).as_object();
    CHECK(body.at("count").as_int64() == 2);
    CHECK(body.at("status").as_int64() == 0);
    CHECK(body.at("statusCode").as_int64() == 200);
    CHECK(body.at("links").at(0).at("action").as_string() == "GET");
    CHECK_FALSE(body.contains("total"));
}

TEST_CASE("audit row: a save from the editor carries the document server's address and no browser "
          "(section 2.2)")
{
    asking portal;
    portal.model.record(portal.alice, 5034, "8801", "plan.docx", at(1));
    const json::object event = only_event(portal);
    CHECK(event.at("ip").as_string() == "172.18.0.9");
    CHECK(event.at("action").as_string() == "Users [Alice Moreau]. File Updated: plan.docx");
    CHECK_FALSE(event.contains("browser"));
    CHECK_FALSE(event.contains("page"));
}

TEST_CASE("audit row: a copy or move names the file and the folder it ends in (section 3.1)")
{
    asking portal;
    portal.model.record(portal.alice, 5015, "8801", "plan.docx", at(1));
    const json::object event = only_event(portal);
    CHECK(event.at("target") == json::array{"8801", "77"});
    CHECK(event.at("entries") == json::array{1, 2});
}

TEST_CASE("audit row: targets are stored joined and split at every comma, also inside an id "
          "(section 3.3)")
{
    asking portal;
    portal.model.record(portal.alice, 5034, "drive-1,2", "plan.docx", at(1));
    CHECK(only_event(portal).at("target") == json::array{"drive-1", "2"});
}

TEST_CASE("audit row: properties without a value are left out (section 2.1)")
{
    asking portal;
    audit_entry entry;
    entry.user_id = portal.alice;
    entry.action = 5018; // a background job: nobody's browser
    entry.at = at(1);
    entry.title = "old.docx";
    entry.ip = entry.browser = entry.platform = entry.page = "";
    portal.model.record(entry);
    const json::object event = only_event(portal);
    for (const char* name : {"ip", "browser", "platform", "page", "target"}) {
        INFO(name);
        CHECK_FALSE(event.contains(name));
    }
    CHECK(event.at("country").as_string().empty());
}

TEST_CASE("audit row: an IPv6 address is cut at its first colon (section 2.1)")
{
    asking portal;
    audit_entry entry;
    entry.user_id = portal.alice;
    entry.action = 5011;
    entry.at = at(1);
    entry.ip = "2001:db8::7";
    portal.model.record(entry);
    entry.ip = "::1";
    entry.at = at(2);
    portal.model.record(entry);
    const json::array events = portal.events();
    CHECK(events.at(0).at("ip").as_string().empty());
    CHECK(events.at(1).at("ip").as_string() == "2001");
}

TEST_CASE("audit row: special ids have names of their own, unknown ones too (section 2.1)")
{
    asking portal;
    portal.model.record(system_id, 5018, "1", "a.docx", at(3));
    portal.model.record(anonymous_id, 5034, "2", "b.docx", at(2));
    portal.model.record("11111111-2222-4333-8444-555555555555", 5034, "3", "c.docx", at(1));
    const json::array events = portal.events();
    CHECK(events.at(0).at("user").as_string() == "System Account");
    CHECK(events.at(1).at("user").as_string() == "Anonymous");
    CHECK(events.at(2).at("user").as_string() == "Unknown Account");
}

TEST_CASE("audit row: the sentence is in the portal's language, the numbers are not (section 2.1)")
{
    asking portal;
    portal.model.settings().language = prose_language::german;
    portal.model.record(portal.alice, 5034, "1", "plan.docx", at(1));
    const json::object event = only_event(portal);
    CHECK(
        event.at("action").as_string() == "Benutzer [Alice Moreau]. Datei aktualisiert: plan.docx"
    );
    CHECK(event.at("actionId").as_int64() == 5034);
}

TEST_CASE("audit row: viewing, opening and marking a file are all Update (section 0)")
{
    asking portal;
    const int action = GENERATE(5034, 5054, 5055, 5063, 5064);
    INFO(action);
    portal.model.record(portal.alice, action, "1", "plan.docx", at(1));
    CHECK(only_event(portal).at("actionType").as_int64() == 2);
}

TEST_CASE("audit row: the table has the numbers of sections 3.1 and 3.2")
{
    const auto [id, type, location, entry] = GENERATE(table<int, int, int, int>({
        {5000, 1, 1, 1},
        {5017, 15, 1, 1},
        {5018, 3, 1, 1},
        {5026, 15, 2, 2},
        {5043, 8, 1, 1},
        {5044, 1, 1, 1},
        {5061, 3, 1, 1},
        {5074, 3, 27, 25},
        {5076, 1, 27, 26},
        {5099, 13, 1, 1},
        {5106, 10, 27, 25},
        {5108, 2, 1, 1},
        {5119, 3, 1, 1},
        {6046, 2, 1, 1},
        {5028, 1, 3, 2},
    }));
    INFO(id);
    const action_table actions;
    const action_info* info = actions.find(id);
    REQUIRE(info != nullptr);
    CHECK(static_cast<int>(info->type) == type);
    CHECK(info->location == location);
    CHECK(info->has_entry(entry));
    CHECK(actions.id_of(info->name) == id);
}

TEST_CASE("audit row: a late row appears with its old date and a new, higher id (section 4)")
{
    asking portal;
    const row_number late =
        portal.model.record_late(portal.alice, 5034, "1", "late.docx", at(1), at(100));
    portal.model.record(portal.alice, 5034, "2", "prompt.docx", at(2));
    CHECK(targets_of(portal.events()) == strings{"2"});
    CHECK(portal.model.row_of(late) == nullptr);
    portal.now = at(100);
    const json::array events = portal.events();
    CHECK(targets_of(events) == strings{"2", "1"});
    CHECK(events.at(1).at("id").as_int64() > events.at(0).at("id").as_int64());
    CHECK(events.at(1).at("date").as_string() == "2026-06-30T13:04:06.0000000Z");
    REQUIRE(portal.model.row_of(late) != nullptr);
    CHECK(portal.model.row_of(late)->id == events.at(1).at("id").as_int64());
}

TEST_CASE("audit row: an action of the future is not visible before it happens")
{
    asking portal;
    portal.model.record(portal.alice, 5034, "1", "a.docx", at(61));
    CHECK(portal.events().empty());
    portal.now = at(61);
    CHECK(portal.events().size() == 1);
}

TEST_CASE("audit row: parallel writers commit one burst out of order, the same for the same seed "
          "(section 4)")
{
    const auto ids_by_date = [](std::uint64_t seed) {
        portal_settings settings;
        settings.has_microseconds = true;
        settings.write_delay = std::chrono::milliseconds{100};
        settings.write_jitter_max = std::chrono::milliseconds{5'000};
        asking portal(settings, seed);
        for (int i = 0; i < 20; ++i)
            portal.model.record(portal.alice, 5034, std::to_string(i), "a.docx", at(i * 0.1));
        return ids_of(portal.events());
    };
    const auto ids = ids_by_date(1);
    REQUIRE(ids.size() == 20);
    CHECK_FALSE(std::is_sorted(ids.rbegin(), ids.rend()));
    CHECK(ids == ids_by_date(1));
    CHECK(ids != ids_by_date(2));
}

TEST_CASE("audit row: up to 2.5 rows wait for the minute's flush (section 1.9)")
{
    portal_settings settings;
    settings.version = "2.5.1";
    asking portal(settings);
    portal.model.record(portal.alice, 5034, "1", "a.docx", at(0)); // 13:04:05
    portal.now = at(54);
    CHECK(portal.events().empty());
    portal.now = at(55);
    CHECK(portal.events().size() == 1);
}

TEST_CASE("audit row: events/last shows the newest 20 with titles cut to 50 characters (section "
          "1.8)")
{
    asking portal;
    for (int i = 1; i <= 25; ++i)
        portal.model.record(portal.alice, 5011, std::to_string(i), std::string(80, 'x'), at(i));
    const json::value events = response_of(portal.get("/api/2.0/security/audit/events/last"));
    CHECK(events.as_array().size() == 20);
    CHECK(
        events.at(0).at("action").as_string() ==
        std::string("File Uploaded: ") + std::string(50, 'x')
    );
}

TEST_CASE("audit row: a corrupted row is serialised as told, its neighbours as always")
{
    asking portal;
    portal.model.record(portal.alice, 5034, "1", "a.docx", at(1));
    const row_number wrong_type = portal.model.record(portal.alice, 5034, "2", "b.docx", at(2));
    const row_number no_user = portal.model.record(portal.alice, 5034, "3", "c.docx", at(3));
    const row_number no_row = portal.model.record(portal.alice, 5034, "4", "d.docx", at(4));
    portal.model.corrupt_row(wrong_type, "actionId", json::value("5034"));
    portal.model.corrupt_row(no_user, "userId");
    portal.model.corrupt_row(no_row, "", json::value(nullptr));
    const json::array events = portal.events();
    REQUIRE(events.size() == 4);
    CHECK(events.at(0).is_null());
    CHECK_FALSE(events.at(1).as_object().contains("userId"));
    CHECK(events.at(2).at("actionId").is_string());
    CHECK(events.at(3).at("actionId").as_int64() == 5034);
}

TEST_CASE("audit row: a newer server has actions that others do not know (section 3.2)")
{
    asking portal;
    CHECK(portal.filter("?action=5205").status == 400);
    portal.model.add_action({5205, "SomethingNewer", action_type::update, {1}, 1, "New: {title}"});
    portal.model.record(portal.alice, 5205, "1", "a.docx", at(1));
    CHECK(only_event(portal).at("actionId").as_int64() == 5205);
    CHECK(portal.filter("?action=5205").status == 200);
}

} // namespace docwarden::sim::audit_row_test
