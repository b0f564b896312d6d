#pragma once
// The way between daemon and portal in a world: how long it takes, what goes wrong with a request,
// and what of its answer arrives. The daemon may be gone when the answer comes; the portal's effect
// stays.
//
// There are two lanes. A request goes as HTTP, and the answer is read from its text; or, when
// nothing is wrong with it, a page of the audit trail goes as rows, each of which the product has
// read from its text once. Nearly all traffic is such pages, and the text of nearly all of them has
// been read before. A test holds the two lanes against each other.

#include "core/portal/portal_call.hpp"
#include "net/base/http_message.hpp"
#include "tests/portal/portal_model.hpp"
#include "tests/sim/agenda.hpp"
#include "tests/sim/history.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::proof
{

enum class request_kind { page, preflight, self, profile, disable, enable, count };

std::string_view to_string(request_kind kind);

// A request as somebody outside of the daemon sees it.
struct sent_request {
    request_kind kind = request_kind::page;
    std::string user; // of profile, disable and enable
    std::optional<fault_kind> fault;
};

// Which requests take the lane without text.
enum class lane { rows, text };

class network
{
public:
    using answer = boost::system::result<net::http_response>;
    using receiver = std::function<void(const answer&)>;
    using answer_receiver = std::function<void(core::answered)>;

    // What the world wants to know about traffic.
    struct hooks {
        std::function<void(const sent_request&)> sent;
        // The portal has handled a request to disable or enable that user.
        std::function<void(const std::string& user)> handled_change;
        // Audit rows are about to reach the daemon, by their ids.
        std::function<void(const std::vector<std::int64_t>&)> rows_arrive;
        // How many users are active is about to reach the daemon, as a readable answer.
        std::function<void()> users_counted;
    };

    network(
        const profile& world,
        sim::portal_model& portal,
        agenda& time,
        std::string api_key,
        lane pages,
        hooks on
    );

    // `receive` is called once, later, and not before the next turn of the agenda.
    void send(net::http_request request, receiver receive);
    void send(const core::call& call, answer_receiver receive);

    void begin_outage() { ++outages_; }
    void end_outage() { --outages_; }
    void begin(const event& cause) { active_.insert({cause.variety, {cause, 0}}); }
    void end(const event& cause) { active_.erase(cause.variety); }
    // A late effect is still on its way to some account.
    bool has_late_effect() const { return late_effects_ > 0; }

private:
    struct active_fault {
        event cause;
        std::uint64_t asked = 0;
    };
    struct transit_plan {
        std::optional<fault_kind> fault;
        std::uint64_t variety = 0;
        span there{0}; // how long the request takes to the portal
        span back{0};  // ... and its answer
    };

    transit_plan draw_plan(bool is_about_people, bool is_change);
    void send_as_text(net::http_request request, const transit_plan& plan, receiver receive);
    sim::http_reply handle(const net::http_request& request, const transit_plan& plan);
    void
    arrive(const net::http_request& request, const transit_plan& plan, const receiver& receive);
    void come_back(
        const net::http_request& request,
        const transit_plan& plan,
        sim::http_reply reply,
        const receiver& receive
    );
    void deliver(const net::http_request& request, const answer& got, const receiver& receive);
    void give_up_later(const net::http_request& request, const receiver& receive);
    void send_as_rows(const core::call& page, const transit_plan& plan, answer_receiver receive);
    void deliver_rows(const core::call& page, core::answered rows, const answer_receiver& receive);
    core::answered read_rows(const core::call& asked);
    const core::audit_page& page_of(const sim::audit_row& row);

    const profile& world_;
    sim::portal_model& portal_;
    agenda& time_;
    std::string authorization_;
    lane pages_;
    hooks hooks_;
    unsigned outages_ = 0;
    std::map<std::uint64_t, active_fault> active_; // by variety
    std::uint64_t requests_ = 0;
    unsigned late_effects_ = 0;
    std::vector<std::optional<core::audit_page>> read_; // by row number: a page of that row only
};

// The account whose status a request is to change, or an empty text if it is another request.
std::string subject_of_change(const net::http_request& request);

} // namespace docwarden::proof
