#pragma once
// Where the containment of an account stands, as people and programs are shown it.

#include <string_view>

namespace docwarden::core
{

// design.md section 4.
enum class containment_state {
    observed,  // the rule or an exemption says that nothing is done
    intended,  // decided; not yet sent
    sending,   // a disable request has been sent and is not confirmed
    contained, // the portal says that the account is disabled, or removed
    refused,   // this account cannot be disabled by this key: a person must act
    held,      // waits for a person, or for room under max_disables
    failed,    // somebody must act: the portal refuses, ignores or does not answer the request
    rejected,  // a person decided against it: by a reload, or in the portal
    released,  // it was contained and is free again
};

std::string_view to_string(containment_state state);

// Something is still to come of it: it is intended, sending, failed for now, or held.
bool is_open(containment_state state);

} // namespace docwarden::core
