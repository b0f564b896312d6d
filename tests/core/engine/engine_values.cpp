// The people, rows and settings of which dialogues with an engine are made.

#include "core/portal/page_query.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace docwarden::test
{

using core::api_failure;
using core::milliseconds;

namespace
{

constexpr std::string_view guid_start = "d0c5face-0000-4000-8000-";

} // namespace

std::string guid_of(std::string_view name)
{
    constexpr std::string_view digits = "0123456789abcdef";
    REQUIRE(name.size() <= 6);
    std::string guid(guid_start);
    for (std::size_t i = 0; i < 6; ++i) {
        const auto letter = static_cast<unsigned char>(i < name.size() ? name[i] : '\0');
        guid += digits[letter >> 4];
        guid += digits[letter & 0xFU];
    }
    return guid;
}

std::string name_of(std::string_view guid)
{
    if (guid.substr(0, guid_start.size()) != guid_start)
        return std::string(guid);
    std::string name;
    for (std::size_t i = guid_start.size(); i < guid.size(); i += 2) {
        const int letter = std::stoi(std::string(guid.substr(i, 2)), nullptr, 16);
        if (letter != 0)
            name += static_cast<char>(letter);
    }
    return name;
}

core::profile make_profile(std::string_view name)
{
    core::profile profile;
    profile.id = guid_of(name);
    profile.display_name = std::string(name);
    profile.email = std::string(name) + "@example.com";
    profile.is_admin = name == "admin";
    return profile;
}

core::profile disabled_profile(std::string_view name)
{
    core::profile profile = make_profile(name);
    profile.status = core::user_status::terminated;
    return profile;
}

core::profile owner_profile(std::string_view name)
{
    core::profile profile = make_profile(name);
    profile.is_owner = true;
    return profile;
}

api_failure make_failure(core::failure_kind kind)
{
    api_failure failure;
    failure.kind = kind;
    failure.text = "the portal says no";
    return failure;
}

std::vector<core::audit_event>
burst(std::string_view user, int count, core::wall_time first, int first_file)
{
    std::vector<core::audit_event> events;
    for (int i = 0; i < count; ++i) {
        events.push_back(make_event(
            guid_of(user), std::to_string(first_file + i), first + std::chrono::seconds(i)
        ));
        events.back().user_name = std::string(user);
    }
    return events;
}

std::vector<core::audit_event>
numbered(std::vector<core::audit_event> events, std::int64_t first_row)
{
    for (core::audit_event& event : events)
        event.id = first_row++;
    return events;
}

core::audit_event
status_row(std::string_view author, const std::vector<std::string>& accounts, core::wall_time time)
{
    core::audit_event row = make_event(guid_of(author), "", time, 4020);
    row.kind = core::object_kind::none;
    for (const std::string& name : accounts)
        row.object += (row.object.empty() ? "" : ",") + guid_of(name);
    return row;
}

core::audit_page unreadable_page()
{
    core::audit_page page;
    page.rows = core::page_query::rows_max;
    return page;
}

core::engine_settings make_settings()
{
    core::engine_settings settings;
    settings.portal = "docs.example.com";
    settings.rules = {make_rule("bulk-change", 20, std::chrono::minutes(10))};
    settings.contact = "security@example.com";
    return settings;
}

core::engine_settings settings_with_response(core::response_mode response)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].response = response;
    return settings;
}

core::engine_settings settings_with_threshold(std::uint32_t threshold)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].threshold = threshold;
    return settings;
}

core::engine_settings settings_with_window(milliseconds window)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].window = window;
    return settings;
}

core::engine_settings settings_with_limit(std::uint32_t disables_max)
{
    core::engine_settings settings = make_settings();
    settings.containment.disables_max = disables_max;
    return settings;
}

core::engine_settings settings_exempting(const std::string& account)
{
    core::engine_settings settings = make_settings();
    settings.containment.exempt = {core::exemption{account}};
    return settings;
}

core::engine_settings settings_with_rule(core::rule second)
{
    core::engine_settings settings = make_settings();
    settings.rules.push_back(std::move(second));
    return settings;
}

} // namespace docwarden::test
