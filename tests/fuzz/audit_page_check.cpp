#include "core/audit/audit_page.hpp"
#include "core/base/iso8601.hpp"
#include "tests/fuzz/checks.hpp"

#include <vector>

namespace docwarden::test
{

namespace
{

using core::audit_event;
using core::object_kind;
using core::page_form;
using core::read_page_result;

struct collector final : core::record_sink {
    core::audit_page page;
    void on_event(const audit_event& event) override { page.events.push_back(event); }
    void on_problem(const core::record_problem& problem) override
    {
        page.problems.push_back(problem);
    }
};

// The same as read_audit_page, in pieces, by a reader that has been used before.
read_page_result read_in_pieces(std::string_view bytes, page_form form, std::size_t length)
{
    collector sink;
    core::audit_page_reader reader(sink, form);
    (void)reader.write(bytes.substr(0, length));
    reader.restart();
    sink.page = {};
    bool is_page = true;
    for (std::size_t at = 0; is_page && at < bytes.size(); at += length)
        is_page = reader.write(bytes.substr(at, length));
    if (is_page)
        (void)reader.finish();
    sink.page.rows = reader.rows();
    sink.page.oldest = reader.oldest();
    sink.page.newest = reader.newest();
    return {std::move(sink.page), reader.error()};
}

// The portal is asked again by these, in a form that has no other years.
bool can_be_asked_for(core::wall_time time)
{
    return core::parse_date(core::format_date(time)) == time;
}

std::string check_event(const audit_event& event, const core::audit_page& page)
{
    if (event.id < 0)
        return "an event with a negative id";
    if (event.user.empty() || event.user.size() > 320)
        return "an event of nobody, or of a user with an endless name";
    const bool names_files = event.kind == object_kind::file || event.kind == object_kind::folder;
    if (names_files && event.object.empty())
        return "an event about a file without an id";
    if (!page.oldest || !page.newest || event.time < *page.oldest || event.time > *page.newest)
        return "an event outside of its page's bounds";
    return {};
}

std::string check_page(const core::audit_page& page)
{
    if (page.events.size() > page.rows)
        return "more events than records";
    if (page.oldest.has_value() != page.newest.has_value() ||
        (page.oldest && *page.oldest > *page.newest))
        return "the bounds of the page are no bounds";
    if (page.oldest && (!can_be_asked_for(*page.oldest) || !can_be_asked_for(*page.newest)))
        return "a bound that no portal can be asked for";
    for (const audit_event& event : page.events) {
        if (std::string wrong = check_event(event, page); !wrong.empty())
            return wrong;
    }
    for (const core::record_problem& problem : page.problems) {
        if (problem.index >= page.rows || problem.text.empty() || problem.id < 0)
            return "a problem that says nothing";
    }
    return {};
}

} // namespace

std::string check_audit_page(std::string_view bytes)
{
    for (const page_form form : {page_form::answer, page_form::recorded}) {
        const read_page_result whole = read_audit_page(bytes, form);
        if (whole.error.offset > bytes.size())
            return "a fault behind the end of the text";
        if (std::string wrong = check_page(whole.page); !wrong.empty())
            return wrong;
        for (const std::size_t length : {1U, 2U, 3U, 7U, 64U}) {
            const read_page_result pieces = read_in_pieces(bytes, form, length);
            const std::string with = " with pieces of " + std::to_string(length) + " bytes";
            if (pieces.page != whole.page)
                return "another page" + with;
            // Which byte of a broken escape is to blame, the JSON parser may decide otherwise.
            if (pieces.ok() != whole.ok())
                return "a fault or none" + with + ": " + pieces.error.text + whole.error.text;
        }
    }
    return {};
}

} // namespace docwarden::test
