#pragma once
// Those who asked for a detection pass and wait for its outcome: a pass counts for everybody who
// asked before it began.

#include "core/engine/effect.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace docwarden::core
{

class scan_waiters
{
public:
    // `pass` is the number of the first pass that may answer this request.
    void ask(std::uint64_t token, std::uint64_t pass) { requests_.push_back({token, pass, false}); }

    // The pass of that number has ended well.
    void on_pass_finished(std::uint64_t pass)
    {
        for (request& asked : requests_)
            asked.is_read = asked.is_read || pass >= asked.pass;
    }

    bool has_answerable() const
    {
        for (const request& asked : requests_) {
            if (asked.is_read)
                return true;
        }
        return false;
    }

    // Answers everybody whose pass has been made.
    void answer(const std::vector<incident>& findings, std::vector<effect>& out)
    {
        std::erase_if(requests_, [&](const request& asked) {
            if (asked.is_read)
                out.emplace_back(scan_outcome{asked.token, {}, findings});
            return asked.is_read;
        });
    }

    // Nobody's pass can be made now.
    void fail(const std::string& error, std::vector<effect>& out)
    {
        for (const request& asked : requests_)
            out.emplace_back(scan_outcome{asked.token, error, {}});
        requests_.clear();
    }

private:
    struct request {
        std::uint64_t token = 0;
        std::uint64_t pass = 0;
        bool is_read = false; // the pass was made: its containments are awaited
    };

    std::vector<request> requests_;
};

} // namespace docwarden::core
