#include "tests/sim/instance.hpp"

#include "daemon/app/portal_runner.hpp"
#include "net/async/task.hpp"
#include "net/base/error.hpp"
#include "tests/support/sim_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace docwarden::proof
{

namespace
{

namespace asio = boost::asio;

class messages final : public instance
{
public:
    messages(
        const core::engine_settings& settings,
        std::uint64_t seed,
        agenda& time,
        network& portal,
        hooks on
    )
        : time_(time), portal_(portal), hooks_(std::move(on)), engine_(share(settings), seed)
    {
    }

    void start(core::stored_state kept) override
    {
        feed(core::restored{std::move(kept)});
        feed(core::woken{});
    }
    void committed(const core::committed& outcome) override { feed(outcome); }
    void reconfigure(core::engine_settings settings) override
    {
        feed(core::reconfigured{share(std::move(settings))});
    }
    void scan() override { feed(core::scan_asked{++last_token_}); }
    void stop(span) override { is_stopping_ = true; }
    core::engine_status status() const override { return engine_.status(); }
    std::map<core::containment_state, std::size_t> cases_by_state() const override
    {
        return engine_.cases_by_state();
    }
    std::optional<core::mono_time> next_deadline() const override { return std::nullopt; }
    bool run_due() override { return false; }

private:
    void feed(const core::input& input)
    {
        core::step_result result = engine_.step(input, time_.host());
        for (const core::effect& next : result.effects)
            std::visit([this](const auto& concrete) { perform(concrete); }, next);
        if (result.wake_at)
            arm(*result.wake_at);
        hooks_.stepped();
    }

    void perform(const core::call& call)
    {
        const bool is_reading = !concerns_account(call.request);
        auto receive = [this, life = std::weak_ptr(life_), is_reading](core::answered answer) {
            if (!life.expired() && !(is_reading && is_stopping_))
                feed(std::move(answer));
        };
        portal_.send(call, std::move(receive));
    }
    void perform(const core::fact& fact)
    {
        hooks_.report(describe(fact, engine_.settings().contact));
    }
    void perform(const core::scan_outcome&) {}
    void perform(const core::commit& wanted) { hooks_.commit(wanted); }

    void arm(core::mono_time deadline)
    {
        if (is_stopping_ || (wake_ && *wake_ <= deadline))
            return;
        wake_ = deadline;
        time_.at(deadline - agenda::mono_begin, [this, life = std::weak_ptr(life_), deadline] {
            if (life.expired() || wake_ != deadline)
                return;
            wake_.reset();
            if (!is_stopping_)
                feed(core::woken{});
        });
    }

    agenda& time_;
    network& portal_;
    hooks hooks_;
    core::engine engine_;
    std::shared_ptr<int> life_ = std::make_shared<int>(0);
    std::optional<core::mono_time> wake_;
    std::uint64_t last_token_ = 0;
    bool is_stopping_ = false;
};

// Asio's view of the world's network: a coroutine waits until its answer is there.
class sim_transport final : public net::http_transport
{
public:
    sim_transport(asio::any_io_executor executor, network& portal)
        : executor_(std::move(executor)), portal_(portal)
    {
    }

    asio::awaitable<boost::system::result<net::http_response>>
    send(net::http_request request, core::mono_time) override
    {
        const auto waiting = std::make_shared<ticket>(executor_);
        // After a crash nobody holds the ticket any more, and its timer has gone with the loop.
        network::receiver receive = [held = std::weak_ptr(waiting)](network::answer answer) {
            if (const auto alive = held.lock()) {
                alive->answer.emplace(std::move(answer));
                alive->bell.cancel();
            }
        };
        portal_.send(std::move(request), std::move(receive));
        (void)co_await waiting->bell.async_wait(net::as_result);
        if (!waiting->answer)
            co_return make_error_code(net::errc::cancelled);
        co_return std::move(*waiting->answer);
    }

private:
    struct ticket {
        explicit ticket(const asio::any_io_executor& executor)
            : bell(executor, asio::steady_timer::time_point::max())
        {
        }
        asio::steady_timer bell; // never expires
        std::optional<network::answer> answer;
    };

    asio::any_io_executor executor_;
    network& portal_;
};

class coroutines final : public instance
{
public:
    coroutines(
        const core::engine_settings& settings,
        std::chrono::milliseconds request_timeout,
        std::uint64_t seed,
        agenda& time,
        network& portal,
        const hooks& on
    )
        : time_(time), clock_(io_, time.host()),
          runner_(
              share(settings),
              seed,
              std::make_unique<sim_transport>(io_.get_executor(), portal),
              request_timeout,
              clock_,
              io_.get_executor(),
              {[on](const core::report& report, std::string_view) { on.report(report); },
               [on] { on.stepped(); },
               [](std::exception_ptr bug) { std::rethrow_exception(bug); },
               [on](core::commit wanted) { on.commit(std::move(wanted)); }}
          )
    {
    }

    void start(core::stored_state kept) override
    {
        runner_.restore(std::move(kept));
        runner_.start();
    }
    void committed(const core::committed& outcome) override
    {
        synchronise();
        runner_.committed(outcome);
    }
    void reconfigure(core::engine_settings settings) override
    {
        synchronise();
        runner_.reconfigure(share(std::move(settings)));
    }
    void scan() override { callers_.spawn(wait_for_scan()); }
    void stop(span patience) override { callers_.spawn(runner_.stop(time_.mono() + patience)); }
    core::engine_status status() const override { return runner_.status(); }
    std::map<core::containment_state, std::size_t> cases_by_state() const override
    {
        return runner_.cases_by_state();
    }
    std::optional<core::mono_time> next_deadline() const override { return clock_.next_deadline(); }

    bool run_due() override
    {
        synchronise();
        io_.restart();
        std::size_t done = 0;
        while (io_.poll_one() != 0)
            ++done;
        return done != 0;
    }

private:
    void synchronise()
    {
        clock_.advance_to(time_.mono());
        clock_.set_wall(time_.host().wall);
    }
    asio::awaitable<void> wait_for_scan() { (void)co_await runner_.scan(); }

    asio::io_context io_{1}; // first: what still waits goes with it, last of all
    agenda& time_;
    test::sim_clock clock_;
    daemon::portal_runner runner_;
    net::task_group callers_{io_.get_executor(), [](std::exception_ptr bug) {
                                 std::rethrow_exception(bug);
                             }};
};

} // namespace

std::unique_ptr<instance> make_instance(
    way how,
    const core::engine_settings& settings,
    std::chrono::milliseconds request_timeout,
    std::uint64_t seed,
    agenda& time,
    network& portal,
    instance::hooks on
)
{
    if (how != way::coroutines)
        return std::make_unique<messages>(settings, seed, time, portal, std::move(on));
    return std::make_unique<coroutines>(settings, request_timeout, seed, time, portal, on);
}

} // namespace docwarden::proof
