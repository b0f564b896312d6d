#include "tests/portal/action_table.hpp"

#include "tests/portal/wire.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace docwarden::sim
{

namespace
{

using enum action_type;

constexpr std::array<int, 2> file{1};
constexpr std::array<int, 2> file_to_folder{1, 2};
constexpr std::array<int, 2> folder{2};
constexpr std::array<int, 2> folder_to_folder{2, 2};
constexpr std::array<int, 2> user{23};
constexpr std::array<int, 2> room{25};
constexpr std::array<int, 2> tag{26};
constexpr std::array<int, 2> nothing{};

constexpr int files = 1;
constexpr int folders = 2;
constexpr int documents_settings = 3;
constexpr int rooms = 27;
constexpr int settings = 29;
constexpr int contacts = 30;

// Ascending by id.
constexpr action_info table[] = {
    {4006, "UserUpdated", update, user, contacts, "User Updated: {title}"},
    {4020, "UsersUpdatedStatus", update, user, contacts, "Users Updated Status: {title}"},
    {4036,
     "UserLogoutActiveConnectionsForUser",
     logout,
     user,
     contacts,
     "Logged Out Of All Connections: {title}"},
    {5000, "FileCreated", create, file, files, "File Created: {title}"},
    {5001, "FileRenamed", update, file, files, "File Renamed: {title}"},
    {5002, "FileUpdated", update, file, files, "File Updated: {title}"},
    {5003, "FileCreatedVersion", create, file, files, "Version Created: {title}"},
    {5004, "FileDeletedVersion", remove, file, files, "Version Deleted: {title}"},
    {5005, "FileUpdatedRevisionComment", update, file, files, "Comment Updated: {title}"},
    {5006, "FileLocked", update, file, files, "File Locked: {title}"},
    {5007, "FileUnlocked", update, file, files, "File Unlocked: {title}"},
    {5008, "FileUpdatedAccess", update_access, file, files, "Access Updated: {title}"},
    {5009, "FileDownloaded", download, file, files, "File Downloaded: {title}"},
    {5010, "FileDownloadedAs", download, file, files, "File Downloaded As: {title}"},
    {5011, "FileUploaded", upload, file, files, "File Uploaded: {title}"},
    {5012, "FileImported", import, file, files, "File Imported: {title}"},
    {5013, "FileCopied", copy, file_to_folder, files, "Files [{title}]. Copied"},
    {5014,
     "FileCopiedWithOverwriting",
     copy,
     file_to_folder,
     files,
     "Files [{title}]. Overwritten"},
    {5015,
     "FileMoved",
     move,
     file_to_folder,
     files,
     "Files [{title}]. Moved From Folder \"A\" To Folder: \"B\""},
    {5016, "FileMovedWithOverwriting", move, file_to_folder, files, "Files [{title}]. Moved Over"},
    {5017, "FileMovedToTrash", move, file, files, "Files [{title}]. Moved To Trash"},
    {5018, "FileDeleted", remove, file, files, "File Deleted: {title}"},
    {5019, "FolderCreated", create, folder, folders, "Folder Created: {title}"},
    {5020, "FolderRenamed", update, folder, folders, "Folder Renamed: {title}"},
    {5021, "FolderUpdatedAccess", update_access, folder, folders, "Access Updated: {title}"},
    {5022, "FolderCopied", copy, folder_to_folder, folders, "Folders [{title}]. Copied"},
    {5023,
     "FolderCopiedWithOverwriting",
     copy,
     folder_to_folder,
     folders,
     "Folders [{title}]. Copied Over"},
    {5024, "FolderMoved", move, folder_to_folder, folders, "Folders [{title}]. Moved"},
    {5025,
     "FolderMovedWithOverwriting",
     move,
     folder_to_folder,
     folders,
     "Folders [{title}]. Moved Over"},
    {5026, "FolderMovedToTrash", move, folder, folders, "Folders [{title}]. Moved To Trash"},
    {5027, "FolderDeleted", remove, folder, folders, "Folder Deleted: {title}"},
    {5028, "ThirdPartyCreated", create, folder, documents_settings, "Storage Added: {title}"},
    {5029, "ThirdPartyUpdated", update, folder, documents_settings, "Storage Updated: {title}"},
    {5030, "ThirdPartyDeleted", remove, folder, documents_settings, "Storage Deleted: {title}"},
    {5034, "UserFileUpdated", update, file, files, "Users [{user}]. File Updated: {title}"},
    {5035, "FileConverted", create, file, files, "File Converted: {title}"},
    {5036, "FileSendAccessLink", send, file, files, "Link Sent: {title}"},
    {5043, "FileChangeOwner", send, file, files, "Owner Changed: {title}"},
    {5044, "FileRestoreVersion", create, file, files, "Version Restored: {title}"},
    {5045, "DocumentSendToSign", send, file, files, "Sent To Sign: {title}"},
    {5046, "DocumentSignComplete", send, file, files, "Signed: {title}"},
    {5054, "FileOpenedForChange", update, file, files, "File Opened For Editing: {title}"},
    {5055, "FileMarkedAsFavorite", update, file, files, "Marked As Favorite: {title}"},
    {5056, "FileRemovedFromFavorite", update, file, files, "Removed From Favorites: {title}"},
    {5057, "FolderDownloaded", download, folder, folders, "Folder Downloaded: {title}"},
    {5058, "FileRemovedFromList", update_access, file, files, "Removed From List: {title}"},
    {5059, "FolderRemovedFromList", update_access, folder, folders, "Removed From List: {title}"},
    {5060,
     "FileExternalLinkAccessUpdated",
     update_access,
     file,
     files,
     "External Link Updated: {title}"},
    {5061, "TrashEmptied", remove, file, files, "Trash Emptied"},
    {5062, "FileRevisionDownloaded", download, file, files, "Revision Downloaded: {title}"},
    {5063, "FileMarkedAsRead", update, file, files, "Marked As Read: {title}"},
    {5064, "FileReaded", update, file, files, "File Viewed: {title}"},
    {5065, "FolderMarkedAsRead", update, folder, folders, "Marked As Read: {title}"},
    {5066, "FolderUpdatedAccessFor", update_access, folder, folders, "Access Updated: {title}"},
    {5068, "FileUpdatedAccessFor", update_access, file, files, "Access Updated: {title}"},
    {5070, "RoomCreated", create, room, rooms, "Room Created: {title}"},
    {5071, "RoomRenamed", update, room, rooms, "Room Renamed: {title}"},
    {5072, "RoomArchived", update, room, rooms, "Room Archived: {title}"},
    {5073, "RoomUnarchived", update, room, rooms, "Room Unarchived: {title}"},
    {5074, "RoomDeleted", remove, room, rooms, "Room Deleted: {title}"},
    {5075, "RoomUpdateAccessForUser", update, room, rooms, "Room Access Updated: {title}"},
    {5076, "TagCreated", create, tag, rooms, "Tag Created: {title}"},
    {5077, "TagsDeleted", remove, tag, rooms, "Tags Deleted: {title}"},
    {5082, "RoomInvitationLinkUpdated", update, room, rooms, "Invitation Updated: {title}"},
    {5084, "RoomCreateUser", update, room, rooms, "Room Member Added: {title}"},
    {5085, "RoomRemoveUser", update, room, rooms, "Room Member Removed: {title}"},
    {5086, "RoomInvitationLinkCreated", create, room, rooms, "Invitation Created: {title}"},
    {5087, "RoomInvitationLinkDeleted", remove, room, rooms, "Invitation Deleted: {title}"},
    {5088, "RoomExternalLinkCreated", create, room, rooms, "External Link Created: {title}"},
    {5089, "RoomExternalLinkUpdated", update, room, rooms, "External Link Updated: {title}"},
    {5090, "RoomExternalLinkDeleted", remove, room, rooms, "External Link Deleted: {title}"},
    {5091, "FileExternalLinkCreated", create, file, files, "External Link Created: {title}"},
    {5092, "FileExternalLinkUpdated", update, file, files, "External Link Updated: {title}"},
    {5093, "FileExternalLinkDeleted", remove, file, files, "External Link Deleted: {title}"},
    {5094, "RoomGroupAdded", update, room, rooms, "Room Group Added: {title}"},
    {5095, "RoomUpdateAccessForGroup", update, room, rooms, "Room Access Updated: {title}"},
    {5096, "RoomGroupRemove", update, room, rooms, "Room Group Removed: {title}"},
    {5097, "RoomExternalLinkRevoked", remove, room, rooms, "External Link Revoked: {title}"},
    {5099, "FileUploadedWithOverwriting", upload, file, files, "File Overwritten: {title}"},
    {5100, "RoomCopied", copy, room, rooms, "Room Copied: {title}"},
    {5106, "RoomIndexExportSaved", export_, room, rooms, "Index Exported: {title}"},
    {5107, "FolderIndexChanged", update, folder, folders, "Index Changed: {title}"},
    {5108, "FolderIndexReordered", update, file, files, "Index Reordered: {title}"},
    {5111, "FileIndexChanged", update, file, files, "Index Changed: {title}"},
    {5119, "FileVersionRemoved", remove, file, files, "Version Removed: {title}"},
    {5120, "FileCustomFilterEnabled", update, file, files, "Custom Filter Enabled: {title}"},
    {5121, "FileCustomFilterDisabled", update, file, files, "Custom Filter Disabled: {title}"},
    {5122, "FolderExternalLinkCreated", create, folder, folders, "External Link Created: {title}"},
    {5123, "FolderExternalLinkUpdated", update, folder, folders, "External Link Updated: {title}"},
    {5124, "FolderExternalLinkDeleted", remove, folder, folders, "External Link Deleted: {title}"},
    {5150, "FormStartedToFill", update, file, files, "Form Started: {title}"},
    {5151, "FormPartiallyFilled", update, file, files, "Form Partially Filled: {title}"},
    {5152, "FormCompletelyFilled", update, file, files, "Form Filled: {title}"},
    {5153, "FormStopped", update, file, files, "Form Stopped: {title}"},
    {5159, "RoomChangeOwner", update, room, rooms, "Room Owner Changed: {title}"},
    {5201, "FileSavedButUserQuotaExceeded", update, file, files, "Saved Over Quota: {title}"},
    {5202, "FileNotSavedDueToUserQuota", update, file, files, "Not Saved: {title}"},
    {5203, "FileSavedButRoomQuotaExceeded", update, file, files, "Saved Over Quota: {title}"},
    {5204, "FileNotSavedDueToRoomQuota", update, file, files, "Not Saved: {title}"},
    {6028, "AuditTrailReportDownloaded", download, nothing, settings, "Report Downloaded"},
    {6032, "CookieSettingsUpdated", update, nothing, settings, "Cookie Settings Updated"},
    {6035, "AuditSettingsUpdated", update, nothing, settings, "Audit Settings Updated"},
    {6046, "FormSubmit", update, file, files, "Form Submitted: {title}"},
    {6047, "FormOpenedForFilling", update, file, files, "Form Opened: {title}"},
    {6058, "ApiKeyCreated", create, nothing, settings, "API Key Created: {title}"},
    {6059, "ApiKeyUpdated", update, nothing, settings, "API Key Updated: {title}"},
    {6060, "ApiKeyDeleted", remove, nothing, settings, "API Key Deleted: {title}"},
};

// Values of the enum without a mapper entry in 3.7.2: asking for one of them is a 500.
constexpr int unmapped[] = {5083, 5098, 5101, 5102, 5103, 5104, 5105, 7001, 7002, 7003, 7004};

using named_value = std::pair<std::string_view, int>;

std::optional<int> parse_enum(std::string_view text, std::span<const named_value> values)
{
    const auto number = parse_integer(text);
    for (const auto& [name, value] : values) {
        if (number ? *number == value : same_text(name, text))
            return value;
    }
    return std::nullopt;
}

} // namespace

int action_info::product() const
{
    if (location == contacts)
        return 8;
    return location == settings ? 7 : 2;
}

const action_info* action_table::find(int id) const
{
    const auto* found = std::ranges::lower_bound(table, id, {}, &action_info::id);
    if (found != std::end(table) && found->id == id)
        return found;
    const auto newer = std::ranges::find(newer_, id, &action_info::id);
    return newer == newer_.end() ? nullptr : &*newer;
}

bool action_table::knows(int id) const
{
    return find(id) != nullptr || std::ranges::find(unmapped, id) != std::end(unmapped);
}

std::optional<int> action_table::id_of(std::string_view name) const
{
    const auto named = [&](const action_info& info) { return same_text(info.name, name); };
    if (const auto* found = std::ranges::find_if(table, named); found != std::end(table))
        return found->id;
    const auto newer = std::ranges::find_if(newer_, named);
    return newer == newer_.end() ? std::nullopt : std::optional<int>(newer->id);
}

std::optional<int> parse_action_type(std::string_view text)
{
    static constexpr named_value values[] = {
        {"None", 0},    {"Create", 1},        {"Update", 2},    {"Delete", 3},    {"Link", 4},
        {"Unlink", 5},  {"Attach", 6},        {"Detach", 7},    {"Send", 8},      {"Import", 9},
        {"Export", 10}, {"UpdateAccess", 11}, {"Download", 12}, {"Upload", 13},   {"Copy", 14},
        {"Move", 15},   {"Reassigns", 16},    {"Follow", 17},   {"Unfollow", 18}, {"Logout", 19}};
    return parse_enum(text, values);
}

std::optional<int> parse_location(std::string_view text)
{
    static constexpr named_value values[] = {
        {"None", 0},
        {"Files", 1},
        {"Folders", 2},
        {"DocumentsSettings", 3},
        {"Rooms", 27},
        {"Settings", 29},
        {"Contacts", 30},
        {"Agents", 31}};
    return parse_enum(text, values);
}

std::optional<int> parse_entry(std::string_view text)
{
    static constexpr named_value values[] = {
        {"None", 0},
        {"File", 1},
        {"Folder", 2},
        {"User", 23},
        {"Group", 24},
        {"Room", 25},
        {"Tag", 26},
        {"Agent", 27}};
    return parse_enum(text, values);
}

std::string_view german_prose(const action_info& info)
{
    switch (info.id) {
    case 5000:
        return "Datei erstellt: {title}";
    case 5011:
        return "Datei hochgeladen: {title}";
    case 5017:
        return "Dateien [{title}]. In den Papierkorb verschoben";
    case 5018:
        return "Datei gelöscht: {title}";
    case 5034:
        return "Benutzer [{user}]. Datei aktualisiert: {title}";
    case 5064:
        return "Datei angesehen: {title}";
    default:
        return info.prose;
    }
}

} // namespace docwarden::sim
