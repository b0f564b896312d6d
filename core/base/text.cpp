#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace docwarden::core
{

char lower_case(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower_case(std::string_view text)
{
    std::string result(text);
    for (char& c : result)
        c = lower_case(c);
    return result;
}

std::string_view trim(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_guid(std::string_view text)
{
    constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char f) {
        const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        return f == '-' ? c == '-' : is_hex;
    });
}

bool is_visible_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string format_span(std::chrono::milliseconds span)
{
    struct unit {
        std::int64_t milliseconds;
        const char* suffix;
    };
    constexpr std::array<unit, 5> units{
        {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}, {1, "ms"}}};
    std::int64_t rest = span.count();
    if (rest <= 0)
        return "0s";
    std::string text;
    int shown = 0;
    for (const unit& u : units) {
        if (rest < u.milliseconds || shown == 2)
            continue;
        if (shown++ > 0)
            text += ' ';
        text += std::to_string(rest / u.milliseconds) + u.suffix;
        rest %= u.milliseconds;
    }
    return text;
}

namespace
{

// The length of the well-formed UTF-8 sequence at the start of `text` and its code point; length 0
// if there is none (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
struct decoded {
    std::size_t length = 0;
    std::uint32_t code_point = 0;
};

decoded decode_utf8(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]))
                               : 0U;
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80)
        return {1, lead};
    if (lead >= 0xC2 && lead <= 0xDF && continues(1))
        return {2, ((lead & 0x1FU) << 6) | (byte(1) & 0x3FU)};
    if ((lead & 0xF0U) == 0xE0U && continues(1) && continues(2)) {
        const std::uint32_t point =
            ((lead & 0x0FU) << 12) | ((byte(1) & 0x3FU) << 6) | (byte(2) & 0x3FU);
        if (point >= 0x800 && (point < 0xD800 || point > 0xDFFF))
            return {3, point};
    }
    if (lead >= 0xF0 && lead <= 0xF4 && continues(1) && continues(2) && continues(3)) {
        const std::uint32_t point = ((lead & 0x07U) << 18) | ((byte(1) & 0x3FU) << 12) |
                                    ((byte(2) & 0x3FU) << 6) | (byte(3) & 0x3FU);
        if (point >= 0x10000 && point <= 0x10FFFF)
            return {4, point};
    }
    return {};
}

// Code points that Unicode promises never to assign. journalctl takes a message that holds one for
// binary and shows "[64B blob data]" in its place: a user's name could hide the alert about it.
bool is_noncharacter(std::uint32_t point)
{
    return (point >= 0xFDD0 && point <= 0xFDEF) || (point & 0xFFFEU) == 0xFFFEU;
}

// Letters that are drawn as nothing: a name made of them looks empty.
bool is_blank_letter(std::uint32_t point)
{
    return point == 0x115F || point == 0x1160 || point == 0x180E || point == 0x3164 ||
           point == 0xFFA0;
}

// Characters that move, hide or break text on a terminal or in a log viewer.
bool is_deceptive(std::uint32_t point)
{
    return is_noncharacter(point) || is_blank_letter(point) || point < 0x20 ||
           (point >= 0x7F && point <= 0x9F) || point == '\\' || point == 0xAD || point == 0x61C ||
           (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF ||
           (point >= 0xFFF9 && point <= 0xFFFB) || (point >= 0xE0000 && point <= 0xE007F);
}

std::string in_hex(std::uint32_t value, std::size_t digits_min)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    while (value != 0 || text.size() < digits_min) {
        text.insert(text.begin(), digits[value & 0xFU]);
        value >>= 4;
    }
    return text;
}

// How the character or the broken byte at the start of a text is written, and how long it was.
struct escaped_piece {
    std::string text;
    std::size_t length = 1;
};

escaped_piece escape_first(std::string_view text)
{
    const decoded next = decode_utf8(text);
    if (next.length == 0)
        return {"\\x" + in_hex(static_cast<unsigned char>(text.front()), 2), 1};
    if (next.code_point == '\\')
        return {"\\\\", 1};
    if (is_deceptive(next.code_point))
        return {"\\u{" + in_hex(next.code_point, 1) + "}", next.length};
    return {std::string(text.substr(0, next.length)), next.length};
}

} // namespace

std::string escape_text(std::string_view text, std::size_t length_max)
{
    std::string safe;
    safe.reserve(std::min(text.size(), length_max));
    while (!text.empty()) {
        const escaped_piece piece = escape_first(text);
        // Whole pieces only: half an escape would read as something else.
        if (safe.size() + piece.text.size() > length_max) {
            safe += "…";
            break;
        }
        safe += piece.text;
        text.remove_prefix(piece.length);
    }
    return safe;
}

std::string clip_text(std::string_view text, std::size_t length_max)
{
    if (text.size() <= length_max)
        return std::string(text);
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    std::size_t end = length_max;
    // Text that is not UTF-8 at all is cut where it is.
    for (int back = 0; back < 3 && end > 0 && continues(end); ++back)
        --end;
    return std::string(text.substr(0, end)) + "…";
}

std::string counted(std::size_t count, const char* singular, const char* plural)
{
    return std::to_string(count) + ' ' + (count == 1 ? singular : plural);
}

} // namespace docwarden::core
