#pragma once
// A TOML text as a plain tree with positions. It knows the language only, not what the keys mean,
// and keeps the parser's own headers out of everything else.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace docwarden::daemon
{

struct text_position {
    unsigned line = 0;   // from 1; 0 for no position
    unsigned column = 0; // from 1, in characters
    auto operator<=>(const text_position&) const = default;
};

enum class toml_kind { text, integer, fraction, truth, moment, list, table };

// A value and, inside a table, its key. The document itself is a table without a key.
struct toml_node {
    toml_kind kind = toml_kind::table;
    std::string key;
    text_position key_position;
    text_position position;          // of the value; of its header for a [table]
    std::string text;                // if kind is text
    std::int64_t integer = 0;        // if kind is integer
    double fraction = 0;             // if kind is fraction
    std::vector<toml_node> children; // of a list in order; of a table in the order of the file

    // The table's value of that key, or null.
    const toml_node* find(std::string_view name) const;
};

struct toml_fault {
    text_position position;
    std::string message;
};

// The document, or the first place where it is no TOML 1.0 or no UTF-8.
std::variant<toml_node, toml_fault> parse_toml(std::string_view text);

} // namespace docwarden::daemon
