// Every situation of a containment meets every input: what it is then, and what it asks for next.
// What nobody may do in a situation ends the process.

#include "tests/core/containment/subject_at_work.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child_process.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test::containment_table_test
{

using namespace containment_words;

namespace
{

using action = std::function<void(subject_at_work&)>;
using named_action = std::pair<std::string_view, action>;

void ask(subject_at_work& s)
{
    s.wait();
    (void)s.next();
}
void see(subject_at_work& s, const core::profile& account, protection guard = protection::none)
{
    (void)s.look(account, guard);
}

const std::vector<named_action> situations{
    {"look is due", [](subject_at_work&) {}},
    {"looking", ask},
    {"to be decided", [](subject_at_work& s) { ask(s), see(s, active); }},
    {"counting down",
     [](subject_at_work& s) {
         ask(s), see(s, active), s.machine.count_down(s.now + milliseconds(9));
     }},
    {"committing",
     [](subject_at_work& s) {
         ask(s), see(s, active);
         s.machine.await_commit(s.now + containment::commit_patience);
     }},
    {"request is due", [](subject_at_work& s) { ask(s), s.look_and_send(); }},
    {"sending", [](subject_at_work& s) { s.begin_disabling(); }},
    {"confirming", [](subject_at_work& s) { s.begin_disabling(), (void)s.disable(), ask(s); }},
    {"paused", [](subject_at_work& s) { s.fail_look(failure_kind::broken); }},
    {"held",
     [](subject_at_work& s) {
         ask(s), see(s, active);
         s.machine.hold(containment::hold_reason::limit);
     }},
    {"contained", [](subject_at_work& s) { ask(s), see(s, disabled); }},
    {"refused", [](subject_at_work& s) { ask(s), see(s, active, protection::owner); }},
    {"called off", [](subject_at_work& s) { s.machine.end(containment::ending::called_off); }},
    {"called off while sending",
     [](subject_at_work& s) {
         s.begin_disabling();
         s.machine.end(containment::ending::called_off);
     }},
    {"released",
     [](subject_at_work& s) {
         ask(s), see(s, disabled);
         s.machine.release();
     }},
};

const std::vector<named_action> inputs{
    {"time passes", [](subject_at_work& s) { s.machine.due() ? ask(s) : void(); }},
    {"seen active", [](subject_at_work& s) { see(s, active); }},
    {"seen disabled", [](subject_at_work& s) { see(s, disabled); }},
    {"seen protected", [](subject_at_work& s) { see(s, active, protection::owner); }},
    {"look fails", [](subject_at_work& s) { (void)s.look(failure(failure_kind::interrupted)); }},
    {"accepted", [](subject_at_work& s) { (void)s.disable(); }},
    {"request fails",
     [](subject_at_work& s) { (void)s.disable(failure(failure_kind::interrupted)); }},
    {"send", [](subject_at_work& s) { s.machine.send(s.now); }},
    {"await commit", [](subject_at_work& s) { s.machine.await_commit(s.now); }},
    {"count down", [](subject_at_work& s) { s.machine.count_down(s.now); }},
    {"hold", [](subject_at_work& s) { s.machine.hold(containment::hold_reason::limit); }},
    {"resume", [](subject_at_work& s) { s.machine.resume(s.now); }},
    {"call off", [](subject_at_work& s) { s.machine.end(containment::ending::called_off); }},
    {"release", [](subject_at_work& s) { s.machine.release(); }},
    {"bring forward", [](subject_at_work& s) { s.machine.bring_forward(s.now); }},
};

// "sending profile": its state, and the call that it asks for next, if any.
std::string outcome_of(const action& situation, const action& input)
{
    const child_end tried = run_in_child([&] {
        subject_at_work s;
        situation(s);
        input(s);
    });
    if (tried.was_aborted())
        return "bug";
    subject_at_work s;
    situation(s);
    input(s);
    std::string found(s.state_name());
    if (!s.machine.due())
        return found;
    s.wait();
    return found + ' ' + std::string(s.next());
}

std::string row_of(const named_action& situation)
{
    std::string row;
    for (const auto& [name, input] : inputs) {
        const std::string outcome = outcome_of(situation.second, input);
        if (outcome != "bug")
            row += (row.empty() ? "" : "; ") + std::string(name) + ": " + outcome;
    }
    return row;
}

// What is not named must not happen.
const std::map<std::string_view, std::string_view> table{
    {"look is due",
     "time passes: intended; hold: held; call off: rejected; "
     "bring forward: intended profile"},
    {"looking",
     "time passes: intended; seen active: intended; seen disabled: contained; "
     "seen protected: refused; look fails: intended profile; call off: rejected; "
     "bring forward: intended"},
    {"to be decided",
     "time passes: intended; send: intended disable; await commit: intended disable; "
     "count down: intended profile; hold: held; call off: rejected; bring forward: intended"},
    {"counting down",
     "time passes: intended; count down: intended profile; call off: rejected; "
     "bring forward: intended profile"},
    {"committing",
     "time passes: sending; send: intended disable; call off: rejected; "
     "bring forward: intended disable"},
    {"request is due", "time passes: sending; call off: rejected; bring forward: intended disable"},
    {"sending",
     "time passes: sending; accepted: sending profile; "
     "request fails: sending profile; call off: rejected; bring forward: sending"},
    {"confirming",
     "time passes: sending; seen active: sending profile; seen disabled: contained; "
     "seen protected: refused; look fails: sending profile; call off: rejected; "
     "bring forward: sending"},
    {"paused", "time passes: intended; call off: rejected; bring forward: intended profile"},
    {"held",
     "time passes: held; resume: intended profile; call off: rejected; "
     "bring forward: held"},
    {"contained", "time passes: contained; release: released; bring forward: contained"},
    {"refused", "time passes: refused; bring forward: refused"},
    {"called off", "time passes: rejected; bring forward: rejected"},
    {"called off while sending",
     "time passes: rejected; accepted: rejected profile; "
     "request fails: rejected profile; bring forward: rejected"},
    {"released", "time passes: released; bring forward: released"},
};

} // namespace

TEST_CASE("containment: every situation meets every input")
{
    for (const named_action& situation : situations) {
        INFO(situation.first);
        const auto expected = table.find(situation.first);
        REQUIRE(expected != table.end());
        CHECK(row_of(situation) == expected->second);
    }
}

} // namespace docwarden::test::containment_table_test
