#pragma once
// The disk of a world: what the daemon has written down and what of it survives a crash. Its own
// faults are part of the world: at times it is full, or takes seconds.

#include "core/containment/state_writer.hpp"
#include "core/containment/stored_state.hpp"
#include "tests/sim/agenda.hpp"
#include "tests/sim/chance.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

namespace docwarden::proof
{

class disk
{
public:
    // `trouble_percent` of its hours are bad ones.
    disk(std::uint64_t seed, unsigned trouble_percent, agenda& time)
        : seed_(seed), trouble_percent_(trouble_percent), time_(time)
    {
    }

    // What came of it is told later, unless there is a crash before.
    void write(core::commit wanted, std::function<void(core::committed)> done);
    // The process is gone: of what is being written a first part may have got there.
    void crash();

    const core::stored_state& kept() const { return kept_; }
    // It is slow or full at times.
    bool has_trouble() const { return trouble_percent_ != 0; }

private:
    struct writing {
        core::commit wanted;
        std::function<void(core::committed)> done;
    };

    bool is_bad_hour() const;
    void finish_first();
    void keep(const core::commit& written);
    void keep(const core::account_record& account);
    void keep(const core::incident& subject);

    std::uint64_t seed_;
    unsigned trouble_percent_;
    agenda& time_;
    std::uint64_t writes_ = 0;
    span busy_until_{0};
    std::deque<writing> under_way_; // one after the other
    std::shared_ptr<int> life_ = std::make_shared<int>(0);
    core::stored_state kept_;
};

} // namespace docwarden::proof
