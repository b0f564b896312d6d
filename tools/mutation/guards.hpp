#pragma once
// What mutated text calls: every function does what the text said before, except in the one process
// whose active mutant is its number. Included before everything else by the build of
// tools/mutate.py; never part of the product.

#include <type_traits>
#include <utility>

namespace mutation
{

inline constexpr int numbers = 400'000;

extern int active;            // the number of the mutant that is on, or -1
extern bool is_recording;     // whether somebody wants to know what is reached
extern bool reached[numbers]; // ... by a test
bool tell_impossible(int id); // the mutant would not compile

template <int Id>
bool on()
{
    if (is_recording)
        reached[Id] = true;
    return active == Id;
}

template <int Id>
struct impossible {
    static inline const bool is_told = tell_impossible(Id);
};

// Evaluates the first expression, or the second if the mutant is on and there is such a thing.
#define MUTATION_CHOOSE(before, after)                                                             \
    using type = std::decay_t<decltype(before)>;                                                   \
    if constexpr (requires {                                                                       \
                      requires std::is_convertible_v<std::decay_t<decltype(after)>, type>;         \
                  }) {                                                                             \
        return on<Id>() ? static_cast<type>(after) : static_cast<type>(before);                    \
    } else {                                                                                       \
        (void)impossible<Id>::is_told;                                                             \
        return static_cast<type>(before);                                                          \
    }

#define MUTATION_BINARY(name, before, after)                                                       \
    template <int Id, class Left, class Right>                                                     \
    auto name(Left&& a, Right&& b)                                                                 \
    {                                                                                              \
        MUTATION_CHOOSE(                                                                           \
            std::forward<Left>(a) before std::forward<Right>(b),                                   \
            std::forward<Left>(a) after std::forward<Right>(b)                                     \
        )                                                                                          \
    }

MUTATION_BINARY(less, <, <=)
MUTATION_BINARY(less_equal, <=, <)
MUTATION_BINARY(greater, >, >=)
MUTATION_BINARY(greater_equal, >=, >)
MUTATION_BINARY(equal, ==, !=)
MUTATION_BINARY(not_equal, !=, ==)
MUTATION_BINARY(plus, +, -)
MUTATION_BINARY(minus, -, +)
MUTATION_BINARY(times, *, /)
MUTATION_BINARY(divide, /, *)

#define MUTATION_ASSIGNING(name, before, after)                                                    \
    template <int Id, class Left, class Right>                                                     \
    Left& name(Left& a, Right&& b)                                                                 \
    {                                                                                              \
        if constexpr (requires { a after b; }) {                                                   \
            if (on<Id>()) {                                                                        \
                a after std::forward<Right>(b);                                                    \
                return a;                                                                          \
            }                                                                                      \
        } else {                                                                                   \
            (void)impossible<Id>::is_told;                                                         \
        }                                                                                          \
        a before std::forward<Right>(b);                                                           \
        return a;                                                                                  \
    }

MUTATION_ASSIGNING(add_to, +=, -=)
MUTATION_ASSIGNING(take_from, -=, +=)

#define MUTATION_STEP(name, before, after)                                                         \
    template <int Id, class T>                                                                     \
    T& name(T&& value)                                                                             \
    {                                                                                              \
        return name<Id>(value);                                                                    \
    }                                                                                              \
    template <int Id, class T>                                                                     \
    T& name(T& value)                                                                              \
    {                                                                                              \
        if constexpr (requires { after value; }) {                                                 \
            if (on<Id>()) {                                                                        \
                after value;                                                                       \
                return value;                                                                      \
            }                                                                                      \
        } else {                                                                                   \
            (void)impossible<Id>::is_told;                                                         \
        }                                                                                          \
        before value;                                                                              \
        return value;                                                                              \
    }                                                                                              \
    template <int Id, class T>                                                                     \
    T name##_after(T& value)                                                                       \
    {                                                                                              \
        T old = value;                                                                             \
        name<Id>(value);                                                                           \
        return old;                                                                                \
    }

MUTATION_STEP(increase, ++, --)
MUTATION_STEP(decrease, --, ++)

template <int Id, class T>
bool negate(const T& value)
{
    return on<Id>() ? static_cast<bool>(value) : !value;
}

template <int Id, class T>
const T& min(const T& a, const T& b)
{
    return (b < a) != on<Id>() ? b : a;
}

template <int Id, class T>
const T& max(const T& a, const T& b)
{
    return (a < b) != on<Id>() ? b : a;
}

template <int Id>
bool opposite(bool value)
{
    return value != on<Id>();
}

template <int Id, bool Outcome>
bool force(bool value)
{
    return on<Id>() ? Outcome : value;
}

template <int Id>
bool invert(bool value)
{
    return value != on<Id>();
}

} // namespace mutation
