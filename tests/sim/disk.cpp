#include "tests/sim/disk.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace docwarden::proof
{

namespace
{

using namespace std::chrono_literals;

} // namespace

bool disk::is_bad_hour() const
{
    const auto hour = static_cast<std::uint64_t>(time_.elapsed() / 1h);
    return chance(seed_, 500 + hour).percent(trouble_percent_);
}

void disk::write(core::commit wanted, std::function<void(core::committed)> done)
{
    chance draw(seed_ + ++writes_, 501);
    span length = draw.between(span(200us), span(1ms));
    if (is_bad_hour() && draw.percent(30))
        length = draw.between(span(1ms), span(5s));
    busy_until_ = std::max(busy_until_, time_.elapsed()) + length;
    under_way_.push_back({std::move(wanted), std::move(done)});
    time_.at(busy_until_, [this, life = std::weak_ptr(life_)] {
        if (!life.expired())
            finish_first();
    });
}

void disk::finish_first()
{
    const writing next = std::move(under_way_.front());
    under_way_.pop_front();
    chance draw(seed_ + next.wanted.id + writes_, 502);
    if (is_bad_hour() && draw.percent(50)) {
        next.done({next.wanted.id, "database or disk is full"});
        return;
    }
    keep(next.wanted);
    next.done({next.wanted.id, {}});
}

void disk::crash()
{
    life_ = std::make_shared<int>(0);
    chance draw(seed_ + writes_, 503);
    const std::uint64_t written = draw.below(under_way_.size() + 1);
    for (std::uint64_t i = 0; i < written && !is_bad_hour(); ++i)
        keep(under_way_[i].wanted);
    under_way_.clear();
    busy_until_ = span(0);
}

void disk::keep(const core::commit& written)
{
    for (const core::state_record& record : written.records)
        std::visit([this](const auto& concrete) { keep(concrete); }, record);
}

void disk::keep(const core::account_record& account)
{
    std::erase_if(kept_.accounts, [&](const auto& old) { return old.user == account.user; });
    kept_.accounts.push_back(account);
}

void disk::keep(const core::incident& subject)
{
    const auto known = std::find_if(
        kept_.incidents.begin(),
        kept_.incidents.end(),
        [&](const core::incident& old) { return old.id == subject.id; }
    );
    if (known == kept_.incidents.end())
        kept_.incidents.push_back(subject);
    else
        *known = subject;
}

} // namespace docwarden::proof
