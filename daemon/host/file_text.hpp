#pragma once
// Reads a small file whole, with a bound, so that a wrong name (a device, a log) cannot fill the
// memory. Pipes are fine.

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>

namespace docwarden::daemon
{

struct file_text {
    std::string text;
    unsigned mode = 0; // the permission bits, for instance 0640
};

// The file's bytes, or why not: what open(2) and read(2) say, is_a_directory, or file_too_large if
// it has more than `bytes_max`.
boost::system::result<file_text> read_file(const std::string& path, std::size_t bytes_max);

} // namespace docwarden::daemon
