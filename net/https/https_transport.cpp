#include "net/https/https_transport.hpp"

#include "core/base/text.hpp"
#include "net/async/task.hpp"
#include "net/base/error.hpp"
#include "net/https/answer_reader.hpp"
#include "net/https/connection.hpp"
#include "net/https/request_text.hpp"
#include "net/https/tls_context.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace docwarden::net
{

namespace
{

using boost::system::error_code;
using connection_result = boost::system::result<std::unique_ptr<connection>>;
using response_result = boost::system::result<http_response>;

struct idle_connection {
    std::unique_ptr<connection> link;
    core::mono_time since;
};

// One exchange on one connection, and what the caller must know about it afterwards.
struct exchange {
    explicit exchange(answer_limits limits) : reader(limits) {}

    answer_reader reader;
    error_code problem;
};

class https_transport final : public http_transport
{
public:
    https_transport(
        asio::any_io_executor executor,
        clock_source& clock,
        https_options options,
        std::shared_ptr<tls_context> tls
    )
        : executor_(std::move(executor)), clock_(clock), options_(std::move(options)),
          tls_(std::move(tls)), resolver_(executor_, clock_, peer().host, options_.lookup)
    {
    }

    asio::awaitable<response_result> send(http_request request, core::mono_time deadline) override
    {
        // A cancellation shall end this function by an error, not by an exception.
        const auto throws = co_await asio::this_coro::throw_if_cancelled();
        co_await asio::this_coro::throw_if_cancelled(false);
        auto result = co_await send_once_or_twice(request, deadline);
        co_await asio::this_coro::throw_if_cancelled(throws);
        co_return result;
    }

private:
    // Whom we connect to: it may lead on to the target or be it.
    const origin& peer() const { return options_.proxy ? *options_.proxy : options_.target; }

    answer_limits limits() const
    {
        return answer_limits{options_.header_bytes_max, options_.body_bytes_max};
    }

    asio::awaitable<response_result>
    send_once_or_twice(const http_request& request, core::mono_time deadline)
    {
        const auto text =
            format_request(request, options_.target, options_.user_agent, options_.api_key);
        auto link = take_idle();
        if (link) {
            exchange first(limits());
            co_await run(first, *link, text, deadline);
            if (!may_repeat(first, request))
                co_return finish(first, std::move(link));
        }
        // A connection that was idle may have been closed at the moment we used it. A new one
        // settles the matter; a failure there is one.
        auto opened = co_await open(deadline);
        if (!opened)
            co_return opened.error();
        exchange second(limits());
        co_await run(second, **opened, text, deadline);
        co_return finish(second, std::move(*opened));
    }

    // Only what changes nothing is repeated, and only if there is no trace of an answer: whether a
    // lost PUT has arrived is for the caller to find out.
    static bool may_repeat(const exchange& first, const http_request& request)
    {
        return first.problem == errc::connection_lost && !first.reader.started() &&
               request.method == http_method::get;
    }

    asio::awaitable<void>
    run(exchange& ex, connection& link, const secret& text, core::mono_time deadline)
    {
        ex.problem = co_await link.write(text.reveal(), deadline);
        if (ex.problem)
            co_return;
        ex.problem = co_await read_answer(link, ex.reader, deadline);
    }

    static asio::awaitable<error_code>
    read_answer(connection& link, answer_reader& reader, core::mono_time deadline)
    {
        while (!reader.done()) {
            std::string_view bytes;
            const auto broken = co_await link.read_some(bytes, deadline);
            if (broken)
                co_return broken;
            const auto bad = bytes.empty() ? reader.feed_end() : reader.feed(bytes);
            if (bad)
                co_return bad;
        }
        co_return error_code();
    }

    response_result finish(exchange& ex, std::unique_ptr<connection> link)
    {
        if (ex.problem)
            return ex.problem;
        if (ex.reader.reusable())
            keep_idle(std::move(link));
        return ex.reader.take();
    }

    // The connection that was used last, if one is still good.
    std::unique_ptr<connection> take_idle()
    {
        const auto oldest = clock_.reading().mono - options_.idle_lifetime;
        std::erase_if(idle_, [oldest](const idle_connection& each) {
            return each.since < oldest || !each.link->is_silent();
        });
        if (idle_.empty())
            return nullptr;
        auto link = std::move(idle_.back().link);
        idle_.pop_back();
        return link;
    }

    void keep_idle(std::unique_ptr<connection> link)
    {
        idle_.push_back(idle_connection{std::move(link), clock_.reading().mono});
        if (idle_.size() > options_.idle_connections_max)
            idle_.erase(idle_.begin());
    }

    // A new connection, ready for a request to the target.
    asio::awaitable<connection_result> open(core::mono_time deadline)
    {
        const auto now = clock_.reading().mono;
        const auto connected_by = std::min(deadline, now + options_.connect_timeout);
        auto link = make_connection(executor_, clock_);
        auto problem = co_await reach_peer(*link, connected_by);
        if (!problem && options_.proxy) {
            problem = co_await open_tunnel(*link, connected_by);
        }
        if (!problem && options_.target.tls) {
            problem = co_await link->start_tls(*tls_, options_.target.host, connected_by);
        }
        if (problem)
            co_return problem;
        co_return link;
    }

    asio::awaitable<error_code> reach_peer(connection& link, core::mono_time deadline)
    {
        const auto looked_up_by =
            std::min(deadline, clock_.reading().mono + options_.lookup_timeout);
        auto problem = error_code();
        const auto addresses = co_await resolver_.addresses(looked_up_by);
        if (addresses) {
            problem = co_await link.connect(*addresses, peer().port, deadline);
        } else {
            problem = addresses.error();
        }
        // The texts for name and connect errors speak of the portal.
        if (problem && problem != errc::cancelled && options_.proxy)
            problem = make_error_code(errc::proxy_unreachable);
        co_return problem;
    }

    asio::awaitable<error_code> open_tunnel(connection& link, core::mono_time deadline)
    {
        const auto text = format_connect(options_.target, options_.user_agent);
        answer_reader reader(limits(), answer_reader::expected::head_only);
        auto problem = co_await link.write(text, deadline);
        if (!problem) {
            problem = co_await read_answer(link, reader, deadline);
        }
        if (problem == errc::cancelled)
            co_return problem;
        // Nothing of the request has left yet: errors of the exchange with the proxy must not read
        // as if it had.
        if (problem == errc::answer_timeout)
            co_return make_error_code(errc::connect_timeout);
        // In a tunnel, the portal never speaks first: bytes behind the head are the proxy's own.
        if (problem || reader.has_left_over() || reader.take().status / 100 != 2)
            co_return make_error_code(errc::proxy_refused);
        co_return error_code();
    }

    asio::any_io_executor executor_;
    clock_source& clock_;
    https_options options_;
    std::shared_ptr<tls_context> tls_; // null for a plain target
    resolver resolver_;
    std::vector<idle_connection> idle_; // the one used last is at the end
};

} // namespace

https_transport_or_problem
make_https_transport(asio::any_io_executor executor, clock_source& clock, https_options options)
{
    if (options.api_key.empty() && !options.is_keyless)
        return std::string("the API key is empty");
    if (!core::is_visible_ascii(options.api_key.reveal()))
        return std::string(
            "the API key contains a blank, a line break or another character that no "
            "key has: is it the right file?"
        );
    if (options.user_agent.empty() || !core::is_visible_ascii(options.user_agent))
        return std::string("the user agent must be one word of visible ASCII");
    if (!options.target.tls && !options.is_keyless && !is_loopback(options.target.host))
        return std::string("a plain http:// connection is only possible to this host");

    std::shared_ptr<tls_context> tls;
    if (options.target.tls) {
        auto context = make_tls_context(options.ca_file);
        if (!context)
            return context.error();
        tls = std::move(*context);
    }
    return std::unique_ptr<http_transport>(std::make_unique<https_transport>(
        std::move(executor), clock, std::move(options), std::move(tls)
    ));
}

} // namespace docwarden::net
