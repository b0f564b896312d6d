#pragma once
// The environment variables that mean something to this program, read once at start. Nothing else
// asks the environment, so that what a run depends on is visible in one place.

#include "net/base/secret.hpp"

#include <string>

namespace docwarden::daemon
{

// Empty for variables that are not set.
struct environment {
    std::string credentials_directory; // $CREDENTIALS_DIRECTORY: systemd.exec(5), LoadCredential=
    std::string state_directory;       // $STATE_DIRECTORY: systemd.exec(5), StateDirectory=
    std::string journal_stream;        // $JOURNAL_STREAM: "device:inode" of a pipe to the journal
    net::secret api_key;               // $DOCSPACE_API_KEY
};

// Of this process. Not while another thread changes the environment.
environment read_environment();

} // namespace docwarden::daemon
