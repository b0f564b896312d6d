#include "daemon/host/version.hpp"

namespace docwarden::daemon
{

std::string_view version()
{
    return DOCWARDEN_VERSION;
}

} // namespace docwarden::daemon
