// What must hold whatever the portal answers and whenever: seeded runs of an engine against a
// portal that answers at random.

#include "core/base/random.hpp"
#include "core/engine/settings.hpp"
#include "core/portal/page_query.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <map>
#include <set>

namespace docwarden::test::engine_property_test
{

namespace
{

using core::call_id;
using core::failure_kind;
using core::milliseconds;
using namespace std::chrono_literals;

// A portal without any sense, and a shell that keeps the books about it.
class senseless_portal
{
public:
    explicit senseless_portal(std::uint64_t seed) : random_(seed), engine_(settings(), seed) {}

    // One random thing happens. What is wrong with the engine's answer, or an empty text.
    std::string step()
    {
        return calls_.empty() || random_.below(4) == 0 ? otherwise() : answer_any();
    }
    // From now on the portal works: is the engine ready again after so many answers?
    bool recovers_within(int steps_max)
    {
        is_sane_ = true;
        for (int i = 0; i < steps_max; ++i) {
            if (engine_.status().is_ready())
                return true;
            if (calls_.empty() && wake_at_ && *wake_at_ > now_.mono)
                pass(std::chrono::ceil<milliseconds>(*wake_at_ - now_.mono));
            const std::string wrong = calls_.empty() ? feed(core::woken{}) : answer_any();
            INFO(wrong);
            REQUIRE(wrong.empty());
        }
        return false;
    }

    std::size_t disables_sent = 0;
    std::size_t contained = 0;

private:
    static core::engine_settings settings()
    {
        core::engine_settings made = make_settings();
        made.rules[0].threshold = 3;
        made.containment.disables_max = 1000;
        return made;
    }

    void pass(milliseconds length)
    {
        now_.wall += length;
        now_.mono += length;
    }

    std::string otherwise()
    {
        const std::uint64_t kind = random_.below(100);
        if (kind < 4) {
            core::engine_settings changed = settings();
            changed.rules[0].threshold = static_cast<std::uint32_t>(1 + random_.below(6));
            changed.rules[0].window = std::chrono::minutes(1 + random_.below(30));
            return feed(core::reconfigured{changed});
        }
        if (kind < 8)
            return feed(core::scan_asked{random_.next()});
        if (kind < 12)
            now_.wall +=
                std::chrono::seconds(random_.below(100'000)) - std::chrono::seconds(50'000);
        if (kind < 50 && wake_at_ && *wake_at_ > now_.mono)
            pass(std::chrono::ceil<milliseconds>(*wake_at_ - now_.mono));
        else
            pass(milliseconds(random_.below(20'000)));
        return feed(core::woken{});
    }

    std::string answer_any()
    {
        auto chosen = calls_.begin();
        std::advance(chosen, static_cast<std::ptrdiff_t>(random_.below(calls_.size())));
        const core::call call = chosen->second;
        calls_.erase(chosen);
        pass(milliseconds(random_.below(300)));
        const auto* page = std::get_if<core::page_request>(&call.request);
        if (page != nullptr && page->query.from > page->query.to)
            return "asks for a stretch that ends before it begins";
        return std::visit(
            [this, id = call.id](const auto& request) { return answer(id, result_of(request)); },
            call.request
        );
    }

    core::portal_result result_of(const core::identity_request&) { return make_profile("admin"); }

    core::portal_result result_of(const core::settings_request&)
    {
        static const char* const versions[] = {"3.7.2", "3.7.0", "2.5.0", "", "?"};
        core::portal_facts facts;
        facts.version = is_sane_ ? "3.7.2" : versions[random_.below(5)];
        facts.tenant_status = is_sane_ ? 0 : static_cast<int>(random_.below(3));
        return facts;
    }

    core::portal_result result_of(const core::key_request&)
    {
        core::key_facts key;
        if (!is_sane_ && random_.below(4) == 0)
            key.permissions = {"files:read"};
        if (!is_sane_ && random_.below(4) == 0)
            key.expires = now_.wall + std::chrono::hours(random_.below(1000)) - 24h;
        return key;
    }

    core::portal_result result_of(const core::quota_request&)
    {
        return core::quota_facts{"plan", is_sane_ || random_.below(2) == 0};
    }

    core::portal_result result_of(const core::probe_request&)
    {
        return core::filter_probe{is_sane_ ? 0 : random_.below(3) * 10};
    }

    core::portal_result result_of(const core::page_request& request)
    {
        return some_page(request.query);
    }

    core::portal_result result_of(const core::profile_request& request)
    {
        core::profile who = make_profile(name_of(request.user));
        if (disabled_.count(request.user) != 0 && random_.below(20) == 0 && !is_sane_)
            disabled_.erase(request.user); // somebody enabled the account again
        if (disabled_.count(request.user) != 0)
            who.status = core::user_status::terminated;
        who.is_admin = request.user == guid_of("chief");
        return who;
    }

    core::portal_result result_of(const core::disable_request& request)
    {
        // Whatever is answered, it took effect or not.
        if (is_sane_ || random_.below(2) == 0)
            disabled_.insert(request.user);
        return core::accepted();
    }

    // The result arrives, or a failure in its place.
    std::string answer(core::call_id id, core::portal_result result)
    {
        core::answered made{id, date(), std::move(result)};
        if (!is_sane_ && random_.below(3) == 0) {
            core::api_failure why = make_failure(static_cast<failure_kind>(random_.below(11)));
            if (random_.below(2) == 0)
                why.retry_after =
                    std::chrono::seconds(static_cast<std::int64_t>(random_.next() >> 20));
            if (auto* page = std::get_if<core::audit_page>(&made.result))
                made.result = core::partial_page{why, std::move(*page)};
            else
                made.result = why;
        }
        return feed(std::move(made));
    }

    std::optional<core::wall_time> date()
    {
        if (is_sane_)
            return std::chrono::floor<std::chrono::seconds>(now_.wall);
        const std::uint64_t kind = random_.below(20);
        if (kind == 0)
            return core::wall_time(core::tick(static_cast<std::int64_t>(random_.next() >> 8)));
        if (kind < 4)
            return std::nullopt;
        return std::chrono::floor<std::chrono::seconds>(now_.wall);
    }

    core::audit_page some_page(const core::page_query& query)
    {
        std::vector<core::audit_event> events;
        const bool is_full = !is_sane_ && random_.below(10) == 0;
        const std::uint64_t count = is_full ? 100 : random_.below(20);
        const auto span = static_cast<std::uint64_t>((query.to - query.from).count() + 1);
        static const std::string users[] = {"bob", "carol", "dave", "chief", "admin"};
        for (std::uint64_t i = 0; i < count && !is_sane_; ++i) {
            const auto back = static_cast<std::int64_t>(random_.below(span));
            events.push_back(make_event(
                guid_of(users[random_.below(5)]),
                std::to_string(random_.below(30)),
                query.to - core::tick(back),
                random_.below(10) == 0 ? 7777 : 5011
            ));
            events.back().id = static_cast<std::int64_t>(random_.below(5000));
        }
        core::audit_page page = make_page(std::move(events));
        if (!is_sane_ && random_.below(5) == 0) {
            page.problems.push_back(
                {0, static_cast<std::int64_t>(random_.below(99)), "bad", false, 0}
            );
            ++page.rows;
        }
        return page;
    }

    std::string feed(const core::input& what)
    {
        const core::step_result result = engine_.step(what, now_);
        wake_at_ = result.wake_at;
        for (const core::effect& wanted : result.effects) {
            if (std::string wrong = take(wanted); !wrong.empty())
                return wrong;
        }
        if (!wake_at_ && calls_.empty())
            return "neither a call nor a time to wake";
        if (wake_at_ && *wake_at_ <= now_.mono && result.effects.empty())
            return "wants to be woken at once, for nothing";
        // However absurd a Retry-After: an hour is the longest that anything is put off.
        if (wake_at_ && *wake_at_ - now_.mono > std::chrono::hours(1))
            return "sleeps for more than an hour";
        return {};
    }

    std::string take(const core::effect& wanted)
    {
        if (const auto* told = std::get_if<core::report>(&wanted)) {
            contained += told->kind == core::report_kind::contained ? 1U : 0U;
            return {};
        }
        if (std::holds_alternative<core::scan_outcome>(wanted))
            return {};
        const auto& call = std::get<core::call>(wanted);
        const std::string subject = subject_of(call.request);
        if (std::holds_alternative<core::disable_request>(call.request)) {
            ++disables_sent;
            if (subject == guid_of("admin") || subject == guid_of("chief"))
                return "disables a protected account";
        }
        for (const auto& open : calls_) {
            if (subject_of(open.second.request) == subject)
                return "a second call about " + subject + " while one is under way";
        }
        if (!ever_.insert(call.id).second)
            return "the number of a call is used twice";
        calls_.emplace(call.id, call);
        return {};
    }

    static std::string subject_of(const core::portal_request& request)
    {
        if (const auto* look = std::get_if<core::profile_request>(&request))
            return look->user;
        if (const auto* disable = std::get_if<core::disable_request>(&request))
            return disable->user;
        const bool is_page = std::holds_alternative<core::page_request>(request);
        return is_page ? "page" : "the preflight"; // one question of that at a time
    }

    core::random_source random_;
    core::engine engine_;
    core::clock_reading now_{at(0), mono_at(milliseconds(1'000'000))};
    std::optional<core::mono_time> wake_at_;
    std::map<call_id, core::call> calls_;
    std::set<call_id> ever_;
    std::set<std::string> disabled_;
    bool is_sane_ = false;
};

} // namespace

TEST_CASE("engine: whatever the portal answers, one call a subject, never idle, never spinning, no "
          "protected account disabled, and ready again as soon as the portal is")
{
    std::size_t disables = 0;
    std::size_t contained = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        senseless_portal portal(seed);
        for (int i = 0; i < 1500; ++i) {
            const std::string wrong = portal.step();
            INFO("seed " << seed << ", step " << i << ": " << wrong);
            REQUIRE(wrong.empty());
        }
        INFO("seed " << seed);
        REQUIRE(portal.recovers_within(3000));
        disables += portal.disables_sent;
        contained += portal.contained;
    }
    // Guards the test itself.
    CHECK(disables > 100);
    CHECK(contained > 50);
}

} // namespace docwarden::test::engine_property_test
