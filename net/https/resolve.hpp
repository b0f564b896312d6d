#pragma once
// Name resolution that keeps its deadline. The system's resolver is a blocking call that cannot be
// cancelled, so it runs on a thread of its own that nobody ever waits for: neither a caller at its
// deadline nor the end of the process. Only endpoints are found here; connecting is not its work.

#include "core/base/time.hpp"
#include "net/base/clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace docwarden::net
{

using address_list = std::vector<boost::asio::ip::address>;
using lookup_result = boost::system::result<address_list>;
// Blocks; is called on another thread. Fails with errc::name_not_found or name_lookup_failed.
using lookup_function = std::function<lookup_result(const std::string& host)>;

// getaddrinfo, in the order the system prefers.
lookup_result system_lookup(const std::string& host);

// Resolves one name, again and again.
class resolver
{
public:
    // When DNS fails, the last good answer is used for this long: a portal that has not moved
    // stays reachable through an outage of DNS, and TLS still checks who answers there.
    static constexpr std::chrono::minutes last_good_lifetime{10};
    static constexpr std::size_t addresses_max = 16; // more are ignored

    // `clock` must outlive the resolver, and the io_context of `executor` as well. IP literals and
    // "localhost" (which http:// relies on being this machine) are answered without a lookup.
    resolver(
        boost::asio::any_io_executor executor,
        clock_source& clock,
        std::string host,
        lookup_function lookup = system_lookup
    );
    resolver(const resolver&) = delete;
    resolver& operator=(const resolver&) = delete;
    ~resolver();

    // At least one address before `deadline`, or errc::name_not_found, name_lookup_failed (also at
    // the deadline), cancelled. At most one lookup is under way: further calls share its answer.
    boost::asio::awaitable<lookup_result> addresses(core::mono_time deadline);

private:
    struct shared;
    std::shared_ptr<shared> shared_;
};

} // namespace docwarden::net
