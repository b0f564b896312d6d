#include "daemon/config/config_exemptions.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "daemon/config/config_people.hpp"
#include "daemon/config/nearest_name.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace docwarden::daemon
{

namespace
{

constexpr std::size_t note_bytes_max = 200;

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
            report(item, fault_of_account(item.text), std::string(account_hint));
    }

    void read_table(const toml_node& item)
    {
        report_unknown_keys(item);
        const toml_fields fields(item, path_, containment_.problems());
        core::exemption read;
        read_who(item, fields, read);
        read.reason = fields.text("reason", note_bytes_max).value_or("");
        read.owner = fields.text("owner", note_bytes_max).value_or("");
        read_until(fields, read.until);
        if (!read.account.empty() || !read.group.empty())
            add(item, std::move(read));
    }

    // A user or a group, not both.
    static void read_who(const toml_node& item, const toml_fields& fields, core::exemption& read)
    {
        if (const auto group = fields.text("group")) {
            if (item.find("user") != nullptr)
                fields.report(
                    "group", "cannot stand beside `user`", "write an item of its own for each"
                );
            else if (std::string fault = fault_of_group(*group); !fault.empty())
                fields.report("group", std::move(fault));
            else
                read.group = group_of(*group);
            return;
        }
        if (item.find("group") == nullptr)
            fields.require("user", R"(user = "admin@example.com")");
        if (const auto user = fields.text("user")) {
            if (auto account = account_of(*user))
                read.account = std::move(*account);
            else
                fields.report("user", fault_of_account(*user), std::string(account_hint));
        }
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
        const auto [known, is_new] =
            found_.try_emplace(std::pair(core::lower_case(read.group), read.account), read);
        if (!is_new && !(known->second == read))
            report(
                item,
                in_quotes(read.group.empty() ? read.account : read.group) +
                    " is in the list already, in other words"
            );
    }

    const toml_fields& containment_;
    std::string path_; // of the item
    // By group and account, of which one is empty.
    std::map<std::pair<std::string, std::string>, core::exemption> found_;
};

// The one in the list that is about the same account or group.
const core::exemption* find(const std::vector<core::exemption>& all, const core::exemption& wanted)
{
    const auto found = std::ranges::find_if(all, [&](const core::exemption& candidate) {
        return candidate.account == wanted.account && candidate.group == wanted.group;
    });
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

std::string subject_of(const core::exemption& exempt)
{
    return exempt.group.empty() ? exempt.account
                                : "the group " + core::escape_text(exempt.group, 128);
}

std::vector<std::string> exemption_changes(
    const std::vector<core::exemption>& before,
    const std::vector<core::exemption>& after
)
{
    std::vector<std::string> changes;
    for (const core::exemption& now : after) {
        const core::exemption* const old = find(before, now);
        if (old == nullptr)
            changes.push_back(subject_of(now) + " exempt");
        else if (!(*old == now))
            changes.push_back("exemption of " + subject_of(now) + " changed");
    }
    for (const core::exemption& old : before) {
        if (find(after, old) == nullptr)
            changes.push_back(subject_of(old) + " no longer exempt");
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
        warning.message = "the exemption of " + subject_of(candidate) + " expired on " +
                          core::format_second(*candidate.until) +
                          (candidate.group.empty() ? ", so the account can be disabled"
                                                   : ", so its members can be disabled");
        warning.hint = candidate.owner.empty()
                           ? "remove it, or give it a later `until`"
                           : "remove it, or give it a later `until`: ask " + candidate.owner;
        warnings.push_back(std::move(warning));
    }
    return warnings;
}

} // namespace docwarden::daemon
