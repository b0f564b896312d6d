#pragma once
// The two requests by which a portal disables an account.

namespace docwarden::core
{

// How an account is disabled (docspace-api.md section 5).
enum class disable_method {
    status, // PUT people/status/Terminated with one id; also logs open browsers out
    member, // PUT people/{id} {"disable":true}
};

} // namespace docwarden::core
