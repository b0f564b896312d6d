#include "core/base/check.hpp"
#include "daemon/log/assertion_log.hpp"
#include "daemon/log/logging.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/fixed_clock.hpp"
#include "tests/support/text.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace docwarden::test::assertion_log_test
{

namespace
{

// A journal that is standard error.
struct printing_sender final : daemon::journal_sender {
    boost::system::error_code send(const std::vector<std::string>& fields) override
    {
        for (const std::string& field : fields)
            std::fprintf(stderr, "%s\n", field.c_str());
        return {};
    }
};

void fail_with(daemon::log_target target)
{
    const fixed_clock clock;
    daemon::log_session session({}, target, std::make_unique<printing_sender>());
    const daemon::assertion_log bugs(session, clock);
    daemon::report_log(clock).write(
        {core::report_kind::started, core::priority::info, "Began", {}}, {}
    );
    DOCWARDEN_ASSERT(target == daemon::log_target::prefixed_text);
}

} // namespace

TEST_CASE("assertion log: a failed assertion is the last record, after all that came before it")
{
    const auto [target, before, last] =
        GENERATE(table<daemon::log_target, std::string, std::string>({
            {daemon::log_target::text,
             "started Began",
             "crit crashed Internal error, please report it"},
            {daemon::log_target::journal, "DOCWARDEN_KIND=started", "DOCWARDEN_KIND=crashed"},
        }));
    const child_end found = run_in_child([target = target] { fail_with(target); });
    INFO(found.output);
    CHECK(found.was_aborted());
    CHECK(contains(found.output, "target == daemon::log_target::prefixed_text does not hold"));
    const auto began = found.output.find(before);
    const auto crashed = found.output.find(last);
    CHECK(began != std::string::npos);
    CHECK(crashed != std::string::npos);
    CHECK(began < crashed);
}

TEST_CASE("assertion log: when it is gone a failed assertion is told on standard error only")
{
    const child_end found = run_in_child([] {
        fail_with(daemon::log_target::prefixed_text); // the assertion holds
        core::assertion_failed("later", "file.cpp", 7);
    });
    INFO(found.output);
    CHECK(found.was_aborted());
    CHECK(contains(found.output, "file.cpp:7: later does not hold"));
    CHECK_FALSE(contains(found.output, "crashed"));
}

} // namespace docwarden::test::assertion_log_test
