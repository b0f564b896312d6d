#pragma once
// Reads one row of a statement into values, column by column, and keeps what could not be
// understood: a null where none may be, another type, a word that is no value. It guesses nothing.
// The first column is the row's number, which an error names.

#include "core/base/time.hpp"
#include "daemon/store/sqlite.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace docwarden::daemon
{

// The value that `to_string` spells so. Such an enumeration begins at 0 and has no holes, and
// `to_string` calls "unknown" what lies beyond it.
template <class Enum>
std::optional<Enum> value_of_word(std::string_view word)
{
    for (int i = 0;; ++i) {
        const std::string_view candidate = to_string(static_cast<Enum>(i));
        if (candidate == "unknown")
            return std::nullopt;
        if (candidate == word)
            return static_cast<Enum>(i);
    }
}

class row_reader
{
public:
    row_reader(const sqlite::statement& row, std::string_view table) : row_(row), table_(table) {}

    // Each takes the next column.
    void read(std::string& value);
    void read(std::int64_t& value);
    void read(core::wall_time& value);
    void read(core::milliseconds& value);
    void read(bool& value);
    template <std::unsigned_integral Number>
    void read(Number& value);
    template <class Enum>
    requires std::is_enum_v<Enum>
    void read(Enum& value);
    // Nothing for a null.
    template <class Value>
    void read(std::optional<Value>& value);

    // What the column taken last holds is not what it should be.
    void note(const std::string& found);
    // What could not be understood first, if anything.
    sqlite::result<void> end() const;

private:
    std::int64_t number();
    std::string text();

    const sqlite::statement& row_;
    std::string_view table_;
    int column_ = 0; // taken last
    std::string problem_;
};

template <std::unsigned_integral Number>
void row_reader::read(Number& value)
{
    const std::int64_t found = number();
    if (std::in_range<Number>(found))
        value = static_cast<Number>(found);
    else
        note(std::to_string(found));
}

template <class Enum>
requires std::is_enum_v<Enum>
void row_reader::read(Enum& value)
{
    const std::string word = text();
    const auto known = value_of_word<Enum>(word);
    if (known)
        value = *known;
    else
        note('"' + word + '"');
}

template <class Value>
void row_reader::read(std::optional<Value>& value)
{
    if (row_.is_null(column_ + 1)) {
        value.reset();
        ++column_;
        return;
    }
    read(value.emplace());
}

} // namespace docwarden::daemon
