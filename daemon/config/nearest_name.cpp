#include "daemon/config/nearest_name.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace docwarden::daemon
{

namespace
{

// Longer texts are no slip of a short name, and the work grows with the length.
constexpr std::size_t length_max = 64;

// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, each one
// slip. Three rows of the table are enough because a swap looks back two.
std::size_t slips_between(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(before_last, last);
        std::swap(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[b.size()];
}

} // namespace

std::optional<std::string_view>
nearest_name(std::string_view typed, std::span<const std::string_view> names)
{
    if (typed.size() > length_max)
        return std::nullopt;
    std::optional<std::string_view> nearest;
    std::size_t fewest = 0;
    for (const auto name : names) {
        const std::size_t slips = slips_between(typed, name);
        // A third of the letters wrong is another word.
        if (slips > std::max<std::size_t>(1, name.size() / 3))
            continue;
        if (!nearest || slips < fewest) {
            nearest = name;
            fewest = slips;
        }
    }
    return nearest;
}

} // namespace docwarden::daemon
