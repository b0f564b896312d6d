#pragma once
// What a command that talks to a portal is run against: a simulated portal on a real socket, a
// configuration and an environment that lead to it, and a log that ends up in a file.

#include "daemon/config/config.hpp"
#include "daemon/host/environment.hpp"
#include "daemon/log/log_setup.hpp"
#include "tests/portal/portal_server.hpp"
#include "tests/support/config_problems.hpp"
#include "tests/support/scratch_directory.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace docwarden::test
{

// A session whose records go, as JSON, to a file that can be read at any time.
class log_file
{
public:
    explicit log_file(std::string path)
        : path_(std::move(path)),
          descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)),
          session_(settings_for(descriptor_), daemon::log_target::json, nullptr)
    {
    }
    log_file(const log_file&) = delete;
    log_file& operator=(const log_file&) = delete;
    ~log_file() { ::close(descriptor_); }

    std::string text() const
    {
        std::ostringstream all;
        all << std::ifstream(path_).rdbuf();
        return all.str();
    }

private:
    static daemon::log_settings settings_for(int descriptor)
    {
        if (descriptor < 0)
            throw std::runtime_error("cannot open the log file");
        daemon::log_settings settings;
        settings.descriptor = descriptor;
        return settings;
    }

    std::string path_;
    int descriptor_;
    daemon::log_session session_;
};

struct command_world {
    command_world() : command_world(sim::small_portal()) {}
    explicit command_world(sim::small_portal people)
        : owner(people.owner), admin(people.admin), alice(people.alice), bob(people.bob),
          key(people.key), owner_key(people.owner_key), server(std::move(people.model))
    {
        server.start();
        settings.portals.front().url = server.url();
        settings.portals.front().request_timeout = std::chrono::seconds(5);
        env.api_key = net::secret(key);
    }

    void use_key(std::string text)
    {
        key = std::move(text);
        env.api_key = net::secret(key);
    }

    // Somebody saved so many different files, one a second, until now.
    void save_files(const std::string& user, int count, std::chrono::seconds ago = {})
    {
        server.with_model([&](sim::portal_model& model) {
            const core::wall_time last = server_time - ago;
            for (int i = 0; i < count; ++i)
                model.record(
                    user, 5034, std::to_string(1000 + i), "f.docx", last - std::chrono::seconds(i)
                );
        });
    }

    sim::disable_counts disables_of(const std::string& user)
    {
        return server.with_model([&](sim::portal_model& model) { return model.disables_of(user); });
    }
    void set_fault(sim::fault fault)
    {
        server.with_model([&](sim::portal_model& model) { (void)model.set_fault(fault); });
    }

    scratch_directory directory;
    log_file log{directory.file("log")};
    std::string owner; // GUIDs
    std::string admin;
    std::string alice;
    std::string bob;
    std::string key; // of the administrator, unless use_key() says otherwise
    std::string owner_key;
    sim::portal_server server;
    core::wall_time server_time = server.now();
    daemon::config settings = config_of(least_config);
    daemon::environment env;
};

} // namespace docwarden::test
