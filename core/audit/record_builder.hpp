#pragma once
// Puts the values of one JSON record into a raw_record as they come by, whatever parser finds them:
// keeps the fields that matter, skips the rest, bounds every text. No JSON library here.

#include "core/audit/audit_record.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace docwarden::core
{

class record_builder
{
public:
    // A longer text makes its record a problem; only prose may be cut.
    static constexpr std::size_t text_length_max = 4096;
    static constexpr std::size_t target_count_max = 1024;

    void begin();
    // The key of the value that comes next.
    void key(std::string_view name);

    // The value is a list, or an object. Only the list of `target` is of use.
    void open_list();
    void close_list() { is_in_list_ = false; }
    void open_object() { mark_malformed(); }
    // A list or an object inside such a value.
    void open_deeper();

    // Whether the text of a scalar that is the key's value is needed, or of one in its list.
    bool wants_value() const { return is_target_ || field_ != raw_record::field_count; }
    bool wants_item() const { return is_in_list_; }
    // A scalar, as the value of the key or inside its list.
    void value(raw_field::type type, const std::string& text);

    const raw_record& record() const { return record_; }
    // What makes the record useless before it is even interpreted; empty if nothing does.
    const std::string& problem() const { return problem_; }
    // The record's own id for messages, 0 if it has no usable one.
    std::int64_t id() const;
    // Of what the record says: the same when it is read again.
    std::uint64_t fingerprint() const;

private:
    void mark_malformed();
    void add_target(raw_field::type type, const std::string& text);
    void set_field(raw_field::type type, std::string_view text);

    raw_record record_;
    std::string problem_;
    raw_record::field field_ = raw_record::field_count; // of the current key; field_count: skipped
    bool is_target_ = false;                            // the current key is "target"
    bool is_in_list_ = false;                           // ... and its list is open
};

} // namespace docwarden::core
