// Does this compiler translate the coroutines that we allow ourselves? g++ 12 destroys temporaries
// twice in others, silently. tools/check_style.py keeps those out; this file runs every allowed
// form of co_await with values that notice a missing or a second destruction, with or without a
// sanitizer. If a compiler update breaks a form, this is where it shows.

#include "tests/support/catch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/result.hpp>

#include <exception>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace docwarden::test::coroutine_canary_test
{

namespace asio = boost::asio;

namespace
{

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Where the values under test live at this moment, and what went wrong with them.
class ledger
{
public:
    void born(const void* where)
    {
        ++births_;
        if (!alive_.insert(where).second)
            faults_.emplace_back("constructed on top of a living value");
    }
    void died(const void* where)
    {
        if (alive_.erase(where) == 0)
            faults_.emplace_back("destroyed twice");
    }
    std::size_t births() const { return births_; }
    std::size_t alive() const { return alive_.size(); }
    const std::vector<std::string>& faults() const { return faults_; }

private:
    std::set<const void*> alive_;
    std::size_t births_ = 0;
    std::vector<std::string> faults_;
};

// A value with a constructor and a destructor that does something, as requests and replies have.
// The text is longer than std::string keeps inside, so that a sanitizer has something to see too.
class counted
{
public:
    counted(ledger& book, std::string text) : book_(&book), text_(std::move(text) + padding())
    {
        book_->born(this);
    }
    counted(const counted& other) : book_(other.book_), text_(other.text_) { book_->born(this); }
    counted(counted&& other) noexcept : book_(other.book_), text_(std::move(other.text_))
    {
        book_->born(this);
    }
    counted& operator=(const counted&) = default;
    counted& operator=(counted&&) = default;
    ~counted() { book_->died(this); }

    std::string text() const { return text_.substr(0, text_.size() - padding().size()); }
    ledger& book() const { return *book_; }

private:
    static std::string padding() { return std::string(40, '.'); }

    ledger* book_;
    std::string text_;
};

using counted_result = boost::system::result<counted>;

// Leaves the coroutine and comes back through the loop, as real I/O does.
asio::awaitable<void> pass_through_the_loop()
{
    auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
}

asio::awaitable<counted> echo(counted value)
{
    co_await pass_through_the_loop();
    co_return std::move(value);
}

asio::awaitable<counted> joined(const counted& left, std::string right)
{
    co_await pass_through_the_loop();
    co_return counted(left.book(), left.text() + right);
}

asio::awaitable<counted_result> checked_echo(counted value, bool good)
{
    co_await pass_through_the_loop();
    if (!good)
        co_return boost::system::error_code(asio::error::eof);
    co_return std::move(value);
}

asio::awaitable<std::pair<boost::system::error_code, counted>> pair_of(counted value)
{
    co_await pass_through_the_loop();
    co_return std::pair(boost::system::error_code(), std::move(value));
}

asio::awaitable<void> throw_with(counted value)
{
    co_await pass_through_the_loop();
    throw std::runtime_error(value.text());
}

counted made(ledger& book, std::string text)
{
    return counted(book, std::move(text));
}

// A port, as the product has them: the callee is known at run time only.
class port
{
public:
    virtual ~port() = default;
    virtual asio::awaitable<counted_result> send(counted request, int limit) = 0;
};

class echoing_port final : public port
{
public:
    asio::awaitable<counted_result> send(counted request, int limit) override
    {
        co_await pass_through_the_loop();
        if (limit == 0)
            co_return boost::system::error_code(asio::error::timed_out);
        last_ = request;
        co_return std::move(request);
    }

private:
    std::optional<counted> last_;
};

// Runs the coroutine to its end and gives back the text that it returned.
std::string run(asio::awaitable<std::string> task)
{
    asio::io_context context(1);
    std::exception_ptr failure;
    std::string outcome;
    const auto keep = [&](std::exception_ptr escaped, std::string text) {
        failure = std::move(escaped);
        outcome = std::move(text);
    };
    asio::co_spawn(context, std::move(task), keep);
    context.run();
    if (failure)
        std::rethrow_exception(failure);
    return outcome;
}

// What each case ends with: values were made, none is left, none died twice.
void check_balance(const ledger& book)
{
    CHECK(book.births() > 0);
    CHECK(book.alive() == 0);
    CHECK(book.faults() == std::vector<std::string>{});
}

// --- the forms ---------------------------------------------------------------------------------

asio::awaitable<std::string> plain_statements(ledger& book)
{
    counted value(book, "a");
    co_await echo(value);
    co_await echo(std::move(value));
    co_await echo(counted(book, "temporary with a constructor"));
    co_await echo(made(book, "from a call"));
    co_await joined(made(book, "bound to a reference"), "from a literal");
    (void)co_await echo(counted(book, "thrown away"));
    co_return "done";
}

asio::awaitable<std::string> declarations(ledger& book)
{
    counted value(book, "a");
    auto copied = co_await echo(value);
    const auto moved = co_await echo(std::move(value));
    auto [ec, second] = co_await pair_of(counted(book, "b"));
    const auto [no_error, third] = co_await pair_of(made(book, "c"));
    auto long_one = co_await joined(third, std::string(60, 'd'));
    co_return copied.text() + moved.text() + second.text() + third.text() +
        long_one.text().substr(0, 2);
}

asio::awaitable<std::size_t> length_of(counted value)
{
    co_await pass_through_the_loop();
    co_return value.text().size();
}

asio::awaitable<std::string> built_in_types(ledger& book)
{
    counted value(book, "abc");
    const std::size_t length = co_await length_of(value);
    std::size_t again = co_await length_of(counted(book, "abcd"));
    again = co_await length_of(std::move(value));
    co_return std::to_string(length) + std::to_string(again);
}

asio::awaitable<std::string> assignments(ledger& book)
{
    struct holder {
        counted member;
    };
    counted value(book, "a");
    holder held{counted(book, "b")};
    value = co_await echo(counted(book, "c"));
    held.member = co_await joined(value, "d");
    value = co_await echo(std::move(value));
    held.member = co_await echo(held.member);
    co_return value.text() + held.member.text();
}

asio::awaitable<counted> passed_on(counted value, int depth)
{
    if (depth == 0)
        co_return co_await echo(std::move(value));
    counted longer(value.book(), value.text() + "x");
    --depth;
    co_return co_await passed_on(std::move(longer), depth);
}

asio::awaitable<std::string> returns(ledger& book)
{
    auto value = co_await passed_on(counted(book, "a"), 5);
    co_return value.text();
}

asio::awaitable<std::string> ask(ledger& book, port& target)
{
    std::string seen;
    for (int limit = 2; limit >= 0; --limit) {
        counted request(book, std::to_string(limit));
        auto response = co_await target.send(std::move(request), limit);
        if (!response) {
            seen += response.error() == asio::error::timed_out ? "timeout" : "other";
            continue;
        }
        seen += response->text();
    }
    auto refused = co_await checked_echo(counted(book, "x"), false);
    auto accepted = co_await checked_echo(counted(book, "y"), true);
    co_return seen + (refused ? "accepted" : "refused") + accepted->text();
}

asio::awaitable<std::string> inside_control_flow(ledger& book)
{
    std::vector<counted> list(3, counted(book, "a"));
    std::string seen;
    for (const auto& value : list) {
        auto next = co_await joined(value, "b");
        seen += next.text();
    }
    if (seen.size() == 6)
        co_await echo(list.front());
    else
        co_await echo(list.back());
    while (!list.empty()) {
        auto last = co_await echo(std::move(list.back()));
        list.pop_back();
        switch (list.size()) {
        case 1:
            co_await echo(std::move(last));
            break;
        default:
            last = co_await joined(last, "c");
        }
    }
    co_return seen;
}

asio::awaitable<std::string> around_exceptions(ledger& book)
{
    counted outer(book, "outer");
    std::string caught;
    try {
        counted inner(book, "inner");
        co_await throw_with(counted(book, "thrown"));
    } catch (const std::runtime_error& error) {
        caught = error.what();
    }
    auto after = co_await joined(outer, caught);
    co_return after.text();
}

asio::awaitable<std::string> completion_tokens(ledger& book)
{
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    counted kept(book, "kept");
    timer.expires_at(asio::steady_timer::time_point::min());
    auto [ec] = co_await timer.async_wait(as_result);
    co_await timer.async_wait(asio::use_awaitable);
    co_return kept.text() + (ec ? " failed" : " passed");
}

// Waits until somebody cancels it, and cleans up with one more await, as our tasks do.
asio::awaitable<std::string> until_cancelled(ledger& book)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer never(executor, asio::steady_timer::time_point::max());
    counted held(book, "held");
    auto [ec] = co_await never.async_wait(as_result);
    auto last = co_await echo(std::move(held));
    co_return last.text() + (ec == asio::error::operation_aborted ? " cancelled" : " expired");
}

asio::awaitable<std::string> results_through_a_port(ledger& book)
{
    echoing_port target;
    co_return co_await ask(book, target);
}

using form = asio::awaitable<std::string> (*)(ledger&);

} // namespace

TEST_CASE("coroutine canary: every allowed form of co_await destroys each value exactly once")
{
    const auto [name, run_form, expected] = GENERATE(table<std::string, form, std::string>({
        {"co_await f(args);", plain_statements, "done"},
        {"auto x = co_await f(args);", declarations, "aabccd"},
        {"int x = co_await f(args);", built_in_types, "33"},
        {"x = co_await f(args);", assignments, "ccd"},
        {"co_return co_await f(args);", returns, "axxxxx"},
        {"virtual calls and results", results_through_a_port, "21timeoutrefusedy"},
        {"in loops, branches and switches", inside_control_flow, "ababab"},
        {"in and after try", around_exceptions, "outerthrown"},
        {"asio's own operations", completion_tokens, "kept passed"},
    }));
    INFO(name);
    ledger book;
    CHECK(run(run_form(book)) == expected);
    check_balance(book);
}

TEST_CASE("coroutine canary: an exception out of a coroutine destroys what it held once")
{
    ledger book;
    const auto escaping = [](ledger& ours) -> asio::awaitable<std::string> {
        counted local(ours, "local");
        co_await throw_with(counted(ours, "escaped"));
        co_return local.text();
    };
    CHECK_THROWS_WITH(run(escaping(book)), "escaped");
    check_balance(book);
}

TEST_CASE("coroutine canary: a cancelled coroutine can clean up and destroys its values once")
{
    ledger book;
    asio::io_context context(1);
    asio::cancellation_signal stop;
    std::string outcome;
    const auto keep = [&](std::exception_ptr escaped, std::string text) {
        outcome = escaped ? "threw" : std::move(text);
    };
    asio::co_spawn(context, until_cancelled(book), asio::bind_cancellation_slot(stop.slot(), keep));
    asio::post(context, [&] { stop.emit(asio::cancellation_type::terminal); });
    context.run();
    CHECK(outcome == "held cancelled");
    check_balance(book);
}

TEST_CASE("coroutine canary: a loop that dies destroys the values of suspended coroutines once")
{
    ledger book;
    bool ended = false;
    {
        asio::io_context context(1);
        const auto note = [&](std::exception_ptr, const std::string&) { ended = true; };
        asio::co_spawn(context, until_cancelled(book), note);
        context.poll();
        CHECK(book.alive() == 1);
    }
    CHECK_FALSE(ended);
    check_balance(book);
}

TEST_CASE("coroutine canary: the ledger itself notices a second and a missing destruction")
{
    ledger book;
    const int first = 0;
    const int second = 0;
    book.born(&first);
    book.born(&second);
    book.died(&first);
    book.died(&first);
    CHECK(book.faults() == std::vector<std::string>{"destroyed twice"});
    CHECK(book.alive() == 1);
    book.born(&second);
    CHECK(book.faults().back() == "constructed on top of a living value");
}

} // namespace docwarden::test::coroutine_canary_test
