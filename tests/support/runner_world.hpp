#pragma once
// One portal_runner against the simulated portal in virtual time: the smallest world in which the
// daemon's real coroutines, wire format and engine work together.

#include "core/audit/action_catalog.hpp"
#include "core/engine/engine.hpp"
#include "core/settings/engine_settings.hpp"
#include "daemon/app/portal_runner.hpp"
#include "net/async/task_group.hpp"
#include "tests/portal/portal_model.hpp"
#include "tests/support/model_transport.hpp"
#include "tests/support/sim_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace docwarden::test
{

// A record, and when it was written.
struct told_report {
    core::wall_time at;
    core::report report;
};

inline core::engine_settings office_rules()
{
    core::rule bulk;
    bulk.name = "bulk-change";
    const auto changes = *core::action_set("change");
    bulk.actions.assign(changes.begin(), changes.end());
    core::engine_settings settings;
    settings.portal = "docs";
    settings.rules = {bulk};
    settings.contact = "security@example.com";
    return settings;
}

struct runner_world {
    // The first member: what still waits goes with it, last of all.
    boost::asio::io_context io{1};
    // 2026-06-30T13:04:05Z, after an hour of uptime.
    sim_clock clock{
        io,
        {core::wall_time(std::chrono::seconds(1'782'824'645)),
         core::mono_time(std::chrono::hours(1))}};
    sim::small_portal portal;
    portal_link link;
    core::engine_settings settings = office_rules();
    std::chrono::milliseconds request_timeout{20'000};

    std::vector<told_report> reports;
    std::vector<std::string> crashes;
    std::unique_ptr<daemon::portal_runner> runner;
    std::optional<core::mono_time> stopped_at;
    std::optional<core::scan_outcome> scanned;
    net::task_group callers{io.get_executor(), [this](std::exception_ptr bug) { crashed(bug); }};

    core::wall_time now() const { return clock.reading().wall; }
    core::mono_time in(std::chrono::milliseconds time) const { return clock.reading().mono + time; }

    void start() { start(portal.key); }
    void start(std::string key)
    {
        start(std::make_unique<model_transport>(portal.model, link, clock, std::move(key)));
    }
    void start(std::unique_ptr<net::http_transport> transport)
    {
        daemon::portal_runner::hooks hooks{
            [this](const core::report& report, std::string_view) {
                reports.push_back({now(), report});
            },
            [] {},
            [this](std::exception_ptr bug) { crashed(bug); }};
        runner = std::make_unique<daemon::portal_runner>(
            share(settings),
            1,
            std::move(transport),
            request_timeout,
            clock,
            io.get_executor(),
            std::move(hooks)
        );
        runner->start();
    }

    // What a caller of the runner does, as a child of `callers`.
    boost::asio::awaitable<void> stop(core::mono_time patience_end)
    {
        co_await runner->stop(patience_end);
        stopped_at = clock.reading().mono;
    }
    boost::asio::awaitable<void> scan()
    {
        scanned.reset();
        scanned = co_await runner->scan();
    }

    // Somebody saves so many different files, one a second, beginning now.
    void save_files(const std::string& user, unsigned count, std::uint64_t first_file = 1000)
    {
        for (unsigned i = 0; i < count; ++i) {
            const std::string file = std::to_string(first_file + i);
            portal.model.record(user, 5034, file, "f.docx", now() + std::chrono::seconds(i));
        }
    }

    std::size_t count(core::report_kind kind) const
    {
        return static_cast<std::size_t>(std::count_if(
            reports.begin(),
            reports.end(),
            [kind](const told_report& entry) { return entry.report.kind == kind; }
        ));
    }
    const told_report* find(core::report_kind kind) const
    {
        const auto found =
            std::find_if(reports.begin(), reports.end(), [kind](const told_report& entry) {
                return entry.report.kind == kind;
            });
        return found == reports.end() ? nullptr : &*found;
    }

    bool is_disabled(const std::string& user) const
    {
        return portal.model.user_of(user).status == sim::employee_status::terminated;
    }

    void crashed(std::exception_ptr bug)
    {
        try {
            std::rethrow_exception(bug);
        } catch (const std::exception& error) {
            crashes.emplace_back(error.what());
        }
    }
};

} // namespace docwarden::test
