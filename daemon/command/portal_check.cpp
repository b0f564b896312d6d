#include "daemon/command/portal_check.hpp"

#include "core/preflight/preflight.hpp"
#include "core/report/failure_texts.hpp"
#include "core/report/preflight_texts.hpp"
#include "core/roster/roster_round.hpp"
#include "daemon/app/setup.hpp"
#include "daemon/command/command_loop.hpp"
#include "daemon/command/people_check.hpp"
#include "net/docspace/docspace_portal.hpp"

#include <optional>
#include <utility>
#include <variant>

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
        core::shared_settings settings,
        const environment& env,
        core::roster& known,
        std::vector<check_point>& points
    )
        : portal_(portal), settings_(std::move(settings)), known_(known), points_(points)
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
        if (lookup_failure_) {
            const auto& [kind, text] = *lookup_failure_;
            points_.push_back(
                {portal_.name, "people", verdict::warning, std::string(to_string(kind)), text, {}}
            );
        }
        add_people(portal_.name, settings_->rules, known_, points_);
        add_limit(portal_.name, settings_->containment, known_, points_);
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

    // Each question of the preflight once, one about the newest events, and those about people.
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
        co_await look_up(portal, next);
    }

    // One question after the other: whoever waits for a command can wait for that.
    asio::awaitable<void> look_up(net::docspace_portal& portal, core::call next)
    {
        core::roster_round round(settings_);
        core::random_source random(0);
        for (;;) {
            std::optional<core::portal_request> question = round.next(loop_.clock().reading().mono);
            if (!question)
                break;
            ++next.id;
            next.request = *question;
            const auto answer = co_await portal.call(next);
            take(round, *question, answer);
            if (round.end_round(loop_.clock().reading().mono, random))
                break;
        }
        known_ = round.known();
        if (round.failed_rounds() != 0)
            lookup_failure_.emplace(
                round.failure().kind, core::explain_lookup_failure(round.failure())
            );
    }

    static void take(
        core::roster_round& round,
        const core::portal_request& question,
        const core::answered& answer
    )
    {
        const auto pass_on = [&](const auto& asked) {
            if constexpr (requires { round.on_answer(asked, answer); })
                round.on_answer(asked, answer);
        };
        std::visit(pass_on, question);
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
    core::shared_settings settings_;
    core::roster& known_;
    std::vector<check_point>& points_;
    std::optional<std::pair<core::failure_kind, std::string>> lookup_failure_;
    command_loop loop_;
    connection way_;
    core::preflight_answers answers_;
};

} // namespace

bool check_portal(
    const portal_settings& portal,
    const core::shared_settings& settings,
    const environment& env,
    bool offline,
    core::roster& known,
    std::vector<check_point>& points
)
{
    portal_checker checker(portal, settings, env, known, points);
    if (!offline && checker.can_ask())
        checker.run_checks();
    return checker.can_ask();
}

} // namespace docwarden::daemon
