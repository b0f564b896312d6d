#pragma once
// An http_transport that answers from a script and writes down what it was asked. It knows nothing
// of the portal: what an answer means is the test's business.

#include "net/base/clock.hpp"
#include "net/base/error.hpp"
#include "net/https/http_transport.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace docwarden::test
{

class scripted_transport final : public net::http_transport
{
public:
    struct asked {
        net::http_request request;
        core::mono_time deadline;
    };

    // `clock` carries the latencies and must outlive the transport.
    explicit scripted_transport(net::clock_source& clock) : clock_(clock) {}

    // The next answers, in the order in which the requests are sent. One that comes too late for
    // its request becomes errc::answer_timeout at the deadline.
    void answer(net::http_response response, std::chrono::milliseconds latency = {})
    {
        script_.push_back({std::move(response), latency});
    }
    void fail(boost::system::error_code ec, std::chrono::milliseconds latency = {})
    {
        script_.push_back({ec, latency});
    }

    const std::vector<asked>& requests() const { return requests_; }

    boost::asio::awaitable<boost::system::result<net::http_response>>
    send(net::http_request request, core::mono_time deadline) override
    {
        requests_.push_back({request, deadline});
        if (script_.empty())
            throw std::logic_error("the script has no answer to " + request.target);
        line next = std::move(script_.front());
        script_.pop_front();
        const core::mono_time arrival = clock_.reading().mono + next.latency;
        const core::mono_time end = std::min(arrival, deadline);
        const auto ec = co_await clock_.sleep_until(end);
        if (ec)
            co_return make_error_code(net::errc::cancelled);
        if (arrival > deadline)
            co_return make_error_code(net::errc::answer_timeout);
        co_return std::move(next.outcome);
    }

private:
    struct line {
        boost::system::result<net::http_response> outcome;
        std::chrono::milliseconds latency;
    };

    net::clock_source& clock_;
    std::deque<line> script_;
    std::vector<asked> requests_;
};

} // namespace docwarden::test
