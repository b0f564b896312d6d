#include "core/base/iso8601.hpp"

namespace docwarden::core
{

namespace
{

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr wall_time year_1_begin{seconds(-62'135'596'800)};
constexpr wall_time year_10000_begin{seconds(253'402'300'800)};

// Reads a text from its front. Every function says whether it found what it was asked for.
class scanner
{
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    bool empty() const { return rest_.empty(); }

    bool accept(std::string_view any_of)
    {
        if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos)
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Exactly `digits` decimal digits.
    bool number(std::size_t digits, int& value)
    {
        if (rest_.size() < digits)
            return false;
        value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (!is_digit(rest_[i]))
                return false;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return true;
    }

    // 1 to 9 digits after a decimal point, as ticks of 100 ns.
    bool fraction(tick& value)
    {
        constexpr std::size_t digits_kept = 7;
        constexpr std::size_t digits_max = 9;
        tick::rep ticks = 0;
        std::size_t digits = 0;
        while (digits < rest_.size() && is_digit(rest_[digits])) {
            if (digits < digits_kept)
                ticks = ticks * 10 + (rest_[digits] - '0');
            ++digits;
        }
        if (digits == 0 || digits > digits_max)
            return false;
        for (std::size_t i = digits; i < digits_kept; ++i)
            ticks *= 10;
        rest_.remove_prefix(digits);
        value = tick(ticks);
        return true;
    }

private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    std::string_view rest_;
};

// `Z` or an offset, to the very end of the text.
bool scan_zone(scanner& in, seconds& offset)
{
    if (in.accept("Zz")) {
        offset = seconds(0);
        return in.empty();
    }
    const bool ahead = in.accept("+");
    if (!ahead && !in.accept("-"))
        return false;
    int hour = 0;
    int minute = 0;
    if (!in.number(2, hour))
        return false;
    if (!in.empty()) {
        (void)in.accept(":");
        if (!in.number(2, minute))
            return false;
    }
    offset = hours(hour) + minutes(minute);
    if (minute > 59 || offset > hours(18))
        return false;
    if (!ahead)
        offset = -offset;
    return in.empty();
}

void append_number(std::string& text, std::int64_t value, std::size_t digits)
{
    const std::size_t begin = text.size();
    text.append(digits, '0');
    for (std::size_t i = begin + digits; i > begin && value > 0; --i, value /= 10)
        text[i - 1] = static_cast<char>('0' + value % 10);
}

} // namespace

std::optional<wall_time> parse_date(std::string_view text)
{
    scanner in(text);
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!in.number(4, year) || !in.accept("-") || !in.number(2, month) || !in.accept("-") ||
        !in.number(2, day) || !in.accept("Tt ") || !in.number(2, hour) || !in.accept(":") ||
        !in.number(2, minute) || !in.accept(":") || !in.number(2, second))
        return std::nullopt;
    tick fraction(0);
    if (in.accept(".") && !in.fraction(fraction))
        return std::nullopt;
    seconds offset(0);
    if (!scan_zone(in, offset))
        return std::nullopt;

    const std::chrono::year_month_day date(
        std::chrono::year(year),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))
    );
    if (year < 1 || !date.ok() || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    const auto since_epoch = std::chrono::sys_days(date).time_since_epoch();
    const wall_time time(
        since_epoch + hours(hour) + minutes(minute) + seconds(second) + fraction - offset
    );
    // At both ends an offset leads out of the years that can be printed again.
    if (time < year_1_begin || time >= year_10000_begin)
        return std::nullopt;
    return time;
}

std::string format_date(wall_time time)
{
    const auto since_epoch = time.time_since_epoch();
    const auto day = std::chrono::floor<days>(since_epoch);
    const std::chrono::year_month_day date{std::chrono::sys_days(day)};
    const std::chrono::hh_mm_ss clock(since_epoch - day);

    std::string text;
    text.reserve(28);
    append_number(text, static_cast<int>(date.year()), 4);
    text += '-';
    append_number(text, static_cast<unsigned>(date.month()), 2);
    text += '-';
    append_number(text, static_cast<unsigned>(date.day()), 2);
    text += 'T';
    append_number(text, clock.hours().count(), 2);
    text += ':';
    append_number(text, clock.minutes().count(), 2);
    text += ':';
    append_number(text, clock.seconds().count(), 2);
    if (const auto fraction = clock.subseconds().count(); fraction != 0) {
        text += '.';
        append_number(text, fraction, 7);
    }
    text += 'Z';
    return text;
}

std::string format_second(wall_time time)
{
    return format_date(std::chrono::floor<std::chrono::seconds>(time));
}

} // namespace docwarden::core
