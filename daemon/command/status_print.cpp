#include "daemon/command/status_print.hpp"

#include "core/base/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>

namespace docwarden::daemon
{

namespace
{

namespace json = boost::json;

constexpr std::size_t text_bytes_max = 1024;

// The daemon has escaped its texts already, with backslashes that are not to be doubled again.
std::string shown(std::string_view text)
{
    std::string all;
    for (;;) {
        const std::size_t end = std::min(text.find('\\'), text.size());
        all += core::escape_text(text.substr(0, end), text_bytes_max);
        if (end == text.size())
            return all;
        all += '\\';
        text.remove_prefix(end + 1);
    }
}

std::string text_of(const json::object& from, std::string_view key)
{
    const json::value* found = from.if_contains(key);
    const json::string* text = found != nullptr ? found->if_string() : nullptr;
    return text != nullptr ? shown({text->data(), text->size()}) : std::string();
}

std::int64_t number_of(const json::object& from, std::string_view key)
{
    const json::value* found = from.if_contains(key);
    const std::int64_t* number = found != nullptr ? found->if_int64() : nullptr;
    return number != nullptr ? *number : 0;
}

bool flag_of(const json::object& from, std::string_view key)
{
    const json::value* found = from.if_contains(key);
    const bool* flag = found != nullptr ? found->if_bool() : nullptr;
    return flag != nullptr && *flag;
}

const json::array& list_of(const json::object& from, std::string_view key)
{
    static const json::array none;
    const json::value* found = from.if_contains(key);
    const json::array* list = found != nullptr ? found->if_array() : nullptr;
    return list != nullptr ? *list : none;
}

const json::object& part_of(const json::object& from, std::string_view key)
{
    static const json::object none;
    const json::value* found = from.if_contains(key);
    const json::object* part = found != nullptr ? found->if_object() : nullptr;
    return part != nullptr ? *part : none;
}

std::string span(std::int64_t seconds)
{
    constexpr std::int64_t century = 100LL * 365 * 86'400; // far from what could overflow
    return core::format_span(std::chrono::seconds(std::clamp(seconds, -century, century)));
}

void add(std::string& text, const std::string& line)
{
    text += "  " + line + '\n';
}

void add_reading(std::string& text, const json::object& portal)
{
    const std::string complete = text_of(portal, "complete");
    if (complete.empty())
        add(text, "nothing is read completely yet");
    else
        add(text,
            "read completely up to " + complete + " (" +
                span(number_of(portal, "complete_seconds_ago")) + " ago)");
}

void add_cases(std::string& text, const json::object& portal)
{
    std::string line;
    for (const auto& [state, count] : part_of(portal, "open_cases")) {
        if (const std::int64_t* number = count.if_int64())
            line += (line.empty() ? "" : ", ") + std::to_string(*number) + ' ' +
                    shown({state.data(), state.size()});
    }
    add(text,
        "users: " + std::to_string(number_of(portal, "users")) +
            " active; open cases: " + (line.empty() ? "none" : line));
}

std::string portal_lines(const json::object& portal)
{
    std::string text = "portal " + text_of(portal, "name") + ": " +
                       (flag_of(portal, "ready") ? "ready" : "NOT READY") + '\n';
    bool is_limited = false;
    for (const json::value& value : list_of(portal, "conditions")) {
        const json::object* one = value.if_object();
        if (one == nullptr)
            continue;
        const bool blocks = flag_of(*one, "blocks");
        is_limited = is_limited || blocks;
        add(text,
            (blocks ? "limited by " : "warning about ") + text_of(*one, "concern") + " (" +
                text_of(*one, "code") + ", for " + span(number_of(*one, "since_seconds")) +
                "): " + text_of(*one, "text"));
    }
    if (!is_limited && !flag_of(portal, "has_read"))
        add(text, "the recent past is still being read");
    else if (!is_limited && !flag_of(portal, "can_act"))
        add(text, "the user of the API key is not known yet, so nobody is disabled");
    add_reading(text, portal);
    add_cases(text, portal);
    const std::int64_t kib = number_of(portal, "memory_bytes") / 1024;
    add(text,
        "events: " + std::to_string(number_of(portal, "events")) +
            " since the start; memory of the windows: " + std::to_string(kib) + " KiB");
    return text;
}

} // namespace

std::optional<printed_status> print_status(std::string_view text)
{
    boost::system::error_code ec;
    const json::value value = json::parse({text.data(), text.size()}, ec);
    const json::object* all = ec ? nullptr : value.if_object();
    if (all == nullptr || !all->contains("portals") || !all->contains("now"))
        return std::nullopt;
    printed_status printed;
    printed.is_ready = text_of(*all, "status") == "ready";
    printed.text = "docwarden " + text_of(*all, "version") + ": " +
                   (printed.is_ready ? "ready" : "NOT READY") + '\n';
    for (const json::value& portal : list_of(*all, "portals")) {
        if (const json::object* one = portal.if_object())
            printed.text += portal_lines(*one);
    }
    return printed;
}

} // namespace docwarden::daemon
