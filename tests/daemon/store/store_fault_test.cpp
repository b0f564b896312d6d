// A fault at each place of a story, one by one: what was said to be kept is kept, whole batches
// only, and the store goes on.

#include "daemon/store/store.hpp"
#include "tests/daemon/store/fault_disk.hpp"
#include "tests/daemon/store/random_state.hpp"
#include "tests/daemon/store/store_fixture.hpp"

#include <optional>

namespace docwarden::test::store_fault_test
{

namespace
{

using daemon::portal_record;
using daemon::store;

// Small enough that something is cut off in almost every batch.
const store::limits narrow{.closed_max = 2, .journal_max = 3};
const daemon::portal_key docs{"docs", "https://docs.example.com"};

// Seven batches, and what is kept after each of them.
struct story {
    struct state {
        portal_record record;
        std::int64_t entries = 0;
        std::int64_t last = 0; // the number of the last entry
        bool operator==(const state&) const = default;
    };
    std::vector<store::batch> batches;
    std::vector<state> states{state{}};

    story()
    {
        random_state random(1);
        for (int round = 0; round < 7; ++round) {
            daemon::portal_change change{docs, {}, {}};
            for (int i = 0; i < round % 4; ++i)
                change.records.push_back(random.record());
            if (round % 3 == 0)
                change.coverage = core::coverage_record{random.time(), {}};
            store::batch& all = batches.emplace_back();
            if (round != 5)
                all.changes.push_back(std::move(change));
            for (int i = 0; i < round % 3; ++i) {
                daemon::journal_entry& entry = all.entries.emplace_back();
                entry.told.message = std::string(round == 5 ? 5000 : 10, 'x');
            }
        }
    }
};

// The state of the store, which must have opened without a word.
std::optional<story::state> state_of(const store_fixture& place)
{
    store::opening opened = place.open(narrow);
    INFO(opened.problem << opened.warning);
    CHECK(opened.warning.empty());
    if (!opened.value) {
        CHECK(opened.problem == "");
        return std::nullopt;
    }
    const auto record = opened.value->load(docs);
    const auto chain = opened.value->verify();
    REQUIRE(record.has_value());
    REQUIRE(chain.has_value());
    CHECK(chain->problem.empty());
    const auto entries = opened.value->entries(0, 100);
    REQUIRE(entries.has_value());
    const std::int64_t last = entries->empty() ? 0 : entries->back().number;
    return story::state{*record, chain->entries, last};
}

// Writes batches from the one given on, with a restart in the middle, until one fails. Returns the
// number of the next.
std::size_t tell(const story& told, const store_fixture& place, std::size_t next)
{
    store::opening opened = place.open(narrow);
    for (; next < told.batches.size() && opened.value; ++next) {
        if (opened.value->write(told.batches[next]).has_error())
            return next;
        const auto chain = opened.value->verify();
        CHECK((chain.has_error() || chain->problem.empty())); // not readable is not broken
        if (chain.has_error())
            return next + 1;
        if (next == 4) {
            opened.value.reset();
            opened = place.open(narrow);
        }
    }
    return next;
}

story whole_story()
{
    story told;
    const store_fixture place;
    for (const store::batch& all : told.batches) {
        REQUIRE(place.open_well(narrow)->write(all).has_value());
        told.states.push_back(*state_of(place));
    }
    return told;
}

// The fault at the n-th place. False if the story was over before.
bool survives(const story& told, fault_disk::fault kind, unsigned nth, std::uint64_t seed)
{
    const store_fixture place;
    fault_disk disk;
    disk.plan(kind, nth);
    const std::size_t done = tell(told, place, 0);
    if (!disk.has_struck())
        return false;
    if (kind == fault_disk::fault::power_cut || kind == fault_disk::fault::torn_write)
        disk.restore(seed);
    disk.heal();
    CAPTURE(fault_disk::name_of(kind), nth, seed, done);
    const auto found = state_of(place);
    REQUIRE(found);
    // A batch that failed in its last step may be there all the same.
    std::size_t kept = done;
    if (done < told.batches.size() && *found != told.states[done])
        ++kept;
    CHECK(*found == told.states[kept]);
    CHECK(tell(told, place, kept) == told.batches.size());
    CHECK(state_of(place) == told.states.back());
    return true;
}

} // namespace

TEST_CASE("store_fault: wherever it strikes, what was kept stays, and the rest can follow")
{
    using fault = fault_disk::fault;
    const auto kind = GENERATE(
        fault::write_fails,
        fault::read_fails,
        fault::sync_fails,
        fault::full,
        fault::power_cut,
        fault::torn_write
    );
    const story told = whole_story();
    unsigned nth = 1;
    while (survives(told, kind, nth, nth))
        ++nth;
    INFO(fault_disk::name_of(kind) << " has " << nth - 1 << " places");
    CHECK(nth > 20);
    if (kind != fault::power_cut && kind != fault::torn_write)
        return;
    for (std::uint64_t seed = 1000; seed < 1040; ++seed) {
        const auto place = static_cast<unsigned>(core::random_source(seed).below(nth - 1));
        CHECK(survives(told, kind, place + 1, seed));
    }
}

} // namespace docwarden::test::store_fault_test
