#include "tests/portal/faults.hpp"

#include "tests/portal/wire.hpp"

namespace docwarden::sim
{

namespace
{

bool applies(
    const fault& trouble,
    std::string_view method,
    std::string_view path,
    std::string_view target
)
{
    return path.starts_with(trouble.path_prefix) &&
           (trouble.method.empty() || trouble.method == method) &&
           target.find(trouble.target_contains) != std::string_view::npos;
}

} // namespace

fault nginx_error(std::string path_prefix, unsigned status, std::optional<unsigned> count)
{
    const std::string number = std::to_string(status);
    fault trouble;
    trouble.path_prefix = std::move(path_prefix);
    trouble.count = count;
    trouble.status = status;
    trouble.content_type = "text/html";
    trouble.body = "<html>\r\n<head><title>" + number +
                   "</title></head>\r\n<body>\r\n<center><h1>" + number +
                   "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    return trouble;
}

fault fault_of(fault_kind kind, std::string path_prefix, std::optional<unsigned> count)
{
    return {.kind = kind, .path_prefix = std::move(path_prefix), .count = count};
}

fault slow_answers(std::string path_prefix, std::chrono::milliseconds pause)
{
    fault trouble = fault_of(fault_kind::delay, std::move(path_prefix));
    trouble.pause = pause;
    return trouble;
}

fault other_date(std::string path_prefix, std::string date)
{
    fault trouble = fault_of(fault_kind::extra_headers, std::move(path_prefix));
    trouble.headers = {{"Date", std::move(date)}};
    return trouble;
}

fault server_error(std::string path_prefix, std::optional<unsigned> count)
{
    const http_reply reply = null_reference();
    fault trouble;
    trouble.path_prefix = std::move(path_prefix);
    trouble.count = count;
    trouble.status = reply.status;
    trouble.content_type = reply.content_type;
    trouble.body = reply.body;
    return trouble;
}

fault too_many_requests(
    std::string path_prefix,
    std::optional<std::string> retry_after,
    std::optional<unsigned> count
)
{
    fault trouble;
    trouble.path_prefix = std::move(path_prefix);
    trouble.count = count;
    trouble.status = 429;
    if (retry_after)
        trouble.headers.push_back({"Retry-After", *std::move(retry_after)});
    return trouble;
}

bool fault_plan::has_effect() const
{
    return !main || (main->kind != fault_kind::answer && main->kind != fault_kind::drop_before &&
                     main->kind != fault_kind::redirect);
}

fault_number faults::set(fault trouble)
{
    active_.emplace(next_, std::move(trouble));
    return next_++;
}

fault_plan faults::take(std::string_view method, std::string_view path, std::string_view target)
{
    fault_plan plan;
    for (auto place = active_.begin(); place != active_.end();) {
        fault& trouble = place->second;
        const bool is_main = trouble.kind != fault_kind::delay &&
                             trouble.kind != fault_kind::leave_unchanged &&
                             trouble.kind != fault_kind::pretend_disabled;
        if (!applies(trouble, method, path, target) || (is_main && plan.main)) {
            ++place;
            continue;
        }
        if (trouble.skip > 0) {
            --trouble.skip;
            ++place;
            continue;
        }
        if (is_main)
            plan.main = trouble;
        plan.pause += trouble.pause;
        plan.leaves_unchanged |= trouble.kind == fault_kind::leave_unchanged;
        plan.pretends_disabled |= trouble.kind == fault_kind::pretend_disabled;
        if (trouble.count && --*trouble.count == 0)
            place = active_.erase(place);
        else
            ++place;
    }
    return plan;
}

http_reply reply_of(const fault& trouble)
{
    http_reply reply = text_reply(trouble.status, trouble.content_type, trouble.body);
    reply.headers = trouble.headers;
    if (trouble.kind == fault_kind::drop_before)
        reply.how.drop = true;
    if (trouble.kind == fault_kind::redirect) {
        reply.status = trouble.status == 0 ? 302 : trouble.status;
        reply.set_header("Location", trouble.location);
    }
    return reply;
}

void damage(http_reply& reply, const fault& trouble)
{
    switch (trouble.kind) {
    case fault_kind::drop_after:
        reply.how.drop = true;
        break;
    case fault_kind::truncate:
        reply.how.body_bytes_max = trouble.body_bytes;
        break;
    case fault_kind::garbage:
        reply.how.raw = true;
        reply.body =
            trouble.body.empty() ? std::string("\x16\x03\x01\0\xFF\r\n\r\n{]}", 12) : trouble.body;
        break;
    case fault_kind::oversized:
        // Well-formed as far as it goes, so that only the bound can stop a reader.
        reply.body = R"({"response":[],"padding":")" + std::string(trouble.body_bytes, 'x') + "\"}";
        break;
    case fault_kind::wrong_content_type:
        reply.content_type = trouble.content_type.empty() ? "text/html" : trouble.content_type;
        break;
    case fault_kind::invalid_json:
        reply.body.resize(reply.body.size() - reply.body.size() / 3);
        break;
    case fault_kind::extra_headers:
        for (const auto& [name, value] : trouble.headers)
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
