#pragma once
// A containment with a clock that jumps to where its next step is due, and words for what it says.

#include "core/base/random.hpp"
#include "core/containment/containment.hpp"
#include "core/settings/disable_method.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace docwarden::test::containment_words
{

using core::api_failure;
using core::containment;
using core::failure_kind;
using core::milliseconds;
using core::protection;
using outcome = containment::outcome;
using state = core::containment_state;
using request = containment::request;

inline std::string_view words(outcome value)
{
    switch (value) {
    case outcome::unchanged:
        return "unchanged";
    case outcome::may_send:
        return "may send";
    case outcome::contained:
        return "contained";
    case outcome::already_contained:
        return "already contained";
    case outcome::gone:
        return "gone";
    case outcome::refused:
        return "refused";
    case outcome::failed:
        return "failed";
    case outcome::retrying:
        return "retrying";
    }
    return "unknown";
}

inline std::string_view words(request value)
{
    switch (value) {
    case request::none:
        return "none";
    case request::profile:
        return "profile";
    case request::disable:
        return "disable";
    }
    return "unknown";
}

inline core::profile profile_with(core::user_status status)
{
    core::profile account;
    account.id = "4c65a238-ca50-4374-b904-0d51d4c1822b";
    account.status = status;
    return account;
}

inline const core::profile active = profile_with(core::user_status::active);
inline const core::profile disabled = profile_with(core::user_status::terminated);

inline api_failure
failure(failure_kind kind, std::optional<std::chrono::seconds> retry_after = std::nullopt)
{
    api_failure refusal;
    refusal.kind = kind;
    refusal.retry_after = retry_after;
    refusal.text = "the portal says no";
    return refusal;
}

// A containment with a clock that jumps to where the next step is due.
struct subject_at_work {
    containment machine{active.id, core::disable_method::status, {at(0), mono_at(milliseconds(0))}};
    core::random_source random{1};
    core::mono_time now = mono_at(milliseconds(0));

    std::string_view next() { return words(machine.next(now)); }
    std::string_view look(const core::profile& account, protection guard = protection::none)
    {
        return words(machine.on_profile(account, guard, now, random));
    }
    std::string_view look(const api_failure& why)
    {
        return words(machine.on_profile_failure(why, now, random));
    }
    std::string_view disable() { return words(machine.on_disable_accepted(now)); }
    std::string_view disable(const api_failure& why)
    {
        return words(machine.on_disable_failure(why, now, random));
    }
    // The look finds the account active, and nothing speaks against disabling it.
    void look_and_send()
    {
        REQUIRE(look(active) == "may send");
        machine.send(now);
    }
    // How long until the next step.
    milliseconds pause() const
    {
        REQUIRE(machine.due().has_value());
        return std::chrono::duration_cast<milliseconds>(*machine.due() - now);
    }
    void wait()
    {
        REQUIRE(machine.due().has_value());
        now = std::max(now, *machine.due());
    }
    // Looks, finds the account active, and has the disable request under way.
    void begin_disabling()
    {
        wait();
        REQUIRE(next() == "profile");
        look_and_send();
        REQUIRE(next() == "disable");
    }
    void fail_look(failure_kind kind)
    {
        wait();
        REQUIRE(next() == "profile");
        (void)look(failure(kind));
    }
    // The portal takes the request and leaves the account active.
    void disable_in_vain()
    {
        begin_disabling();
        REQUIRE(disable() == "unchanged");
        REQUIRE(next() == "profile");
        (void)look(active);
    }
    std::string_view state_name() const { return core::to_string(machine.state()); }
};

} // namespace docwarden::test::containment_words
