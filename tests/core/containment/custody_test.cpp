// Every phase gets every input: what is sent, and above all what is not.

#include "core/base/random.hpp"
#include "core/containment/custody.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace docwarden::test::custody_test
{

using namespace std::chrono_literals;
using core::custody;
using core::failure_kind;
using outcome = core::custody::outcome;
using phase = core::custody::phase;
using request = core::custody::request;

namespace
{

core::profile profile_with(core::user_status status, bool is_ldap = false)
{
    core::profile account;
    account.status = status;
    account.is_ldap = is_ldap;
    return account;
}

// An account in custody, and its clock.
struct watched {
    explicit watched(phase wanted = phase::resting)
    {
        if (wanted == phase::resting)
            return;
        it.release(now);
        if (wanted == phase::looking)
            return;
        REQUIRE(ask() == request::profile);
        if (wanted == phase::over) {
            REQUIRE(see(core::user_status::active) == outcome::found_active);
            return;
        }
        REQUIRE(see(core::user_status::terminated) == outcome::unchanged);
        if (wanted == phase::sending)
            return;
        REQUIRE(ask() == request::enable);
        if (wanted == phase::confirming)
            REQUIRE(it.on_enable_accepted(now) == outcome::unchanged);
        else
            REQUIRE(fail(failure_kind::broken) == outcome::unchanged);
        REQUIRE(it.current() == wanted);
    }

    // What is asked for next, however long it pauses.
    request ask()
    {
        if (it.due())
            now = std::max(now, *it.due());
        return it.next({at(0), now});
    }
    outcome see(core::user_status status, bool is_ldap = false)
    {
        return it.on_profile(profile_with(status, is_ldap), now, random);
    }
    outcome fail(failure_kind kind)
    {
        core::api_failure failure;
        failure.kind = kind;
        return it.on_failure(failure, now, random);
    }

    core::random_source random{7};
    core::mono_time now = mono_at(1000ms);
    custody it{custody::record{at(0), std::nullopt, std::nullopt, false}};
};

const std::vector<phase> phases{
    phase::resting,
    phase::looking,
    phase::sending,
    phase::confirming,
    phase::paused,
    phase::over};

} // namespace

TEST_CASE("custody: it looks, enables, and believes only what it reads back")
{
    watched w(phase::confirming);
    CHECK(w.ask() == request::profile);
    CHECK(w.see(core::user_status::active) == outcome::given_back);
    CHECK(w.it.current() == phase::over);
    CHECK_FALSE(w.it.due().has_value());
    CHECK(w.it.sent() == at(0));
}

TEST_CASE("custody: nothing is sent unless the time has come and the latest look says disabled")
{
    // Whatever happens, in whatever order.
    core::random_source dice(GENERATE(range(std::uint64_t{1}, std::uint64_t{300})));
    const auto begun = phases[dice.below(phases.size())];
    watched w(begun);
    bool is_due = begun != phase::resting && begun != phase::over;
    bool was_seen_disabled = begun == phase::sending;
    for (int i = 0; i < 60; ++i) {
        CAPTURE(i, begun);
        switch (dice.below(5)) {
        case 0:
            w.it.look(w.now);
            break;
        case 1:
            w.it.release(w.now);
            is_due = w.it.current() != phase::over;
            break;
        case 2:
            w.it.keep();
            is_due = false;
            break;
        case 3:
            w.it.interrupt();
            is_due = false;
            was_seen_disabled = false;
            break;
        default: {
            const request asked = w.ask();
            if (asked == request::enable) {
                REQUIRE(is_due);
                REQUIRE(was_seen_disabled);
                was_seen_disabled = false;
                if (dice.below(2) == 0)
                    (void)w.it.on_enable_accepted(w.now);
                else
                    (void)w.fail(static_cast<failure_kind>(dice.below(12)));
            } else if (asked == request::profile) {
                const auto luck = dice.below(8);
                was_seen_disabled = luck < 5;
                if (luck < 5)
                    (void)w.see(core::user_status::terminated);
                else if (luck == 5)
                    (void)w.see(core::user_status::active);
                else
                    (void)w.fail(static_cast<failure_kind>(dice.below(12)));
            }
        }
        }
        if (w.it.current() == phase::over)
            REQUIRE_FALSE(w.it.due().has_value());
    }
}

TEST_CASE("custody: in every phase, what is to be kept is not enabled any more")
{
    watched w(GENERATE(from_range(phases)));
    w.it.keep();
    CHECK_FALSE(w.it.release_at().has_value());
    for (int i = 0; i < 5; ++i) {
        const request asked = w.ask();
        CHECK(asked != request::enable);
        if (asked == request::profile)
            CHECK(w.see(core::user_status::terminated) == outcome::still_disabled);
    }
}

TEST_CASE("custody: in every phase, a new crossing ends the attempt, and a later one begins anew")
{
    watched w(GENERATE(from_range(phases)));
    const bool is_over = w.it.current() == phase::over;
    w.it.interrupt();
    CHECK(w.ask() == request::none);
    CHECK(w.it.release_at().has_value());
    w.it.release(w.now);
    CHECK(w.ask() == (is_over ? request::none : request::profile));
}

TEST_CASE("custody: an account that is active is left alone, and who did it is told apart")
{
    watched w(phase::looking);
    REQUIRE(w.ask() == request::profile);
    SECTION("somebody was faster")
    {
        CHECK(w.see(core::user_status::active) == outcome::found_active);
    }
    SECTION("pending is free as well")
    {
        CHECK(w.see(core::user_status::pending) == outcome::found_active);
    }
    SECTION("our request was lost on the way back")
    {
        (void)w.see(core::user_status::terminated);
        REQUIRE(w.ask() == request::enable);
        (void)w.fail(failure_kind::interrupted);
        REQUIRE(w.ask() == request::profile);
        CHECK(w.see(core::user_status::active) == outcome::given_back);
    }
    SECTION("our request was refused, and a person has made it good")
    {
        (void)w.see(core::user_status::terminated);
        REQUIRE(w.ask() == request::enable);
        (void)w.fail(failure_kind::unpaid);
        REQUIRE(w.ask() == request::profile);
        CHECK(w.see(core::user_status::active) == outcome::found_active);
    }
    CHECK(w.ask() == request::none);
}

TEST_CASE("custody: a refusal is told once, and tried every hour")
{
    const auto kind = GENERATE(
        failure_kind::unpaid,
        failure_kind::forbidden,
        failure_kind::not_found,
        failure_kind::gone,
        failure_kind::rejected
    );
    watched w(phase::sending);
    for (int i = 0; i < 3; ++i) {
        REQUIRE(w.ask() == request::enable);
        CHECK(w.fail(kind) == (i == 0 ? outcome::failed : outcome::unchanged));
        CHECK((*w.it.due() - w.now) == 1h);
        REQUIRE(w.ask() == request::profile);
        (void)w.see(core::user_status::terminated);
    }
}

TEST_CASE("custody: a passing fault is tried soon, and told once if it lasts")
{
    watched w(phase::sending);
    int told = 0;
    for (int i = 0; i < 20; ++i) {
        const request asked = w.ask();
        REQUIRE(asked != request::none);
        told += w.fail(failure_kind::unreachable) == outcome::failed ? 1 : 0;
        CHECK(*w.it.due() - w.now <= 1min);
    }
    CHECK(told == 1);
}

TEST_CASE("custody: a portal that accepts and changes nothing is told about after five tries")
{
    watched w(phase::confirming);
    int looks = 0;
    outcome last = outcome::unchanged;
    while (last == outcome::unchanged && looks < 50) {
        const request asked = w.ask();
        if (asked == request::enable) {
            (void)w.it.on_enable_accepted(w.now);
            continue;
        }
        REQUIRE(asked == request::profile);
        last = w.see(core::user_status::terminated);
        ++looks;
    }
    CHECK(last == outcome::failed);
    CHECK(looks == 9); // five that confirm, and one before each further request
    CHECK((*w.it.due() - w.now) == 1h);
}

TEST_CASE("custody: an account that is gone is given up after five looks")
{
    watched w(phase::looking);
    for (int i = 0; i < 4; ++i) {
        REQUIRE(w.ask() == request::profile);
        CHECK(w.fail(failure_kind::gone) == outcome::unchanged);
    }
    REQUIRE(w.ask() == request::profile);
    CHECK(w.fail(failure_kind::gone) == outcome::gone);
    CHECK(w.ask() == request::none);
}

TEST_CASE("custody: an account from LDAP is enabled the other way")
{
    watched w(phase::looking);
    REQUIRE(w.ask() == request::profile);
    (void)w.see(core::user_status::terminated, true);
    CHECK(w.it.is_ldap());
}

} // namespace docwarden::test::custody_test
