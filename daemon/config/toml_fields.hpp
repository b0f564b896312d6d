#pragma once
// Reads the keys of one TOML table into checked values. A value that is wrong is reported and left
// at its default; a key that is not known is reported with the name it was probably meant to be.

#include "core/base/time.hpp"
#include "daemon/config/problem_list.hpp"
#include "daemon/config/toml_document.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace docwarden::daemon
{

// Both ends are allowed.
struct duration_range {
    core::milliseconds least;
    core::milliseconds most;
};

struct count_range {
    std::uint32_t least = 0;
    std::uint32_t most = 0;
};

// A value that the file may also have as text, for messages: quoted, escaped and cut.
std::string in_quotes(std::string_view text);

// The names as a sentence part: `"a", "b" or "c"`.
std::string listed(std::span<const std::string_view> names);

class toml_fields
{
public:
    // `path` is the table's own, for instance "rule[2]". All three must outlive this object.
    toml_fields(const toml_node& table, std::string path, problem_list& problems);

    const std::string& path() const { return path_; }
    problem_list& problems() const { return problems_; }

    // The path of one of its keys.
    std::string path_of(std::string_view key) const { return path_ + '.' + std::string(key); }
    // Reports something about the value of a key that is there.
    void report(std::string_view key, std::string message, std::string hint = {}) const;

    // Reports the key if it is not there; `example` is a line to write, for instance `window =
    // "10m"`.
    void require(std::string_view key, std::string_view example) const;

    // Each reads a key if it is there, and is empty if it is not or is wrong.
    // A text of one line: not empty, no control characters, at most `bytes_max` bytes.
    std::optional<std::string> text(std::string_view key, std::size_t bytes_max = 4096) const;
    // The same, but may be empty.
    std::optional<std::string>
    text_or_empty(std::string_view key, std::size_t bytes_max = 4096) const;
    // The index of the name that the key has as its value.
    std::optional<std::size_t>
    choice(std::string_view key, std::span<const std::string_view> names) const;
    // The list itself; its items are not checked.
    const toml_node* list(std::string_view key) const;

    // Each reads a key into `value` if it is there and right.
    void duration(std::string_view key, duration_range range, core::milliseconds& value) const;
    void count(std::string_view key, count_range range, std::uint32_t& value) const;
    // A text like "10%": a whole number of percent.
    void percent(std::string_view key, count_range range, std::uint32_t& value) const;
    // A number that may have a fraction, in hundredths, as the range is.
    void factor(std::string_view key, count_range range, std::uint32_t& value) const;

private:
    const toml_node* text_node(std::string_view key, std::string_view wanted) const;

    const toml_node& table_;
    std::string path_;
    problem_list& problems_;
};

// What a value is, for "must be ..., not ...".
std::string_view name_of(toml_kind kind);

} // namespace docwarden::daemon
