#include "core/audit/record_builder.hpp"

#include <algorithm>
#include <functional>

namespace docwarden::core
{

void record_builder::begin()
{
    record_.clear();
    problem_.clear();
    field_ = raw_record::field_count;
    is_target_ = false;
    is_in_list_ = false;
}

void record_builder::key(std::string_view name)
{
    is_target_ = name == "target";
    field_ = raw_record::field_count;
    for (std::uint8_t i = 0; i < raw_record::field_count; ++i) {
        if (raw_record::names[i] == name)
            field_ = static_cast<raw_record::field>(i);
    }
    // The last of two equal keys wins, as with every JSON reader: forget the first.
    if (is_target_) {
        record_.target_count = 0;
        record_.target_is_malformed = false;
    }
}

void record_builder::open_list()
{
    if (is_target_)
        is_in_list_ = true;
    else
        mark_malformed();
}

void record_builder::open_deeper()
{
    if (is_in_list_)
        record_.target_is_malformed = true;
}

// The current field has a value that is of no use, which is not the same as having none.
void record_builder::mark_malformed()
{
    if (is_target_)
        record_.target_is_malformed = true;
    else if (field_ != raw_record::field_count)
        record_.fields[field_].is = raw_field::type::other;
}

void record_builder::value(raw_field::type type, const std::string& text)
{
    if (!wants_value())
        return;
    // Prose may be long (titles are in it) and the display name decides nothing; only what is
    // compared must be whole.
    const bool may_be_cut = field_ == raw_record::action || field_ == raw_record::user;
    if (text.size() > text_length_max && !may_be_cut) {
        problem_ = "a field is longer than " + std::to_string(text_length_max) + " bytes: ";
        problem_ += is_target_ ? std::string_view("target") : raw_record::names[field_];
        return;
    }
    if (is_target_)
        add_target(type, text);
    else
        set_field(type, std::string_view(text).substr(0, text_length_max));
}

void record_builder::add_target(raw_field::type type, const std::string& text)
{
    if (type == raw_field::type::absent)
        return;
    if (type == raw_field::type::other || record_.target_count >= target_count_max) {
        record_.target_is_malformed = true;
        return;
    }
    if (record_.target.size() <= record_.target_count)
        record_.target.emplace_back();
    record_.target[record_.target_count++].assign(text);
}

void record_builder::set_field(raw_field::type type, std::string_view text)
{
    record_.fields[field_].is = type;
    record_.fields[field_].text.assign(text);
}

std::int64_t record_builder::id() const
{
    constexpr std::size_t digits_max = 18; // fits without a check for overflow
    const raw_field& id = record_.fields[raw_record::id];
    if (id.is != raw_field::type::integer || id.text.size() > digits_max)
        return 0;
    return std::max<std::int64_t>(std::stoll(id.text), 0); // rows are numbered from 1
}

std::uint64_t record_builder::fingerprint() const
{
    std::uint64_t mixed = 0;
    const auto mix_in = [&](std::string_view text) {
        mixed = (mixed ^ std::hash<std::string_view>()(text)) * 0x9E3779B97F4A7C15U;
    };
    for (const raw_field& field : record_.fields)
        mix_in(field.text);
    for (std::size_t i = 0; i < record_.target_count; ++i)
        mix_in(record_.target[i]);
    return mixed;
}

} // namespace docwarden::core
