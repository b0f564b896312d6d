#include "daemon/command/status_print.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace docwarden::daemon
{

namespace
{

namespace json = boost::json;

constexpr std::size_t text_bytes_max = 1024;
constexpr std::size_t gaps_shown_max = 10;

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

std::string counted(std::int64_t count, const char* one, const char* many)
{
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string one_decimal(const json::object& from, std::string_view key)
{
    const json::value* found = from.if_contains(key);
    char text[32] = "0.0";
    if (found != nullptr && found->is_number())
        (void)std::snprintf(text, sizeof text, "%.1f", found->to_number<double>());
    return text;
}

void add(std::string& text, const std::string& line)
{
    text += "  " + line + '\n';
}

void add_reading(std::string& text, const json::object& portal, const std::string& now)
{
    const std::string complete = text_of(portal, "complete");
    const auto until = core::parse_date(complete);
    const auto at = core::parse_date(now);
    if (!until) {
        add(text, "nothing is read completely yet");
        return;
    }
    std::string line = "read completely up to " + complete;
    if (at && *at >= *until) {
        const auto ago = std::chrono::floor<std::chrono::seconds>(*at - *until);
        line += " (" + span(ago.count()) + " ago)";
    }
    add(text, line);
}

void add_gaps(std::string& text, const json::object& portal)
{
    const json::array& gaps = list_of(portal, "gaps");
    if (gaps.empty()) {
        add(text, "gaps: none");
        return;
    }
    add(text, "gaps: " + std::to_string(gaps.size()));
    // The newest are at the end, and matter most.
    const std::size_t left_out = gaps.size() - std::min(gaps.size(), gaps_shown_max);
    if (left_out != 0)
        add(text,
            "  " + counted(static_cast<std::int64_t>(left_out), "earlier one", "earlier ones") +
                ": see --json");
    for (std::size_t i = left_out; i < gaps.size(); ++i) {
        const json::object* one = gaps[i].if_object();
        if (one == nullptr)
            continue;
        add(text,
            "  " + text_of(*one, "from") + " to " + text_of(*one, "to") + ": " +
                text_of(*one, "state") + ", " + text_of(*one, "reason") + ", found " +
                text_of(*one, "since"));
    }
}

void add_lateness(std::string& text, const json::object& portal)
{
    const json::object& figures = part_of(portal, "lateness");
    std::string line = "lateness: the latest row came " +
                       span(number_of(figures, "latest_seconds")) + " after its date";
    const std::int64_t beyond = number_of(figures, "beyond");
    if (beyond != 0)
        line += "; " + counted(beyond, "row", "rows") + " came later than `lateness`";
    if (figures.contains("advised_seconds"))
        line += "; set lateness to " + span(number_of(figures, "advised_seconds")) + " at least";
    add(text, line);
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

std::string portal_lines(const json::object& portal, const std::string& now)
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
        add(text, "the recent past is being read; nothing is decided yet");
    else if (!is_limited && !flag_of(portal, "can_act"))
        add(text, "whose API key this is has not been found out yet");
    add_reading(text, portal, now);
    add_gaps(text, portal);
    const json::object& cost = part_of(portal, "cost");
    if (cost.contains("requests_per_poll"))
        add(text,
            "cost: " + one_decimal(cost, "requests_per_poll") + " requests and " +
                one_decimal(cost, "rows_per_poll") + " rows a poll");
    add_lateness(text, portal);
    add_cases(text, portal);
    const std::int64_t kib = number_of(portal, "memory_bytes") / 1024;
    add(text,
        "events: " + std::to_string(number_of(portal, "events")) +
            " since the start; memory: " + std::to_string(kib) + " KiB for the windows");
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
            printed.text += portal_lines(*one, text_of(*all, "now"));
    }
    return printed;
}

} // namespace docwarden::daemon
