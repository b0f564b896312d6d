#pragma once
// Reads a small file whole, with a bound, so that a wrong name (a device, a log) cannot fill the
// memory. Only a regular file: a pipe or a device may hold whoever opens or reads it for ever, and
// with it the event loop.

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace docwarden::net
{

struct file_text {
    std::string text;
    unsigned mode = 0; // the permission bits, for instance 0640
};

// What stands at a path.
enum class file_kind { regular, directory, pipe, socket, device };

// With its article: "a directory".
std::string_view to_string(file_kind kind);

// Of that path, symbolic links followed; regular if it cannot be found out.
file_kind kind_of_file(const std::string& path);

// Why a file was not read.
struct file_fault {
    boost::system::error_code code;      // what open(2) and read(2) say, or file_too_large
    file_kind kind = file_kind::regular; // anything else is the reason, whatever `code` says
};

// The file's bytes, at most `bytes_max` of them, or why not. Never waits for anybody.
boost::system::result<file_text, file_fault>
read_file(const std::string& path, std::size_t bytes_max);

} // namespace docwarden::net
