#pragma once
// Accounts and incidents at random, with every kind of value and odd texts, for tests that must get
// the same back.

#include "core/base/random.hpp"
#include "core/containment/stored_state.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace docwarden::test
{

class random_state
{
public:
    explicit random_state(std::uint64_t seed) : random_(seed) {}

    // Some of the few users and ids there are, so that records replace each other.
    core::state_record record();
    core::account_record account();
    core::incident incident();

    bool flip() { return random_.below(2) == 0; }
    std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
    std::string text();
    core::wall_time time();

private:
    template <class Enum>
    Enum word();
    template <class Value>
    std::optional<Value> maybe(Value value);

    core::random_source random_;
};

template <class Enum>
Enum random_state::word()
{
    int count = 0;
    while (to_string(static_cast<Enum>(count)) != "unknown")
        ++count;
    return static_cast<Enum>(random_.below(static_cast<std::uint64_t>(count)));
}

template <class Value>
std::optional<Value> random_state::maybe(Value value)
{
    return flip() ? std::optional<Value>(std::move(value)) : std::nullopt;
}

inline core::state_record random_state::record()
{
    if (flip())
        return account();
    return incident();
}

inline std::string random_state::text()
{
    static const std::string pieces[] = {
        "",
        "a",
        "Zo\xC3\xAB",
        "'; DROP TABLE incident; --",
        std::string("\0x", 2),
        "\xFF\xFE",
        "\n\"",
        "{\"a\":1}",
        "0",
        " "};
    std::string made;
    for (std::uint64_t i = random_.below(5); i > 0; --i)
        made += pieces[random_.below(std::size(pieces))];
    return made;
}

inline core::wall_time random_state::time()
{
    return core::wall_time(core::tick(static_cast<std::int64_t>(random_.next())));
}

inline core::account_record random_state::account()
{
    core::account_record account;
    account.user = "user-" + std::to_string(random_.below(20));
    core::containment::record& course = account.course;
    course.method = word<core::disable_method>();
    course.decided = time();
    course.held = maybe(word<core::containment::hold_reason>());
    course.ended = maybe(word<core::containment::ending>());
    course.guard = word<core::protection>();
    course.has_sent = flip();
    course.may_have_acted = flip();
    course.has_failed = flip();
    course.are_faults_reported = flip();
    course.is_unchanged_reported = flip();
    for (std::uint64_t i = random_.below(4); i > 0; --i)
        account.incidents.push_back(text());
    account.is_problem_reported = flip();
    account.counted = maybe(time());
    account.ignore_before = maybe(time());
    const core::milliseconds length(static_cast<std::int64_t>(random_.next()));
    account.watch = {maybe(time()), maybe(length), maybe(time()), flip()};
    account.containments = static_cast<std::uint32_t>(random_.next());
    account.contained_at = maybe(time());
    return account;
}

inline core::incident random_state::incident()
{
    core::incident incident;
    incident.id = "incident-" + std::to_string(random_.below(20));
    incident.user = text();
    incident.user_name = text();
    incident.rule = text();
    incident.threshold = static_cast<std::uint32_t>(random_.next());
    incident.window = core::milliseconds(static_cast<std::int64_t>(random_.next()));
    incident.response = word<core::response_mode>();
    incident.span = {time(), time(), time(), static_cast<std::uint32_t>(random_.next())};
    incident.span.is_least = flip();
    incident.exempted_as = text();
    incident.is_end_told = flip();
    incident.state = word<core::containment_state>();
    for (std::uint64_t i = random_.below(6); i > 0; --i)
        incident.files.push_back({time(), word<core::object_kind>(), text()});
    return incident;
}

} // namespace docwarden::test
