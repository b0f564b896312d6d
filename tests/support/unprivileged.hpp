#pragma once
// Lets a test that runs as root see what an ordinary user sees, as long as it lives.

#include <stdexcept>

#include <unistd.h>

namespace docwarden::test
{

class unprivileged
{
public:
    unprivileged()
    {
        if (was_root_ && ::seteuid(nobody) != 0)
            throw std::runtime_error("root cannot become another user");
    }
    unprivileged(const unprivileged&) = delete;
    unprivileged& operator=(const unprivileged&) = delete;
    ~unprivileged()
    {
        if (was_root_ && ::seteuid(0) != 0)
            ::_exit(1); // the other tests would fail for reasons nobody could guess
    }

private:
    static constexpr ::uid_t nobody = 65534;
    bool was_root_ = ::geteuid() == 0;
};

} // namespace docwarden::test
