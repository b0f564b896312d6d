#include "daemon/command/portal_check.hpp"

#include "core/preflight/preflight.hpp"
#include "core/report/preflight_texts.hpp"
#include "daemon/app/setup.hpp"
#include "daemon/command/command_loop.hpp"
#include "net/docspace/docspace_portal.hpp"

#include <utility>

namespace docwarden::daemon
{

namespace asio = boost::asio;

namespace
{

using core::verdict;

// Whether other services may answer although that about people does not: they are services of
// their own behind one address.
bool may_be_answered_elsewhere(core::failure_kind kind)
{
    using core::failure_kind;
    return kind == failure_kind::forbidden || kind == failure_kind::throttled ||
           kind == failure_kind::rejected || kind == failure_kind::broken;
}

class portal_checker
{
public:
    portal_checker(
        const portal_settings& portal,
        const environment& env,
        account_survey& accounts,
        std::vector<check_point>& points
    )
        : portal_(portal), accounts_(accounts), points_(points)
    {
        way_ = connect_to(portal, env, loop_.executor(), loop_.clock());
        for (const diagnostic& warning : way_.warnings)
            add("API key", verdict::warning, to_text(warning));
        for (const diagnostic& problem : way_.problems)
            add("API key and connection", verdict::bad, to_text(problem));
        if (way_.transport && way_.warnings.empty())
            add("API key", verdict::good, "found");
    }

    bool can_ask() const { return way_.transport != nullptr; }

    void run_checks()
    {
        loop_.spawn(ask());
        loop_.run_to_end();
        for (const core::preflight_result& result : assess(answers_, loop_.clock().reading().wall))
            add(result);
    }

private:
    void add(std::string topic, verdict outcome, std::string found)
    {
        const char* code = outcome == verdict::good ? "ok" : "setup";
        points_.push_back({portal_.name, std::move(topic), outcome, code, std::move(found), {}});
    }
    void add(const core::preflight_result& result)
    {
        points_.push_back(
            {portal_.name,
             std::string(to_string(result.topic())),
             result.outcome(),
             result.code(),
             found_text(result, portal_.url),
             std::string(advice_text(result))}
        );
    }

    // Each question of the preflight once, one about the newest events, and one about each account.
    asio::awaitable<void> ask()
    {
        net::docspace_portal portal(*way_.transport, loop_.clock(), portal_.request_timeout);
        core::call next;
        for (const core::preflight_question question : core::preflight_questions) {
            ++next.id;
            next.request = core::request_for(question);
            const auto answer = co_await portal.call(next);
            answers_.take(question, answer);
            if (question == core::preflight_question::identity && !is_worth_asking_on(answer))
                co_return;
        }
        ++next.id;
        next.request = last_hour(loop_.clock().reading().wall);
        const auto page = co_await portal.call(next);
        if (const core::api_failure* failure = page.failure())
            answers_.last_hour = *failure;
        else
            answers_.last_hour = *page.value<core::audit_page>();
        for (auto& [user, denials] : accounts_) {
            ++next.id;
            next.request = core::profile_request{user};
            const auto answer = co_await portal.call(next);
            denials += is_denied(user, answer) ? 1U : 0U;
        }
    }

    // A removed user may be answered by the profile of nobody in particular.
    static bool is_denied(const std::string& user, const core::answered& answer)
    {
        if (const core::api_failure* failure = answer.failure())
            return is_missing(failure->kind);
        return answer.value<core::profile>()->id != user;
    }

    bool is_worth_asking_on(const core::answered& identity)
    {
        const core::api_failure* failure = identity.failure();
        if (failure == nullptr || failure->status != 0)
            answers_.clocks = {identity.date, loop_.clock().reading().wall};
        return failure == nullptr || may_be_answered_elsewhere(failure->kind);
    }

    static core::page_request last_hour(core::wall_time now)
    {
        core::page_request newest;
        newest.query.from = std::chrono::floor<std::chrono::seconds>(now - std::chrono::hours(1));
        newest.query.to = std::chrono::floor<std::chrono::seconds>(now + std::chrono::minutes(2));
        return newest;
    }

    const portal_settings& portal_;
    account_survey& accounts_;
    std::vector<check_point>& points_;
    command_loop loop_;
    connection way_;
    core::preflight_answers answers_;
};

} // namespace

bool check_portal(
    const portal_settings& portal,
    const environment& env,
    bool offline,
    account_survey& accounts,
    std::vector<check_point>& points
)
{
    portal_checker checker(portal, env, accounts, points);
    if (!offline && checker.can_ask())
        checker.run_checks();
    return checker.can_ask();
}

} // namespace docwarden::daemon
