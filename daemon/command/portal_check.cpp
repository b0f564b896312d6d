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
        tasks_.spawn(run_checks());
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
    template <class Value>
    const Value* value_of(contract_question question, const core::answered& answer)
    {
        if (const core::api_failure* failure = answer.failure())
            add(core::judge_unanswered(question, *failure));
        return answer.value<Value>();
    }

    asio::awaitable<void> run_checks()
    {
        net::docspace_portal portal(*way_.transport, clock_, portal_.request_timeout);
        core::call next;
        for (const contract_question question : core::contract_questions) {
            ++next.id;
            next.request = core::request_for(question);
            const auto answer = co_await portal.call(next);
            if (!judge(question, answer))
                co_return;
        }
        ++next.id;
        next.request = newest_page();
        const auto page = co_await portal.call(next);
        judge_page(page);
    }

    // False if nothing else needs to be asked.
    bool judge(contract_question question, const core::answered& answer)
    {
        switch (question) {
        case contract_question::identity:
            return judge_identity(answer);
        case contract_question::settings:
            judge_settings(answer);
            break;
        case contract_question::key:
            judge_key(answer);
            break;
        case contract_question::quota:
            judge_plan(answer);
            break;
        case contract_question::probe:
            judge_filters(answer);
            break;
        }
        return true;
    }

    bool judge_identity(const core::answered& answer)
    {
        const core::api_failure* failure = answer.failure();
        core::contract_point point = core::judge_connection(failure);
        if (failure == nullptr)
            point.found = portal_.url + " answers and accepts the key";
        add(std::move(point));
        if (failure == nullptr || failure->status != 0)
            add(core::judge_clock(answer.date, clock_.reading().wall));
        if (failure != nullptr)
            return is_worth_asking_on(failure->kind);
        self_ = *answer.value<core::profile>();
        return true;
    }

    void judge_settings(const core::answered& answer)
    {
        const auto* facts = value_of<core::portal_facts>(contract_question::settings, answer);
        if (facts != nullptr) {
            add(core::judge_version(*facts));
            add(core::judge_portal(*facts));
        }
        if (self_)
            add(core::judge_rights(*self_, facts));
    }

    void judge_key(const core::answered& answer)
    {
        const auto* key = value_of<core::key_facts>(contract_question::key, answer);
        if (key == nullptr)
            return;
        add(core::judge_key(*key, self_ ? &*self_ : nullptr, clock_.reading().wall));
        add(core::judge_scopes(*key));
    }

    void judge_plan(const core::answered& answer)
    {
        const auto* quota = value_of<core::quota_facts>(contract_question::quota, answer);
        if (quota != nullptr)
            add(core::judge_plan(*quota));
    }

    void judge_filters(const core::answered& answer)
    {
        const auto* probe = value_of<core::filter_probe>(contract_question::probe, answer);
        if (probe != nullptr)
            add(core::judge_filters(*probe));
    }

    core::page_request newest_page() const
    {
        core::page_request newest;
        const core::wall_time now = clock_.reading().wall;
        newest.query.from = std::chrono::floor<std::chrono::seconds>(now - std::chrono::hours(1));
        newest.query.to = std::chrono::floor<std::chrono::seconds>(now + std::chrono::minutes(2));
        return newest;
    }

    void judge_page(const core::answered& answer)
    {
        if (const core::api_failure* why = answer.failure()) {
            add(
                {core::contract_topic::events,
                 verdict::bad,
                 std::string(core::to_string(why->kind)),
                 core::explain_reading_failure(*why),
                 {}}
            );
            return;
        }
        add(core::judge_events(*answer.value<core::audit_page>(), "of the last hour read"));
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
