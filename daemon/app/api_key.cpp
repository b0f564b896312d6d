#include "daemon/app/api_key.hpp"

#include "core/base/text.hpp"
#include "net/base/file_text.hpp"

#include <boost/system/errc.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace docwarden::daemon
{

namespace
{

constexpr std::size_t key_bytes_max = 4096;
constexpr std::size_t file_bytes_max = key_bytes_max + 2; // and a line's end
// What the unit's SetCredential= gives when nothing was installed.
constexpr std::string_view placeholder = "unset";
constexpr unsigned readable_by_others = 0044;

const std::string install_hint = "write the key to the file that LoadCredential= of the unit names "
                                 "(see systemctl cat docwarden), "
                                 "owned by root with mode 0600, then systemctl restart docwarden";

std::string_view without_newline(std::string_view text)
{
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    return text;
}

// What is wrong with a key, or an empty text. It becomes part of an HTTP header, so a line break in
// it could add headers of its own.
std::string_view fault_of(std::string_view key)
{
    if (key.empty())
        return "the API key is empty";
    if (key.size() > key_bytes_max)
        return "the API key is longer than 4 KiB";
    if (!core::is_visible_ascii(key))
        return "the API key contains a blank, a line break or another character that no key has";
    return {};
}

api_key_reading failure(std::string place, std::string message, std::string hint)
{
    diagnostic problem;
    problem.file = std::move(place);
    problem.message = std::move(message);
    problem.hint = std::move(hint);
    api_key_reading reading;
    reading.problems.push_back(std::move(problem));
    return reading;
}

api_key_reading check_key(const net::secret& text, const std::string& place)
{
    const auto key = without_newline(text.reveal());
    if (key == placeholder)
        return failure(place, "no API key is installed, only the unit's placeholder", install_hint);
    if (const auto fault = fault_of(key); !fault.empty())
        return failure(place, std::string(fault), "it must contain the key alone, on one line");
    api_key_reading reading;
    reading.key.emplace(std::string(key));
    return reading;
}

api_key_reading describe(const std::string& path, const net::file_fault& fault)
{
    namespace errc = boost::system::errc;
    if (fault.kind != net::file_kind::regular)
        return failure(
            path,
            "is " + std::string(to_string(fault.kind)) + ", not an API key file",
            "check api_key_file"
        );
    const boost::system::error_code& ec = fault.code;
    if (ec == errc::no_such_file_or_directory)
        return failure(path, "the API key file does not exist", "check api_key_file");
    if (ec == errc::permission_denied)
        return failure(path, "this user may not read the API key file", "check owner and mode");
    if (ec == errc::file_too_large)
        return failure(path, "is too large for an API key", "it must contain the key alone");
    return failure(path, "the API key cannot be read: " + ec.message(), "");
}

std::string octal(unsigned mode)
{
    std::string text = "0";
    for (const unsigned shift : {6U, 3U, 0U})
        text += static_cast<char>('0' + ((mode >> shift) & 7U));
    return text;
}

diagnostic readable_warning(const std::string& path, unsigned mode)
{
    diagnostic warning;
    warning.file = path;
    warning.message =
        "the API key can be read by other users of this host (mode " + octal(mode) + ')';
    warning.hint = "chmod 600 " + path;
    return warning;
}

// `file` is what reading `path` gave.
api_key_reading judge(
    boost::system::result<net::file_text, net::file_fault> file,
    const std::string& path,
    bool is_credential
)
{
    if (!file)
        return describe(path, file.error());
    auto reading = check_key(net::secret(std::move(file->text)), path);
    // The service manager protects credentials by other means than the mode alone.
    if (!is_credential && (file->mode & readable_by_others) != 0)
        reading.warnings.push_back(readable_warning(path, file->mode));
    return reading;
}

bool is_inside(std::string_view path, std::string_view directory)
{
    return !directory.empty() && path.size() > directory.size() && path.starts_with(directory) &&
           (directory.ends_with('/') || path[directory.size()] == '/');
}

} // namespace

api_key_reading find_api_key(const portal_settings& portal, const environment& env)
{
    if (!portal.api_key_file.empty()) {
        const auto& path = portal.api_key_file;
        return judge(
            net::read_file(path, file_bytes_max), path, is_inside(path, env.credentials_directory)
        );
    }
    if (!env.credentials_directory.empty()) {
        const auto path = env.credentials_directory + "/api-key";
        auto file = net::read_file(path, file_bytes_max);
        if (file || file.error().code != boost::system::errc::no_such_file_or_directory)
            return judge(std::move(file), path, true);
    }
    if (!env.api_key.empty())
        return check_key(env.api_key, "$DOCSPACE_API_KEY");
    return failure(
        "",
        "there is no API key for portal \"" + portal.name + '"',
        "set api_key_file, or " + install_hint + ", or set $DOCSPACE_API_KEY"
    );
}

} // namespace docwarden::daemon
