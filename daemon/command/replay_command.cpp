#include "daemon/command/replay_command.hpp"

#include "core/audit/audit_page.hpp"
#include "core/base/text.hpp"
#include "core/detection/detector.hpp"
#include "daemon/host/exit_code.hpp"
#include "daemon/view/findings.hpp"
#include "net/base/file_text.hpp"

#include <algorithm>
#include <fstream>
#include <istream>
#include <ostream>
#include <sstream>
#include <string_view>

namespace docwarden::daemon
{

namespace
{

// More bad records than a person reads are only counted.
constexpr std::size_t problems_shown_max = 20;

// Feeds what one text holds into the detector and counts what is wrong with it.
class recording final : public core::record_sink
{
public:
    recording(core::detector& counts, std::ostream& err) : counts_(counts), err_(err) {}

    void begin(std::string name)
    {
        name_ = std::move(name);
        line_ = 0;
    }

    void on_event(const core::audit_event& event) override { counts_.add(event); }

    void on_problem(const core::record_problem& problem) override
    {
        std::string place = "record " + std::to_string(problem.index + 1);
        if (line_ != 0)
            place = "line " + std::to_string(line_);
        complain(place, problem.text + (problem.was_counted ? " (still counted)" : ""));
    }

    // A whole text, whatever its form. False if it is none.
    bool read(std::string_view text)
    {
        if (constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
            text.substr(0, byte_order_mark.size()) == byte_order_mark)
            text.remove_prefix(byte_order_mark.size()); // what Windows tools begin a file with
        if (core::trim(text).empty())
            return true;
        const bool is_one_line_each = looks_like_lines(text);
        if (!is_one_line_each)
            return read_document(text);
        bool is_good = true;
        while (!text.empty()) {
            ++line_;
            const std::size_t end = text.find('\n');
            const std::string_view line = text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            if (!core::trim(line).empty())
                is_good = read_document(line) && is_good;
        }
        return is_good;
    }

    std::size_t problems() const { return problems_; }

private:
    // One document a line: at least half of several lines are a whole one each. A document that is
    // spread over lines has hardly such a line, and a line that is broken must not hide the others.
    static bool looks_like_lines(std::string_view text)
    {
        std::size_t lines = 0;
        std::size_t documents = 0;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size() - 1);
            const std::string_view line = core::trim(text.substr(0, end + 1));
            text.remove_prefix(end + 1);
            if (line.empty())
                continue;
            ++lines;
            if (line.size() > 1 && ((line.front() == '{' && line.back() == '}') ||
                                    (line.front() == '[' && line.back() == ']')))
                ++documents;
        }
        return lines > 1 && 2 * documents >= lines;
    }

    bool read_document(std::string_view text)
    {
        core::audit_page_reader reader(*this, core::page_form::recorded);
        if (reader.write(text) && reader.finish())
            return true;
        complain(line_ == 0 ? std::string() : "line " + std::to_string(line_), reader.error().text);
        return false;
    }

    void complain(const std::string& place, const std::string& text)
    {
        if (++problems_ > problems_shown_max)
            return;
        err_ << "docwarden: " << name_ << (place.empty() ? "" : ": ") << place << ": "
             << core::escape_text(text, 300) << '\n';
    }

    core::detector& counts_;
    std::ostream& err_;
    std::string name_;
    std::size_t line_ = 0;
    std::size_t problems_ = 0;
};

std::string slurp(std::istream& from)
{
    std::ostringstream text;
    text << from.rdbuf();
    return std::move(text).str();
}

std::vector<portal_finding> findings_of(core::detector& counts)
{
    std::vector<portal_finding> found;
    for (const core::breach& breach : counts.take_breaches()) {
        if (breach.is_warning)
            continue;
        const core::rule& rule = counts.rules()[breach.rule];
        found.push_back({"replay", core::open_incident(breach, rule, "replay")});
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.incident.span.first < b.incident.span.first;
    });
    return found;
}

// Who they are is known to a portal only.
bool names_strangers(const core::rule& rule)
{
    return !rule.groups.empty() ||
           !std::all_of(rule.users.begin(), rule.users.end(), core::is_guid);
}

} // namespace

int replay(
    const config& settings,
    const replay_options& options,
    std::istream& standard_input,
    std::ostream& out,
    std::ostream& err
)
{
    for (const core::rule& rule : settings.rules) {
        if (names_strangers(rule))
            err << "docwarden: warning: rule " << rule.name
                << " concerns groups or e-mail addresses, which only the portal knows: replay "
                   "applies it to the users whom it names by GUID\n";
    }
    core::detector counts(core::share(settings.rules));
    recording sink(counts, err);
    bool is_good = true;
    for (const std::string& name : options.files) {
        sink.begin(name == "-" ? "standard input" : name);
        if (name == "-") {
            is_good = sink.read(slurp(standard_input)) && is_good;
            continue;
        }
        // A pipe may be what another program writes; of a device nobody knows the end.
        const net::file_kind kind = net::kind_of_file(name);
        if (kind != net::file_kind::regular && kind != net::file_kind::pipe) {
            err << "docwarden: " << name << ": is " << to_string(kind) << ", not a recording\n";
            is_good = false;
            continue;
        }
        std::ifstream file(name, std::ios::binary);
        if (!file || file.peek() == std::ifstream::traits_type::eof()) {
            const bool is_missing = !file.eof();
            err << "docwarden: " << name << ": "
                << (is_missing ? "cannot be read: check the path and its permissions" : "is empty")
                << '\n';
            is_good = is_good && !is_missing;
            continue;
        }
        is_good = sink.read(slurp(file)) && is_good;
    }
    if (sink.problems() > problems_shown_max)
        err << "docwarden: and " << sink.problems() - problems_shown_max << " more problems\n";

    const std::vector<portal_finding> found = findings_of(counts);
    if (options.json)
        out << findings_json(found);
    for (const portal_finding& finding : found) {
        if (!options.json)
            out << finding_line(finding.incident);
    }
    return is_good && found.empty() ? exit_done : exit_finding;
}

} // namespace docwarden::daemon
