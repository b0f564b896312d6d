// What `check` and `scan` say when one call to the portal fails: each call, in each way. Every line
// is printed with --success, to be read by a person.

#include "daemon/command/check_command.hpp"
#include "daemon/command/scan_command.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/command_world.hpp"
#include "tests/support/sentences.hpp"
#include "tests/support/text.hpp"

#include <boost/json/parse.hpp>

#include <sstream>

namespace docwarden::test::told_failures_test
{

namespace
{

sim::fault answering(unsigned status, std::string body = "", std::string type = "application/json")
{
    sim::fault trouble;
    trouble.status = status;
    trouble.content_type = body.empty() ? "" : std::move(type);
    trouble.body = std::move(body);
    return trouble;
}

// One of each kind of failure, and the two forms of a 404.
std::vector<sim::fault> all_faults()
{
    using enum sim::fault_kind;
    const std::string gone = "{\"error\":{\"message\":\"The user could not be found\",\"type\":"
                             "\"ASC.Common.Web.ItemNotFoundException\"}}";
    return {
        sim::fault_of(drop_before),
        sim::fault_of(truncate),
        sim::fault_of(garbage),
        sim::fault_of(invalid_json),
        sim::fault_of(wrong_content_type),
        answering(200, "{\"response\":17}"),
        answering(302),
        answering(400, "{\"response\":{\"title\":\"One or more validation errors occurred.\"}}"),
        answering(401),
        answering(402),
        answering(403),
        answering(404),
        answering(404, gone),
        sim::too_many_requests("/", "1"),
        sim::server_error("/"),
        sim::nginx_error("/", 502),
    };
}

struct fixture : command_world {
    std::vector<std::string> lines_of(const std::string& text)
    {
        std::vector<std::string> lines;
        std::istringstream source(text);
        for (std::string line; std::getline(source, line);)
            lines.push_back(line);
        return lines;
    }

    // Every sentence that one run of each command wrote anywhere.
    std::vector<std::string> told()
    {
        std::ostringstream out;
        std::ostringstream err;
        env.state_directory = directory.path();
        (void)daemon::check(settings, "etc/d.toml", env, false, false, out);
        (void)daemon::scan(settings, env, false, out, err);
        std::vector<std::string> all = lines_of(out.str() + err.str());
        for (const std::string& record : lines_of(log.text()))
            all.emplace_back(boost::json::parse(record).at("MESSAGE").as_string());
        return all;
    }
};

} // namespace

TEST_CASE_METHOD(
    fixture,
    "told failures: whatever call fails, what is said is whole, true and once"
)
{
    const std::string path = GENERATE(
        as<std::string>{},
        "/",
        "/api/2.0/people/@self",
        "/api/2.0/settings",
        "/api/2.0/keys/@self",
        "/api/2.0/portal",
        "/api/2.0/security",
        "/api/2.0/people/status",
        "/api/2.0/people/"
    );
    const auto index = GENERATE(range(std::size_t{0}, std::size_t{16}));
    save_files(alice, 21);
    const std::vector<sim::fault> faults = all_faults();
    REQUIRE(faults.size() == 16);
    sim::fault trouble = faults[index];
    trouble.path_prefix = path;
    set_fault(trouble);
    settings.portals.front().request_timeout = std::chrono::seconds(1);
    const std::vector<std::string> lines = told();
    REQUIRE(lines.size() > 2);
    for (const std::string& line : lines) {
        INFO("fault " << index << " of " << path << ": " << line);
        CHECK(flaw_of(line) == "");
        CHECK_FALSE(promises_more(line));
    }
}

} // namespace docwarden::test::told_failures_test
