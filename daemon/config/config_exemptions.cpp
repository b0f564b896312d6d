#include "daemon/config/config_exemptions.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "daemon/config/nearest_name.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace docwarden::daemon
{

namespace
{

constexpr std::size_t mail_bytes_max = 254; // RFC 5321, 4.5.3.1.3, without its angle brackets
constexpr std::size_t note_bytes_max = 200;
constexpr std::string_view user_hint = "for instance \"admin@example.com\"";

// One @ with something on both sides and no blanks: enough to catch names and typing slips.
bool is_mail_address(std::string_view text)
{
    const auto at = text.find('@');
    const bool has_blank = std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    });
    return text.size() <= mail_bytes_max && !has_blank && at != 0 && at != std::string_view::npos &&
           at + 1 < text.size() && at == text.rfind('@');
}

// The account as it is compared, or nothing if it could never match.
std::optional<std::string> account_of(std::string_view text)
{
    std::string account = core::lower_case(text);
    if (core::is_guid(account) || is_mail_address(account))
        return account;
    return std::nullopt;
}

std::string fault_of_account(std::string_view text)
{
    return in_quotes(text) + " is neither a user's GUID nor an e-mail address";
}

// The last moment of a day, or a moment; a day is a day in UTC.
std::optional<core::wall_time> moment_of(const std::string& text)
{
    constexpr std::size_t day_length = 10; // "2026-12-31"
    if (text.size() != day_length)
        return core::parse_date(text);
    const auto begin = core::parse_date(text + "T00:00:00Z");
    if (!begin)
        return std::nullopt;
    return *begin + core::tick(std::chrono::hours(24)) - core::tick(1);
}

class exemption_reader
{
public:
    explicit exemption_reader(const toml_fields& containment) : containment_(containment) {}

    void read(const toml_node& item, std::size_t number)
    {
        path_ = containment_.path_of("exempt") + '[' + std::to_string(number) + ']';
        if (item.kind == toml_kind::text)
            read_text(item);
        else if (item.kind == toml_kind::table)
            read_table(item);
        else
            report(item, "must be a string or a table, not " + std::string(name_of(item.kind)));
    }

    std::vector<core::exemption> take()
    {
        std::vector<core::exemption> all;
        for (auto& entry : found_)
            all.push_back(std::move(entry.second));
        return all;
    }

private:
    void report(const toml_node& item, std::string message, std::string hint = {}) const
    {
        containment_.problems().add(item.position, path_, std::move(message), std::move(hint));
    }

    void read_text(const toml_node& item)
    {
        if (auto account = account_of(item.text))
            add(item, core::exemption{std::move(*account)});
        else
            report(item, fault_of_account(item.text), std::string(user_hint));
    }

    void read_table(const toml_node& item)
    {
        report_unknown_keys(item);
        const toml_fields fields(item, path_, containment_.problems());
        core::exemption read;
        fields.require("user", R"(user = "admin@example.com")");
        if (const auto user = fields.text("user")) {
            if (auto account = account_of(*user))
                read.account = std::move(*account);
            else
                fields.report("user", fault_of_account(*user), std::string(user_hint));
        }
        read.reason = fields.text("reason", note_bytes_max).value_or("");
        read.owner = fields.text("owner", note_bytes_max).value_or("");
        read_until(fields, read.until);
        if (!read.account.empty())
            add(item, std::move(read));
    }

    static void read_until(const toml_fields& fields, std::optional<core::wall_time>& until)
    {
        const auto text = fields.text("until");
        if (!text)
            return;
        until = moment_of(*text);
        if (!until)
            fields.report(
                "until",
                in_quotes(*text) + " is neither a date nor a time with its zone",
                R"(for instance "2026-12-31" or "2026-12-31T18:00:00+01:00")"
            );
    }

    void report_unknown_keys(const toml_node& item) const
    {
        for (const toml_node& child : item.children) {
            if (std::ranges::count(exemption_keys, child.key) != 0)
                continue;
            const auto near = nearest_name(child.key, exemption_keys);
            containment_.problems().add(
                child.key_position,
                path_ + '.' + core::escape_text(child.key, 80),
                "is not a known key",
                near ? "did you mean \"" + std::string(*near) + "\"?"
                     : "expected " + listed(exemption_keys)
            );
        }
    }

    void add(const toml_node& item, core::exemption read)
    {
        const auto [known, is_new] = found_.try_emplace(read.account, read);
        if (!is_new && !(known->second == read))
            report(item, in_quotes(read.account) + " is in the list already, in other words");
    }

    const toml_fields& containment_;
    std::string path_;                             // of the item
    std::map<std::string, core::exemption> found_; // by account
};

const core::exemption* find(const std::vector<core::exemption>& all, const std::string& account)
{
    const auto found = std::ranges::find(all, account, &core::exemption::account);
    return found == all.end() ? nullptr : &*found;
}

} // namespace

std::vector<core::exemption> read_exemptions(const toml_fields& containment)
{
    const auto* const list = containment.list("exempt");
    if (list == nullptr)
        return {};
    exemption_reader reader(containment);
    std::size_t number = 0;
    for (const toml_node& item : list->children)
        reader.read(item, ++number);
    return reader.take();
}

std::vector<std::string> exemption_changes(
    const std::vector<core::exemption>& before,
    const std::vector<core::exemption>& after
)
{
    std::vector<std::string> changes;
    for (const core::exemption& now : after) {
        const core::exemption* const old = find(before, now.account);
        if (old == nullptr)
            changes.push_back(now.account + " exempt");
        else if (!(*old == now))
            changes.push_back("exemption of " + now.account + " changed");
    }
    for (const core::exemption& old : before) {
        if (find(after, old.account) == nullptr)
            changes.push_back(old.account + " no longer exempt");
    }
    return changes;
}

std::vector<diagnostic> expired_exemptions(
    const std::vector<core::exemption>& exempt,
    core::wall_time now,
    const std::string& file
)
{
    std::vector<diagnostic> warnings;
    for (const core::exemption& candidate : exempt) {
        if (!candidate.has_expired(now))
            continue;
        diagnostic warning;
        warning.file = file;
        warning.path = "containment.exempt";
        warning.message =
            "the exemption of " + candidate.account + " expired on " +
            core::format_date(std::chrono::floor<std::chrono::seconds>(*candidate.until)) +
            ", so the account can be disabled";
        warning.hint = candidate.owner.empty()
                           ? "remove it, or give it a later `until`"
                           : "remove it, or give it a later `until`: ask " + candidate.owner;
        warnings.push_back(std::move(warning));
    }
    return warnings;
}

} // namespace docwarden::daemon
