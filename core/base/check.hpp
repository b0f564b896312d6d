#pragma once
// Assertions: what must hold unless docwarden itself has a bug. They are on in release builds too.
// A failed one ends the process: nothing is known about the state any more, systemd restarts the
// daemon, and the trail is read back. What the outside world can cause is never asserted; it is a
// value with a defined effect.

namespace docwarden::core
{

// Writes the condition and its place to standard error, then aborts. The simulation has one of its
// own that throws, so that a world can tell its seed.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

} // namespace docwarden::core

// The condition must be cheap and without effect.
#define DOCWARDEN_ASSERT(condition)                                                                \
    ((condition) ? static_cast<void>(0)                                                            \
                 : ::docwarden::core::assertion_failed(#condition, __FILE__, __LINE__))
