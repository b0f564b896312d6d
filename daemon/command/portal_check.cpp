#include "daemon/command/portal_check.hpp"

#include "core/portal/failure_texts.hpp"
#include "daemon/app/setup.hpp"
#include "net/async/asio_clock.hpp"
#include "net/async/task_group.hpp"
#include "net/docspace/docspace_portal.hpp"

#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <variant>

namespace docwarden::daemon
{

namespace asio = boost::asio;

namespace
{

using core::contract_question;
using core::verdict;

// Whether other services may answer although that about people does not: they are services of
// their own behind one address.
bool is_worth_asking_on(core::failure_kind kind)
{
    using core::failure_kind;
    return kind == failure_kind::forbidden || kind == failure_kind::throttled ||
           kind == failure_kind::rejected || kind == failure_kind::broken;
}

class conversation
{
public:
    conversation(
        const portal_settings& portal,
        const environment& env,
        std::vector<check_point>& points
    )
        : portal_(portal), points_(points), clock_(io_.get_executor()),
          tasks_(io_.get_executor(), [this](std::exception_ptr what) {
              crash_ = what;
              io_.stop();
          })
    {
        way_ = connect_to(portal, env, io_.get_executor(), clock_);
        for (const diagnostic& warning : way_.warnings)
            add("API key", verdict::warning, to_text(warning));
        for (const diagnostic& problem : way_.problems)
            add("API key and connection", verdict::bad, to_text(problem));
        if (way_.transport && way_.warnings.empty())
            add("API key", verdict::good, "found");
    }

    bool can_ask() const { return way_.transport != nullptr; }

    void hold()
    {
        tasks_.spawn(converse());
        io_.run();
        if (crash_)
            std::rethrow_exception(crash_);
    }

private:
    void add(std::string what, verdict is, std::string found)
    {
        const char* code = is == verdict::good ? "ok" : "setup";
        points_.push_back({portal_.name, std::move(what), is, code, std::move(found), {}});
    }
    void add(core::contract_point point)
    {
        points_.push_back(
            {portal_.name,
             std::string(to_string(point.what)),
             point.is,
             std::move(point.code),
             std::move(point.found),
             std::move(point.advice)}
        );
    }

    // The answer's value, or nothing and a point that says why there is none.
    template <class Answered>
    auto value_of(contract_question what, const core::input& answered)
        -> decltype(std::get<Answered>(answered).result.value())
    {
        const auto& result = std::get<Answered>(answered).result;
        if (const core::api_failure* why = result.failure())
            add(core::judge_unanswered(what, *why));
        return result.value();
    }

    asio::awaitable<void> converse()
    {
        net::docspace_portal portal(*way_.transport, clock_, portal_.request_timeout);
        core::fetch_identity who{1};
        const auto identity = co_await portal.fetch(std::move(who));
        if (!judge_identity(std::get<core::identity_answered>(identity).result))
            co_return;
        core::fetch_settings about{2};
        const auto settings = co_await portal.fetch(std::move(about));
        judge_settings(settings);
        core::fetch_key which{3};
        const auto key = co_await portal.fetch(std::move(which));
        judge_key(key);
        core::fetch_quota plan{4};
        const auto quota = co_await portal.fetch(std::move(plan));
        judge_plan(quota);
        core::fetch_canary canary{5};
        const auto sight = co_await portal.fetch(std::move(canary));
        judge_filters(sight);
        core::fetch_page newest = newest_page();
        const auto page = co_await portal.fetch(std::move(newest));
        judge_page(std::get<core::page_answered>(page).result);
    }

    bool judge_identity(const core::answer<core::profile>& result)
    {
        core::contract_point point = core::judge_connection(result.failure());
        if (result.failure() == nullptr)
            point.found = portal_.url + " answers and accepts the key";
        add(std::move(point));
        const core::api_failure* why = result.failure();
        if (why == nullptr || why->status != 0)
            add(core::judge_clock(result.date, clock_.reading().wall));
        if (why != nullptr)
            return is_worth_asking_on(why->kind);
        self_ = *result.value();
        return true;
    }

    void judge_settings(const core::input& answered)
    {
        const auto* facts =
            value_of<core::settings_answered>(contract_question::settings, answered);
        if (facts != nullptr) {
            add(core::judge_version(*facts));
            add(core::judge_portal(*facts));
        }
        if (self_)
            add(core::judge_rights(*self_, facts));
    }

    void judge_key(const core::input& answered)
    {
        const auto* key = value_of<core::key_answered>(contract_question::key, answered);
        if (key == nullptr)
            return;
        add(core::judge_key(*key, self_ ? &*self_ : nullptr, clock_.reading().wall));
        add(core::judge_scopes(*key));
    }

    void judge_plan(const core::input& answered)
    {
        const auto* quota = value_of<core::quota_answered>(contract_question::quota, answered);
        if (quota != nullptr)
            add(core::judge_plan(*quota));
    }

    void judge_filters(const core::input& answered)
    {
        const auto* sight = value_of<core::canary_answered>(contract_question::canary, answered);
        if (sight != nullptr)
            add(core::judge_filters(*sight));
    }

    core::fetch_page newest_page() const
    {
        core::fetch_page newest{6, {}};
        const core::wall_time now = clock_.reading().wall;
        newest.query.from = std::chrono::floor<std::chrono::seconds>(now - std::chrono::hours(1));
        newest.query.to = std::chrono::floor<std::chrono::seconds>(now + std::chrono::minutes(2));
        return newest;
    }

    void judge_page(const core::answer<core::audit_page>& result)
    {
        if (const core::api_failure* why = result.failure()) {
            add(
                {core::contract_topic::events,
                 verdict::bad,
                 std::string(core::to_string(why->kind)),
                 core::explain_reading_failure(*why),
                 {}}
            );
            return;
        }
        add(core::judge_events(*result.value(), "of the last hour read"));
    }

    const portal_settings& portal_;
    std::vector<check_point>& points_;
    asio::io_context io_{1};
    net::asio_clock clock_;
    connection way_;
    std::optional<core::profile> self_;
    std::exception_ptr crash_;
    net::task_group tasks_;
};

} // namespace

bool check_portal(
    const portal_settings& portal,
    const environment& env,
    bool offline,
    std::vector<check_point>& points
)
{
    conversation with(portal, env, points);
    if (!offline && with.can_ask())
        with.hold();
    return with.can_ask();
}

} // namespace docwarden::daemon
