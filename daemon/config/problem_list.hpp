#pragma once
// Collects everything that is wrong with one configuration text, so that all of it is reported at
// once. Bounded: a text of nothing but mistakes does not fill the memory or the terminal.

#include "daemon/config/diagnostic.hpp"
#include "daemon/config/toml_document.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace docwarden::daemon
{

class problem_list
{
public:
    // More than these are counted but not kept.
    static constexpr std::size_t kept_max = 100;

    explicit problem_list(std::string file) : file_(std::move(file)) {}

    void add(text_position at, std::string path, std::string message, std::string hint = {});
    bool empty() const { return problems_.empty(); }
    // In the order of the file; the last one tells how many were left out, if any. Ends the list.
    std::vector<diagnostic> take();

private:
    std::string file_;
    std::vector<diagnostic> problems_;
    std::size_t left_out_ = 0;
};

} // namespace docwarden::daemon
