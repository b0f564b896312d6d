#include "tests/portal/faults.hpp"

#include "tests/portal/wire.hpp"

namespace docwarden::sim
{

namespace
{

bool applies(
    const fault& what,
    std::string_view method,
    std::string_view path,
    std::string_view target
)
{
    return path.starts_with(what.path_prefix) && (what.method.empty() || what.method == method) &&
           target.find(what.target_contains) != std::string_view::npos;
}

} // namespace

fault nginx_error(std::string path_prefix, unsigned status, std::optional<unsigned> count)
{
    const std::string number = std::to_string(status);
    fault what;
    what.path_prefix = std::move(path_prefix);
    what.count = count;
    what.status = status;
    what.content_type = "text/html";
    what.body = "<html>\r\n<head><title>" + number + "</title></head>\r\n<body>\r\n<center><h1>" +
                number + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    return what;
}

fault fault_of(fault_kind kind, std::string path_prefix, std::optional<unsigned> count)
{
    return {.kind = kind, .path_prefix = std::move(path_prefix), .count = count};
}

fault slow_answers(std::string path_prefix, std::chrono::milliseconds pause)
{
    fault what = fault_of(fault_kind::delay, std::move(path_prefix));
    what.pause = pause;
    return what;
}

fault other_date(std::string path_prefix, std::string date)
{
    fault what = fault_of(fault_kind::extra_headers, std::move(path_prefix));
    what.headers = {{"Date", std::move(date)}};
    return what;
}

fault server_error(std::string path_prefix, std::optional<unsigned> count)
{
    const http_reply reply = null_reference();
    fault what;
    what.path_prefix = std::move(path_prefix);
    what.count = count;
    what.status = reply.status;
    what.content_type = reply.content_type;
    what.body = reply.body;
    return what;
}

fault too_many_requests(
    std::string path_prefix,
    std::optional<std::string> retry_after,
    std::optional<unsigned> count
)
{
    fault what;
    what.path_prefix = std::move(path_prefix);
    what.count = count;
    what.status = 429;
    if (retry_after)
        what.headers.push_back({"Retry-After", *std::move(retry_after)});
    return what;
}

bool fault_plan::has_effect() const
{
    return !main || (main->kind != fault_kind::answer && main->kind != fault_kind::drop_before &&
                     main->kind != fault_kind::redirect);
}

fault_number faults::set(fault what)
{
    active_.emplace(next_, std::move(what));
    return next_++;
}

fault_plan faults::take(std::string_view method, std::string_view path, std::string_view target)
{
    fault_plan plan;
    for (auto place = active_.begin(); place != active_.end();) {
        fault& one = place->second;
        const bool is_main = one.kind != fault_kind::delay &&
                             one.kind != fault_kind::leave_unchanged &&
                             one.kind != fault_kind::pretend_disabled;
        if (!applies(one, method, path, target) || (is_main && plan.main)) {
            ++place;
            continue;
        }
        if (one.skip > 0) {
            --one.skip;
            ++place;
            continue;
        }
        if (is_main)
            plan.main = one;
        plan.pause += one.pause;
        plan.leaves_unchanged |= one.kind == fault_kind::leave_unchanged;
        plan.pretends_disabled |= one.kind == fault_kind::pretend_disabled;
        if (one.count && --*one.count == 0)
            place = active_.erase(place);
        else
            ++place;
    }
    return plan;
}

http_reply reply_of(const fault& what)
{
    http_reply reply = text_reply(what.status, what.content_type, what.body);
    reply.headers = what.headers;
    if (what.kind == fault_kind::drop_before)
        reply.how.drop = true;
    if (what.kind == fault_kind::redirect) {
        reply.status = what.status == 0 ? 302 : what.status;
        reply.set_header("Location", what.location);
    }
    return reply;
}

void spoil(http_reply& reply, const fault& what)
{
    switch (what.kind) {
    case fault_kind::drop_after:
        reply.how.drop = true;
        break;
    case fault_kind::truncate:
        reply.how.body_bytes_max = what.body_bytes;
        break;
    case fault_kind::garbage:
        reply.how.raw = true;
        reply.body =
            what.body.empty() ? std::string("\x16\x03\x01\0\xFF\r\n\r\n{]}", 12) : what.body;
        break;
    case fault_kind::oversized:
        // Well-formed as far as it goes, so that only the bound can stop a reader.
        reply.body = R"({"response":[],"padding":")" + std::string(what.body_bytes, 'x') + "\"}";
        break;
    case fault_kind::wrong_content_type:
        reply.content_type = what.content_type.empty() ? "text/html" : what.content_type;
        break;
    case fault_kind::invalid_json:
        reply.body.resize(reply.body.size() - reply.body.size() / 3);
        break;
    case fault_kind::extra_headers:
        for (const auto& [name, value] : what.headers)
            reply.set_header(name, value);
        break;
    case fault_kind::answer:
    case fault_kind::drop_before:
    case fault_kind::redirect:
    case fault_kind::delay:
    case fault_kind::leave_unchanged:
    case fault_kind::pretend_disabled:
        break;
    }
}

} // namespace docwarden::sim
