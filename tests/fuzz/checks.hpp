#pragma once
// What must hold whatever bytes come in from outside: one function for each place where that
// happens. The fuzzers (target.cpp) look for bytes that break it, the replay (replay_test.cpp)
// runs through those that once did. Each function is pure: the same bytes give the same answer.

#include <string>
#include <string_view>

namespace docwarden::test
{

// Each says what is wrong, or nothing: an empty text. A crash says more than that.

// `bytes` as the text of an audit answer, whole and in pieces.
std::string check_audit_page(std::string_view bytes);
// ... as a date of the portal, as one of an HTTP header, and as a Retry-After.
std::string check_date(std::string_view bytes);
// ... as what comes over the connection to the portal, in answer to each of the engine's calls.
std::string check_answer(std::string_view bytes);
// ... as a configuration file.
std::string check_config(std::string_view bytes);
// ... as what comes over a connection to the admin endpoint.
std::string check_admin_request(std::string_view bytes);
// ... as what happens to an engine: see engine_trial.hpp.
std::string check_engine(std::string_view bytes);

} // namespace docwarden::test
