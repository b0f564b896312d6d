#include "core/audit/action_catalog.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>

namespace docwarden::core
{

namespace
{

// The object is what `target[0]` of a record identifies, which is not always what the portal's
// `entries` claims: emptying the trash (5061) and reordering a folder (5108) are listed there under
// files but carry the id of a folder. Favourites and read marks (5055, 5056, 5063) may carry either
// and count as files: nothing in the record tells them apart.
constexpr action catalog[] = {
    {4000, "UserCreated", object_kind::other},
    {4001, "GuestCreated", object_kind::other},
    {4002, "UserCreatedViaInvite", object_kind::other},
    {4003, "GuestCreatedViaInvite", object_kind::other},
    {4004, "UserActivated", object_kind::other},
    {4005, "GuestActivated", object_kind::other},
    {4006, "UserUpdated", object_kind::user},
    {4007, "UserUpdatedLanguage", object_kind::other},
    {4008, "UserAddedAvatar", object_kind::other},
    {4009, "UserDeletedAvatar", object_kind::other},
    {4010, "UserUpdatedAvatarThumbnails", object_kind::other},
    {4011, "UserLinkedSocialAccount", object_kind::other},
    {4012, "UserUnlinkedSocialAccount", object_kind::other},
    {4013, "UserSentActivationInstructions", object_kind::other},
    {4014, "UserSentEmailChangeInstructions", object_kind::other},
    {4015, "UserSentPasswordChangeInstructions", object_kind::other},
    {4016, "UserSentDeleteInstructions", object_kind::other},
    {4017, "UserUpdatedPassword", object_kind::other},
    {4018, "UserDeleted", object_kind::other},
    {4019, "UsersUpdatedType", object_kind::other},
    {4020, "UsersUpdatedStatus", object_kind::user},
    {4021, "UsersSentActivationInstructions", object_kind::other},
    {4022, "UsersDeleted", object_kind::other},
    {4023, "SentInviteInstructions", object_kind::other},
    {4024, "UserImported", object_kind::other},
    {4025, "GuestImported", object_kind::other},
    {4026, "GroupCreated", object_kind::other},
    {4027, "GroupUpdated", object_kind::other},
    {4028, "GroupDeleted", object_kind::other},
    {4029, "UserUpdatedMobileNumber", object_kind::other},
    {4030, "UserDataReassigns", object_kind::other},
    {4031, "UserDataRemoving", object_kind::other},
    {4032, "UserConnectedTfaApp", object_kind::other},
    {4033, "UserDisconnectedTfaApp", object_kind::other},
    {4034, "UserLogoutActiveConnections", object_kind::other},
    {4035, "UserLogoutActiveConnection", object_kind::other},
    {4036, "UserLogoutActiveConnectionsForUser", object_kind::user},
    {4037, "SendJoinInvite", object_kind::other},
    {5000, "FileCreated", object_kind::file},
    {5001, "FileRenamed", object_kind::file},
    {5002, "FileUpdated", object_kind::file},
    {5003, "FileCreatedVersion", object_kind::file},
    {5004, "FileDeletedVersion", object_kind::file},
    {5005, "FileUpdatedRevisionComment", object_kind::file},
    {5006, "FileLocked", object_kind::file},
    {5007, "FileUnlocked", object_kind::file},
    {5008, "FileUpdatedAccess", object_kind::file},
    {5009, "FileDownloaded", object_kind::file},
    {5010, "FileDownloadedAs", object_kind::file},
    {5011, "FileUploaded", object_kind::file},
    {5012, "FileImported", object_kind::file},
    {5013, "FileCopied", object_kind::file},
    {5014, "FileCopiedWithOverwriting", object_kind::file},
    {5015, "FileMoved", object_kind::file},
    {5016, "FileMovedWithOverwriting", object_kind::file},
    {5017, "FileMovedToTrash", object_kind::file},
    {5018, "FileDeleted", object_kind::file},
    {5019, "FolderCreated", object_kind::folder},
    {5020, "FolderRenamed", object_kind::folder},
    {5021, "FolderUpdatedAccess", object_kind::folder},
    {5022, "FolderCopied", object_kind::folder},
    {5023, "FolderCopiedWithOverwriting", object_kind::folder},
    {5024, "FolderMoved", object_kind::folder},
    {5025, "FolderMovedWithOverwriting", object_kind::folder},
    {5026, "FolderMovedToTrash", object_kind::folder},
    {5027, "FolderDeleted", object_kind::folder},
    {5028, "ThirdPartyCreated", object_kind::other},
    {5029, "ThirdPartyUpdated", object_kind::other},
    {5030, "ThirdPartyDeleted", object_kind::other},
    {5031, "DocumentsThirdPartySettingsUpdated", object_kind::other},
    {5032, "DocumentsOverwritingSettingsUpdated", object_kind::other},
    {5033, "DocumentsUploadingFormatsSettingsUpdated", object_kind::other},
    {5034, "UserFileUpdated", object_kind::file},
    {5035, "FileConverted", object_kind::file},
    {5036, "FileSendAccessLink", object_kind::none},
    {5037, "DocumentServiceLocationSetting", object_kind::other},
    {5038, "AuthorizationKeysSetting", object_kind::other},
    {5039, "FullTextSearchSetting", object_kind::other},
    {5040, "StartTransferSetting", object_kind::other},
    {5041, "BackupStarted", object_kind::other},
    {5042, "LicenseKeyUploaded", object_kind::other},
    {5043, "FileChangeOwner", object_kind::file},
    {5044, "FileRestoreVersion", object_kind::file},
    {5045, "DocumentSendToSign", object_kind::file},
    {5046, "DocumentSignComplete", object_kind::file},
    {5047, "UserUpdatedEmail", object_kind::other},
    {5048, "DocumentsStoreForcesave", object_kind::other},
    {5049, "DocumentsForcesave", object_kind::other},
    {5050, "StartStorageEncryption", object_kind::other},
    {5051, "PrivacyRoomEnable", object_kind::other},
    {5052, "PrivacyRoomDisable", object_kind::other},
    {5053, "StartStorageDecryption", object_kind::other},
    {5054, "FileOpenedForChange", object_kind::file},
    {5055, "FileMarkedAsFavorite", object_kind::file},
    {5056, "FileRemovedFromFavorite", object_kind::file},
    {5057, "FolderDownloaded", object_kind::folder},
    {5058, "FileRemovedFromList", object_kind::file},
    {5059, "FolderRemovedFromList", object_kind::folder},
    {5060, "FileExternalLinkAccessUpdated", object_kind::file},
    {5061, "TrashEmptied", object_kind::folder},
    {5062, "FileRevisionDownloaded", object_kind::file},
    {5063, "FileMarkedAsRead", object_kind::file},
    {5064, "FileReaded", object_kind::file},
    {5065, "FolderMarkedAsRead", object_kind::folder},
    {5066, "FolderUpdatedAccessFor", object_kind::folder},
    {5068, "FileUpdatedAccessFor", object_kind::file},
    {5069, "DocumentsExternalShareSettingsUpdated", object_kind::other},
    {5070, "RoomCreated", object_kind::room},
    {5071, "RoomRenamed", object_kind::room},
    {5072, "RoomArchived", object_kind::room},
    {5073, "RoomUnarchived", object_kind::room},
    {5074, "RoomDeleted", object_kind::room},
    {5075, "RoomUpdateAccessForUser", object_kind::room},
    {5076, "TagCreated", object_kind::none},
    {5077, "TagsDeleted", object_kind::none},
    {5078, "AddedRoomTags", object_kind::room},
    {5079, "DeletedRoomTags", object_kind::room},
    {5080, "RoomLogoCreated", object_kind::room},
    {5081, "RoomLogoDeleted", object_kind::room},
    {5082, "RoomInvitationLinkUpdated", object_kind::room},
    {5083, "DocumentsKeepNewFileNameSettingsUpdated", object_kind::other},
    {5084, "RoomRemoveUser", object_kind::room},
    {5085, "RoomCreateUser", object_kind::room},
    {5086, "RoomInvitationLinkCreated", object_kind::room},
    {5087, "RoomInvitationLinkDeleted", object_kind::room},
    {5088, "RoomExternalLinkCreated", object_kind::room},
    {5089, "RoomExternalLinkUpdated", object_kind::room},
    {5090, "RoomExternalLinkDeleted", object_kind::room},
    {5091, "FileExternalLinkCreated", object_kind::file},
    {5092, "FileExternalLinkUpdated", object_kind::file},
    {5093, "FileExternalLinkDeleted", object_kind::file},
    {5094, "RoomGroupAdded", object_kind::room},
    {5095, "RoomUpdateAccessForGroup", object_kind::room},
    {5096, "RoomGroupRemove", object_kind::room},
    {5097, "RoomExternalLinkRevoked", object_kind::room},
    {5098, "RoomExternalLinkRenamed", object_kind::room},
    {5099, "FileUploadedWithOverwriting", object_kind::file},
    {5100, "RoomCopied", object_kind::room},
    {5101, "DocumentsDisplayFileExtensionUpdated", object_kind::other},
    {5102, "RoomColorChanged", object_kind::room},
    {5103, "RoomCoverChanged", object_kind::room},
    {5104, "RoomIndexingChanged", object_kind::room},
    {5105, "RoomDenyDownloadChanged", object_kind::room},
    {5106, "RoomIndexExportSaved", object_kind::room},
    {5107, "FolderIndexChanged", object_kind::folder},
    {5108, "FolderIndexReordered", object_kind::folder},
    {5109, "RoomDenyDownloadEnabled", object_kind::room},
    {5110, "RoomDenyDownloadDisabled", object_kind::room},
    {5111, "FileIndexChanged", object_kind::file},
    {5112, "RoomWatermarkSet", object_kind::room},
    {5113, "RoomWatermarkDisabled", object_kind::room},
    {5114, "RoomIndexingEnabled", object_kind::room},
    {5115, "RoomIndexingDisabled", object_kind::room},
    {5116, "RoomLifeTimeSet", object_kind::room},
    {5117, "RoomLifeTimeDisabled", object_kind::room},
    {5118, "RoomInviteResend", object_kind::room},
    {5119, "FileVersionRemoved", object_kind::file},
    {5120, "FileCustomFilterEnabled", object_kind::file},
    {5121, "FileCustomFilterDisabled", object_kind::file},
    {5122, "FolderExternalLinkCreated", object_kind::folder},
    {5123, "FolderExternalLinkUpdated", object_kind::folder},
    {5124, "FolderExternalLinkDeleted", object_kind::folder},
    {5125, "BackupCompleted", object_kind::other},
    {5126, "BackupFailed", object_kind::other},
    {5127, "ScheduledBackupStarted", object_kind::other},
    {5128, "ScheduledBackupCompleted", object_kind::other},
    {5129, "ScheduledBackupFailed", object_kind::other},
    {5130, "ScheduledBackupDeleted", object_kind::other},
    {5131, "BackupCancelled", object_kind::other},
    {5132, "RestoreStarted", object_kind::other},
    {5133, "RestoreCancelled", object_kind::other},
    {5150, "FormStartedToFill", object_kind::file},
    {5151, "FormPartiallyFilled", object_kind::file},
    {5152, "FormCompletelyFilled", object_kind::file},
    {5153, "FormStopped", object_kind::file},
    {5154, "AgentCreated", object_kind::other},
    {5155, "AgentRenamed", object_kind::other},
    {5156, "AgentDeleted", object_kind::other},
    {5157, "AddedServerToAgent", object_kind::other},
    {5158, "DeletedServerFromAgent", object_kind::other},
    {5159, "RoomChangeOwner", object_kind::room},
    {5160, "DocumentsDefaultTemplatesSettingsUpdated", object_kind::other},
    {5201, "FileSavedButUserQuotaExceeded", object_kind::file},
    {5202, "FileNotSavedDueToUserQuota", object_kind::file},
    {5203, "FileSavedButRoomQuotaExceeded", object_kind::file},
    {5204, "FileNotSavedDueToRoomQuota", object_kind::file},
    {5501, "LdapEnabled", object_kind::other},
    {5502, "LdapDisabled", object_kind::other},
    {5503, "LdapSync", object_kind::other},
    {6000, "LanguageSettingsUpdated", object_kind::other},
    {6001, "TimeZoneSettingsUpdated", object_kind::other},
    {6002, "DnsSettingsUpdated", object_kind::other},
    {6003, "TrustedMailDomainSettingsUpdated", object_kind::other},
    {6004, "PasswordStrengthSettingsUpdated", object_kind::other},
    {6005, "TwoFactorAuthenticationSettingsUpdated", object_kind::other},
    {6006, "AdministratorMessageSettingsUpdated", object_kind::other},
    {6007, "DefaultStartPageSettingsUpdated", object_kind::other},
    {6008, "ProductsListUpdated", object_kind::other},
    {6009, "AdministratorAdded", object_kind::other},
    {6010, "AdministratorOpenedFullAccess", object_kind::other},
    {6011, "AdministratorDeleted", object_kind::other},
    {6012, "UsersOpenedProductAccess", object_kind::other},
    {6013, "GroupsOpenedProductAccess", object_kind::other},
    {6014, "ProductAccessOpened", object_kind::other},
    {6015, "ProductAccessRestricted", object_kind::other},
    {6016, "ProductAddedAdministrator", object_kind::other},
    {6017, "ProductDeletedAdministrator", object_kind::other},
    {6018, "GreetingSettingsUpdated", object_kind::other},
    {6019, "TeamTemplateChanged", object_kind::other},
    {6020, "ColorThemeChanged", object_kind::other},
    {6021, "OwnerSentChangeOwnerInstructions", object_kind::other},
    {6022, "OwnerUpdated", object_kind::other},
    {6023, "OwnerSentPortalDeactivationInstructions", object_kind::other},
    {6024, "OwnerSentPortalDeleteInstructions", object_kind::other},
    {6025, "PortalDeactivated", object_kind::other},
    {6026, "PortalDeleted", object_kind::other},
    {6027, "LoginHistoryReportDownloaded", object_kind::other},
    {6028, "AuditTrailReportDownloaded", object_kind::none},
    {6029, "SSOEnabled", object_kind::other},
    {6030, "SSODisabled", object_kind::other},
    {6031, "PortalAccessSettingsUpdated", object_kind::other},
    {6032, "CookieSettingsUpdated", object_kind::other},
    {6033, "MailServiceSettingsUpdated", object_kind::other},
    {6034, "CustomNavigationSettingsUpdated", object_kind::other},
    {6035, "AuditSettingsUpdated", object_kind::none},
    {6036, "TwoFactorAuthenticationDisabled", object_kind::other},
    {6037, "TwoFactorAuthenticationEnabledBySms", object_kind::other},
    {6038, "TwoFactorAuthenticationEnabledByTfaApp", object_kind::other},
    {6039, "PortalRenamed", object_kind::other},
    {6040, "QuotaPerRoomChanged", object_kind::other},
    {6041, "QuotaPerRoomDisabled", object_kind::other},
    {6042, "QuotaPerUserChanged", object_kind::other},
    {6043, "QuotaPerUserDisabled", object_kind::other},
    {6044, "QuotaPerPortalChanged", object_kind::other},
    {6045, "QuotaPerPortalDisabled", object_kind::other},
    {6046, "FormSubmit", object_kind::file},
    {6047, "FormOpenedForFilling", object_kind::file},
    {6048, "CustomQuotaPerRoomDefault", object_kind::other},
    {6049, "CustomQuotaPerRoomChanged", object_kind::other},
    {6050, "CustomQuotaPerRoomDisabled", object_kind::other},
    {6051, "CustomQuotaPerUserDefault", object_kind::other},
    {6052, "CustomQuotaPerUserChanged", object_kind::other},
    {6053, "CustomQuotaPerUserDisabled", object_kind::other},
    {6054, "DevToolsAccessSettingsChanged", object_kind::other},
    {6055, "WebhookCreated", object_kind::other},
    {6056, "WebhookUpdated", object_kind::other},
    {6057, "WebhookDeleted", object_kind::other},
    {6058, "ApiKeyCreated", object_kind::other},
    {6059, "ApiKeyUpdated", object_kind::other},
    {6060, "ApiKeyDeleted", object_kind::other},
    {6061, "CustomerWalletToppedUp", object_kind::other},
    {6062, "CustomerOperationPerformed", object_kind::other},
    {6063, "CustomerOperationsReportDownloaded", object_kind::other},
    {6064, "CustomerWalletTopUpSettingsUpdated", object_kind::other},
    {6065, "CustomerSubscriptionUpdated", object_kind::other},
    {6066, "BannerSettingsChanged", object_kind::other},
    {6067, "CustomerWalletServicesSettingsUpdated", object_kind::other},
    {6068, "QuotaPerAiAgentChanged", object_kind::other},
    {6069, "QuotaPerAiAgentDisabled", object_kind::other},
    {6070, "CustomQuotaPerAiAgentDefault", object_kind::other},
    {6071, "CustomQuotaPerAiAgentChanged", object_kind::other},
    {6072, "CustomQuotaPerAiAgentDisabled", object_kind::other},
    {6073, "AIProviderCreated", object_kind::other},
    {6074, "AIProviderUpdated", object_kind::other},
    {6075, "AIProviderDeleted", object_kind::other},
    {6076, "ServerCreated", object_kind::other},
    {6077, "ServerUpdated", object_kind::other},
    {6078, "ServerEnabled", object_kind::other},
    {6079, "ServerDisabled", object_kind::other},
    {6080, "ServerDeleted", object_kind::other},
    {6081, "SetWebSearchSettings", object_kind::other},
    {6082, "ResetWebSearchSettings", object_kind::other},
    {6083, "SetVectorizationSettings", object_kind::other},
    {6084, "ResetVectorizationSettings", object_kind::other},
    {6085, "WebpluginUploaded", object_kind::other},
    {6086, "WebpluginUpdated", object_kind::other},
    {6087, "WebpluginDeleted", object_kind::other},
    {6088, "WhiteLabelSettingsLogoTextUpdated", object_kind::other},
    {6089, "WhiteLabelSettingsLogosUpdated", object_kind::other},
    {6090, "WhiteLabelCompanySettingsUpdated", object_kind::other},
    {6091, "WhiteLabelAdditionalSettingsUpdated", object_kind::other},
    {6092, "WhiteLabelMailSettingsUpdated", object_kind::other},
    {6093, "InvitationSettingsUpdated", object_kind::other},
    {6094, "IPRestrictionsSettingsUpdated", object_kind::other},
    {6095, "LoginSettingsUpdated", object_kind::other},
    {6096, "AIDefaultProviderSet", object_kind::other},
    {6097, "AIAccessEnabled", object_kind::other},
    {6098, "AIAccessDisabled", object_kind::other},
    {6099, "UserUpdatedAiSettings", object_kind::other},
    {7000, "ContactAdminMailSent", object_kind::other},
    {7001, "RoomInviteLinkUsed", object_kind::other},
    {7002, "UserCreatedAndAddedToRoom", object_kind::other},
    {7003, "GuestCreatedAndAddedToRoom", object_kind::other},
    {7004, "ContactSalesMailSent", object_kind::other},
};

// Binary search needs it, and a number listed twice would be a slip of the pen.
constexpr bool is_strictly_ascending()
{
    for (std::size_t i = 1; i < std::size(catalog); ++i) {
        if (catalog[i - 1].id >= catalog[i].id)
            return false;
    }
    return true;
}
static_assert(is_strictly_ascending());

// What alters or removes content, so that an encrypted, replaced or thrown away file is counted.
constexpr int change_ids[] = {
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
};
constexpr int delete_ids[] = {5017, 5018, 5119};
constexpr int download_ids[] = {5009, 5010, 5062};
constexpr int share_ids[] = {5008, 5060, 5068, 5091, 5092};
// One of these can stand for a thousand files, so they are in no other set.
constexpr int folder_ids[] = {5022, 5023, 5024, 5025, 5026, 5027, 5061, 5072, 5074};

struct named_set {
    std::string_view name;
    std::span<const int> ids;
};

constexpr named_set sets[] = {
    {"change", change_ids},
    {"delete", delete_ids},
    {"download", download_ids},
    {"share", share_ids},
    {"folder", folder_ids},
};

constexpr auto set_names = [] {
    std::array<std::string_view, std::size(sets)> names;
    for (std::size_t i = 0; i < names.size(); ++i)
        names[i] = sets[i].name;
    return names;
}();

} // namespace

const action* find_action(int id)
{
    const auto found = std::ranges::lower_bound(catalog, id, std::less{}, &action::id);
    if (found == std::end(catalog) || found->id != id)
        return nullptr;
    return found;
}

std::span<const action> all_actions()
{
    return catalog;
}

std::optional<std::span<const int>> action_set(std::string_view name)
{
    const auto found = std::ranges::find(sets, name, &named_set::name);
    if (found == std::end(sets))
        return std::nullopt;
    return found->ids;
}

std::span<const std::string_view> action_set_names()
{
    return set_names;
}

} // namespace docwarden::core
