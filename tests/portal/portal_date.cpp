#include "tests/portal/portal_date.hpp"

#include <array>
#include <charconv>

namespace docwarden::sim
{

namespace
{

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using utc_ticks = std::chrono::sys_time<core::tick>;

utc_ticks as_calendar(wall_time utc)
{
    return utc_ticks{utc.time_since_epoch()};
}

struct broken_down {
    std::chrono::year_month_day day;
    std::chrono::hh_mm_ss<core::tick> time;
    std::chrono::weekday weekday;
};

broken_down break_down(wall_time moment)
{
    const utc_ticks ticks = as_calendar(moment);
    const auto day = std::chrono::floor<days>(ticks);
    return {
        std::chrono::year_month_day{day},
        std::chrono::hh_mm_ss<core::tick>{ticks - day},
        std::chrono::weekday{day}};
}

std::string padded(std::int64_t value, std::size_t width)
{
    std::string digits = std::to_string(value);
    if (digits.size() < width)
        digits.insert(0, width - digits.size(), '0');
    return digits;
}

std::string print_seconds(const broken_down& parts)
{
    return padded(int{parts.day.year()}, 4) + '-' + padded(unsigned{parts.day.month()}, 2) + '-' +
           padded(unsigned{parts.day.day()}, 2) + 'T' + padded(parts.time.hours().count(), 2) +
           ':' + padded(parts.time.minutes().count(), 2) + ':' +
           padded(parts.time.seconds().count(), 2);
}

std::string print_offset(minutes offset)
{
    if (offset == minutes{0})
        return "Z";
    const auto size = std::chrono::abs(offset);
    return (offset < minutes{0} ? "-" : "+") + padded(size.count() / 60, 2) + ':' +
           padded(size.count() % 60, 2);
}

// 01:00 UTC of the last Sunday of that month.
wall_time switch_of(std::chrono::year year, std::chrono::month month)
{
    const auto day = std::chrono::sys_days{year / month / std::chrono::Sunday[std::chrono::last]};
    return wall_time{core::tick{day.time_since_epoch() + hours{1}}};
}

// A fixed number of digits at the front of `text`, which shrinks by them.
std::optional<int> take_number(std::string_view& text, std::size_t width)
{
    if (text.size() < width)
        return std::nullopt;
    int value = 0;
    for (const char digit : text.substr(0, width)) {
        if (digit < '0' || digit > '9')
            return std::nullopt;
        value = value * 10 + (digit - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take_char(std::string_view& text, char wanted)
{
    if (text.empty() || text.front() != wanted)
        return false;
    text.remove_prefix(1);
    return true;
}

// "+02:00" or "-05:30", all of the text.
std::optional<minutes> parse_offset(std::string_view text)
{
    if (text.empty() || (text.front() != '+' && text.front() != '-'))
        return std::nullopt;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hour = take_number(text, 2);
    if (!hour || !take_char(text, ':'))
        return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || !text.empty() || *minute > 59 || *hour * 60 + *minute > 14 * 60)
        return std::nullopt;
    return sign * minutes{*hour * 60 + *minute};
}

std::optional<core::tick> take_fraction(std::string_view& text)
{
    if (!take_char(text, '.'))
        return core::tick{0};
    const std::size_t end = text.find_first_not_of("0123456789");
    const std::size_t width = end == std::string_view::npos ? text.size() : end;
    // .NET's exact formats: "fff" and "fffffff". Python's six digits are refused.
    if (width == 3)
        return core::tick{take_number(text, 3).value_or(0) * 10'000};
    if (width == 7)
        return core::tick{take_number(text, 7).value_or(0)};
    return std::nullopt;
}

std::optional<std::chrono::sys_days> take_day(std::string_view& text)
{
    const auto year = take_number(text, 4);
    if (!year || *year == 0 || !take_char(text, '-'))
        return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take_char(text, '-'))
        return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day)
        return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year{*year},
        std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok())
        return std::nullopt;
    return std::chrono::sys_days{date};
}

std::optional<seconds> take_time_of_day(std::string_view& text)
{
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take_char(text, ':'))
        return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59 || !take_char(text, ':'))
        return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second || *second > 59)
        return std::nullopt;
    return seconds{*hour * 3600 + *minute * 60 + *second};
}

} // namespace

std::optional<zone> parse_zone(std::string_view text)
{
    struct named_zone {
        std::string_view name;
        int offset_minutes;
        bool has_summer_time;
    };
    static constexpr std::array named = {
        named_zone{"UTC", 0, false},
        named_zone{"Z", 0, false},
        named_zone{"Europe/London", 0, true},
        named_zone{"Europe/Lisbon", 0, true},
        named_zone{"Europe/Berlin", 60, true},
        named_zone{"Europe/Paris", 60, true},
        named_zone{"Europe/Madrid", 60, true},
        named_zone{"Europe/Rome", 60, true},
        named_zone{"Europe/Athens", 120, true},
        named_zone{"Europe/Riga", 120, true},
        named_zone{"Asia/Kolkata", 330, false},
        named_zone{"Asia/Tokyo", 540, false},
    };
    for (const named_zone& known : named) {
        if (known.name == text)
            return zone{std::string(text), minutes{known.offset_minutes}, known.has_summer_time};
    }
    if (const auto offset = parse_offset(text))
        return zone{std::string(text), *offset, false};
    return std::nullopt;
}

minutes offset_at(const zone& place, wall_time utc)
{
    if (place.summer_ends)
        return utc < *place.summer_ends ? place.offset + hours{1} : place.offset;
    if (!place.has_summer_time)
        return place.offset;
    const std::chrono::year year = break_down(utc).day.year();
    const bool summer =
        utc >= switch_of(year, std::chrono::March) && utc < switch_of(year, std::chrono::October);
    return summer ? place.offset + hours{1} : place.offset;
}

std::string print_portal_date(wall_time utc, const zone& place)
{
    const minutes offset = offset_at(place, utc);
    const wall_time local = utc + offset;
    // The same local time an hour later, in winter time: then it is ambiguous, and .NET takes
    // winter's offset for it.
    const bool ambiguous = offset_at(place, utc + hours{1}) < offset;
    const broken_down parts = break_down(local);
    return print_seconds(parts) + '.' + padded(parts.time.subseconds().count(), 7) +
           print_offset(ambiguous ? place.offset : offset);
}

std::optional<wall_time> parse_query_date(std::string_view text)
{
    const auto day = take_day(text);
    if (!day || !take_char(text, 'T'))
        return std::nullopt;
    const auto time_of_day = take_time_of_day(text);
    if (!time_of_day)
        return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction)
        return std::nullopt;
    const auto offset = text == "Z" ? std::optional<minutes>{minutes{0}} : parse_offset(text);
    if (!offset)
        return std::nullopt;
    return wall_time{core::tick{day->time_since_epoch()} + *time_of_day + *fraction - *offset};
}

std::string print_http_date(wall_time utc)
{
    static constexpr std::array<const char*, 7> weekdays = {
        "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const broken_down parts = break_down(utc);
    return std::string(weekdays.at(parts.weekday.c_encoding())) + ", " +
           padded(unsigned{parts.day.day()}, 2) + ' ' + months.at(unsigned{parts.day.month()} - 1) +
           ' ' + padded(int{parts.day.year()}, 4) + ' ' + print_seconds(parts).substr(11) + " GMT";
}

std::string print_utc(wall_time utc)
{
    const broken_down parts = break_down(utc);
    return print_seconds(parts) + '.' + padded(parts.time.subseconds().count() / 10'000, 3) + 'Z';
}

wall_time stored_date(wall_time action, bool has_microseconds)
{
    using std::chrono::floor;
    if (has_microseconds)
        return wall_time{floor<std::chrono::microseconds>(action.time_since_epoch())};
    const auto half_up = action.time_since_epoch() + std::chrono::milliseconds{500};
    return wall_time{floor<seconds>(half_up)};
}

} // namespace docwarden::sim
