#pragma once
// The way between daemon and portal in a world: how long it takes, what befalls a request, and what
// of its answer arrives. The daemon may be gone when the answer comes; the portal's effect stays.

#include "net/http_message.hpp"
#include "tests/portal/portal_model.hpp"
#include "tests/sim/agenda.hpp"
#include "tests/sim/chance.hpp"
#include "tests/sim/history.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace docwarden::proof
{

class network
{
public:
    using answer = boost::system::result<net::http_response>;
    using receiver = std::function<void(answer)>;

    // What the world wants to know about traffic.
    struct hooks {
        // A request is about to leave, with what will befall it.
        std::function<void(const net::http_request&, std::optional<trouble>)> sent;
        // The portal has handled a request.
        std::function<void(const net::http_request&)> handled;
        // An answer, or why there is none, is about to reach the daemon.
        std::function<void(const net::http_request&, const answer&)> answered;
    };

    // `as_bytes`: answers go through HTTP text and its reader even when nothing is wrong with them.
    network(
        const profile& world,
        sim::portal_model& portal,
        agenda& time,
        std::string api_key,
        bool as_bytes,
        hooks on
    );

    // `receive` is called once, later, and not before the next turn of the agenda.
    void send(net::http_request request, receiver receive);

    void begin_outage() { ++outages_; }
    void end_outage() { --outages_; }
    void begin(const happening& what) { active_.insert({what.variety, {what, 0}}); }
    void end(const happening& what) { active_.erase(what.variety); }
    // A late effect is still on its way to that account.
    bool has_late_effect() const { return late_effects_ > 0; }

private:
    struct active_trouble {
        happening what;
        std::uint64_t asked = 0;
    };
    struct fate {
        std::optional<trouble> what;
        std::uint64_t variety = 0;
    };

    fate draw_fate(const net::http_request& request);
    sim::http_reply handle(const net::http_request& request, const fate& befalls);
    void arrive(const net::http_request& request, const fate& befalls, span back, receiver receive);
    void deliver(const net::http_request& request, answer what, const receiver& receive);
    void give_up_at(span deadline, const net::http_request& request, const receiver& receive);

    const profile& world_;
    sim::portal_model& portal_;
    agenda& time_;
    std::string authorization_;
    bool as_bytes_;
    hooks hooks_;
    unsigned outages_ = 0;
    std::map<std::uint64_t, active_trouble> active_; // by variety
    std::uint64_t requests_ = 0;
    unsigned late_effects_ = 0;
};

} // namespace docwarden::proof
