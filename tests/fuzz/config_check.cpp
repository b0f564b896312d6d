#include "core/settings/polling_settings.hpp"
#include "daemon/config/config_diff.hpp"
#include "daemon/config/config_text.hpp"
#include "tests/fuzz/checks.hpp"

#include <algorithm>

namespace docwarden::test
{

namespace
{

using daemon::diagnostic;

constexpr std::size_t text_bytes_max = 2048;

// The length in bytes of each line, from the first on.
std::vector<std::size_t> line_lengths(std::string_view text)
{
    std::vector<std::size_t> lengths(1);
    for (const char c : text) {
        if (c == '\n')
            lengths.push_back(0);
        else
            ++lengths.back();
    }
    return lengths;
}

bool is_readable(std::string_view text)
{
    return text.size() <= text_bytes_max && std::none_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           });
}

std::string check_problem(const diagnostic& problem, const std::vector<std::size_t>& lengths)
{
    if (problem.message.empty())
        return "a problem without a message";
    if (!is_readable(problem.message) || !is_readable(problem.hint) || !is_readable(problem.path))
        return "a message that a terminal could not show: " + problem.message;
    if (problem.line == 0)
        return {};
    const std::string place =
        std::to_string(problem.line) + ":" + std::to_string(problem.column) + " is no place in it";
    if (problem.line > lengths.size() || problem.column == 0)
        return place;
    // Behind the last character is a place: something is missing there.
    return problem.column <= lengths[problem.line - 1] + 1 ? "" : place;
}

std::string check_value(const daemon::config& value)
{
    using namespace std::chrono_literals;
    if (value.portals.empty() || value.rules.empty())
        return "a configuration that watches nothing";
    for (const core::rule& by : value.rules) {
        const bool is_fine = !by.name.empty() && !by.actions.empty() &&
                             std::is_sorted(by.actions.begin(), by.actions.end()) &&
                             by.window >= 1s && by.window <= 24h && by.threshold <= 1'000'000;
        if (!is_fine)
            return "a rule out of its bounds: " + by.name;
    }
    for (const daemon::portal_settings& portal : value.portals) {
        const core::polling_settings& polling = portal.polling;
        const bool is_fine = !portal.name.empty() && !portal.url.empty() &&
                             polling.poll_interval >= 1s && polling.poll_interval <= 1h &&
                             polling.lateness >= 0s && polling.lateness <= 24h;
        if (!is_fine)
            return "a portal out of its bounds: " + portal.name;
    }
    const daemon::config_difference none = daemon::compare(value, value);
    if (!none.changes.empty() || !none.ignored.empty())
        return "a configuration that differs from itself";
    return {};
}

} // namespace

std::string check_config(std::string_view bytes)
{
    const daemon::config_reading read = daemon::read_config(bytes, "fuzz.toml");
    if (read.value.has_value() != read.problems.empty())
        return "neither accepted nor refused, or both";
    if (read.value)
        return check_value(*read.value);
    const std::vector<std::size_t> lengths = line_lengths(bytes);
    for (const diagnostic& problem : read.problems) {
        if (std::string wrong = check_problem(problem, lengths); !wrong.empty())
            return wrong;
    }
    return {};
}

} // namespace docwarden::test
