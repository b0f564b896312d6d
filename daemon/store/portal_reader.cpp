#include "daemon/store/portal_reader.hpp"

#include "daemon/store/row_reader.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace docwarden::daemon
{

namespace
{

// Calls `take(reader)` for each row that the query finds for that portal.
template <class Take>
sqlite::result<void> for_each_row(
    sqlite::database& db,
    std::string_view table,
    std::string_view query,
    const std::string& portal,
    Take take
)
{
    auto rows = db.prepare(query);
    if (rows.has_error())
        return rows.error();
    rows->bind(1, portal);
    auto next = rows->step();
    for (; next.has_value() && *next; next = rows->step()) {
        row_reader row(*rows, table);
        take(row);
        const auto read = row.end();
        if (read.has_error())
            return read;
    }
    if (next.has_error())
        return next.error();
    return {};
}

sqlite::result<void>
read_gaps(sqlite::database& db, const std::string& portal, std::vector<core::gap>& into)
{
    constexpr std::string_view query = "SELECT rowid, begins, ends, reason, given_up, since"
                                       " FROM gap WHERE portal = ? ORDER BY begins";
    return for_each_row(db, "gap", query, portal, [&](row_reader& row) {
        core::gap& gap = into.emplace_back();
        row.read(gap.from);
        row.read(gap.to);
        row.read(gap.reason);
        row.read(gap.is_given_up);
        row.read(gap.since);
    });
}

core::account_record account_of(row_reader& row)
{
    core::account_record account;
    core::containment::record& course = account.course;
    row.read(account.user);
    row.read(course.method);
    row.read(course.decided);
    row.read(course.held);
    row.read(course.ended);
    row.read(course.guard);
    row.read(course.has_sent);
    row.read(course.may_have_acted);
    row.read(course.has_failed);
    row.read(course.are_faults_reported);
    row.read(course.is_unchanged_reported);
    row.read(account.is_problem_reported);
    row.read(account.counted);
    row.read(account.ignore_before);
    row.read(account.watch.release_at);
    row.read(account.watch.release_after);
    row.read(account.watch.sent);
    row.read(account.watch.is_failure_reported);
    row.read(account.containments);
    row.read(account.contained_at);
    return account;
}

sqlite::result<void> read_accounts(
    sqlite::database& db,
    const std::string& portal,
    std::vector<core::account_record>& into
)
{
    constexpr std::string_view query =
        "SELECT rowid, user, method, decided, held, ended, guard, has_sent, may_have_acted,"
        " has_failed, are_faults_reported, is_unchanged_reported, is_problem_reported, counted,"
        " ignore_before, release_at, release_after, release_sent, is_release_reported, "
        "containments,"
        " contained_at FROM account WHERE portal = ? ORDER BY user";
    constexpr std::string_view query_incidents =
        "SELECT rowid, user, incident FROM account_incident WHERE portal = ?"
        " ORDER BY user, position";
    std::map<std::string, std::vector<std::string>> incidents; // by user
    const auto read =
        for_each_row(db, "account_incident", query_incidents, portal, [&](row_reader& row) {
            std::string user;
            row.read(user);
            row.read(incidents[user].emplace_back());
        });
    if (read.has_error())
        return read;
    return for_each_row(db, "account", query, portal, [&](row_reader& row) {
        core::account_record& account = into.emplace_back(account_of(row));
        account.incidents = std::move(incidents[account.user]);
    });
}

core::incident incident_of(row_reader& row)
{
    core::incident incident;
    row.read(incident.id);
    row.read(incident.user);
    row.read(incident.user_name);
    row.read(incident.rule);
    row.read(incident.threshold);
    row.read(incident.window);
    row.read(incident.response);
    row.read(incident.span.first);
    row.read(incident.span.last);
    row.read(incident.span.newest);
    row.read(incident.span.count);
    row.read(incident.state);
    row.read(incident.span.is_least);
    row.read(incident.exempted_as);
    row.read(incident.is_end_told);
    return incident;
}

sqlite::result<void>
read_incidents(sqlite::database& db, const std::string& portal, std::vector<core::incident>& into)
{
    constexpr std::string_view query =
        "SELECT rowid, id, user, user_name, rule, threshold, window_ms, response, first, last,"
        " newest, count, state, is_least, exempted_as, is_end_told FROM incident WHERE portal = ? "
        "ORDER BY number";
    constexpr std::string_view query_files =
        "SELECT file.rowid, incident.id, file.time, file.kind, file.object"
        " FROM incident JOIN incident_file AS file ON file.incident = incident.number"
        " WHERE portal = ? ORDER BY incident.number, file.position";
    std::map<std::string, std::vector<core::evidence>> files; // by incident
    const auto read = for_each_row(db, "incident_file", query_files, portal, [&](row_reader& row) {
        std::string id;
        row.read(id);
        core::evidence& file = files[id].emplace_back();
        row.read(file.time);
        row.read(file.kind);
        row.read(file.object);
    });
    if (read.has_error())
        return read;
    return for_each_row(db, "incident", query, portal, [&](row_reader& row) {
        core::incident& incident = into.emplace_back(incident_of(row));
        incident.files = std::move(files[incident.id]);
    });
}

} // namespace

sqlite::result<portal_record> read_portal(sqlite::database& db, const portal_key& portal)
{
    portal_record record;
    bool is_known = false;
    auto read = for_each_row(
        db,
        "portal",
        "SELECT rowid, url, complete FROM portal WHERE name = ?",
        portal.name,
        [&](row_reader& row) {
            std::string url;
            row.read(url);
            is_known = url == portal.url;
            row.read(record.coverage.complete);
        }
    );
    if (read.has_error())
        return read.error();
    if (!is_known)
        return portal_record();
    read = read_gaps(db, portal.name, record.coverage.gaps);
    if (read.has_value())
        read = read_accounts(db, portal.name, record.state.accounts);
    if (read.has_value())
        read = read_incidents(db, portal.name, record.state.incidents);
    if (read.has_error())
        return read.error();
    return record;
}

} // namespace docwarden::daemon
