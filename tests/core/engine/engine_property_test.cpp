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
        const core::effect call = chosen->second;
        calls_.erase(chosen);
        pass(milliseconds(random_.below(300)));
        return std::visit([this](const auto& what) { return answer(what); }, call);
    }

    std::string answer(const core::fetch_identity& what)
    {
        return feed(core::identity_answered{what.call, some<core::profile>(make_profile("admin"))});
    }

    std::string answer(const core::fetch_settings& what)
    {
        static const char* const versions[] = {"3.7.2", "3.7.0", "2.5.0", "", "?"};
        core::portal_facts facts;
        facts.version = is_sane_ ? "3.7.2" : versions[random_.below(5)];
        facts.tenant_status = is_sane_ ? 0 : static_cast<int>(random_.below(3));
        return feed(core::settings_answered{what.call, some<core::portal_facts>(facts)});
    }

    std::string answer(const core::fetch_key& what)
    {
        core::key_facts key;
        if (!is_sane_ && random_.below(4) == 0)
            key.permissions = {"files:read"};
        if (!is_sane_ && random_.below(4) == 0)
            key.expires = now_.wall + std::chrono::hours(random_.below(1000)) - 24h;
        return feed(core::key_answered{what.call, some<core::key_facts>(key)});
    }

    std::string answer(const core::fetch_quota& what)
    {
        const core::quota_facts quota{"plan", is_sane_ || random_.below(2) == 0};
        return feed(core::quota_answered{what.call, some<core::quota_facts>(quota)});
    }

    std::string answer(const core::fetch_canary& what)
    {
        const core::canary_sight canary{is_sane_ ? 0 : random_.below(3) * 10};
        return feed(core::canary_answered{what.call, some<core::canary_sight>(canary)});
    }

    std::string answer(const core::fetch_page& what)
    {
        if (what.query.from > what.query.to)
            return "asks for a stretch that ends before it begins";
        core::audit_page page = some_page(what.query);
        return feed(core::page_answered{what.call, some<core::audit_page>(page), page});
    }

    std::string answer(const core::fetch_profile& what)
    {
        core::profile who = make_profile(name_of(what.user));
        if (disabled_.count(what.user) != 0 && random_.below(20) == 0 && !is_sane_)
            disabled_.erase(what.user); // somebody enabled the account again
        if (disabled_.count(what.user) != 0)
            who.status = core::user_status::terminated;
        who.is_admin = what.user == guid_of("chief");
        return feed(core::profile_answered{what.call, some<core::profile>(who)});
    }

    std::string answer(const core::send_disable& what)
    {
        // Whatever is answered, it took effect or not.
        if (is_sane_ || random_.below(2) == 0)
            disabled_.insert(what.user);
        return feed(core::disable_answered{what.call, some<core::accepted>(core::accepted{})});
    }

    // Nothing about effects that are no calls is ever kept.
    std::string answer(const core::report&) { return "a report is no call"; }
    std::string answer(const core::scan_outcome&) { return "an outcome is no call"; }

    template <class Value>
    core::answer<Value> some(Value good)
    {
        core::answer<Value> made{std::move(good), date()};
        if (is_sane_ || random_.below(3) != 0)
            return made;
        core::api_failure why = make_failure(static_cast<failure_kind>(random_.below(11)));
        if (random_.below(2) == 0)
            why.retry_after = std::chrono::seconds(static_cast<std::int64_t>(random_.next() >> 20));
        made.outcome = why;
        return made;
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
        call_id call = 0;
        std::string about = "page";
        if (const auto question = contract_call(wanted)) {
            call = *question;
            about = "the contract"; // one question at a time
        } else if (const auto* page = std::get_if<core::fetch_page>(&wanted)) {
            call = page->call;
        } else if (const auto* look = std::get_if<core::fetch_profile>(&wanted)) {
            call = look->call;
            about = look->user;
        } else if (const auto* disable = std::get_if<core::send_disable>(&wanted)) {
            call = disable->call;
            about = disable->user;
            ++disables_sent;
            if (disable->user == guid_of("admin") || disable->user == guid_of("chief"))
                return "disables a protected account";
        }
        for (const auto& open : calls_) {
            if (subject_of(open.second) == about)
                return "a second call about " + about + " while one is under way";
        }
        if (!ever_.insert(call).second)
            return "the number of a call is used twice";
        calls_.emplace(call, wanted);
        return {};
    }

    static std::string subject_of(const core::effect& call)
    {
        if (const auto* look = std::get_if<core::fetch_profile>(&call))
            return look->user;
        if (const auto* disable = std::get_if<core::send_disable>(&call))
            return disable->user;
        return std::holds_alternative<core::fetch_page>(call) ? "page" : "the contract";
    }

    static std::optional<call_id> contract_call(const core::effect& wanted)
    {
        if (const auto* identity = std::get_if<core::fetch_identity>(&wanted))
            return identity->call;
        if (const auto* settings = std::get_if<core::fetch_settings>(&wanted))
            return settings->call;
        if (const auto* key = std::get_if<core::fetch_key>(&wanted))
            return key->call;
        if (const auto* quota = std::get_if<core::fetch_quota>(&wanted))
            return quota->call;
        if (const auto* canary = std::get_if<core::fetch_canary>(&wanted))
            return canary->call;
        return std::nullopt;
    }

    core::random_source random_;
    core::engine engine_;
    core::clock_reading now_{at(0), mono_at(milliseconds(1'000'000))};
    std::optional<core::mono_time> wake_at_;
    std::map<call_id, core::effect> calls_;
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
