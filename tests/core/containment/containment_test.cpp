// Every transition of a containment: what the portal answered in each place, and what is next.

#include "core/containment/containment.hpp"
#include "tests/core/containment/subject_at_work.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace docwarden::test::containment_test
{

using namespace containment_words;
using namespace std::chrono_literals;

TEST_CASE("containment: look, disable, look again, contained")
{
    subject_at_work s;
    CHECK(s.state_name() == "intended");
    CHECK(s.pause() == 0ms);
    CHECK(s.next() == "profile");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.next() == "none"); // a call is under way
    CHECK(s.look(active) == "may send");
    CHECK(s.next() == "none"); // not before somebody has decided
    CHECK(s.state_name() == "intended");
    s.machine.send(s.now);
    CHECK(s.next() == "disable");
    CHECK(s.state_name() == "sending");
    CHECK(s.next() == "none");
    CHECK(s.disable() == "unchanged");
    CHECK(s.state_name() == "sending"); // a 200 is no proof
    CHECK(s.next() == "profile");
    CHECK(s.look(disabled) == "contained");
    CHECK(s.state_name() == "contained");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.next() == "none");
}

TEST_CASE("containment: an account that is disabled already needs no request")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    CHECK(s.look(disabled) == "already contained");
    CHECK(s.state_name() == "contained");
    CHECK(s.next() == "none");
}

TEST_CASE("containment: a disabled account counts as contained even if it is protected")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    CHECK(s.look(disabled, protection::administrator) == "already contained");
}

TEST_CASE("containment: a protected account is refused without a request, for good")
{
    const protection guard =
        GENERATE(protection::owner, protection::self, protection::administrator);
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    CHECK(s.look(active, guard) == "refused");
    CHECK(s.state_name() == "refused");
    CHECK(s.machine.guard() == guard);
    CHECK_FALSE(s.machine.due().has_value());
    s.now += 24h;
    CHECK(s.next() == "none");
}

TEST_CASE("containment: an account that became protected after the request is refused")
{
    subject_at_work s;
    s.begin_disabling();
    REQUIRE(s.disable() == "unchanged");
    REQUIRE(s.next() == "profile");
    CHECK(s.look(active, protection::administrator) == "refused");
}

TEST_CASE("containment: an invited account that never came is disabled like an active one")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    CHECK(s.look(profile_with(core::user_status::pending)) == "may send");
}

TEST_CASE("containment: an LDAP account is disabled through the member endpoint")
{
    subject_at_work s;
    CHECK((s.machine.method() == core::disable_method::status));
    core::profile ldap = active;
    ldap.is_ldap = true;
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(ldap) == "may send");
    CHECK((s.machine.method() == core::disable_method::member));
}

TEST_CASE("containment: a lost answer is no reason to send again, if the portal did it: it was us")
{
    const failure_kind lost =
        GENERATE(failure_kind::interrupted, failure_kind::broken, failure_kind::bad_answer);
    INFO(core::to_string(lost));
    subject_at_work s;
    s.begin_disabling();
    CHECK(s.disable(failure(lost)) == "retrying");
    s.wait();
    CHECK(s.next() == "profile");
    CHECK(s.look(disabled) == "contained");
}

TEST_CASE("containment: a request that never left did not disable the account")
{
    const failure_kind unsent = GENERATE(
        failure_kind::unreachable,
        failure_kind::unauthorised,
        failure_kind::forbidden,
        failure_kind::throttled
    );
    INFO(core::to_string(unsent));
    subject_at_work s;
    s.begin_disabling();
    CHECK(s.disable(failure(unsent)) == "retrying");
    s.wait();
    CHECK(s.next() == "profile");
    CHECK(s.look(disabled) == "already contained");
}

TEST_CASE("containment: after any failed disable request it looks before it sends again")
{
    for (int kind = 0; kind <= static_cast<int>(failure_kind::redirected); ++kind) {
        INFO(core::to_string(static_cast<failure_kind>(kind)));
        subject_at_work s;
        s.begin_disabling();
        CHECK(s.disable(failure(static_cast<failure_kind>(kind))) == "retrying");
        CHECK(s.machine.problem() == "the portal says no");
        CHECK(s.machine.is_settled());
        s.wait();
        CHECK(s.next() == "profile");
        CHECK_FALSE(s.machine.is_settled());
        s.look_and_send();
        CHECK(s.next() == "disable");
    }
}

TEST_CASE("containment: held does nothing until it is resumed, and then looks first")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(active) == "may send");
    s.machine.hold(containment::hold_reason::limit);
    CHECK(s.machine.is_held_by(containment::hold_reason::limit));
    CHECK_FALSE(s.machine.is_held_by(containment::hold_reason::reload));
    CHECK(s.state_name() == "held");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.machine.is_settled());
    s.now += 1h;
    CHECK(s.next() == "none");
    s.machine.resume(s.now);
    CHECK(s.state_name() == "intended");
    CHECK(s.machine.decided() == s.now);
    CHECK_FALSE(s.machine.is_settled());
    CHECK(s.pause() == 0ms);
    CHECK(s.next() == "profile");
}

TEST_CASE("containment: an exempt account is observed, and nothing follows")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(active) == "may send");
    s.machine.end(containment::ending::exempted);
    CHECK(s.state_name() == "observed");
    CHECK(s.next() == "none");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.machine.is_settled());
}

TEST_CASE("containment: one that was called off changes nothing more, whatever is still answered")
{
    const failure_kind kind = GENERATE(failure_kind::interrupted, failure_kind::forbidden);
    subject_at_work looking;
    REQUIRE(looking.next() == "profile");
    looking.machine.end(containment::ending::called_off);
    CHECK(looking.look(active) == "unchanged");
    CHECK(looking.state_name() == "observed");
    CHECK_FALSE(looking.machine.due().has_value());

    subject_at_work sending;
    sending.begin_disabling();
    sending.machine.end(containment::ending::called_off);
    CHECK(sending.disable(failure(kind)) == "unchanged");
    CHECK(sending.state_name() == "observed");
    CHECK_FALSE(sending.machine.due().has_value());
    CHECK(sending.machine.is_settled());
}

TEST_CASE("containment: called off while the account is read back, it still learns that it is "
          "disabled")
{
    subject_at_work s;
    s.begin_disabling();
    REQUIRE(s.disable() == "unchanged");
    REQUIRE(s.next() == "profile");
    s.machine.end(containment::ending::called_off);
    CHECK(s.look(disabled) == "contained");
    CHECK(s.state_name() == "contained");

    subject_at_work unsent;
    REQUIRE(unsent.next() == "profile");
    unsent.machine.end(containment::ending::called_off);
    CHECK(unsent.look(disabled) == "unchanged"); // somebody else's doing, and nobody asked
}

TEST_CASE("containment: a read-back that fails is made again, and is no new look")
{
    subject_at_work s;
    s.begin_disabling();
    REQUIRE(s.disable() == "unchanged");
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(failure(failure_kind::broken)) == "retrying");
    s.wait();
    REQUIRE(s.next() == "profile");
    CHECK(s.look(active) == "retrying"); // accepted, and nothing has changed
    CHECK(contains(s.machine.problem(), "leaves it active"));
}

TEST_CASE("containment: whatever the portal answers, a request follows only a look that found the "
          "account active, and an end is final")
{
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        core::random_source random(seed);
        subject_at_work s;
        bool saw_active = false;
        for (int i = 0; i < 60 && s.machine.due(); ++i) {
            s.wait();
            const request call = s.machine.next(s.now);
            const auto any = failure(static_cast<failure_kind>(random.below(11)));
            INFO("seed " << seed << ", call " << i << ": " << words(call));
            REQUIRE(call != request::none);
            if (call == request::disable) {
                REQUIRE(saw_active);
                saw_active = false;
                if (random.below(2) == 0)
                    (void)s.disable();
                else
                    (void)s.disable(any);
                continue;
            }
            const std::uint64_t kind = random.below(20);
            saw_active = false;
            if (kind < 12) {
                saw_active = s.look(active) == "may send";
                if (saw_active)
                    s.machine.send(s.now);
            } else if (kind == 12) {
                REQUIRE(contains(s.look(disabled), "contained"));
                REQUIRE_FALSE(s.machine.due().has_value());
            } else {
                (void)s.look(any);
            }
        }
    }
}

TEST_CASE("containment: each state has a name of its own")
{
    CHECK(core::to_string(state::observed) == "observed");
    CHECK(core::to_string(state::intended) == "intended");
    CHECK(core::to_string(state::sending) == "sending");
    CHECK(core::to_string(state::contained) == "contained");
    CHECK(core::to_string(state::refused) == "refused");
    CHECK(core::to_string(state::held) == "held");
    CHECK(core::to_string(state::failed) == "failed");
    CHECK(core::to_string(state::rejected) == "rejected");
    CHECK(core::to_string(state::released) == "released");
}

} // namespace docwarden::test::containment_test
