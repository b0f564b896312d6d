#include "daemon/store/row_reader.hpp"

#include <sqlite3.h>

namespace docwarden::daemon
{

void row_reader::note(const std::string& found)
{
    if (problem_.empty())
        problem_ = "table " + std::string(table_) + ", row " + std::to_string(row_.number(0)) +
                   ", " + row_.name(column_) + ": " + found + " cannot be understood";
}

std::int64_t row_reader::number()
{
    ++column_;
    if (!row_.is_number(column_))
        note(row_.is_null(column_) ? "null" : '"' + row_.text(column_) + '"');
    return row_.number(column_);
}

std::string row_reader::text()
{
    ++column_;
    if (row_.is_null(column_))
        note("null");
    else if (!row_.is_text(column_))
        note("what is no text");
    return row_.text(column_);
}

void row_reader::read(std::string& value)
{
    value = text();
}

void row_reader::read(std::int64_t& value)
{
    value = number();
}

void row_reader::read(core::wall_time& value)
{
    value = core::wall_time(core::tick(number()));
}

void row_reader::read(core::milliseconds& value)
{
    value = core::milliseconds(number());
}

void row_reader::read(bool& value)
{
    const std::int64_t found = number();
    if (found != 0 && found != 1)
        note(std::to_string(found));
    value = found != 0;
}

sqlite::result<void> row_reader::end() const
{
    if (!problem_.empty())
        return sqlite::error(SQLITE_MISMATCH, problem_);
    return {};
}

} // namespace docwarden::daemon
