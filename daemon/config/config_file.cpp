#include "daemon/config/config_file.hpp"

#include "net/base/file_text.hpp"

#include <boost/system/errc.hpp>

namespace docwarden::daemon
{

namespace
{

diagnostic describe(const std::string& path, const net::file_fault& fault)
{
    namespace errc = boost::system::errc;
    diagnostic problem;
    problem.file = path;
    const boost::system::error_code& ec = fault.code;
    if (fault.kind != net::file_kind::regular) {
        problem.message = "is " + std::string(to_string(fault.kind)) + ", not a regular file";
    } else if (ec == errc::no_such_file_or_directory) {
        problem.message = "the file does not exist";
        problem.hint = "name the configuration file with --config FILE";
    } else if (ec == errc::permission_denied) {
        problem.message = "this user may not read the file";
    } else if (ec == errc::file_too_large) {
        problem.message = "is larger than 1 MiB and cannot be a configuration";
    } else {
        problem.message = "cannot be read: " + ec.message();
    }
    return problem;
}

} // namespace

config_reading read_config_file(const std::string& path)
{
    const auto file = net::read_file(path, config_bytes_max);
    if (!file)
        return {.value = std::nullopt, .problems = {describe(path, file.error())}};
    return read_config(file->text, path);
}

} // namespace docwarden::daemon
