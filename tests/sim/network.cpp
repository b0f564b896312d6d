#include "tests/sim/network.hpp"

#include "net/ascii.hpp"
#include "net/error.hpp"
#include "net/http_date.hpp"
#include "tests/support/model_transport.hpp"

#include <algorithm>

namespace docwarden::proof
{

namespace
{

using namespace std::chrono_literals;

// What the reader makes of a well-formed answer, without the detour over its text.
net::http_response read_directly(sim::http_reply reply)
{
    net::http_response made;
    made.status = reply.status;
    made.content_type = net::lower_case(reply.content_type.substr(0, reply.content_type.find(';')));
    if (const std::string* date = reply.header("Date"))
        made.date = net::parse_http_date(*date);
    if (const std::string* pause = reply.header("Retry-After"))
        made.retry_after = net::parse_retry_after(*pause, made.date);
    if (const std::string* where = reply.header("Location"))
        made.location = *where;
    made.body = std::move(reply.body);
    return made;
}

bool is_spoiled(const sim::http_reply& reply)
{
    return reply.how.drop || reply.how.raw || reply.how.body_bytes_max.has_value();
}

} // namespace

network::network(
    const profile& world,
    sim::portal_model& portal,
    agenda& time,
    std::string api_key,
    bool as_bytes,
    hooks on
)
    : world_(world), portal_(portal), time_(time), authorization_("Bearer " + api_key),
      as_bytes_(as_bytes), hooks_(std::move(on))
{
}

network::fate network::draw_fate(const net::http_request& request)
{
    if (outages_ > 0)
        return {trouble::refused, 0};
    for (auto& [variety, one] : active_) {
        const bool is_for_disables =
            one.what.what == trouble::no_effect || one.what.what == trouble::false_success;
        if (!concerns(one.what.where, request.target) ||
            (is_for_disables && request.method != net::http_method::put))
            continue;
        chance draw(world_.seed + variety, 200 + one.asked++);
        if (draw.percent(world_.trouble_percent))
            return {one.what.what, draw.below(1'000'000)};
    }
    return {};
}

void network::send(net::http_request request, receiver receive)
{
    const fate befalls = draw_fate(request);
    hooks_.sent(request, befalls.what);
    chance draw(world_.seed, 1'000'000 + requests_++);
    const span there = draw.between(span(1ms), span(world_.latency_max));
    span back = draw.between(span(1ms), span(world_.latency_max));
    const span timeout(world_.request_timeout);
    const span deadline = time_.elapsed() + timeout;
    if (befalls.what == trouble::refused) {
        time_.in(there, [this, request, receive] {
            deliver(request, make_error_code(net::errc::connect_refused), receive);
        });
        return;
    }
    if (befalls.what == trouble::late_effect) {
        give_up_at(deadline, request, receive);
        ++late_effects_;
        time_.at(deadline + draw.between(span(0s), span(15s)), [this, request, befalls] {
            --late_effects_;
            (void)handle(request, befalls);
        });
        return;
    }
    if (befalls.what == trouble::timed_out) {
        give_up_at(deadline, request, receive);
        time_.in(there, [this, request, befalls] { (void)handle(request, befalls); });
        return;
    }
    if (befalls.what == trouble::slow)
        back += draw.between(span(0s), timeout - 2 * span(world_.latency_max) - 1s);
    time_.in(there, [this, request, befalls, back, receive] {
        arrive(request, befalls, back, receive);
    });
}

void network::deliver(const net::http_request& request, answer what, const receiver& receive)
{
    hooks_.answered(request, what);
    receive(std::move(what));
}

void network::give_up_at(span deadline, const net::http_request& request, const receiver& receive)
{
    time_.at(deadline, [this, request, receive] {
        deliver(request, make_error_code(net::errc::answer_timeout), receive);
    });
}

void network::arrive(
    const net::http_request& request,
    const fate& befalls,
    span back,
    receiver receive
)
{
    if (outages_ > 0) {
        deliver(request, make_error_code(net::errc::connection_lost), receive);
        return;
    }
    sim::http_reply reply = handle(request, befalls);
    auto come_back =
        [this, request, befalls, reply = std::move(reply), receive = std::move(receive)]() mutable {
            if (outages_ > 0)
                deliver(request, make_error_code(net::errc::connection_lost), receive);
            else if (!as_bytes_ && befalls.what == trouble::oversized)
                deliver(request, make_error_code(net::errc::answer_too_large), receive);
            else if (as_bytes_ || is_spoiled(reply))
                deliver(request, test::read_reply(reply), receive);
            else
                deliver(request, read_directly(std::move(reply)), receive);
        };
    time_.in(back, std::move(come_back));
}

sim::http_reply network::handle(const net::http_request& request, const fate& befalls)
{
    if (befalls.what) {
        if (auto fault = portal_fault(*befalls.what, befalls.variety)) {
            fault->count = 1;
            if (!as_bytes_) // megabytes that nobody reads
                fault->body_bytes = std::min<std::size_t>(fault->body_bytes, 4096);
            portal_.set_fault(std::move(*fault));
        }
    }
    sim::http_request_view seen;
    seen.method = test::method_text(request.method);
    seen.target = request.target;
    seen.authorization = authorization_;
    seen.content_type = request.body.empty() ? "" : "application/json";
    seen.body = request.body;
    seen.host = portal_.settings().host;
    sim::http_reply reply = portal_.handle(seen, time_.portal_time());
    portal_.clear_faults();
    hooks_.handled(request);
    return reply;
}

} // namespace docwarden::proof
