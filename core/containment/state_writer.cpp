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
    kept_[kept.user] = {kept, true};
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
    if (under_way_ || !due_ || now < *due_)
        return std::nullopt;
    commit made{last_ + 1, {}};
    commit_under_way parts{made.id, now, {}, {}};
    // An account names its incidents: they come first, so that they are never missed.
    take_incidents(made, parts, incident_of);
    take_accounts(made, parts, account_of);
    if (accounts_.empty() && incidents_.empty())
        due_.reset();
    if (made.records.empty())
        return std::nullopt;
    DOCWARDEN_ASSERT(made.records.size() <= records_max);
    last_ = made.id;
    under_way_ = std::move(parts);
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
        kept_[user] = {*current, false};
        made.records.emplace_back(std::move(*current));
        parts.users.push_back(std::move(user));
    }
}

std::vector<std::string>
state_writer::on_committed(const committed& outcome, mono_time now, random_source& random)
{
    if (!under_way_ || under_way_->id != outcome.id)
        return {};
    commit_under_way parts = std::move(*under_way_);
    under_way_.reset();
    const bool is_done = outcome.problem.empty();
    for (const std::string& user : parts.users) {
        const auto written = kept_.find(user);
        if (written == kept_.end())
            continue; // what is on the disk is unknown since
        if (is_done)
            written->second.is_on_disk = true;
        else
            kept_.erase(written);
    }
    if (is_done) {
        failures_ = 0;
        return std::move(parts.users);
    }
    accounts_.insert(parts.users.begin(), parts.users.end());
    incidents_.insert(parts.incidents.begin(), parts.incidents.end());
    due_ = now + backoff_pause(++failures_, pause_max, random);
    return {accounts_.begin(), accounts_.end()};
}

bool state_writer::is_on_disk(const account_record& current) const
{
    const auto known = kept_.find(current.user);
    if (known == kept_.end() || !known->second.is_on_disk)
        return false;
    account_record kept = known->second.newest;
    if (kept.counted && current.counted && *current.counted - *kept.counted < counted_slack)
        kept.counted = current.counted;
    return kept == current;
}

bool state_writer::is_failing(mono_time now) const
{
    return failures_ > 0 || (under_way_ && *late_at() <= now);
}

std::optional<mono_time> state_writer::late_at() const
{
    if (!under_way_)
        return std::nullopt;
    return under_way_->since + containment::commit_patience;
}

std::optional<mono_time> state_writer::due() const
{
    return under_way_ ? std::nullopt : due_;
}

} // namespace docwarden::core
