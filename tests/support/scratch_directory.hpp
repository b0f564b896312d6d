#pragma once
// A directory of its own for one test, removed with all that is in it.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/stat.h>

namespace docwarden::test
{

class scratch_directory
{
public:
    scratch_directory()
    {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "docwarden-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("cannot make a scratch directory");
        path_ = pattern;
    }
    scratch_directory(const scratch_directory&) = delete;
    scratch_directory& operator=(const scratch_directory&) = delete;
    ~scratch_directory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }
    std::string file(std::string_view name) const { return path_ + '/' + std::string(name); }

    // Writes the file, gives it exactly that mode and returns its path.
    std::string write(std::string_view name, std::string_view text, ::mode_t mode = 0600) const
    {
        const auto path = file(name);
        std::ofstream(path, std::ios::binary) << text;
        if (::chmod(path.c_str(), mode) != 0)
            throw std::runtime_error("cannot set the mode of " + path);
        return path;
    }

private:
    std::string path_;
};

} // namespace docwarden::test
