#include "daemon/config/toml_fields.hpp"

#include "core/base/text.hpp"
#include "core/report/report.hpp"
#include "daemon/config/duration_text.hpp"
#include "daemon/config/nearest_name.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace docwarden::daemon
{

namespace
{

constexpr std::size_t quoted_bytes_max = 80;
constexpr std::string_view duration_hint =
    "a duration is a whole number followed by ms, s, m, h or d, for instance \"15s\"";

constexpr std::string_view percent_hint =
    "a percentage is a whole number followed by %, for instance \"10%\"";

// Digits and the sign, and nothing else.
std::optional<std::uint32_t> parse_percent(std::string_view text)
{
    if (!text.ends_with('%'))
        return std::nullopt;
    text.remove_suffix(1);
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

bool has_control_character(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
}

} // namespace

std::string in_quotes(std::string_view text)
{
    return '"' + core::escape_text(text, quoted_bytes_max) + '"';
}

std::string listed(std::span<const std::string_view> names)
{
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i != 0)
            text += i + 1 == names.size() ? " or " : ", ";
        text += '"' + std::string(names[i]) + '"';
    }
    return text;
}

std::string_view name_of(toml_kind kind)
{
    switch (kind) {
    case toml_kind::text:
        return "a string";
    case toml_kind::integer:
        return "a whole number";
    case toml_kind::fraction:
        return "a number with a fraction";
    case toml_kind::truth:
        return "true or false";
    case toml_kind::moment:
        return "a date or time";
    case toml_kind::list:
        return "a list";
    case toml_kind::table:
        return "a table";
    }
    return "something else";
}

toml_fields::toml_fields(const toml_node& table, std::string path, problem_list& problems)
    : table_(table), path_(std::move(path)), problems_(problems)
{
}

void toml_fields::report(std::string_view key, std::string message, std::string hint) const
{
    const auto* const node = table_.find(key);
    const auto at = node != nullptr ? node->position : table_.position;
    problems_.add(at, path_of(key), std::move(message), std::move(hint));
}

void toml_fields::require(std::string_view key, std::string_view example) const
{
    if (table_.find(key) == nullptr)
        report(key, "must be given", "for instance " + std::string(example));
}

const toml_node* toml_fields::text_node(std::string_view key, std::string_view wanted) const
{
    const auto* const node = table_.find(key);
    if (node == nullptr || node->kind == toml_kind::text)
        return node;
    const bool is_single = node->kind != toml_kind::list && node->kind != toml_kind::table;
    report(
        key,
        "must be " + std::string(wanted) + ", not " + std::string(name_of(node->kind)),
        is_single ? "write it in quotes" : ""
    );
    return nullptr;
}

std::optional<std::string> toml_fields::text(std::string_view key, std::size_t bytes_max) const
{
    auto value = text_or_empty(key, bytes_max);
    if (!value || !value->empty())
        return value;
    report(key, "must not be empty");
    return std::nullopt;
}

std::optional<std::string>
toml_fields::text_or_empty(std::string_view key, std::size_t bytes_max) const
{
    const auto* const node = text_node(key, "a string");
    if (node == nullptr)
        return std::nullopt;
    if (has_control_character(node->text)) {
        report(key, "must be a single line without control characters");
        return std::nullopt;
    }
    if (node->text.size() > bytes_max) {
        report(key, "must not be longer than " + std::to_string(bytes_max) + " bytes");
        return std::nullopt;
    }
    return node->text;
}

std::optional<std::size_t>
toml_fields::choice(std::string_view key, std::span<const std::string_view> names) const
{
    const auto* const node = text_node(key, listed(names));
    if (node == nullptr)
        return std::nullopt;
    const auto found = std::ranges::find(names, node->text);
    if (found != names.end())
        return static_cast<std::size_t>(found - names.begin());
    std::string hint;
    if (const auto near = nearest_name(node->text, names))
        hint = "did you mean \"" + std::string(*near) + "\"?";
    report(key, in_quotes(node->text) + " is not " + listed(names), hint);
    return std::nullopt;
}

const toml_node* toml_fields::list(std::string_view key) const
{
    const auto* const node = table_.find(key);
    if (node == nullptr || node->kind == toml_kind::list)
        return node;
    report(key, "must be a list, not " + std::string(name_of(node->kind)), "enclose it in [ and ]");
    return nullptr;
}

void toml_fields::duration(std::string_view key, duration_range range, core::milliseconds& value)
    const
{
    const auto* node = table_.find(key);
    if (node != nullptr && node->kind == toml_kind::integer) {
        // The likeliest slip: seconds as a plain number.
        report(
            key,
            "must be a duration with a unit, not a plain number",
            "for seconds, write \"" + std::to_string(node->integer) + "s\""
        );
        return;
    }
    node = text_node(key, "a duration");
    if (node == nullptr)
        return;
    const auto read = parse_duration(node->text);
    if (!read) {
        report(key, in_quotes(node->text) + " is not a duration", std::string(duration_hint));
        return;
    }
    if (*read < range.least || *read > range.most) {
        report(
            key,
            in_quotes(node->text) + " is out of range: it must be from " +
                duration_text(range.least) + " to " + duration_text(range.most)
        );
        return;
    }
    value = *read;
}

void toml_fields::count(std::string_view key, count_range range, std::uint32_t& value) const
{
    const auto* const node = table_.find(key);
    if (node == nullptr)
        return;
    if (node->kind != toml_kind::integer) {
        report(
            key,
            "must be a whole number, not " + std::string(name_of(node->kind)),
            node->kind == toml_kind::text ? "write it without quotes" : ""
        );
        return;
    }
    if (node->integer < range.least || node->integer > range.most) {
        report(
            key,
            std::to_string(node->integer) + " is out of range: it must be from " +
                std::to_string(range.least) + " to " + std::to_string(range.most)
        );
        return;
    }
    value = static_cast<std::uint32_t>(node->integer);
}

void toml_fields::percent(std::string_view key, count_range range, std::uint32_t& value) const
{
    const auto* const node = table_.find(key);
    if (node == nullptr)
        return;
    if (node->kind == toml_kind::integer) {
        report(
            key,
            "must be a percentage with its sign, not a plain number",
            "write \"" + std::to_string(node->integer) + "%\" with the quotes"
        );
        return;
    }
    if (node->kind != toml_kind::text) {
        report(
            key,
            "must be a percentage, not " + std::string(name_of(node->kind)),
            std::string(percent_hint)
        );
        return;
    }
    const auto read = parse_percent(node->text);
    if (!read) {
        report(key, in_quotes(node->text) + " is not a percentage", std::string(percent_hint));
        return;
    }
    if (*read < range.least || *read > range.most) {
        report(
            key,
            in_quotes(node->text) + " is out of range: it must be from " +
                std::to_string(range.least) + "% to " + std::to_string(range.most) + '%'
        );
        return;
    }
    value = *read;
}

void toml_fields::factor(std::string_view key, count_range range, std::uint32_t& value) const
{
    const auto* const node = table_.find(key);
    if (node == nullptr)
        return;
    if (node->kind != toml_kind::integer && node->kind != toml_kind::fraction) {
        report(
            key,
            "must be a number, not " + std::string(name_of(node->kind)),
            node->kind == toml_kind::text ? "write it without quotes" : ""
        );
        return;
    }
    const double number =
        node->kind == toml_kind::integer ? static_cast<double>(node->integer) : node->fraction;
    const double hundredths = std::round(number * 100);
    // Written so that what is no number at all is refused, too.
    if (!(hundredths >= range.least && hundredths <= range.most)) {
        report(
            key,
            "is out of range: it must be from " + std::to_string(range.least / 100) + " to " +
                std::to_string(range.most / 100)
        );
        return;
    }
    value = static_cast<std::uint32_t>(hundredths);
}

} // namespace docwarden::daemon
