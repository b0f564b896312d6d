#include "daemon/command/status_print.hpp"

#include "core/base/text.hpp"
#include "net/base/json_member.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

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

std::string text_of(const json::object& from, std::string_view name)
{
    return shown(net::text_member(from, name));
}

std::int64_t number_of(const json::object& from, std::string_view name)
{
    return net::number_member(from, name).value_or(0);
}

bool flag_of(const json::object& from, std::string_view name)
{
    return net::flag_member(from, name).value_or(false);
}

std::vector<const json::object*> objects_of(const json::object& from, std::string_view name)
{
    std::vector<const json::object*> objects;
    const json::array* const list = net::list_member(from, name);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (const json::object* const object = (*list)[i].if_object())
            objects.push_back(object);
    }
    return objects;
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
        add(text, "nothing has been read completely yet");
    else
        add(text,
            "read completely up to " + complete + " (" +
                span(number_of(portal, "complete_seconds_ago")) + " ago)");
}

void add_cases(std::string& text, const json::object& portal)
{
    std::string line;
    const json::object* const cases = net::object_member(portal, "open_cases");
    for (const auto& [state, count] : cases != nullptr ? *cases : json::object()) {
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
    for (const json::object* const condition : objects_of(portal, "conditions")) {
        const bool blocks = flag_of(*condition, "blocks");
        is_limited = is_limited || blocks;
        add(text,
            (blocks ? "limited by " : "warning about ") + text_of(*condition, "concern") + " (" +
                text_of(*condition, "code") + ", for " +
                span(number_of(*condition, "since_seconds")) + "): " + text_of(*condition, "text"));
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
            " read since the start; memory for counting: " + std::to_string(kib) + " KiB");
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
    for (const json::object* const portal : objects_of(*all, "portals"))
        printed.text += portal_lines(*portal);
    return printed;
}

} // namespace docwarden::daemon
