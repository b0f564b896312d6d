#include "daemon/host/signal_hold.hpp"

#include <pthread.h>

namespace docwarden::daemon
{

namespace
{

void change_mask(int how)
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : daemon_signals)
        sigaddset(&signals, number);
    pthread_sigmask(how, &signals, nullptr);
}

} // namespace

void hold_signals()
{
    change_mask(SIG_BLOCK);
}

void release_signals()
{
    change_mask(SIG_UNBLOCK);
}

} // namespace docwarden::daemon
