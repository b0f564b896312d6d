// docwarden-sim-portal: a simulated DocSpace portal to point a daemon at, for demonstrations and
// end-to-end tests. Not a mock-up of DocSpace for people: it has an API and no pages.

#include "tests/portal/portal_server.hpp"
#include "tests/portal/sim_control.hpp"
#include "tests/portal/workload.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <CLI/CLI.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <sys/stat.h>

namespace docwarden::sim
{

namespace
{

namespace asio = boost::asio;

constexpr std::chrono::milliseconds tick_interval{50};

struct options {
    std::uint16_t port = 0;
    std::string port_file;
    std::string workload = "none";
    std::uint64_t seed = 1;
    std::string zone_name = "UTC";
    std::string api_key_file;
    std::string log_file;
    std::string certificate_file;
    std::string key_file;
    std::string version = "3.7.2";
    unsigned calm_seconds = 8;
    unsigned attack_files = 60;
    unsigned attack_spacing_ms = 350;
    bool tells_story = false;
};

// Appears complete or not at all, so that a script can wait for the file.
void write_file(const std::string& path, const std::string& text, mode_t mode)
{
    const std::string draft = path + ".new";
    const mode_t before = ::umask(0777U & ~mode);
    std::ofstream file(draft, std::ios::trunc);
    ::umask(before);
    file << text << '\n';
    file.close();
    if (!file)
        throw std::runtime_error("cannot write " + draft);
    std::filesystem::rename(draft, path);
}

// The key in that file, or an empty text when there is no such file.
std::string read_key(const std::string& path)
{
    std::string key;
    std::ifstream file(path);
    std::getline(file, key);
    return key;
}

// The running program: what happens at each tick, and what is told about it.
class stage
{
public:
    stage(const options& given, portal_server& server, demo performed)
        : server_(server), victim_(performed.victim), attack_begins_(performed.attack_begins),
          attack_files_(given.attack_files), tells_story_(given.tells_story),
          player_(std::move(performed.actions))
    {
        if (!given.log_file.empty()) {
            log_.open(given.log_file, std::ios::app);
            if (!log_)
                throw std::runtime_error("cannot write " + given.log_file);
        }
    }

    void tick()
    {
        const wall_time now = server_.now();
        server_.with_model([&](portal_model& model) {
            for (const script_player::played& played : player_.advance(model, now))
                follow(model, played);
            model.commit(now);
            write_log(model);
            for (const auto& [at, sentence] : model.take_story())
                tell(at, sentence);
        });
        std::cout.flush();
        log_.flush();
    }

private:
    void tell(wall_time at, const std::string& sentence)
    {
        if (tells_story_)
            std::cout << print_utc(at).substr(11, 8) << "  portal: " << sentence << '\n';
    }

    // The attack, as the portal's people would notice it afterwards.
    void follow(portal_model& model, const script_player::played& played)
    {
        if (played.action.user_id != victim_ || played.action.at < attack_begins_)
            return;
        if (!played.action.title.ends_with(".locked"))
            return;
        const std::string name = model.user_of(victim_).display_name;
        if (played.was_refused) {
            if (!was_refused_)
                tell(
                    played.action.at,
                    "the stolen session has ended: the next request was refused, " +
                        std::to_string(attack_files_ - changed_) + " of " +
                        std::to_string(attack_files_) + " files were never touched"
                );
            was_refused_ = true;
            return;
        }
        if (changed_ == 0)
            tell(
                played.action.at, "somebody with the stolen session of " + name + " changes files"
            );
        if (++changed_ % 10 == 0)
            tell(played.action.at, std::to_string(changed_) + " files changed by that session");
    }

    void write_log(const portal_model& model)
    {
        const std::size_t first = model.requests_total() - model.requests().size();
        for (logged_ = std::max(logged_, first); logged_ < model.requests_total(); ++logged_) {
            const request_record& record = model.requests()[logged_ - first];
            if (log_.is_open())
                log_ << request_line(record) << '\n';
            if (logged_ == 0)
                tell(record.at, "first request: " + record.method + " " + record.target);
        }
    }

    portal_server& server_;
    std::string victim_;
    wall_time attack_begins_;
    std::size_t attack_files_;
    bool tells_story_;
    script_player player_;
    std::ofstream log_;
    std::size_t changed_ = 0;
    std::size_t logged_ = 0;
    bool was_refused_ = false;
};

void parse(options& given, CLI::App& app)
{
    app.add_option("--port", given.port, "port on 127.0.0.1; 0 lets the system choose");
    app.add_option("--port-file", given.port_file, "write the port to this file");
    app.add_option("--workload", given.workload, "what the people do")
        ->check(CLI::IsMember({"demo", "none"}));
    app.add_option("--seed", given.seed, "makes another portal and another day");
    app.add_option("--zone,--time-zone", given.zone_name, "+02:00 or a name such as Europe/Berlin");
    app.add_option("--api-key-file", given.api_key_file, "read the key from there, or write it");
    app.add_option("--log-file", given.log_file, "append each request as a line of JSON");
    app.add_option("--certificate", given.certificate_file, "PEM chain: serve TLS");
    app.add_option("--certificate-key", given.key_file, "PEM key of the certificate");
    app.add_option("--server-version", given.version, "of the simulated server, such as 3.7.0");
    app.add_option("--calm", given.calm_seconds, "seconds before the attack");
    app.add_option("--attack-files", given.attack_files, "distinct files of the attack");
    app.add_option("--attack-spacing", given.attack_spacing_ms, "milliseconds between two of them");
    app.add_flag("--story", given.tells_story, "tell on stdout what happens");
}

// The portal's people, their past and their future. Without a workload there are an owner, an
// administrator with the key, and nobody who does anything.
demo populate(portal_model& model, const options& given, wall_time start)
{
    const std::string key =
        given.api_key_file.empty() ? std::string() : read_key(given.api_key_file);
    demo_plan plan;
    plan.start = start;
    plan.calm = std::chrono::seconds{given.calm_seconds};
    plan.attack_files = given.attack_files;
    plan.attack_spacing = std::chrono::milliseconds{given.attack_spacing_ms};
    demo made = make_demo(model, plan, given.seed, key);
    if (given.workload == "none")
        made.actions.clear();
    if (!given.api_key_file.empty() && key.empty())
        write_file(given.api_key_file, made.api_key, 0600);
    return made;
}

int run(const options& given)
{
    portal_settings settings;
    const auto place = parse_zone(given.zone_name);
    if (!place)
        throw std::runtime_error("unknown time zone " + given.zone_name);
    settings.time_zone = *place;
    settings.version = given.version;
    settings.host = "127.0.0.1";

    portal_server server(
        portal_model(settings, given.seed),
        {.port = given.port, .certificate_file = given.certificate_file, .key_file = given.key_file}
    );
    const wall_time start = server.now();
    demo made =
        server.with_model([&](portal_model& model) { return populate(model, given, start); });
    stage performance(given, server, std::move(made));
    performance.tick(); // the past is there before the first request
    server.start();
    if (!given.port_file.empty())
        write_file(given.port_file, std::to_string(server.port()), 0644);
    std::cout << "listening on " << server.url() << std::endl;

    asio::io_context context{1};
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code, int) { context.stop(); });
    asio::steady_timer timer(context);
    const std::function<void(boost::system::error_code)> on_tick = [&](auto) {
        performance.tick();
        timer.expires_after(tick_interval);
        timer.async_wait(on_tick);
    };
    on_tick({});
    context.run();
    server.stop();
    performance.tick(); // the last requests
    return 0;
}

} // namespace

} // namespace docwarden::sim

int main(int argc, char** argv)
{
    docwarden::sim::options given;
    CLI::App app{"A simulated ONLYOFFICE DocSpace portal", "docwarden-sim-portal"};
    docwarden::sim::parse(given, app);
    CLI11_PARSE(app, argc, argv);
    try {
        return docwarden::sim::run(given);
    } catch (const std::exception& problem) {
        std::cerr << "docwarden-sim-portal: " << problem.what() << '\n';
        return 1;
    }
}
