#include "tests/fuzz/checks.hpp"
#include "tests/fuzz/engine_trial.hpp"

namespace docwarden::test
{

std::string check_engine(std::string_view bytes)
{
    engine_trial trial(bytes);
    // A bound for one input; what takes longer to go wrong is for tests/sim.
    constexpr int steps_max = 400;
    for (int i = 0; i < steps_max && !trial.is_over(); ++i) {
        if (std::string wrong = trial.step(); !wrong.empty())
            return "step " + std::to_string(i) + ": " + wrong;
    }
    return {};
}

} // namespace docwarden::test
