#include "core/audit/action_catalog.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace docwarden::test::action_catalog_test
{

namespace
{

using core::object_kind;

std::vector<int> ids_of(std::string_view set)
{
    const auto ids = core::action_set(set);
    REQUIRE(ids);
    return {ids->begin(), ids->end()};
}

object_kind kind_of(int id)
{
    const auto* const found = core::find_action(id);
    INFO("action " << id);
    REQUIRE(found != nullptr);
    return found->object;
}

} // namespace

TEST_CASE("action_catalog: the named sets hold exactly the ids of the contract")
{
    CHECK(
        ids_of("change") ==
        std::vector<int>{
            5000,
            5001,
            5002,
            5011,
            5012,
            5013,
            5014,
            5015,
            5016,
            5017,
            5018,
            5034,
            5035,
            5044,
            5099,
            5119,
        }
    );
    CHECK(ids_of("delete") == std::vector<int>{5017, 5018, 5119});
    CHECK(ids_of("download") == std::vector<int>{5009, 5010, 5062});
    CHECK(ids_of("share") == std::vector<int>{5008, 5060, 5068, 5091, 5092});
    CHECK(
        ids_of("folder") == std::vector<int>{5022, 5023, 5024, 5025, 5026, 5027, 5061, 5072, 5074}
    );
}

TEST_CASE("action_catalog: set names are listed, and no other name is a set")
{
    const auto names = core::action_set_names();
    CHECK(
        std::vector<std::string_view>(names.begin(), names.end()) ==
        std::vector<std::string_view>{"change", "delete", "download", "share", "folder"}
    );
    const auto* const other = GENERATE("", "Change", "changes", "files", "5000");
    INFO("name \"" << other << '"');
    CHECK_FALSE(core::action_set(other));
}

TEST_CASE("action_catalog: every id of every set is in the catalogue, ascending and once")
{
    for (const auto name : core::action_set_names()) {
        const auto ids = ids_of(name);
        INFO("set " << name);
        CHECK(std::ranges::adjacent_find(ids, std::greater_equal{}) == ids.end());
        for (const int id : ids) {
            INFO("action " << id);
            CHECK(core::find_action(id) != nullptr);
        }
    }
}

TEST_CASE("action_catalog: an action on a whole folder is in no set of file actions")
{
    const auto folder = ids_of("folder");
    for (const auto name : core::action_set_names()) {
        if (name == "folder")
            continue;
        for (const int id : ids_of(name)) {
            INFO("set " << name << ", action " << id);
            CHECK(std::ranges::count(folder, id) == 0);
            CHECK(kind_of(id) == object_kind::file);
        }
    }
}

TEST_CASE("action_catalog: actions listed by the portal under files that carry a folder's id")
{
    CHECK(kind_of(5061) == object_kind::folder);
    CHECK(kind_of(5108) == object_kind::folder);
}

TEST_CASE("action_catalog: an action on a file or a folder counts as one on a file")
{
    const int id = GENERATE(5055, 5056, 5063);
    CHECK(kind_of(id) == object_kind::file);
}

TEST_CASE("action_catalog: what an action is done to")
{
    const auto [id, name, object] = GENERATE(table<int, std::string_view, object_kind>({
        {5011, "FileUploaded", object_kind::file},
        {5034, "UserFileUpdated", object_kind::file},
        {5111, "FileIndexChanged", object_kind::file},
        {5119, "FileVersionRemoved", object_kind::file},
        {5153, "FormStopped", object_kind::file},
        {5204, "FileNotSavedDueToRoomQuota", object_kind::file},
        {6046, "FormSubmit", object_kind::file},
        {5019, "FolderCreated", object_kind::folder},
        {5025, "FolderMovedWithOverwriting", object_kind::folder},
        {5057, "FolderDownloaded", object_kind::folder},
        {5124, "FolderExternalLinkDeleted", object_kind::folder},
        {5074, "RoomDeleted", object_kind::room},
        {5100, "RoomCopied", object_kind::room},
        {5159, "RoomChangeOwner", object_kind::room},
        {5036, "FileSendAccessLink", object_kind::none},
        {5076, "TagCreated", object_kind::none},
        {5028, "ThirdPartyCreated", object_kind::other},
        {4006, "UserUpdated", object_kind::user},
        {4020, "UsersUpdatedStatus", object_kind::user},
        {4036, "UserLogoutActiveConnectionsForUser", object_kind::user},
        {6032, "CookieSettingsUpdated", object_kind::other},
        {6060, "ApiKeyDeleted", object_kind::other},
    }));
    INFO("action " << id);
    CHECK(kind_of(id) == object);
    CHECK(core::find_action(id)->name == name);
}

TEST_CASE("action_catalog: every action is found by its own id, and its neighbours are not")
{
    const auto actions = core::all_actions();
    REQUIRE(actions.size() > 200);
    for (const auto& action : actions) {
        INFO("action " << action.id);
        CHECK(core::find_action(action.id) == &action);
        CHECK_FALSE(action.name.empty());
    }
    const int unknown = GENERATE(-1, 0, 3999, 4038, 5067, 5161, 5999, 7005, 2147483647);
    INFO("action " << unknown);
    CHECK(core::find_action(unknown) == nullptr);
}

} // namespace docwarden::test::action_catalog_test
