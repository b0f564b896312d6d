#include "net/base/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace docwarden::net
{

namespace
{

constexpr std::array<std::string_view, 12>
    month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7>
    day_names{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Takes a date apart from left to right. After the first mismatch everything fails, so the callers
// read like the formats and ask once, at the end.
class date_reader
{
public:
    explicit date_reader(std::string_view text) : rest_(text) {}

    void literal(std::string_view expected)
    {
        ok_ = ok_ && rest_.starts_with(expected);
        if (ok_)
            rest_.remove_prefix(expected.size());
    }

    // The first `length` letters of a weekday, or all of them for 0.
    void weekday(std::size_t length)
    {
        for (const auto name : day_names) {
            const auto word = length == 0 ? name : name.substr(0, length);
            if (ok_ && rest_.starts_with(word)) {
                rest_.remove_prefix(word.size());
                return;
            }
        }
        ok_ = false;
    }

    unsigned month()
    {
        const auto* const found =
            std::find(month_names.begin(), month_names.end(), rest_.substr(0, 3));
        ok_ = ok_ && found != month_names.end();
        if (!ok_)
            return 1;
        rest_.remove_prefix(3);
        return static_cast<unsigned>(found - month_names.begin()) + 1;
    }

    // Exactly `width` digits, of which the first may be a blank in asctime's day.
    int number(std::size_t width, bool blank_first = false)
    {
        int value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            const bool blank = blank_first && i == 0 && rest_.starts_with(' ');
            ok_ = ok_ && !rest_.empty() && (blank || is_digit(rest_.front()));
            if (!ok_)
                return 0;
            value = value * 10 + (blank ? 0 : rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }

    void time_of_day()
    {
        hour_ = number(2);
        literal(":");
        minute_ = number(2);
        literal(":");
        second_ = number(2);
        // 60 is a leap second: the first moment of the next minute.
        ok_ = ok_ && hour_ <= 23 && minute_ <= 59 && second_ <= 60;
    }

    std::optional<core::wall_time> value(int year, unsigned month, int day) const
    {
        using namespace std::chrono;
        const auto date = std::chrono::year{year} / std::chrono::month{month} /
                          std::chrono::day{static_cast<unsigned>(day)};
        if (!ok_ || !rest_.empty() || !date.ok())
            return std::nullopt;
        const auto since_epoch =
            sys_days(date).time_since_epoch() + hours(hour_) + minutes(minute_) + seconds(second_);
        return core::wall_time(duration_cast<core::tick>(since_epoch));
    }

private:
    std::string_view rest_;
    bool ok_ = true;
    int hour_ = 0;
    int minute_ = 0;
    int second_ = 0;
};

std::optional<core::wall_time> parse_imf_fixdate(std::string_view text)
{
    date_reader reader(text);
    reader.weekday(3);
    reader.literal(", ");
    const int day = reader.number(2);
    reader.literal(" ");
    const unsigned month = reader.month();
    reader.literal(" ");
    const int year = reader.number(4);
    reader.literal(" ");
    reader.time_of_day();
    reader.literal(" GMT");
    return reader.value(year, month, day);
}

std::optional<core::wall_time> parse_rfc850(std::string_view text)
{
    date_reader reader(text);
    reader.weekday(0);
    reader.literal(", ");
    const int day = reader.number(2);
    reader.literal("-");
    const unsigned month = reader.month();
    reader.literal("-");
    const int short_year = reader.number(2);
    reader.literal(" ");
    reader.time_of_day();
    reader.literal(" GMT");
    // The RFC pivots around today. A fixed pivot needs no clock and is the same until 2069.
    return reader.value(short_year + (short_year < 70 ? 2000 : 1900), month, day);
}

std::optional<core::wall_time> parse_asctime(std::string_view text)
{
    date_reader reader(text);
    reader.weekday(3);
    reader.literal(" ");
    const unsigned month = reader.month();
    reader.literal(" ");
    const int day = reader.number(2, true);
    reader.literal(" ");
    reader.time_of_day();
    reader.literal(" ");
    const int year = reader.number(4);
    return reader.value(year, month, day);
}

// Digits only; however many, the result is at most retry_after_max.
std::optional<std::chrono::seconds> parse_seconds(std::string_view digits)
{
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit))
        return std::nullopt;
    std::chrono::seconds::rep value = 0;
    const auto end = digits.data() + digits.size();
    const auto [parsed, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc{})
        return retry_after_max;
    return std::min(std::chrono::seconds(value), retry_after_max);
}

} // namespace

std::optional<core::wall_time> parse_http_date(std::string_view text)
{
    for (const auto parse : {parse_imf_fixdate, parse_rfc850, parse_asctime}) {
        const auto date = parse(text);
        if (date)
            return date;
    }
    return std::nullopt;
}

std::optional<std::chrono::seconds>
parse_retry_after(std::string_view text, std::optional<core::wall_time> date)
{
    if (text.starts_with('-') && parse_seconds(text.substr(1)))
        return std::chrono::seconds(0);
    if (const auto pause = parse_seconds(text))
        return pause;
    const auto until = parse_http_date(text);
    if (!until || !date)
        return std::nullopt;
    const auto pause = std::chrono::duration_cast<std::chrono::seconds>(*until - *date);
    return std::clamp(pause, std::chrono::seconds(0), retry_after_max);
}

} // namespace docwarden::net
