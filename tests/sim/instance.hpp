#pragma once
// One life of the daemon in a world, from its start to its crash or stop. The engine alone
// can be run, with the client's requests and answers as values, which is fast; or the daemon's
// whole portal_runner over Asio.

#include "core/engine/engine.hpp"
#include "core/settings/engine_settings.hpp"
#include "tests/sim/agenda.hpp"
#include "tests/sim/network.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace docwarden::proof
{

class instance
{
public:
    struct hooks {
        std::function<void(const core::report&)> report;
        std::function<void()> stepped;
        // To be answered by `committed`, later.
        std::function<void(core::commit)> commit;
    };

    // Destruction is the crash: nothing more happens, whatever is under way.
    virtual ~instance() = default;

    // With what an earlier life has written down.
    virtual void start(core::stored_state kept) = 0;
    virtual void committed(const core::committed& outcome) = 0;
    virtual void reconfigure(core::engine_settings settings) = 0;
    virtual void scan() = 0;
    // An orderly end begins; it is over after `patience` at the latest.
    virtual void stop(span patience) = 0;
    virtual core::engine_status status() const = 0;
    virtual std::map<core::containment_state, std::size_t> cases_by_state() const = 0;

    // What it waits for by itself, beside the agenda.
    virtual std::optional<core::mono_time> next_deadline() const = 0;
    // Time has come to what the agenda says: do what is due. True if anything was done.
    virtual bool run_due() = 0;
};

enum class way {
    messages,   // the engine; most pages as rows (tests/sim/network.hpp)
    texts,      // the engine; every request and answer as HTTP text
    coroutines, // the whole portal_runner over Asio; HTTP text
};

// What the arguments refer to must outlive it.
std::unique_ptr<instance> make_instance(
    way how,
    const core::engine_settings& settings,
    std::chrono::milliseconds request_timeout,
    std::uint64_t seed,
    agenda& time,
    network& portal,
    instance::hooks on
);

} // namespace docwarden::proof
