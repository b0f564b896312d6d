#include "daemon/command/replay_command.hpp"
#include "tests/support/audit_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/config_problems.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include <sys/stat.h>

namespace docwarden::test::replay_command_test
{

namespace
{

using events = std::vector<boost::json::object>;

struct outcome {
    int code = 0;
    std::string out;
    std::string err;

    boost::json::array json() const { return boost::json::parse(out).as_array(); }
};

// Files in a directory of their own, and the least configuration: more than 20 files in 10 minutes.
struct fixture {
    scratch_directory directory;
    daemon::config settings = config_of(least_config);

    outcome replay(std::vector<std::string> files, std::string input = {}, bool json = false) const
    {
        std::istringstream standard_input(std::move(input));
        std::ostringstream out;
        std::ostringstream err;
        outcome result;
        result.code = daemon::replay(settings, {std::move(files), json}, standard_input, out, err);
        result.out = out.str();
        result.err = err.str();
        return result;
    }
    // Of one text as a file, or as standard input, which must give the same.
    outcome replay_text(const std::string& text, bool json = false) const
    {
        const std::string name = directory.write("recorded.json", text);
        const outcome of_file = replay({name}, {}, json);
        const outcome of_input = replay({"-"}, text, json);
        CHECK(of_file.code == of_input.code);
        CHECK(of_file.out == of_input.out);
        return of_file;
    }
};

std::size_t count_lines(const std::string& text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// A page whose JSON is spread over lines, as jq prints it.
std::string as_pretty_page(const events& all)
{
    std::string text = "{\n  \"response\": [\n";
    for (std::size_t i = 0; i < all.size(); ++i)
        text += "    {\n      \"id\": " + std::to_string(all[i].at("id").as_int64()) +
                ",\n      \"date\": " + boost::json::serialize(all[i].at("date")) +
                ",\n      \"userId\": " + boost::json::serialize(all[i].at("userId")) +
                ",\n      \"actionId\": 5034,\n      \"target\": [\n        " +
                boost::json::serialize(all[i].at("target").at(0)) + "\n      ],\n" +
                "      \"entries\": []\n    }" + (i + 1 < all.size() ? ",\n" : "\n");
    return text + "  ]\n}\n";
}

// An array with one event on each line.
std::string as_array_of_lines(const events& all)
{
    std::string text = "[\n";
    for (std::size_t i = 0; i < all.size(); ++i)
        text += boost::json::serialize(all[i]) + (i + 1 < all.size() ? ",\n" : "\n");
    return text + "]\n";
}

} // namespace

TEST_CASE_METHOD(fixture, "replay: 21 files in 21 seconds are found in each form of recording")
{
    const events all = saved_files(21);
    const events first(all.begin(), all.begin() + 7);
    const events rest(all.begin() + 7, all.end());
    const auto [form, text] = GENERATE_COPY(table<std::string, std::string>({
        {"page", as_page(all)},
        {"page and newline", as_page(all) + "\n"},
        {"page over many lines", as_pretty_page(all)},
        {"bare array", as_array(all)},
        {"array of lines", as_array_of_lines(all)},
        {"array of lines, CRLF", "[\r\n" + as_lines(all, ",\r\n") + "{}\r\n]\r\n"},
        {"event a line", as_lines(all)},
        {"event a line, CRLF", as_lines(all, "\r\n")},
        {"event a line, blank lines", "\n\n" + as_lines(all, "\n \n\r\n")},
        {"event a line, no newline at the end", as_lines(all) + boost::json::serialize(all[0])},
        {"page a line", as_page(first) + "\n" + as_page(rest) + "\n"},
        {"array a line", as_array(first) + "\n" + as_array(rest)},
        {"byte order mark", "\xEF\xBB\xBF" + as_lines(all)},
    }));
    INFO(form);
    const outcome result = replay_text(text);
    CHECK(result.code == 1);
    CHECK(contains(result.out, "changed 21 distinct files within 10m"));
    CHECK(count_lines(result.out) == 1);
}

TEST_CASE_METHOD(fixture, "replay: 20 files are no finding in each form of recording")
{
    const events all = saved_files(20);
    const auto text = GENERATE_COPY(
        as_page(all), as_pretty_page(all), as_array(all), as_array_of_lines(all), as_lines(all)
    );
    const outcome result = replay_text(text);
    CHECK(result.code == 0);
    CHECK(result.out.empty());
    CHECK(result.err.empty());
}

TEST_CASE_METHOD(fixture, "replay: however it is shuffled, doubled and split, the finding is same")
{
    const outcome whole = replay_text(as_page(saved_files(21)), true);
    REQUIRE(whole.json().size() == 1);
    std::mt19937_64 chance(4711);
    for (int run = 0; run < 30; ++run) {
        events all = saved_files(21);
        for (const auto& again : saved_files(static_cast<int>(chance() % 21)))
            all.push_back(again);
        std::shuffle(all.begin(), all.end(), chance);
        std::vector<std::string> files;
        for (std::size_t begin = 0; begin < all.size();) {
            const std::size_t size = std::min<std::size_t>(1 + chance() % 12, all.size() - begin);
            const events part(
                all.begin() + static_cast<std::ptrdiff_t>(begin),
                all.begin() + static_cast<std::ptrdiff_t>(begin + size)
            );
            begin += size;
            const std::string name = "part" + std::to_string(files.size());
            const auto form = chance() % 3;
            files.push_back(directory.write(
                name,
                form == 0   ? as_page(part)
                : form == 1 ? as_array(part)
                            : as_lines(part)
            ));
        }
        INFO("run " << run << ", " << files.size() << " files");
        const outcome split = replay(files, {}, true);
        CHECK(split.out == whole.out);
        CHECK(split.code == 1);
        CHECK(split.err == "");
    }
}

TEST_CASE_METHOD(fixture, "replay: files that cross the threshold only together are counted so")
{
    const events all = saved_files(21);
    const auto a = directory.write("a", as_page(events(all.begin(), all.begin() + 10)));
    const auto b = directory.write("b", as_lines(events(all.begin() + 10, all.begin() + 15)));
    const std::string c = as_array(events(all.begin() + 15, all.end()));
    CHECK(replay({a, b}).code == 0);
    CHECK(replay({a, b, "-"}, c).code == 1);
    CHECK(replay({"-", b, a}, c).code == 1);
}

TEST_CASE_METHOD(fixture, "replay: a broken line is named, and the others are still read")
{
    const int broken = GENERATE(1, 2, 11, 22);
    const auto junk = GENERATE(as<std::string>{}, "{\"id\":1,\"date\"", "oops", "<html>", "}");
    std::istringstream good(as_lines(saved_files(21)));
    std::string text;
    std::string line;
    for (int number = 1; number <= 22; ++number) {
        if (number == broken)
            text += junk;
        else if (std::getline(good, line))
            text += line;
        text += '\n';
    }
    const outcome result = replay_text(text);
    INFO("line " << broken << ": " << junk << "\n" << result.err);
    CHECK(contains(result.err, "recorded.json: line " + std::to_string(broken) + ": "));
    CHECK(count_lines(result.err) == 1);
    CHECK(contains(result.out, "changed 21 distinct files"));
    CHECK(result.code == 1);
}

TEST_CASE_METHOD(fixture, "replay: a broken line is a failure also when nothing is found")
{
    const outcome result = replay_text(as_lines(saved_files(5)) + "{broken\n");
    CHECK(contains(result.err, "line 6: "));
    CHECK(result.out.empty());
    CHECK(result.code == 1);
}

TEST_CASE_METHOD(fixture, "replay: what comes before the end of a page that was cut off is counted")
{
    std::string text = as_page(saved_files(30));
    text.resize(text.size() - 400);
    const outcome result = replay_text(text);
    CHECK(result.code == 1);
    CHECK(contains(result.out, "distinct files"));
    CHECK(contains(result.err, "recorded.json: "));
}

TEST_CASE_METHOD(fixture, "replay: a record that makes no sense is named by its place")
{
    events all = saved_files(3);
    all[1]["date"] = "yesterday";
    const outcome page = replay_text(as_page(all));
    CHECK(contains(page.err, "recorded.json: record 2: "));
    CHECK(page.code == 0); // the file could be read
    const outcome a_line = replay_text(as_lines(all));
    CHECK(contains(a_line.err, "recorded.json: line 2: "));
}

TEST_CASE_METHOD(fixture, "replay: endless problems are counted, not printed")
{
    events all = saved_files(500);
    for (auto& event : all)
        event["date"] = "yesterday";
    const auto text = GENERATE_COPY(as_page(all), as_lines(all));
    const outcome result = replay_text(text);
    CHECK(count_lines(result.err) == 21);
    CHECK(contains(result.err, "and 480 more problems"));
    CHECK(result.err.size() < 10'000);
}

TEST_CASE_METHOD(fixture, "replay: hostile names reach the terminal escaped")
{
    events all = saved_files(21);
    for (auto& event : all)
        event["user"] = "Jane\x1b[2J\nroot: all is well";
    const outcome result = replay_text(as_lines(all));
    CHECK(count_lines(result.out) == 1);
    CHECK_FALSE(contains(result.out, "\x1b"));
}

TEST_CASE_METHOD(
    fixture,
    "replay: an empty file or nothing but blanks is no finding and no failure"
)
{
    const auto text = GENERATE(as<std::string>{}, "", "\n", " \r\n\t\n");
    const outcome result = replay_text(text);
    CHECK(result.code == 0);
    CHECK(result.out.empty());
}

TEST_CASE_METHOD(fixture, "replay: what cannot be read is named, the other files are still read")
{
    const auto good = directory.write("good.json", as_page(saved_files(21)));
    const std::pair<std::string, std::string> bad_files[] = {
        {directory.file("missing.json"), "cannot be read"},
        {directory.path(), "is a directory, not a recording"},
        {"/dev/zero", "is a device, not a recording"},
    };
    for (const auto& [bad, problem] : bad_files) {
        const outcome result = replay({bad, good});
        CHECK(result.code == 1);
        CHECK(contains(result.err, "docwarden: " + bad + ": " + problem));
        CHECK(contains(result.out, "changed 21 distinct files"));
        CHECK(replay({bad}).code == 1);
    }
}

TEST_CASE_METHOD(fixture, "replay: what another program writes into a pipe is read to its end")
{
    const auto pipe = directory.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    std::thread writer([&] { std::ofstream(pipe) << as_page(saved_files(21)); });
    const outcome result = replay({pipe});
    writer.join();
    CHECK(contains(result.out, "changed 21 distinct files"));
}

TEST_CASE_METHOD(fixture, "replay: records in the published sample's shape are understood")
{
    std::string text;
    for (int i = 0; i < 21; ++i) {
        boost::json::object event{
            {"entityType", "file"},
            {"action", "update"},
            {"account", "jane@example.com"},
            {"entityId", 100 + i},
            {"timestamp", core::format_date(at_second(i))},
        };
        text += boost::json::serialize(event) + "\n";
    }
    const outcome result = replay_text(text, true);
    INFO(result.err);
    REQUIRE(result.json().size() == 1);
    CHECK(result.json()[0].at("user_id") == "jane@example.com");
    CHECK(result.json()[0].at("count") == 21);
    CHECK(result.code == 1);
}

TEST_CASE_METHOD(fixture, "replay: --json is an array of objects with exactly the promised members")
{
    const outcome result = replay_text(as_page(saved_files(21)), true);
    REQUIRE(result.json().size() == 1);
    const boost::json::object finding = result.json()[0].as_object();
    boost::json::object expected{
        {"id", finding.at("id")},
        {"portal", "replay"},
        {"user_id", std::string(jane)},
        {"user", "Jane Doe"},
        {"rule", "r"},
        {"count", 21},
        {"count_is_least", false},
        {"threshold", 20},
        {"window", "10m"},
        {"state", "observed"},
        {"opened", "2026-06-30T13:04:25Z"}, // of the 21st file
    };
    CHECK(finding.at("id").as_string().size() == 12);
    CHECK(boost::json::serialize(finding) == boost::json::serialize(expected));
    CHECK(result.out.back() == '\n');
    CHECK(result.code == 1);
}

TEST_CASE_METHOD(fixture, "replay: a rule whose people only the portal knows is named")
{
    settings.rules.push_back(settings.rules[0]);
    core::rule& robots = settings.rules.back();
    robots.name = "robots";
    SECTION("a group")
    {
        robots.groups = {"Robots"};
    }
    SECTION("an address")
    {
        robots.users = {"robot@example.com"};
    }
    const outcome replayed = replay_text("[]");
    CHECK(contains(replayed.err, "docwarden: warning: rule robots concerns groups or e-mail"));
    CHECK(std::count(replayed.err.begin(), replayed.err.end(), '\n') == 1);
    robots.groups.clear();
    robots.users = {"4c65a238-ca50-4374-b904-0d51d4c1822b"};
    CHECK(replay_text("[]").err.empty());
}

TEST_CASE_METHOD(fixture, "replay: --json without a finding is an empty array")
{
    const outcome result = replay_text(as_page(saved_files(3)), true);
    CHECK(result.out == "[]\n");
    CHECK(result.code == 0);
}

TEST_CASE_METHOD(fixture, "replay: several findings come in the order of their time")
{
    const std::string other = "9c65a238-ca50-4374-b904-0d51d4c1822b";
    std::string text;
    for (int i = 0; i < 30; ++i)
        text += boost::json::serialize(saved(i, 100 + i)) + "\n";
    for (int i = 0; i < 30; ++i)
        text += boost::json::serialize(saved(500 + i, i, other)) + "\n";
    const outcome result = replay_text(text, true);
    REQUIRE(result.json().size() == 2);
    CHECK(result.json()[0].at("user_id").as_string().c_str() == other);
    CHECK(result.json()[1].at("user_id").as_string().c_str() == std::string(jane));
}

} // namespace docwarden::test::replay_command_test
