#include "core/containment/state_writer.hpp"

#include "core/base/backoff.hpp"
#include "core/base/check.hpp"

#include <utility>

namespace docwarden::core
{

void state_writer::note_account(const std::string& user)
{
    accounts_.insert(user);
    due_ = mono_time::min();
}

void state_writer::note_incident(const std::string& id)
{
    incidents_.insert(id);
    due_ = mono_time::min();
}

void state_writer::on_restored(const account_record& kept)
{
    kept_[kept.user] = {kept, 0};
}

void state_writer::forget_kept()
{
    kept_.clear();
}

std::optional<commit> state_writer::next(
    mono_time now,
    const account_maker& account_of,
    const incident_maker& incident_of
)
{
    if (!due_ || now < *due_)
        return std::nullopt;
    commit made{last_ + 1, {}};
    commit_under_way parts{now, {}, {}};
    // An account names its incidents: they come first, so that they are never missed.
    take_incidents(made, parts, incident_of);
    take_accounts(made, parts, account_of);
    if (accounts_.empty() && incidents_.empty())
        due_.reset();
    if (made.records.empty())
        return std::nullopt;
    DOCWARDEN_ASSERT(made.records.size() <= records_max);
    last_ = made.id;
    under_way_.emplace(made.id, std::move(parts));
    return made;
}

void state_writer::take_incidents(
    commit& made,
    commit_under_way& parts,
    const incident_maker& incident_of
)
{
    while (!incidents_.empty() && made.records.size() < records_max) {
        std::string id = std::move(incidents_.extract(incidents_.begin()).value());
        std::optional<incident> kept = incident_of(id);
        if (!kept)
            continue;
        made.records.emplace_back(std::move(*kept));
        parts.incidents.push_back(std::move(id));
    }
}

void state_writer::take_accounts(
    commit& made,
    commit_under_way& parts,
    const account_maker& account_of
)
{
    while (!accounts_.empty() && made.records.size() < records_max) {
        std::string user = std::move(accounts_.extract(accounts_.begin()).value());
        std::optional<account_record> current = account_of(user);
        if (!current)
            continue;
        const auto known = kept_.find(user);
        if (known != kept_.end() && known->second.newest == *current)
            continue; // written, or about to be
        kept_[user] = {*current, made.id};
        made.records.emplace_back(std::move(*current));
        parts.users.push_back(std::move(user));
    }
}

std::vector<std::string>
state_writer::on_committed(const committed& outcome, mono_time now, random_source& random)
{
    const auto known = under_way_.find(outcome.id);
    if (known == under_way_.end())
        return {};
    commit_under_way parts = std::move(known->second);
    under_way_.erase(known);
    const bool is_done = outcome.problem.empty();
    for (const std::string& user : parts.users) {
        const auto written = kept_.find(user);
        if (written == kept_.end() || written->second.by != outcome.id)
            continue; // a later commit holds what is newer
        if (is_done) {
            written->second.by = 0;
        } else {
            kept_.erase(written);
            accounts_.insert(user);
        }
    }
    if (is_done) {
        failures_ = 0;
        return std::move(parts.users);
    }
    incidents_.insert(parts.incidents.begin(), parts.incidents.end());
    due_ = now + backoff_pause(++failures_, pause_max, random);
    return std::move(parts.users);
}

bool state_writer::is_on_disk(const account_record& current) const
{
    const auto known = kept_.find(current.user);
    if (known == kept_.end() || known->second.by != 0)
        return false;
    account_record kept = known->second.newest;
    if (kept.counted && current.counted && *current.counted - *kept.counted < counted_slack)
        kept.counted = current.counted;
    return kept == current;
}

bool state_writer::is_failing(mono_time now) const
{
    return failures_ > 0 || (!under_way_.empty() && *late_at() <= now);
}

std::optional<mono_time> state_writer::late_at() const
{
    if (under_way_.empty())
        return std::nullopt;
    return under_way_.begin()->second.since + containment::commit_patience;
}

std::optional<mono_time> state_writer::due() const
{
    return due_;
}

} // namespace docwarden::core
