#pragma once
// A simulated portal on a real socket with the real daemon watching it: what the scenarios are
// written with. The daemon polls rarely, so that a test decides when it looks: by asking for a
// pass.

#include "tests/portal/portal_server.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/scratch_directory.hpp"

#include <boost/json/value.hpp>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace docwarden::sim
{

inline std::ostream& operator<<(std::ostream& out, const disable_counts& counts)
{
    return out << counts.asked << " asked, " << counts.effective << " effective";
}

} // namespace docwarden::sim

namespace docwarden::test
{

// What a pass over /security/scan answered.
struct admin_answer {
    unsigned status = 0;
    boost::json::value body;
};

// GET on 127.0.0.1. Throws if nobody answers.
admin_answer http_get(std::uint16_t port, const std::string& path);

class watched_portal
{
public:
    explicit watched_portal(sim::portal_settings settings = {});
    // Checks, in every scenario, that the key stands in no output and no argument.
    ~watched_portal();

    // --- the portal ---------------------------------------------------------------------------
    sim::portal_server server;
    std::string owner; // GUIDs
    std::string admin; // whose key the daemon has
    std::string other_admin;
    std::string alice;
    std::string bob;
    std::string key;

    std::string add_user(const std::string& name);
    // `count` different files from `first_file` on, one each `spacing`, the first one at `begin`
    // before now (in portal time).
    void change_files(
        const std::string& user,
        unsigned count,
        unsigned first_file,
        std::chrono::milliseconds begin_before_now,
        std::chrono::milliseconds spacing = std::chrono::milliseconds(0),
        int action = 5011
    );
    void
    act(const std::string& user,
        int action,
        const std::string& object,
        std::chrono::milliseconds before_now = std::chrono::seconds(5));
    // The owner makes the account active again, now.
    void give_back(const std::string& user);
    sim::disable_counts disables_of(const std::string& user);
    std::size_t requests(const std::string& method, const std::string& target_prefix);
    void set_fault(sim::fault fault);
    void clear_faults();
    bool is_disabled(const std::string& user);

    // --- the daemon ---------------------------------------------------------------------------
    // The configuration it is started with: change it before `start`, or write_config() and reload.
    std::string rules = default_rules(20);
    std::string extra;       // further tables
    bool keeps_state = true; // in a directory of its own
    std::string polling = "poll_interval = \"1h\"\nrescan_interval = \"1h\"\n";
    static std::string default_rules(unsigned threshold);
    std::string config_file() const { return files_.file("docwarden.toml"); }
    void write_config();
    void write_config_text(const std::string& text);

    // Writes the configuration, starts `docwarden run`, and returns once its endpoint is open.
    daemon_process& start();
    // ... and once it has read the recent past.
    daemon_process& start_and_read();
    daemon_process& daemon() { return *daemon_; }
    // A detection pass now; ends when its containments have.
    admin_answer scan();
    admin_answer get(const std::string& path) { return http_get(admin_port_, path); }
    // Ends it with SIGTERM; the exit code.
    int stop();

private:
    explicit watched_portal(std::unique_ptr<sim::small_portal> small);

    scratch_directory files_;
    std::unique_ptr<daemon_process> daemon_;
    std::string spoken_; // output of daemons that have ended
    std::uint16_t admin_port_ = 0;
};

} // namespace docwarden::test
