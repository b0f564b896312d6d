#pragma once
// Assertions: what must hold unless docwarden itself has a bug. They are on in release builds too.
// A failed one ends the process: nothing is known about the state any more, systemd restarts the
// daemon, and the trail is read back. What the outside world can cause is never asserted; it is a
// value with a defined effect.

namespace docwarden::core
{

// What the process does with the text about a failed assertion before it aborts. One for the
// process, none at the start; an assertion that fails inside of it calls nobody.
using assertion_handler = void (*)(const char* text);
void set_assertion_handler(assertion_handler handler);

// Writes the condition and its place to standard error, calls the handler, then aborts. The
// simulation has one of its own that throws, so that a world can tell its seed.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

} // namespace docwarden::core

// The condition must be cheap and without effect.
#define DOCWARDEN_ASSERT(condition)                                                                \
    ((condition) ? static_cast<void>(0)                                                            \
                 : ::docwarden::core::assertion_failed(#condition, __FILE__, __LINE__))
