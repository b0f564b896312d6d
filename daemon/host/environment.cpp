#include "daemon/host/environment.hpp"

#include <cstdlib>

namespace docwarden::daemon
{

namespace
{

std::string variable(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

} // namespace

environment read_environment()
{
    return {
        .credentials_directory = variable("CREDENTIALS_DIRECTORY"),
        .state_directory = variable("STATE_DIRECTORY"),
        .journal_stream = variable("JOURNAL_STREAM"),
        .api_key = net::secret(variable("DOCSPACE_API_KEY")),
    };
}

} // namespace docwarden::daemon
