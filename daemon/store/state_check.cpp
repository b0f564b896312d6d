#include "daemon/store/state_check.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace docwarden::daemon
{

state_place state_place_of(const config& settings, const environment& env)
{
    if (!settings.state_directory.empty())
        return {settings.state_directory, true};
    // Colons part them when the unit names several (systemd.exec(5)).
    const std::string unit_directory = env.state_directory.substr(0, env.state_directory.find(':'));
    if (!unit_directory.empty())
        return {unit_directory, true};
    return {"/var/lib/docwarden", false};
}

std::string check_state(const state_place& place)
{
    struct stat status = {};
    std::string problem;
    if (::stat(place.directory.c_str(), &status) != 0)
        problem = std::strerror(errno);
    else if (!S_ISDIR(status.st_mode))
        problem = "it is not a directory";
    else if (::faccessat(AT_FDCWD, place.directory.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
        problem = std::strerror(errno);
    if (problem.empty())
        return {};
    return "the state directory " + place.directory + " cannot be used: " + problem +
           ". It must exist and be writable by docwarden's user";
}

} // namespace docwarden::daemon
