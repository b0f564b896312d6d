#pragma once
// A poller in a conversation with a portal whose time the test sets. What the portal answers is
// said page by page.

#include "core/base/random.hpp"
#include "core/portal/page_query.hpp"
#include "core/reading/poller.hpp"
#include "core/settings/polling_settings.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <optional>

namespace docwarden::test
{

using core::failure_kind;
using core::milliseconds;
using core::page_query;
using core::poller;
using core::portal_now;
using core::wall_time;

inline core::polling_settings make_polling()
{
    core::polling_settings settings;
    settings.poll_interval = std::chrono::seconds(15);
    settings.rescan_interval = std::chrono::seconds(60);
    settings.lateness = std::chrono::minutes(15);
    settings.backoff_max = std::chrono::seconds(20);
    return settings;
}

// With one rule of 10 minutes.
inline core::shared_settings reading_settings(const core::polling_settings& polling)
{
    core::engine_settings settings;
    settings.polling = polling;
    settings.rules = {make_rule("r", 20, std::chrono::minutes(10))};
    return share(std::move(settings));
}

// A poller and a portal whose clock is ahead of this host's by `skew`.
struct reader {
    poller subject{reading_settings(make_polling())};
    void configure(const core::polling_settings& polling)
    {
        subject.configure(reading_settings(polling));
    }
    core::random_source random{1};
    milliseconds elapsed{0};
    milliseconds skew{0};

    core::mono_time mono() const { return mono_at(elapsed); }
    wall_time local() const { return at(0) + elapsed; }
    portal_now now() const
    {
        const wall_time portal = local() + skew;
        return {std::min(local(), portal), std::max(local(), portal), portal};
    }
    std::optional<page_query> next() { return subject.next(now(), mono()); }
    poller::progress answer(const core::audit_page& page) { return subject.on_page(page, mono()); }
    // Nothing on any page of the pass under way.
    poller::progress answer()
    {
        auto how = answer(core::audit_page{});
        while (how == poller::progress::reading && next())
            how = answer(core::audit_page{});
        return how;
    }
    void fail(failure_kind kind, std::optional<std::chrono::seconds> retry_after = std::nullopt)
    {
        core::api_failure failure;
        failure.kind = kind;
        failure.retry_after = retry_after;
        subject.on_failure(failure, mono(), random);
    }
    milliseconds pause() const
    {
        REQUIRE(subject.due().has_value());
        return std::chrono::duration_cast<milliseconds>(*subject.due() - mono());
    }
    // Waits for the next page and returns what its pass will have read in the end.
    page_query wait()
    {
        elapsed += std::max(pause(), milliseconds(0));
        auto query = next();
        REQUIRE(query.has_value());
        query->from = subject.current()->from();
        return *query;
    }
    wall_time begin() { return wait().from; }
};

// A page with more behind it.
inline core::audit_page full_page(wall_time oldest)
{
    core::audit_page page = make_page({make_event("bob", "1", oldest)});
    page.rows = page_query::rows_max;
    return page;
}

} // namespace docwarden::test
