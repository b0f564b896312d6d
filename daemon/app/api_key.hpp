#pragma once
// Finds the portal's API key: the file that `api_key_file` names, else the systemd credential
// "api-key", else $DOCSPACE_API_KEY. The first place that has something decides, even if what it
// has is unusable: a stale key from another place would be worse than a clear message.

#include "daemon/config/config.hpp"
#include "daemon/config/diagnostic.hpp"
#include "daemon/host/environment.hpp"
#include "net/base/secret.hpp"

#include <optional>
#include <vector>

namespace docwarden::daemon
{

// No text in it holds the key or a part of it.
struct api_key_reading {
    std::optional<net::secret> key;
    std::vector<diagnostic> problems; // why there is no key and what to do; empty if there is one
    std::vector<diagnostic> warnings; // for instance that others may read the file
};

// Reads the key of that portal. One newline at its end is cut off. Not a key: nothing, more than 4
// KiB, blanks, control or non-ASCII characters, and the unit's placeholder "unset".
api_key_reading find_api_key(const portal_settings& portal, const environment& env);

} // namespace docwarden::daemon
