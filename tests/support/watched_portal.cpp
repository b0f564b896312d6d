#include "tests/support/watched_portal.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/http_peer.hpp"

#include <boost/json/parse.hpp>

#include <csignal>
#include <stdexcept>

namespace docwarden::test
{

namespace
{

sim::portal_server make_server(sim::small_portal& small)
{
    return sim::portal_server(std::move(small.model));
}

} // namespace

admin_answer http_get(std::uint16_t port, const std::string& path)
{
    http_peer peer(port);
    peer.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    const std::string answer = peer.receive_all();
    const std::size_t body = answer.find("\r\n\r\n");
    if (answer.size() < 12 || body == std::string::npos)
        throw std::runtime_error("no answer to GET " + path + ": " + answer);
    admin_answer result;
    result.status = static_cast<unsigned>(std::stoul(answer.substr(9, 3)));
    result.body = boost::json::parse(answer.substr(body + 4));
    return result;
}

// Delegates so that the model can be moved out of the small portal whose ids are kept.
watched_portal::watched_portal(sim::portal_settings settings)
    : watched_portal(std::make_unique<sim::small_portal>(std::move(settings)))
{
}

watched_portal::watched_portal(std::unique_ptr<sim::small_portal> small)
    : server(make_server(*small)), owner(small->owner), admin(small->admin),
      other_admin(small->other_admin), alice(small->alice), bob(small->bob), key(small->key)
{
    server.start();
    files_.write("key", key + "\n");
}

watched_portal::~watched_portal()
{
    if (daemon_) {
        (void)daemon_->records();
        spoken_ += daemon_->command_line() + daemon_->out() + daemon_->err();
    }
    // Not even a part of it that would be long enough to recognise it by.
    CHECK(spoken_.find(key.substr(3, 16)) == std::string::npos);
}

std::string watched_portal::add_user(const std::string& name)
{
    return server.with_model([&](sim::portal_model& model) {
        sim::user person;
        person.display_name = name;
        return model.add_user(std::move(person));
    });
}

void watched_portal::change_files(
    const std::string& user,
    unsigned count,
    unsigned first_file,
    std::chrono::milliseconds begin_before_now,
    std::chrono::milliseconds spacing,
    int action
)
{
    const auto begin = std::chrono::floor<std::chrono::seconds>(server.now() - begin_before_now);
    server.with_model([&](sim::portal_model& model) {
        for (unsigned i = 0; i < count; ++i) {
            const std::string file = std::to_string(first_file + i);
            model.record(user, action, file, "file " + file + ".docx", begin + i * spacing);
        }
    });
}

void watched_portal::act(
    const std::string& user,
    int action,
    const std::string& object,
    std::chrono::milliseconds before_now
)
{
    const auto at = std::chrono::floor<std::chrono::seconds>(server.now() - before_now);
    server.with_model([&](sim::portal_model& model) {
        model.record(user, action, object, "object " + object, at);
    });
}

void watched_portal::give_back(const std::string& user)
{
    const auto at = server.now();
    server.with_model([&](sim::portal_model& model) {
        model.set_user_status(owner, user, sim::employee_status::active, at);
    });
}

sim::disable_counts watched_portal::disables_of(const std::string& user)
{
    return server.with_model([&](sim::portal_model& model) { return model.disables_of(user); });
}

std::size_t watched_portal::requests(const std::string& method, const std::string& target_prefix)
{
    return server.with_model([&](sim::portal_model& model) {
        return model.count_requests(method, target_prefix);
    });
}

void watched_portal::set_fault(sim::fault fault)
{
    server.with_model([&](sim::portal_model& model) { model.set_fault(std::move(fault)); });
}

void watched_portal::clear_faults()
{
    server.with_model([](sim::portal_model& model) { model.clear_faults(); });
}

bool watched_portal::is_disabled(const std::string& user)
{
    return server.with_model([&](sim::portal_model& model) {
        return model.user_of(user).status == sim::employee_status::terminated;
    });
}

std::string watched_portal::default_rules(unsigned threshold)
{
    return "[[rule]]\nname = \"bulk-change\"\nactions = [\"change\"]\nwindow = \"10m\"\n"
           "threshold = " +
           std::to_string(threshold) + "\nresponse = \"disable\"\n";
}

void watched_portal::write_config()
{
    write_config_text(
        "[portal]\nurl = \"" + server.url() + "\"\napi_key_file = \"" + files_.file("key") +
        "\"\n" + polling + rules + extra + "[admin]\nlisten = \"127.0.0.1:0\"\n" +
        (keeps_state ? "[state]\ndirectory = \"" + files_.path() + "\"\n" : "")
    );
}

void watched_portal::write_config_text(const std::string& text)
{
    files_.write("docwarden.toml", text);
}

daemon_process& watched_portal::start()
{
    write_config();
    if (daemon_)
        spoken_ += daemon_->out() + daemon_->err();
    daemon_ = std::make_unique<daemon_process>(std::vector<std::string>{
        "run", "--config", config_file(), "--log-format", "json"});
    const log_line started = daemon_->wait_for("started");
    admin_port_ = static_cast<std::uint16_t>(std::stoul(started.text("DOCWARDEN_ADMIN_PORT")));
    return *daemon_;
}

daemon_process& watched_portal::start_and_read()
{
    start();
    daemon_->wait_for("ready");
    return *daemon_;
}

admin_answer watched_portal::scan()
{
    return http_get(admin_port_, "/security/scan");
}

int watched_portal::stop()
{
    spoken_ += daemon_->command_line();
    daemon_->signal(SIGTERM);
    return daemon_->wait_exit();
}

} // namespace docwarden::test
