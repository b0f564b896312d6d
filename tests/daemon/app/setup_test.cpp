#include "daemon/app/setup.hpp"
#include "net/async/asio_clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/config_problems.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/text.hpp"

#include <boost/asio/io_context.hpp>

namespace docwarden::test::setup_test
{

namespace
{

struct fixture {
    boost::asio::io_context ctx{1};
    net::asio_clock clock{ctx.get_executor()};
    scratch_directory directory;
    daemon::portal_settings portal = config_of(least_config).portals.front();
    daemon::environment env;

    fixture() { env.api_key = net::secret("sk-of-the-environment"); }

    daemon::connection connect()
    {
        auto way = daemon::connect_to(portal, env, ctx.get_executor(), clock);
        CHECK((way.transport == nullptr) == !way.problems.empty());
        for (const auto* list : {&way.problems, &way.warnings}) {
            for (const daemon::diagnostic& diagnostic : *list)
                CHECK_FALSE(contains(to_text(diagnostic), "sk-of"));
        }
        return way;
    }
    std::string problems()
    {
        std::string all;
        for (const daemon::diagnostic& diagnostic : connect().problems)
            all += to_text(diagnostic) + "\n";
        return all;
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "setup: a key and an address are enough for a way to the portal")
{
    portal.url = GENERATE(as<std::string>{}, "https://docs.example.com", "http://127.0.0.1:8080");
    CHECK(connect().problems.empty());
}

TEST_CASE_METHOD(fixture, "setup: all that is missing is said at once")
{
    env.api_key = net::secret();
    portal.url = "https://";
    portal.proxy = "socks://proxy";
    const auto way = connect();
    CHECK(way.problems.size() == 3);
    const std::string all = problems();
    CHECK(contains(all, "API key"));
    CHECK(contains(all, "portal portal: url: "));
    CHECK(contains(all, "portal portal: proxy: "));
}

TEST_CASE_METHOD(fixture, "setup: a file of authorities that cannot be used is named")
{
    portal.ca_file = GENERATE_COPY(
        directory.file("missing.pem"), directory.write("no.pem", "this is no certificate\n")
    );
    CHECK(contains(problems(), "portal portal: ca_file: "));
}

TEST_CASE_METHOD(fixture, "setup: a key file that others can read is a warning, not an obstacle")
{
    portal.api_key_file = directory.write("key", "sk-of-the-file\n", 0644);
    const auto way = connect();
    CHECK(way.transport != nullptr);
    CHECK(way.warnings.size() == 1);
}

} // namespace docwarden::test::setup_test
