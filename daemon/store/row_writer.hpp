#pragma once
// Runs a statement with values for its parameters, in their order, as docwarden.db keeps them:
// times as ticks, enumerations as words, nothing as null.

#include "core/base/time.hpp"
#include "daemon/store/sqlite.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace docwarden::daemon
{

inline void bind_value(sqlite::statement& to, int index, std::string_view text)
{
    to.bind(index, text);
}

inline void bind_value(sqlite::statement& to, int index, core::wall_time time)
{
    to.bind(index, time.time_since_epoch().count());
}

inline void bind_value(sqlite::statement& to, int index, core::milliseconds span)
{
    to.bind(index, std::int64_t{span.count()});
}

template <std::integral Number>
void bind_value(sqlite::statement& to, int index, Number number)
{
    to.bind(index, static_cast<std::int64_t>(number));
}

template <class Enum>
requires std::is_enum_v<Enum>
void bind_value(sqlite::statement& to, int index, Enum value)
{
    to.bind(index, to_string(value));
}

template <class Value>
void bind_value(sqlite::statement& to, int index, const std::optional<Value>& value)
{
    if (value)
        bind_value(to, index, *value); // what is not bound is null
}

template <class... Values>
sqlite::result<void> run(sqlite::statement& statement, const Values&... values)
{
    int index = 0;
    (bind_value(statement, ++index, values), ...);
    return statement.run();
}

template <class... Values>
sqlite::result<void> run(sqlite::database& db, std::string_view sql, const Values&... values)
{
    auto statement = db.prepare(sql);
    if (statement.has_error())
        return statement.error();
    return run(*statement, values...);
}

} // namespace docwarden::daemon
