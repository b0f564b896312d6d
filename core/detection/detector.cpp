#include "core/detection/detector.hpp"

#include "core/audit/audit_record.hpp"
#include "core/base/check.hpp"
#include "core/detection/span_list.hpp"

#include <algorithm>

namespace docwarden::core
{

detector::detector(shared_rules rules)
    : rules_(std::move(rules)), choice_(std::make_shared<const rule_choice>(*rules_)),
      horizons_(rules_->size())
{
    index_actions();
}

void detector::ignore_user(std::string user)
{
    if (const auto known = users_.find(user); known != users_.end()) {
        for (auto& counts : known->second.tallies) {
            if (counts)
                entries_ -= counts->touches.size();
        }
        known->second.tallies.clear();
        known->second.tallies.resize(rules_->size());
    }
    ignored_user_ = std::move(user);
}

bool detector::add(const audit_event& event)
{
    if (event.object.empty() || event.user == ignored_user_ || is_pseudo_user(event.user))
        return false;
    auto match = std::lower_bound(
        rules_of_action_.begin(), rules_of_action_.end(), std::pair(event.action, std::size_t{0})
    );
    if (match == rules_of_action_.end() || match->first != event.action)
        return false;

    auto user = users_.find(std::string_view(event.user));
    if (user == users_.end()) {
        user = users_.try_emplace(event.user).first;
        user->second.tallies.resize(rules_->size());
    }
    user_record& record = user->second;
    DOCWARDEN_ASSERT(record.tallies.size() == rules_->size());
    if (record.ignore_before && event.time <= *record.ignore_before)
        return false;
    if (!event.user_name.empty() && record.name != event.user_name)
        record.name = event.user_name;

    std::optional<object_key> object; // a text is not kept for an event that is settled
    for (; match != rules_of_action_.end() && match->first == event.action; ++match) {
        const std::optional<wall_time>& horizon = horizons_[match->second];
        if (event.time < horizon)
            continue;
        if (!object)
            object = objects_.key_of(event.kind, event.object);
        auto& counts = record.tallies[match->second];
        if (!counts)
            counts.emplace(rules()[match->second].window);
        entries_ -= counts->touches.size();
        const bool changed = counts->touches.insert(event.time, *object);
        entries_ += counts->touches.size();
        if (!changed)
            continue;
        touch(*user, *counts);
        // What is older than this may have been forgotten already.
        if (horizon && event.time - counts->touches.window() < *horizon)
            counts->late = std::max(counts->late.value_or(event.time), event.time);
    }
    return true;
}

void detector::touch(user_map::value_type& user, tally& counts)
{
    counts.is_touched = true;
    if (!user.second.is_touched) {
        user.second.is_touched = true;
        touched_.push_back(&user);
    }
}

std::vector<breach> detector::take_breaches()
{
    std::vector<breach> found;
    for (user_map::value_type* user : touched_)
        collect(*user, found);
    touched_.clear();
    return found;
}

void detector::collect(user_map::value_type& user, std::vector<breach>& found)
{
    DOCWARDEN_ASSERT(user.second.is_touched);
    user.second.is_touched = false;
    for (std::size_t i = 0; i < user.second.tallies.size(); ++i) {
        if (user.second.tallies[i] && user.second.tallies[i]->is_touched)
            collect_rule(user, i, found);
    }
}

void detector::collect_rule(
    user_map::value_type& user,
    std::size_t rule_index,
    std::vector<breach>& found
)
{
    tally& counts = *user.second.tallies[rule_index];
    counts.is_touched = false;
    const rule& limit = rules()[rule_index];
    std::vector<breach_span> spans = counts.touches.breaches(limit.threshold);
    if (!choice_->applies(user.first, rule_index)) {
        condense(counts, limit, spans);
        return;
    }
    if (limit.warn != 0)
        collect_warnings(user, rule_index, found);
    for (breach_span& span : spans) {
        span.is_least = is_bounded(counts, span);
        const merge_result merged = merge_span(counts.known, span, limit.window);
        if (merged.changed)
            found.push_back({user.first, user.second.name, rule_index, span, merged.is_new});
    }
    condense(counts, limit, counts.known);
}

// A user far above the threshold must not fill the memory: of such a stretch later windows need the
// newest threshold + 1 objects. Not sooner than at a multiple, so that it stays cheap.
void detector::condense(tally& counts, const rule& limit, const std::vector<breach_span>& spans)
{
    const std::size_t objects_max = std::size_t{limit.threshold} + 1;
    for (const breach_span& span : spans) {
        if (counts.touches.size() <= 4 * objects_max + 64)
            break;
        const std::size_t before = counts.touches.size();
        counts.touches.condense(span, limit.threshold + 1);
        entries_ -= before - counts.touches.size();
        if (counts.touches.size() != before)
            counts.condensed_until =
                std::max(counts.condensed_until.value_or(span.last), span.last);
    }
}

// A stretch above the threshold is part of one above `warn`, so each is told once at most.
void detector::collect_warnings(
    user_map::value_type& user,
    std::size_t rule_index,
    std::vector<breach>& found
)
{
    tally& counts = *user.second.tallies[rule_index];
    const rule& limit = rules()[rule_index];
    for (const breach_span& span : counts.touches.breaches(limit.warn)) {
        const bool is_new = merge_span(counts.warned, span, limit.window).is_new;
        if (is_new && span.count <= limit.threshold)
            found.push_back({user.first, user.second.name, rule_index, span, true, true});
    }
}

// Whether touches are missing that the windows of that stretch had held.
bool detector::is_bounded(const tally& counts, const breach_span& span) const
{
    const wall_time needed_from = span.first - counts.touches.window();
    return needed_from <= counts.condensed_until || needed_from < given_up_before_ ||
           (span.first <= counts.late && counts.late <= span.last);
}

void detector::ignore_before(std::string_view user, wall_time time)
{
    auto known = users_.find(user);
    if (known == users_.end()) {
        known = users_.try_emplace(std::string(user)).first;
        known->second.tallies.resize(rules_->size());
    }
    user_record& record = known->second;
    record.ignore_before = std::max(record.ignore_before.value_or(time), time);
    for (auto& counts : record.tallies) {
        if (!counts)
            continue;
        entries_ -= counts->touches.size();
        counts->touches.forget_before(*record.ignore_before + tick(1));
        entries_ += counts->touches.size();
        // What is left is a new story: a stretch that began before that does not swallow it.
        counts->known.clear();
        counts->warned.clear();
        touch(*known, *counts);
    }
}

void detector::forget_before(wall_time watermark)
{
    for (std::size_t i = 0; i < rules_->size(); ++i)
        horizons_[i] = watermark - tick(rules()[i].window);
    if (std::all_of(horizons_.begin(), horizons_.end(), [&](const auto& horizon) {
            return *horizon >= given_up_before_;
        }))
        given_up_before_.reset();
    drop_settled(watermark);
    // Every text in use has an entry: without its windows a text must not stay, however many had
    // been in use before.
    if (objects_.texts() > 2 * std::min(texts_after_collection_, entries_) + 1024)
        collect_garbage();
}

void detector::make_room(std::size_t bytes_max)
{
    if (memory_bytes() > bytes_max)
        collect_garbage();
    // An eighth of the touches, then more: texts make some of them larger than others.
    for (std::size_t part = 8; memory_bytes() > bytes_max && entries_ > 0; part /= 2) {
        const wall_time end = time_of_rank(entries_ / part) + tick(1);
        for (auto& horizon : horizons_)
            horizon = std::max(horizon.value_or(end), end);
        given_up_before_ = std::max(given_up_before_.value_or(end), end);
        drop_settled(std::nullopt);
        collect_garbage();
    }
}

// The time of the touch that about `rank` others are older than. A sample of the touches suffices
// to find it; all of them may be millions.
wall_time detector::time_of_rank(std::size_t rank) const
{
    constexpr std::size_t sample_max = 65'536;
    const std::size_t stride = entries_ / sample_max + 1;
    std::vector<wall_time> sample;
    sample.reserve(entries_ / stride + 1);
    std::size_t position = 0;
    for (const auto& user : users_) {
        for (const auto& counts : user.second.tallies) {
            if (counts)
                counts->touches.for_each([&](wall_time time, object_key) {
                    if (position++ % stride == 0)
                        sample.push_back(time);
                });
        }
    }
    const std::size_t sample_rank = std::min(rank / stride, sample.size() - 1);
    const auto place = sample.begin() + static_cast<std::ptrdiff_t>(sample_rank);
    std::nth_element(sample.begin(), place, sample.end());
    return *place;
}

// Drops what lies before the horizons, and users of whom nothing is left. What is ignored before a
// time stays ignored until the watermark has left that time behind.
void detector::drop_settled(std::optional<wall_time> watermark)
{
    std::size_t entries = 0; // of all users: walking over them anyway, the sum is compared
    for (auto user = users_.begin(); user != users_.end();) {
        user_record& record = user->second;
        bool is_idle = !record.is_touched;
        for (std::size_t i = 0; i < record.tallies.size(); ++i) {
            auto& counts = record.tallies[i];
            if (!counts)
                continue;
            const wall_time horizon = *horizons_[i];
            entries_ -= counts->touches.size();
            counts->touches.forget_before(horizon);
            entries_ += counts->touches.size();
            const auto is_over = [&](const breach_span& span) { return span.last < horizon; };
            std::erase_if(counts->known, is_over);
            std::erase_if(counts->warned, is_over);
            entries += counts->touches.size();
            if (counts->touches.empty() && counts->known.empty() && counts->warned.empty() &&
                !counts->is_touched)
                counts.reset();
            is_idle = is_idle && !counts;
        }
        // It matters as long as events from before it could still turn up.
        is_idle =
            is_idle && (!record.ignore_before ||
                        (watermark && *record.ignore_before + std::chrono::hours(48) < *watermark));
        user = is_idle ? users_.erase(user) : std::next(user);
    }
    DOCWARDEN_ASSERT(entries == entries_);
}

void detector::expect_history()
{
    std::fill(horizons_.begin(), horizons_.end(), std::nullopt);
}

std::size_t detector::memory_bytes() const
{
    return entries_ * entry_bytes + users_.size() * user_bytes + objects_.text_bytes();
}

void detector::collect_garbage()
{
    objects_.collect_garbage([&](auto visit) {
        for (const auto& user : users_) {
            for (const auto& counts : user.second.tallies) {
                if (counts)
                    counts->touches.for_each([&](wall_time, object_key object) { visit(object); });
            }
        }
    });
    texts_after_collection_ = objects_.texts();
}

std::vector<evidence>
detector::evidence_of(std::string_view user, std::size_t rule, wall_time end, std::size_t count_max)
    const
{
    std::vector<evidence> found;
    const auto known = users_.find(user);
    if (known == users_.end() || !known->second.tallies[rule])
        return found;
    const distinct_window& touches = known->second.tallies[rule]->touches;
    const auto is_behind = [&](wall_time time) {
        return time <= end && end - time <= tick(rules()[rule].window);
    };
    // Counted first, so that of a window with thousands only these become texts.
    std::size_t left = 0;
    touches.for_each([&](wall_time time, object_key) { left += is_behind(time) ? 1U : 0U; });
    touches.for_each([&](wall_time time, object_key object) {
        if (is_behind(time) && left-- <= count_max)
            found.push_back({time, objects_.kind_of(object), objects_.id_of(object)});
    });
    return found;
}

std::uint32_t detector::count_at(std::string_view user, std::size_t rule, wall_time end) const
{
    const auto known = users_.find(user);
    if (known == users_.end() || !known->second.tallies[rule])
        return 0;
    return known->second.tallies[rule]->touches.count_at(end);
}

} // namespace docwarden::core
