#include "daemon/config/config.hpp"

namespace docwarden::daemon
{

core::shared_settings config::settings_for(const portal_settings& portal) const
{
    return core::share({
        .portal = portal.name,
        .polling = portal.polling,
        .rules = rules,
        .containment = containment,
        .contact = contact,
    });
}

} // namespace docwarden::daemon
