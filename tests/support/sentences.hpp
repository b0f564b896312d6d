#pragma once
// What is wrong with a text that people are told, as far as that can be seen without understanding
// it.

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test
{

// Whether so many words in a row stand in it twice: a sentence made of two that say the same.
inline bool says_twice(const std::string& text, std::size_t words_in_a_row)
{
    std::istringstream source(text);
    std::vector<std::string> words;
    for (std::string word; source >> word;)
        words.push_back(word);
    std::vector<std::string> runs;
    for (std::size_t i = 0; i + words_in_a_row <= words.size(); ++i) {
        std::string run;
        for (std::size_t j = i; j < i + words_in_a_row; ++j)
            run += words[j] + ' ';
        if (std::ranges::find(runs, run) != runs.end())
            return true;
        runs.push_back(std::move(run));
    }
    return false;
}

// The flaw in words, or an empty text.
inline std::string flaw_of(const std::string& text)
{
    if (text.empty())
        return "it is empty";
    if (text.front() == ' ' || std::string_view(" :;,").find(text.back()) != std::string::npos)
        return "it begins or ends in the middle";
    for (const char* slip :
         {"()", "..", "  ", " .", " ,", ".;", ".:", "Docwarden", "::", ": (", ": :", ".)."}) {
        if (text.find(slip) != std::string::npos)
            return "it has \"" + std::string(slip) + '"';
    }
    // Each of these is what follows from something, and follows once.
    for (const std::string once : {"nobody", "sees nothing", "check `url`", "HTTP "}) {
        const std::size_t first = text.find(once);
        if (first != std::string::npos && text.find(once, first + 1) != std::string::npos)
            return "it says \"" + once + "\" twice";
    }
    return says_twice(text, 4) ? "it says something twice" : "";
}

// Whether it promises what only a process that goes on can keep.
inline bool promises_more(std::string_view text)
{
    return std::ranges::any_of(
        std::vector<std::string_view>{
            "docwarden retries", "keeps trying", "tries again", "Watching"},
        [&](std::string_view promise) { return text.find(promise) != std::string_view::npos; }
    );
}

} // namespace docwarden::test
