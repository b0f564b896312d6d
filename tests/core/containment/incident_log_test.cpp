// What the log knows of incidents, and what it forgets.

#include "core/containment/incident_log.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>

namespace docwarden::test::incident_log_test
{

namespace
{

using core::containment_state;
using core::incident_log;

core::incident make_incident(const std::string& user, const std::string& rule, core::wall_time time)
{
    core::incident made;
    made.id = user + rule;
    made.user = user;
    made.rule = rule;
    made.span.newest = time;
    return made;
}

} // namespace

TEST_CASE("incident log: the newest incident of a user under a rule is the one that goes on")
{
    incident_log log;
    CHECK(log.newest_of("bob", "r") == nullptr);
    for (const char* id : {"1", "2"}) {
        core::incident made = make_incident("bob", "r", at(0));
        made.id = id;
        log.open(made);
    }
    log.open(make_incident("bob", "s", at(0)));
    log.open(make_incident("eve", "r", at(0)));
    REQUIRE(log.newest_of("bob", "r") != nullptr);
    CHECK(log.newest_of("bob", "r")->id == "2");
    CHECK(log.newest_of("bob", "s")->id == "bobs");
    CHECK(log.newest_of("eve", "r")->id == "ever");
    CHECK(log.newest_of("eve", "s") == nullptr);
}

TEST_CASE("incident log: those with a change since a moment, that moment included, oldest first")
{
    incident_log log;
    for (const int second : {2, 0, 1})
        log.open(make_incident("u" + std::to_string(second), "r", at(second)));
    const auto found = log.since(at(1));
    REQUIRE(found.size() == 2);
    CHECK(found[0].user == "u2"); // it was opened first
    CHECK(found[1].user == "u1");
    CHECK(log.since(at(2) + core::tick(1)).empty());
}

TEST_CASE("incident log: what became of an incident stays with it once it is closed")
{
    incident_log log;
    log.open(make_incident("bob", "r", at(0)));
    log.close("bobr", containment_state::contained);
    CHECK((log.find("bobr")->state == containment_state::contained));
    log.close("bobr", containment_state::observed); // learnt later
    CHECK((log.find("bobr")->state == containment_state::observed));
    log.close("unknown", containment_state::observed);
    CHECK(log.size() == 1);
}

TEST_CASE("incident log: of the closed incidents the oldest are forgotten first, open ones never")
{
    incident_log log;
    log.open(make_incident("open", "r", at(0)));
    for (std::size_t i = 0; i <= incident_log::closed_max; ++i) {
        const std::string user = "u" + std::to_string(i);
        log.open(make_incident(user, "r", at(0)));
        log.close(user + "r", containment_state::observed);
        REQUIRE(log.size() == 1 + std::min(i + 1, incident_log::closed_max));
    }
    CHECK(log.newest_of("open", "r") != nullptr);
    CHECK(log.newest_of("u0", "r") == nullptr);
    CHECK(log.find("u0r") == nullptr);
    CHECK(log.newest_of("u1", "r") != nullptr);
}

TEST_CASE("incident log: a closed incident that is opened again is not forgotten either")
{
    incident_log log;
    log.open(make_incident("bob", "r", at(0)));
    log.close("bobr", containment_state::observed);
    log.open(make_incident("bob", "r", at(7)));
    for (std::size_t i = 0; i <= incident_log::closed_max; ++i) {
        const std::string user = "u" + std::to_string(i);
        log.open(make_incident(user, "r", at(0)));
        log.close(user + "r", containment_state::observed);
    }
    REQUIRE(log.find("bobr") != nullptr);
    CHECK((log.find("bobr")->span.newest == at(7)));
    log.forget("bobr");
    CHECK(log.find("bobr") == nullptr);
    CHECK(log.newest_of("bob", "r") == nullptr);
    log.forget("bobr");
}

TEST_CASE("incident log: a stretch belongs to the crossing that is at most a window away")
{
    incident_log log;
    for (const char* id : {"1", "2"}) {
        core::incident made = make_incident("bob", "r", at(0));
        made.id = id;
        made.window = std::chrono::seconds(10);
        const int begin = *id == '1' ? 0 : 100;
        made.span = {at(begin), at(begin + 20), at(begin + 15), 5};
        log.open(made);
    }
    const auto id_of = [&](core::wall_time first, core::wall_time last) {
        const core::incident* const found = log.crossing_of("bob", "r", {first, last, last, 5});
        return found == nullptr ? std::string() : found->id;
    };
    CHECK(id_of(at(5), at(6)) == "1");
    CHECK(id_of(at(30), at(40)) == "1");
    CHECK(id_of(at(31), at(40)).empty());
    CHECK(id_of(at(-20), at(-10)) == "1");
    CHECK(id_of(at(-20), at(-11)).empty());
    CHECK(id_of(at(90), at(95)) == "2");
    CHECK(id_of(at(0), at(120)) == "2"); // the newest
    CHECK(log.crossing_of("bob", "s", {at(5), at(6), at(6), 5}) == nullptr);
    CHECK(log.crossing_of("eve", "r", {at(5), at(6), at(6), 5}) == nullptr);
}

TEST_CASE("incident log: the end of a crossing is to be told until it is, and anew if it grows")
{
    using strings = std::vector<std::string>;
    incident_log log;
    core::incident made = make_incident("bob", "r", at(0));
    made.span = {at(0), at(20), at(15), 5};
    log.open(made);
    CHECK(log.untold_before(at(20)).empty());
    CHECK(log.untold_before(at(20) + core::tick(1)) == strings{"bobr"});
    (void)log.take_changed();

    log.tell_end("bobr");
    CHECK(log.untold_before(at(99)).empty());
    CHECK(log.take_changed() == strings{"bobr"});
    log.tell_end("bobr");
    log.extend("bobr", {at(3), at(10), at(9), 4}, {});
    CHECK(log.take_changed().empty());

    const bool is_longer = GENERATE(false, true);
    const core::evidence file{at(16), core::object_kind::file, "7"};
    if (is_longer)
        log.extend("bobr", {at(3), at(21), at(16), 4, true}, {file});
    else
        log.extend("bobr", {at(3), at(10), at(9), 6, true}, {file});
    CHECK(log.take_changed() == strings{"bobr"});
    CHECK(log.untold_before(at(99)) == strings{"bobr"});
    const core::breach_span longer{at(0), at(21), at(16), 5, true};
    const core::breach_span higher{at(0), at(20), at(15), 6, true};
    CHECK(log.find("bobr")->span == (is_longer ? longer : higher));
    CHECK(log.find("bobr")->files.size() == (is_longer ? 1 : 0)); // the newest ones

    // Decided on anew, it is as long and as high as it was known to be.
    log.open(made);
    CHECK(log.find("bobr")->span == (is_longer ? longer : higher));
    log.forget("bobr");
    CHECK(log.untold_before(at(99)).empty());
    log.extend("bobr", longer, {});
    log.tell_end("bobr");
    CHECK(log.size() == 0);
}

TEST_CASE("incident log: that a count is the least is a change, and nothing to tell the end for")
{
    incident_log log;
    core::incident made = make_incident("bob", "r", at(0));
    made.span = {at(0), at(20), at(15), 5};
    made.is_end_told = true;
    log.open(made);
    (void)log.take_changed();
    log.extend("bobr", {at(3), at(10), at(9), 4, true}, {});
    CHECK(log.take_changed().size() == 1);
    CHECK(log.find("bobr")->span.is_least);
    CHECK(log.untold_before(at(99)).empty());
}

} // namespace docwarden::test::incident_log_test
