#include "daemon/config/config_text.hpp"

#include "core/base/text.hpp"
#include "core/report/report.hpp"
#include "daemon/config/config_people.hpp"
#include "daemon/config/config_rules.hpp"
#include "daemon/config/listen_address.hpp"
#include "daemon/config/nearest_name.hpp"
#include "daemon/config/toml_document.hpp"
#include "daemon/config/toml_fields.hpp"
#include "net/base/origin.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

namespace docwarden::daemon
{

namespace
{

using namespace std::chrono_literals;

constexpr std::string_view portal_keys[] = {
    "name",
    "url",
    "api_key_file",
    "poll_interval",
    "rescan_interval",
    "lateness",
    "request_timeout",
    "backoff_max",
    "ca_file",
    "proxy",
};
constexpr std::string_view rule_keys[] = {
    "name",
    "actions",
    "window",
    "threshold",
    "warn",
    "response",
    "countdown",
    "release_after",
    "users",
    "groups",
};
constexpr std::string_view containment_keys[] = {
    "method",
    "max_disables",
    "max_disables_share",
    "max_disables_window",
    "recheck_interval",
    "when_enabled",
    "release_factor",
    "release_max",
    "release_memory",
    "exempt",
};
constexpr std::string_view alerts_keys[] = {"contact"};
constexpr std::string_view admin_keys[] = {"listen", "socket"};
constexpr std::string_view state_keys[] = {"directory"};

constexpr config_section sections[] = {
    {"portal", portal_keys},
    {"rule", rule_keys},
    {"containment", containment_keys},
    {"alerts", alerts_keys},
    {"admin", admin_keys},
    {"state", state_keys},
};

// The address of a Unix socket is a fixed array of 108 bytes with a zero at the end (unix(7)).
constexpr std::size_t socket_path_bytes_max = 107;
constexpr std::size_t name_bytes_max = 64;

std::string hint_for_unknown(std::string_view key, std::span<const std::string_view> known)
{
    if (const auto near = nearest_name(key, known))
        return "did you mean \"" + std::string(*near) + "\"?";
    // In TOML a key belongs to the header above it, which is easily forgotten.
    for (const auto& section : sections) {
        if (std::ranges::count(section.keys, key) != 0)
            return "it belongs under [" + std::string(section.name) + ']';
    }
    return "expected " + listed(known);
}

void report_unknown_keys(
    const toml_node& table,
    const std::string& path,
    std::span<const std::string_view> known,
    problem_list& problems
)
{
    for (const auto& child : table.children) {
        if (std::ranges::count(known, child.key) != 0)
            continue;
        const std::string prefix = path.empty() ? "" : path + '.';
        problems.add(
            child.key_position,
            prefix + core::escape_text(child.key, 80),
            path.empty() ? "is not a known section" : "is not a known key",
            hint_for_unknown(child.key, known)
        );
    }
}

// Copies a text to where it belongs if the key is there and right.
void assign(std::optional<std::string> read, std::string& value)
{
    if (read)
        value = std::move(*read);
}

// The tables of a section that may be repeated: [[name]], or one [name] if that is allowed.
struct section_tables {
    std::vector<const toml_node*> tables;
    bool is_repeated = false; // written with double brackets
};

section_tables tables_of(
    const toml_node& document,
    const std::string& name,
    const std::string& header,
    problem_list& problems
)
{
    section_tables found;
    const auto* const node = document.find(name);
    if (node == nullptr)
        return found;
    if (node->kind == toml_kind::table)
        return {.tables = {node}};
    found.is_repeated = true;
    for (const auto& item : node->children) {
        if (item.kind == toml_kind::table)
            found.tables.push_back(&item);
    }
    if (found.tables.empty() || found.tables.size() != node->children.size()) {
        problems.add(
            node->position,
            name,
            "must be a section, not a value",
            "write " + header + " on a line of its own"
        );
    }
    return found;
}

// One reading of one document: each section into its part of the result, every problem into the
// list. Sections that are not there leave their defaults.
class config_reader
{
public:
    config_reader(const toml_node& document, problem_list& problems)
        : document_(document), problems_(problems)
    {
    }

    config read()
    {
        std::vector<std::string_view> names;
        for (const auto& section : sections)
            names.push_back(section.name);
        report_unknown_keys(document_, "", names, problems_);
        read_portals();
        read_section("containment", containment_keys, [this](const toml_fields& fields) {
            read_containment(fields, result_.containment);
        });
        read_rules(); // they are bound by what stands there
        read_section("alerts", alerts_keys, [this](const toml_fields& fields) {
            assign(fields.text_or_empty("contact"), result_.contact);
        });
        read_section("admin", admin_keys, [this](const toml_fields& fields) {
            read_admin(fields);
        });
        read_section("state", state_keys, [this](const toml_fields& fields) {
            assign(fields.text("directory"), result_.state_directory);
        });
        return std::move(result_);
    }

private:
    template <typename Read>
    void
    read_section(const std::string& name, std::span<const std::string_view> known, const Read& read)
    {
        const auto* const table = document_.find(name);
        if (table == nullptr)
            return;
        if (table->kind != toml_kind::table) {
            problems_.add(
                table->position,
                name,
                "must be a single section",
                "write [" + name + "] once, with single brackets"
            );
            return;
        }
        report_unknown_keys(*table, name, known, problems_);
        read(toml_fields(*table, name, problems_));
    }

    void read_portals()
    {
        const auto portals = tables_of(document_, "portal", "[portal]", problems_);
        if (document_.find("portal") == nullptr) {
            problems_.add(
                {1, 1},
                "portal",
                "must be given",
                "a [portal] section with the url of the portal to watch"
            );
        }
        for (const auto* table : portals.tables) {
            const auto path = path_of(portals, "portal", result_.portals.size());
            report_unknown_keys(*table, path, portal_keys, problems_);
            result_.portals.push_back(
                read_portal(toml_fields(*table, path, problems_), portals.is_repeated)
            );
        }
    }

    void read_rules()
    {
        const auto rules = tables_of(document_, "rule", "[[rule]]", problems_);
        if (document_.find("rule") == nullptr) {
            problems_.add(
                {1, 1}, "rule", "must be given", "at least one [[rule]] section says what to watch"
            );
        }
        if (!rules.tables.empty() && !rules.is_repeated) {
            problems_.add(
                rules.tables.front()->position,
                "rule",
                "must have double brackets",
                "write [[rule]], even if there is only one"
            );
        }
        for (const auto* table : rules.tables) {
            const auto path = path_of(rules, "rule", result_.rules.size());
            report_unknown_keys(*table, path, rule_keys, problems_);
            const toml_fields fields(*table, path, problems_);
            auto rule = read_rule(fields, result_.containment.release_max);
            assign(read_name(fields, rule_names_), rule.name);
            result_.rules.push_back(std::move(rule));
        }
        if (!problems_.empty())
            return; // who is concerned may be what is wrong
        for (std::size_t i = 0; i < rules.tables.size(); ++i) {
            const toml_fields fields(*rules.tables[i], path_of(rules, "rule", i), problems_);
            check_reach(fields, result_.rules, i);
        }
    }

    static std::string
    path_of(const section_tables& section, const std::string& name, std::size_t index)
    {
        return section.is_repeated ? name + '[' + std::to_string(index + 1) + ']' : name;
    }

    // A name that no earlier table of the section has.
    static std::optional<std::string>
    read_name(const toml_fields& fields, std::set<std::string>& taken)
    {
        auto name = fields.text("name", name_bytes_max);
        if (name && !taken.insert(*name).second)
            fields.report("name", in_quotes(*name) + " is already in use");
        return name;
    }

    portal_settings read_portal(const toml_fields& fields, bool is_repeated)
    {
        portal_settings portal;
        portal.name = "portal";
        if (is_repeated)
            fields.require("name", "name = \"main\"");
        assign(read_name(fields, portal_names_), portal.name);
        read_url(fields, portal);
        read_key_file(fields, portal);
        fields.duration("poll_interval", {1s, 1h}, portal.polling.poll_interval);
        fields.duration("rescan_interval", {1s, 1h}, portal.polling.rescan_interval);
        fields.duration("lateness", {0s, 24h}, portal.polling.lateness);
        fields.duration("backoff_max", {1s, 15min}, portal.polling.backoff_max);
        fields.duration("request_timeout", {1s, 5min}, portal.request_timeout);
        assign(fields.text("ca_file"), portal.ca_file);
        if (auto proxy = fields.text("proxy")) {
            const net::origin_or_problem parsed = net::parse_proxy(*proxy);
            if (parsed.has_error())
                fields.report(
                    "proxy", parsed.error(), "for instance \"http://proxy.example.com:3128\""
                );
            portal.proxy = std::move(*proxy);
        }
        return portal;
    }

    static void read_url(const toml_fields& fields, portal_settings& portal)
    {
        constexpr std::string_view example = "\"https://yourportal.onlyoffice.com\"";
        fields.require("url", "url = " + std::string(example));
        auto url = fields.text("url");
        if (!url)
            return;
        // What a browser's address line gives for the start page; it means the same.
        const bool ends_in_slash = url->ends_with('/') && !url->ends_with("//");
        if (ends_in_slash)
            url->pop_back();
        const net::origin_or_problem parsed = net::parse_origin(*url);
        if (parsed.has_error())
            fields.report("url", parsed.error(), "for instance " + std::string(example));
        portal.url = std::move(*url);
    }

    static void read_key_file(const toml_fields& fields, portal_settings& portal)
    {
        auto file = fields.text("api_key_file");
        if (!file)
            return;
        // A file's name may be shown in messages, so the key itself must not get that far.
        if (file->starts_with("sk-")) {
            fields.report(
                "api_key_file",
                "must be the name of a file, but looks like an API key",
                "write the key to a file of its own, and replace the key: this file is not secret"
            );
            return;
        }
        portal.api_key_file = std::move(*file);
    }

    void read_admin(const toml_fields& fields)
    {
        auto& admin = result_.admin;
        if (const auto listen = fields.text_or_empty("listen")) {
            const auto address = parse_listen_address(*listen);
            admin.enabled = !listen->empty();
            if (address) {
                admin.address = address->address;
                admin.port = address->port;
            } else if (admin.enabled) {
                fields.report(
                    "listen",
                    in_quotes(*listen) + " is not an IP address and port",
                    R"(for instance "127.0.0.1:3000" or "[::1]:3000", or "" to disable it)"
                );
            }
        }
        if (auto socket = fields.text("socket", socket_path_bytes_max)) {
            if (!socket->starts_with('/'))
                fields.report("socket", "must be an absolute path", "begin it with /");
            admin.socket = std::move(*socket);
        }
    }

    const toml_node& document_;
    problem_list& problems_;
    config result_;
    std::set<std::string> portal_names_;
    std::set<std::string> rule_names_;
};

} // namespace

config_reading read_config(std::string_view text, std::string file_name)
{
    problem_list problems(std::move(file_name));
    if (text.size() > config_bytes_max) {
        problems.add({}, "", "is larger than 1 MiB and cannot be a configuration");
        return {.value = std::nullopt, .problems = problems.take()};
    }
    const auto parsed = parse_toml(text);
    if (const auto* fault = std::get_if<toml_fault>(&parsed)) {
        problems.add(fault->position, "", fault->message);
        return {.value = std::nullopt, .problems = problems.take()};
    }
    auto value = config_reader(std::get<toml_node>(parsed), problems).read();
    if (!problems.empty())
        return {.value = std::nullopt, .problems = problems.take()};
    return {.value = std::move(value), .problems = {}};
}

std::span<const config_section> config_sections()
{
    return sections;
}

} // namespace docwarden::daemon
