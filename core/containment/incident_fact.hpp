#pragma once
// What happened to an incident, as values: everything that the sentences about it are made of
// (core/report/incident_texts), and nothing that would have to be read out of a sentence again.

#include "core/base/time.hpp"
#include "core/containment/disable_limit.hpp"
#include "core/containment/incident.hpp"
#include "core/settings/exemption.hpp"

#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

enum class incident_event {
    // A threshold was crossed, and ...
    observed,       // the rule only observes
    alerted,        // the rule only alerts
    exempted,       // by `exempted_by`
    out_of_date,    // it ended too long ago to act on
    not_an_account, // the user is no account of the portal
    disabling,      // the account is to be disabled
    joined,         // the account is already dealt with by `other_incident`
    held_by_reload, // only because of a reload: it waits for a person
    // What became of it.
    went_on,           // the user, held after a reload, goes on: the account is to be disabled
    active_again,      // the account had been contained, and is active again
    held_by_limit,     // `limit` is reached
    contained,         // `took` after the decision
    already_contained, // by somebody else, before a request was sent
    gone,              // the portal says that there is no such account any more
    still_disabled,    // more changes of a contained account turned up
    refused,           // because of `guard`
    failed,            // because of `failure`
    retrying,          // because of `failure`
    called_off,        // by a reload
    overruled,         // by somebody who changed the status in the portal
    // What followed the containment.
    released,       // docwarden has enabled the account again, because its time had come
    given_back,     // somebody else has: `actor`, as far as is known
    reasserting,    // `actor` has, and the account is to be disabled again
    kept_disabled,  // `actor` changed the status of the disabled account: it is not given back
    release_failed, // because of `failure`
    over,           // the crossing has ended, and the trail up to there has been read
};

struct incident_fact {
    incident_event event = incident_event::observed;
    incident subject;
    // Each belongs to the events that name it.
    std::string other_incident{};         // an id
    std::vector<std::string> ended_too{}; // ids: crossings that are over with the account
    disable_limit limit{};
    milliseconds took{0};
    milliseconds countdown{0}; // before the account is disabled; 0: it is disabled at once
    wall_time disable_at{};    // when that is over
    protection guard = protection::none;
    exemption exempted_by{};
    std::optional<wall_time> release_at{}; // when docwarden gives the account back
    std::string actor{};                   // who changed the account; hostile text
    // Nothing: the portal accepts the request and leaves the account active.
    std::optional<api_failure> failure{}; // its text may be the portal's own: hostile
};

} // namespace docwarden::core
