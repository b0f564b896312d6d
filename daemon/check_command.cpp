#include "daemon/check_command.hpp"

#include "core/condition_texts.hpp"
#include "core/report.hpp"
#include "core/wording.hpp"
#include "daemon/options.hpp"
#include "daemon/setup.hpp"
#include "net/asio_clock.hpp"
#include "net/docspace_portal.hpp"
#include "net/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <ostream>

namespace docwarden::daemon
{

namespace asio = boost::asio;

namespace
{

enum class verdict { good, warning, bad };

struct check_point {
    std::string portal; // empty for the whole configuration
    std::string what;
    verdict is = verdict::good;
    std::string found;
};

const char* text_of(verdict what)
{
    switch (what) {
    case verdict::good:
        return "ok";
    case verdict::warning:
        return "warning";
    case verdict::bad:
        return "FAILED";
    }
    return "unknown";
}

// What a failure of the first question means to somebody who is setting docwarden up. The daemon's
// own sentences promise that it tries again; a command does not.
std::string explain_first_failure(const core::api_failure& why)
{
    using core::failure_kind;
    const auto with_detail = [&why](const char* text) {
        return std::string(text) + " (" + core::clip_text(why.text, 300) + ")";
    };
    switch (why.kind) {
    case failure_kind::unreachable:
    case failure_kind::interrupted:
        return core::clip_text(why.text, 300);
    case failure_kind::unauthorised:
        return with_detail("the portal refuses the API key: it is wrong, expired or revoked, or "
                           "its user is disabled. Create a new key and install it");
    case failure_kind::unpaid:
        return with_detail("the portal must be paid for before it answers");
    case failure_kind::forbidden:
        return with_detail("the portal forbids the key to read its own user's profile: it needs "
                           "the scope *:read, and this host's address must be allowed there");
    case failure_kind::not_found:
        return with_detail("there is no portal at this address, or it is suspended: check `url`");
    case failure_kind::throttled:
        return with_detail("the portal limits our requests: check again in a minute");
    case failure_kind::redirected:
        return with_detail("the portal redirects to another address, which is never followed with "
                           "the key: correct `url`");
    case failure_kind::bad_answer:
        return with_detail("what answers there is not the API of a DocSpace portal: check `url`");
    case failure_kind::rejected:
    case failure_kind::broken:
        break;
    }
    return with_detail("the portal answers, but not as it should: look into its own log");
}

// Whether the audit trail may be readable although the profile of the key's user was not: both are
// services of their own behind one address.
bool is_worth_asking_on(core::failure_kind kind)
{
    using core::failure_kind;
    return kind == failure_kind::forbidden || kind == failure_kind::throttled ||
           kind == failure_kind::rejected || kind == failure_kind::broken;
}

// Asks the portal what the daemon will ask it, once each.
class portal_check
{
public:
    portal_check(
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

    void ask()
    {
        tasks_.spawn(converse());
        io_.run();
        if (crash_)
            std::rethrow_exception(crash_);
    }

private:
    void add(std::string what, verdict is, std::string found)
    {
        points_.push_back({portal_.name, std::move(what), is, std::move(found)});
    }

    asio::awaitable<void> converse()
    {
        net::docspace_portal portal(*way_.transport, clock_, portal_.request_timeout);
        core::fetch_identity who{1};
        auto identity = co_await portal.fetch(std::move(who));
        const bool goes_on = judge_identity(std::get<core::identity_answered>(identity).result);
        if (!goes_on)
            co_return;
        core::fetch_page newest{2, {}};
        const core::wall_time now = clock_.reading().wall;
        newest.query.from = std::chrono::floor<std::chrono::seconds>(now - std::chrono::hours(1));
        newest.query.to = std::chrono::floor<std::chrono::seconds>(now + std::chrono::minutes(2));
        const core::page_query asked = newest.query;
        auto page = co_await portal.fetch(std::move(newest));
        judge_page(std::get<core::page_answered>(page).result, asked);
    }

    bool judge_identity(const core::answer<core::profile>& result)
    {
        if (const core::api_failure* why = result.failure()) {
            add("connection and key", verdict::bad, explain_first_failure(*why));
            return is_worth_asking_on(why->kind);
        }
        add("connection and key", verdict::good, portal_.url + " answers and accepts the key");
        const core::profile& self = *result.value();
        const std::string name = core::clip_text(self.display_name, 80) + " (" + self.id + ")";
        if (self.is_owner)
            add("rights", verdict::good, name + " is the owner: everybody else can be disabled");
        else if (self.is_admin)
            add("rights",
                verdict::good,
                name + " is a DocSpace administrator: users and guests can be disabled; other "
                       "administrators and the owner can not");
        else
            add("rights",
                verdict::bad,
                name + " is neither the owner nor a DocSpace administrator: create the key as one");
        return true;
    }

    // `asked` is what the portal was asked for: without the audit feature it answers with the last
    // events whatever that was.
    void judge_page(const core::answer<core::audit_page>& result, const core::page_query& asked)
    {
        if (const core::api_failure* why = result.failure()) {
            add("audit trail", verdict::bad, core::explain_reading_failure(*why));
            return;
        }
        const core::audit_page& page = *result.value();
        const std::chrono::hours zone_slack(2); // the portal's autumn hour is printed too late
        if (page.oldest && *page.oldest < asked.from - zone_slack) {
            add("audit trail",
                verdict::bad,
                "the portal answers with events outside of the time asked for: its plan lacks the "
                "audit feature, so bursts would be missed. Book a plan with the audit trail");
            return;
        }
        std::string found = std::to_string(page.rows) + " events of the last hour read";
        if (page.rows == core::page_query::rows_max)
            found = "100 events or more in the last hour";
        if (!page.problems.empty())
            found +=
                "; " + std::to_string(page.problems.size()) + " of them could not be understood";
        add("audit trail",
            page.problems.empty() ? verdict::good : verdict::warning,
            std::move(found));
    }

    const portal_settings& portal_;
    std::vector<check_point>& points_;
    asio::io_context io_{1};
    net::asio_clock clock_;
    connection way_;
    std::exception_ptr crash_;
    net::task_group tasks_;
};

void add_rules(const config& by, std::vector<check_point>& points)
{
    for (const core::rule& rule : by.rules) {
        check_point point{{}, "rule " + rule.name, verdict::good, {}};
        point.found = "more than " + std::to_string(rule.threshold) +
                      " distinct files by one user within " + core::format_span(rule.window) +
                      ": " + std::string(core::to_string(rule.response));
        points.push_back(std::move(point));
    }
}

void print(const std::vector<check_point>& points, bool json, std::ostream& out)
{
    boost::json::array all;
    for (const check_point& point : points) {
        if (!json) {
            out << text_of(point.is) << ": " << (point.portal.empty() ? "" : point.portal + ": ")
                << point.what << ": " << core::escape_text(point.found, 1000) << '\n';
            continue;
        }
        boost::json::object one;
        one["portal"] = point.portal;
        one["check"] = point.what;
        one["result"] = text_of(point.is);
        one["found"] = point.found;
        all.push_back(std::move(one));
    }
    if (json)
        out << boost::json::serialize(all) << '\n';
}

} // namespace

int check(
    const config& by,
    const std::string& config_file,
    const environment& env,
    bool offline,
    bool json,
    std::ostream& out
)
{
    std::vector<check_point> points;
    points.push_back({{}, "configuration", verdict::good, config_file + " is valid"});
    add_rules(by, points);
    bool is_set_up = true;
    for (const portal_settings& portal : by.portals) {
        portal_check one(portal, env, points);
        is_set_up = is_set_up && one.can_ask();
        if (!offline && one.can_ask())
            one.ask();
    }
    print(points, json, out);
    if (!is_set_up)
        return exit_config;
    for (const check_point& point : points) {
        if (point.is == verdict::bad)
            return exit_finding;
    }
    return exit_done;
}

} // namespace docwarden::daemon
