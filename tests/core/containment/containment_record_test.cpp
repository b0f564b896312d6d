// What of a containment is written down, and when.

#include "core/containment/containment.hpp"
#include "tests/core/containment/subject_at_work.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace docwarden::test::containment_record_test
{

using namespace containment_words;

TEST_CASE("containment: what is decided is on the disk before the request leaves, or has had its "
          "time")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(active) == "may send");
    s.machine.await_commit(s.now + containment::commit_patience);
    CHECK(s.next() == "none");
    CHECK(s.state_name() == "intended");
    CHECK_FALSE(s.machine.is_settled());
    SECTION("written")
    {
        s.machine.send(s.now);
        CHECK(s.next() == "disable");
    }
    SECTION("slow")
    {
        CHECK(s.pause() == containment::commit_patience);
        s.wait();
        CHECK(s.next() == "disable");
    }
    SECTION("called off meanwhile")
    {
        s.machine.end(containment::ending::called_off);
        s.now += containment::commit_patience;
        CHECK(s.next() == "none");
        CHECK(s.state_name() == "rejected");
    }
}

TEST_CASE("containment: what is kept of one is enough to go on after a restart")
{
    subject_at_work s;
    const std::string stage = GENERATE(
        as<std::string>(), "decided", "sent", "failed", "held", "contained", "refused", "rejected"
    );
    INFO(stage);
    if (stage == "sent" || stage == "contained")
        s.begin_disabling();
    for (int i = 0; stage == "failed" && i < 5; ++i)
        s.fail_look(failure_kind::not_found);
    if (stage == "held" || stage == "refused") {
        REQUIRE(s.next() == "profile");
        (void)s.look(active, stage == "held" ? protection::none : protection::owner);
    }
    if (stage == "held")
        s.machine.hold(containment::hold_reason::limit);
    if (stage == "contained") {
        (void)s.disable();
        REQUIRE(s.next() == "profile");
        REQUIRE(s.look(disabled) == "contained");
    }
    if (stage == "rejected")
        s.machine.end(containment::ending::called_off);

    const core::step_time start{at(100), s.now + milliseconds(100'000)};
    const core::mono_time due = start.mono + milliseconds(5'000);
    containment again(active.id, s.machine.kept(), start.mono, due);
    CHECK(again.state() == s.machine.state());
    CHECK(again.guard() == s.machine.guard());
    CHECK(again.is_held_by(containment::hold_reason::limit) == (stage == "held"));
    CHECK(again.decided() == s.machine.decided());
    CHECK(again.is_restored());
    CHECK(again.age(start) == milliseconds(100'000));
    // This host's clock says nothing of it.
    CHECK(again.age({at(100'000), start.mono + milliseconds(7), false}) == milliseconds(7));
    CHECK(again.age({at(-50), start.mono + milliseconds(7)}) == milliseconds(7));
    const bool goes_on = is_open(again.state()) && stage != "held";
    CHECK(again.due() == (goes_on ? std::optional(due) : std::nullopt));
    if (!goes_on)
        return;
    CHECK(again.may_have_acted());
    CHECK(again.next(start.mono) == request::none);
    again.bring_forward(start.mono);
    CHECK(again.next(start.mono) == request::profile);
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

} // namespace docwarden::test::containment_record_test
