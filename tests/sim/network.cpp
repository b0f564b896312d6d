#include "tests/sim/network.hpp"

#include "core/audit/audit_page.hpp"
#include "core/base/text.hpp"
#include "core/portal/page_query.hpp"
#include "net/base/error.hpp"
#include "net/base/http_date.hpp"
#include "net/docspace/docspace_call.hpp"
#include "net/docspace/docspace_people.hpp"
#include "tests/sim/chance.hpp"
#include "tests/support/model_transport.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace docwarden::proof
{

namespace
{

using namespace std::chrono_literals;

constexpr std::string_view people_path = "/api/2.0/people";
constexpr std::string_view trail_path = "/api/2.0/security/audit/events/filter";

// A page of the trail, as opposed to what the preflight asks, its probe included.
bool is_page(const net::http_request& request)
{
    return request.target.starts_with(trail_path) &&
           request.target.find("from=2000-01-01T00") == std::string::npos;
}

bool is_count(const net::http_request& request)
{
    return request.target.starts_with("/api/2.0/people/filter?employeeStatus=1");
}

// What the reader makes of a well-formed answer, without the detour over its text.
net::http_response read_directly(sim::http_reply reply)
{
    net::http_response made;
    made.status = reply.status;
    made.content_type =
        core::lower_case(reply.content_type.substr(0, reply.content_type.find(';')));
    if (const std::string* date = reply.header("Date"))
        made.date = net::parse_http_date(*date);
    if (const std::string* pause = reply.header("Retry-After"))
        made.retry_after = net::parse_retry_after(*pause, made.date);
    if (const std::string* where = reply.header("Location"))
        made.location = *where;
    made.body = std::move(reply.body);
    return made;
}

// It enables an account, by either way.
bool is_release(const net::http_request& request)
{
    return request.target.ends_with("/status/Active") ||
           request.body.find("\"disable\":false") != std::string::npos;
}

bool is_damaged(const sim::http_reply& reply)
{
    return reply.how.drop || reply.how.raw || reply.how.body_bytes_max.has_value();
}

sent_request described(const net::http_request& request, std::optional<fault_kind> fault)
{
    using enum request_kind;
    if (!request.target.starts_with(people_path))
        return {is_page(request) ? page : preflight, {}, fault};
    if (request.method == net::http_method::put)
        return {is_release(request) ? enable : disable, subject_of_change(request), fault};
    if (is_count(request))
        return {count, {}, fault};
    std::string user = request.target.substr(people_path.size() + 1);
    if (user == "@self")
        return {self, {}, fault};
    return {profile, std::move(user), fault};
}

// The text is complete JSON or none of it counts; each row begins with its id.
std::vector<std::int64_t> ids_in(const network::answer& got)
{
    std::vector<std::int64_t> ids;
    if (!got || got->status != 200 || got->content_type != "application/json" ||
        !got->body.ends_with('}'))
        return ids;
    constexpr std::string_view mark = "{\"id\":";
    for (std::size_t at = got->body.find(mark); at != std::string::npos;
         at = got->body.find(mark, at))
        ids.push_back(std::strtoll(got->body.c_str() + (at += mark.size()), nullptr, 10));
    return ids;
}

void append(core::audit_page& page, const core::audit_page& row)
{
    page.rows += row.rows;
    page.events.insert(page.events.end(), row.events.begin(), row.events.end());
    page.problems.insert(page.problems.end(), row.problems.begin(), row.problems.end());
    if (row.oldest)
        page.oldest = std::min(page.oldest.value_or(*row.oldest), *row.oldest);
    if (row.newest)
        page.newest = std::max(page.newest.value_or(*row.newest), *row.newest);
}

} // namespace

std::string_view to_string(request_kind kind)
{
    constexpr std::array<std::string_view, 7> names{
        "page", "preflight", "self", "profile", "disable", "enable", "count"};
    return names.at(static_cast<std::size_t>(kind));
}

std::string subject_of_change(const net::http_request& request)
{
    constexpr std::size_t guid_length = 36;
    constexpr std::string_view by_status = "/api/2.0/people/status/";
    constexpr std::string_view by_member = "/api/2.0/people/";
    if (request.method != net::http_method::put)
        return {};
    if (request.target.starts_with(by_status)) {
        const std::size_t begin = request.body.find("[\"");
        return begin == std::string::npos ? "" : request.body.substr(begin + 2, guid_length);
    }
    return request.target.substr(by_member.size(), guid_length);
}

network::network(
    const profile& world,
    sim::portal_model& portal,
    agenda& time,
    std::string api_key,
    lane pages,
    hooks on
)
    : world_(world), portal_(portal), time_(time), authorization_("Bearer " + api_key),
      pages_(pages), hooks_(std::move(on))
{
}

network::transit_plan network::draw_plan(bool is_about_people, bool is_change)
{
    chance draw(world_.seed, 1'000'000 + requests_++);
    transit_plan drawn;
    drawn.there = draw.between(span(1ms), span(world_.latency_max));
    drawn.back = draw.between(span(1ms), span(world_.latency_max));
    if (outages_ > 0) {
        drawn.fault = fault_kind::refused;
        return drawn;
    }
    for (auto& [variety, trouble] : active_) {
        const bool is_for_disables = trouble.cause.fault == fault_kind::no_effect ||
                                     trouble.cause.fault == fault_kind::false_success;
        if (!concerns(trouble.cause.where, is_about_people) || (is_for_disables && !is_change))
            continue;
        chance dice(world_.seed + variety, 200 + trouble.asked++);
        if (!dice.percent(world_.fault_percent))
            continue;
        drawn.fault = trouble.cause.fault;
        drawn.variety = dice.below(1'000'000);
        if (*drawn.fault == fault_kind::slow)
            drawn.back += dice.between(
                span(0), span(world_.request_timeout) - 2 * span(world_.latency_max) - span(1s)
            );
        break;
    }
    return drawn;
}

void network::send(net::http_request request, receiver receive)
{
    const bool is_about_people = request.target.starts_with(people_path);
    const transit_plan plan = draw_plan(is_about_people, request.method == net::http_method::put);
    hooks_.sent(described(request, plan.fault));
    send_as_text(std::move(request), plan, std::move(receive));
}

void network::send(const core::call& call, answer_receiver receive)
{
    auto read = [call, receive](const answer& result) { receive(net::answer_to(call, result)); };
    if (pages_ == lane::text || !std::holds_alternative<core::page_request>(call.request)) {
        send(net::to_http(call.request), std::move(read));
        return;
    }
    const transit_plan plan = draw_plan(false, false);
    hooks_.sent({request_kind::page, {}, plan.fault});
    if (plan.fault)
        send_as_text(net::to_http(call.request), plan, std::move(read));
    else
        send_as_rows(call, plan, std::move(receive));
}

void network::send_as_rows(
    const core::call& page,
    const transit_plan& plan,
    answer_receiver receive
)
{
    auto arrive = [this, page, receive = std::move(receive), back = plan.back]() mutable {
        if (outages_ > 0)
            return receive(net::answer_to(page, make_error_code(net::errc::connection_lost)));
        time_.in(
            back,
            [this, page, receive = std::move(receive), rows = read_rows(page)]() mutable {
                deliver_rows(page, std::move(rows), receive);
            }
        );
    };
    time_.in(plan.there, std::move(arrive));
}

void network::deliver_rows(
    const core::call& page,
    core::answered rows,
    const answer_receiver& receive
)
{
    if (outages_ > 0)
        return receive(net::answer_to(page, make_error_code(net::errc::connection_lost)));
    std::vector<std::int64_t> ids;
    for (const core::audit_event& event : rows.value<core::audit_page>()->events)
        ids.push_back(event.id);
    hooks_.rows_arrive(ids);
    receive(std::move(rows));
}

core::answered network::read_rows(const core::call& asked)
{
    const core::page_query& query = std::get<core::page_request>(asked.request).query;
    const core::wall_time now = time_.portal_time();
    core::audit_page page;
    for (const sim::audit_row* row :
         portal_.rows_between(query.from, query.to, query.start_index, now))
        append(page, page_of(*row));
    return {asked.id, std::chrono::floor<std::chrono::seconds>(now), std::move(page)};
}

const core::audit_page& network::page_of(const sim::audit_row& row)
{
    if (read_.size() <= row.number)
        read_.resize(row.number + 1);
    auto& known = read_[row.number];
    if (!known)
        known = core::read_audit_page("{\"response\":[" + portal_.text_of(row) + "]}").page;
    return *known;
}

void network::send_as_text(net::http_request request, const transit_plan& plan, receiver receive)
{
    const span deadline = time_.elapsed() + span(world_.request_timeout);
    if (plan.fault == fault_kind::refused) {
        time_.in(plan.there, [this, request, receive] {
            deliver(request, make_error_code(net::errc::connect_refused), receive);
        });
        return;
    }
    if (plan.fault == fault_kind::late_effect) {
        give_up_later(request, receive);
        ++late_effects_;
        const span later = span(plan.variety % 15'000 * 1ms);
        time_.at(deadline + later, [this, request, plan] {
            --late_effects_;
            (void)handle(request, plan);
        });
        return;
    }
    if (plan.fault == fault_kind::timed_out) {
        give_up_later(request, receive);
        time_.in(plan.there, [this, request, plan] { (void)handle(request, plan); });
        return;
    }
    time_.in(plan.there, [this, request, plan, receive] { arrive(request, plan, receive); });
}

void network::deliver(const net::http_request& request, const answer& got, const receiver& receive)
{
    if (is_page(request))
        hooks_.rows_arrive(ids_in(got));
    if (is_count(request) && got && net::read_active_users(*got).value() != nullptr)
        hooks_.users_counted();
    receive(got);
}

void network::give_up_later(const net::http_request& request, const receiver& receive)
{
    time_.in(span(world_.request_timeout), [this, request, receive] {
        deliver(request, make_error_code(net::errc::answer_timeout), receive);
    });
}

void network::arrive(
    const net::http_request& request,
    const transit_plan& plan,
    const receiver& receive
)
{
    if (outages_ > 0) {
        deliver(request, make_error_code(net::errc::connection_lost), receive);
        return;
    }
    sim::http_reply reply = handle(request, plan);
    time_.in(plan.back, [this, request, plan, receive, reply = std::move(reply)] {
        come_back(request, plan, reply, receive);
    });
}

void network::come_back(
    const net::http_request& request,
    const transit_plan& plan,
    sim::http_reply reply,
    const receiver& receive
)
{
    if (outages_ > 0)
        deliver(request, make_error_code(net::errc::connection_lost), receive);
    else if (pages_ == lane::rows && plan.fault == fault_kind::oversized)
        deliver(request, make_error_code(net::errc::answer_too_large), receive);
    else if (pages_ == lane::text || is_damaged(reply))
        deliver(request, test::read_reply(reply), receive);
    else
        deliver(request, read_directly(std::move(reply)), receive);
}

sim::http_reply network::handle(const net::http_request& request, const transit_plan& plan)
{
    if (plan.fault) {
        if (auto fault = portal_fault(*plan.fault, plan.variety)) {
            fault->count = 1;
            if (pages_ == lane::rows) // megabytes that nobody reads
                fault->body_bytes = std::min<std::size_t>(fault->body_bytes, 4096);
            portal_.set_fault(std::move(*fault));
        }
    }
    sim::http_request_view seen;
    seen.method = test::method_text(request.method);
    seen.target = request.target;
    seen.authorization = authorization_;
    seen.content_type = request.body.empty() ? "" : "application/json";
    seen.body = request.body;
    seen.host = portal_.settings().host;
    sim::http_reply reply = portal_.handle(seen, time_.portal_time());
    portal_.clear_faults();
    if (request.method == net::http_method::put)
        hooks_.handled_change(subject_of_change(request));
    return reply;
}

} // namespace docwarden::proof
