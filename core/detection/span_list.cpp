#include "core/detection/span_list.hpp"

#include "core/base/check.hpp"

#include <algorithm>

namespace docwarden::core
{

merge_result merge_span(std::vector<breach_span>& known, const breach_span& span, tick window)
{
    breach_span joined = span;
    std::size_t absorbed = 0;
    breach_span absorbed_span;
    for (auto old = known.begin(); old != known.end();) {
        if (old->last + window < joined.first || joined.last + window < old->first) {
            ++old;
            continue;
        }
        ++absorbed;
        absorbed_span = *old;
        joined.first = std::min(joined.first, old->first);
        joined.last = std::max(joined.last, old->last);
        joined.newest = std::max(joined.newest, old->newest);
        joined.count = std::max(joined.count, old->count);
        joined.is_least = joined.is_least || old->is_least;
        old = known.erase(old);
    }
    const auto next = std::find_if(known.begin(), known.end(), [&](const breach_span& old) {
        return old.first > joined.first;
    });
    DOCWARDEN_ASSERT(joined.first <= joined.newest && joined.newest <= joined.last);
    DOCWARDEN_ASSERT(next == known.begin() || std::prev(next)->last + window < joined.first);
    DOCWARDEN_ASSERT(next == known.end() || joined.last + window < next->first);
    known.insert(next, joined);
    return {absorbed == 0, absorbed != 1 || joined != absorbed_span};
}

} // namespace docwarden::core
