// The state behind tools/mutation/guards.hpp, set from the environment before anything else runs:
// the product's own constants are mutated too.

#include <cstdio>
#include <cstdlib>

namespace mutation
{

int active = -1;
bool is_recording = false;
bool reached[numbers];

namespace
{

bool is_impossible[numbers];

// Priority 101 is the first that is not the compiler's own.
[[gnu::constructor(101)]] void start()
{
    const char* number = std::getenv("MUTATION_ACTIVE");
    if (number != nullptr)
        active = std::atoi(number);
    is_recording = std::getenv("MUTATION_RECORD") != nullptr;
}

[[gnu::destructor(101)]] void finish()
{
    const char* path = std::getenv("MUTATION_RECORD");
    if (path == nullptr)
        return;
    std::FILE* file = std::fopen(path, "w");
    if (file == nullptr)
        return;
    for (int i = 0; i < numbers; ++i) {
        if (is_impossible[i])
            std::fprintf(file, "impossible %d\n", i);
        if (reached[i])
            std::fprintf(file, "reached %d\n", i);
    }
    std::fclose(file);
}

} // namespace

bool tell_impossible(int id)
{
    is_impossible[id] = true;
    return true;
}

} // namespace mutation
