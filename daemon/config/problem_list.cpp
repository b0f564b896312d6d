#include "daemon/config/problem_list.hpp"

#include <algorithm>
#include <tuple>

namespace docwarden::daemon
{

void problem_list::add(text_position at, std::string path, std::string message, std::string hint)
{
    if (problems_.size() == kept_max) {
        ++left_out_;
        return;
    }
    problems_.push_back(
        {.file = file_,
         .line = at.line,
         .column = at.column,
         .path = std::move(path),
         .message = std::move(message),
         .hint = std::move(hint)}
    );
}

std::vector<diagnostic> problem_list::take()
{
    std::ranges::stable_sort(problems_, [](const diagnostic& left, const diagnostic& right) {
        return std::tie(left.line, left.column) < std::tie(right.line, right.column);
    });
    if (left_out_ != 0) {
        problems_.push_back(
            {.file = file_,
             .path = {},
             .message = "and " + std::to_string(left_out_) + " more problems",
             .hint = "correct these first"}
        );
    }
    return std::move(problems_);
}

} // namespace docwarden::daemon
