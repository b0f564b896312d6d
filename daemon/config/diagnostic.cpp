#include "daemon/config/diagnostic.hpp"

namespace docwarden::daemon
{

std::string to_text(const diagnostic& problem)
{
    std::string text = problem.file;
    if (problem.line != 0)
        text += ':' + std::to_string(problem.line) + ':' + std::to_string(problem.column);
    if (!text.empty())
        text += ": ";
    if (!problem.path.empty())
        text += problem.path + ": ";
    text += problem.message;
    if (!problem.hint.empty())
        text += " (" + problem.hint + ')';
    return text;
}

} // namespace docwarden::daemon
