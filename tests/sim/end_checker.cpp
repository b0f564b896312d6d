// Crossings are told to their end: once they are over, or the account is contained, there is one
// record of it, and no second one about nothing new.

#include "core/base/iso8601.hpp"
#include "tests/sim/checker.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace docwarden::proof
{

namespace
{

using core::report_kind;

class end_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "crossings are told to their end"; }

    // What was told before and is not on the disk may be told again.
    void on_start() override
    {
        for (auto& [id, told] : stories_)
            told.is_of_now = false;
        at_start_ = stage().storage.kept();
    }

    void on_report(const core::report& report) override
    {
        const std::string id(report.field("INCIDENT"));
        if (!id.empty() && report.kind != report_kind::crossing_ended)
            stories_[id].user = report.field("USER_ID");
        if (begins(report)) {
            story& told = stories_[id];
            told.is_begun = true;
            told.is_of_now = true;
            told.course.clear(); // a decision anew: its end may be told anew
        }
        if (report.kind == report_kind::contained) {
            for (auto& [other, told] : stories_)
                told.is_over = told.is_over || told.user == report.field("USER_ID");
        }
        if (report.kind == report_kind::crossing_ended)
            on_crossing_ended(report);
    }

    // What begins last goes on for a while, and no window is that long. But how far the trail is
    // known to be complete depends on this host's clock, too.
    void on_end(const core::engine_status& status) override
    {
        const core::tick enough = stage().world.calm - longest_burst - std::chrono::minutes(30);
        if (!status.complete || *status.complete < stage().time.portal_time() - enough)
            return;
        for (const auto& [id, told] : stories_) {
            if (told.is_begun && told.is_of_now && !told.is_over)
                fail("the end of incident " + id + " was not told");
        }
    }

private:
    static constexpr std::chrono::minutes longest_burst{50};

    struct story {
        std::string user;
        bool is_begun = false;  // it was told as a crossing, not only that something failed
        bool is_of_now = false; // told of by the present instance
        bool is_over = false;   // that was told
        std::string course;     // as it was told
    };

    static bool begins(const core::report& report)
    {
        switch (report.kind) {
        case report_kind::alert:
        case report_kind::exempted:
            return true;
        case report_kind::observed:
            return report.field("MODE") == "observe" && report.field("STATE") == "observed";
        case report_kind::held:
            return !report.field("FILES").empty();
        default:
            return false;
        }
    }

    void on_crossing_ended(const core::report& report)
    {
        const std::string id(report.field("INCIDENT"));
        const std::string course = course_of(report.field("COUNT"), report.field("LAST_CHANGE_AT"));
        story& told = stories_[id];
        if (told.user.empty())
            fail("the end of incident " + id + " was told, and nothing before");
        if (told.course == course && (told.is_of_now || was_kept(id, course)))
            fail("the end of incident " + id + " was told twice");
        told.is_over = true;
        told.is_of_now = true;
        told.course = course;
    }

    static std::string course_of(std::string_view count, std::string_view last_change)
    {
        return std::string(count) + ' ' + std::string(last_change);
    }

    bool was_kept(const std::string& id, const std::string& course) const
    {
        const auto& known = at_start_.incidents;
        return std::any_of(known.begin(), known.end(), [&](const core::incident& old) {
            return old.id == id && old.is_end_told &&
                   course == course_of(
                                 std::to_string(old.span.count), core::format_date(old.span.newest)
                             );
        });
    }

    std::map<std::string, story> stories_; // by incident
    core::stored_state at_start_;          // of the present instance
};

} // namespace

std::unique_ptr<checker> make_end_checker(const scene& stage)
{
    return std::make_unique<end_checker>(stage);
}

} // namespace docwarden::proof
