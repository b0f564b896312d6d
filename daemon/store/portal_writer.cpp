#include "daemon/store/portal_writer.hpp"

#include "daemon/store/row_writer.hpp"

#include <variant>

namespace docwarden::daemon
{

namespace
{

sqlite::result<void>
write_coverage(sqlite::database& db, const std::string& portal, const core::coverage_record& record)
{
    auto done = run(db, "UPDATE portal SET complete = ? WHERE name = ?", record.complete, portal);
    if (done.has_value())
        done = run(db, "DELETE FROM gap WHERE portal = ?", portal);
    if (done.has_error())
        return done;
    auto add = db.prepare("INSERT INTO gap (portal, begins, ends, reason, given_up, since)"
                          " VALUES (?, ?, ?, ?, ?, ?)");
    if (add.has_error())
        return add.error();
    for (const core::gap& gap : record.gaps) {
        done = run(*add, portal, gap.from, gap.to, gap.reason, gap.is_given_up, gap.since);
        if (done.has_error())
            return done;
    }
    return done;
}

sqlite::result<void>
write_record(sqlite::database& db, const std::string& portal, const core::account_record& account)
{
    const core::containment::record& course = account.course;
    auto done =
        run(db,
            "INSERT OR REPLACE INTO account (portal, user, method, decided, held, ended, guard,"
            " has_sent, may_have_acted, has_failed, are_faults_reported, is_unchanged_reported,"
            " is_problem_reported, counted, ignore_before, release_at, release_after, release_sent,"
            " is_release_reported, containments, contained_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            portal,
            account.user,
            course.method,
            course.decided,
            course.held,
            course.ended,
            course.guard,
            course.has_sent,
            course.may_have_acted,
            course.has_failed,
            course.are_faults_reported,
            course.is_unchanged_reported,
            account.is_problem_reported,
            account.counted,
            account.ignore_before,
            account.watch.release_at,
            account.watch.release_after,
            account.watch.sent,
            account.watch.is_failure_reported,
            account.containments,
            account.contained_at);
    if (done.has_error())
        return done; // what was replaced took its incidents along
    auto add = db.prepare("INSERT INTO account_incident (portal, user, position, incident)"
                          " VALUES (?, ?, ?, ?)");
    if (add.has_error())
        return add.error();
    std::int64_t position = 0;
    for (const std::string& incident : account.incidents) {
        done = run(*add, portal, account.user, position++, incident);
        if (done.has_error())
            return done;
    }
    return done;
}

sqlite::result<void>
write_files(sqlite::database& db, std::int64_t incident, const std::vector<core::evidence>& files)
{
    auto done = run(db, "DELETE FROM incident_file WHERE incident = ?", incident);
    auto add = db.prepare("INSERT INTO incident_file (incident, position, time, kind, object)"
                          " VALUES (?, ?, ?, ?, ?)");
    if (add.has_error())
        return add.error();
    std::int64_t position = 0;
    for (const core::evidence& file : files) {
        if (done.has_error())
            return done;
        done = run(*add, incident, position++, file.time, file.kind, file.object);
    }
    return done;
}

sqlite::result<void>
write_record(sqlite::database& db, const std::string& portal, const core::incident& incident)
{
    // A known one keeps its number, and so its place.
    const auto done = run(
        db,
        "INSERT INTO incident (portal, id, user, user_name, rule, threshold, window_ms, response,"
        " first, last, newest, count, state, is_open, is_least, exempted_as, is_end_told)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (portal, id) DO UPDATE SET user = excluded.user,"
        " user_name = excluded.user_name, rule = excluded.rule, threshold = excluded.threshold,"
        " window_ms = excluded.window_ms, response = excluded.response, first = excluded.first,"
        " last = excluded.last, newest = excluded.newest, count = excluded.count,"
        " state = excluded.state, is_open = excluded.is_open, is_least = excluded.is_least,"
        " exempted_as = excluded.exempted_as, is_end_told = excluded.is_end_told",
        portal,
        incident.id,
        incident.user,
        incident.user_name,
        incident.rule,
        incident.threshold,
        incident.window,
        incident.response,
        incident.span.first,
        incident.span.last,
        incident.span.newest,
        incident.span.count,
        incident.state,
        is_open(incident.state),
        incident.span.is_least,
        incident.exempted_as,
        incident.is_end_told
    );
    if (done.has_error())
        return done;
    auto number = db.prepare("SELECT number FROM incident WHERE portal = ? AND id = ?");
    if (number.has_error())
        return number.error();
    const auto row = number->bind(1, portal).bind(2, incident.id).step();
    if (row.has_error())
        return row.error();
    return write_files(db, number->number(0), incident.files);
}

// The oldest of the closed incidents.
sqlite::result<void>
forget_closed(sqlite::database& db, const std::string& portal, std::size_t closed_max)
{
    return run(
        db,
        "DELETE FROM incident WHERE portal = ?1 AND is_open = 0 AND number <="
        " (SELECT number FROM incident WHERE portal = ?1 AND is_open = 0"
        " ORDER BY number DESC LIMIT 1 OFFSET ?2)",
        portal,
        closed_max
    );
}

} // namespace

sqlite::result<void>
write_portal(sqlite::database& db, const portal_change& change, std::size_t closed_max)
{
    const std::string& name = change.portal.name;
    const std::string& url = change.portal.url;
    // The name may have stood for another portal: all of that one goes.
    auto done = run(db, "DELETE FROM portal WHERE name = ? AND url <> ?", name, url);
    if (done.has_value())
        done = run(db, "INSERT OR IGNORE INTO portal (name, url) VALUES (?, ?)", name, url);
    if (done.has_value() && change.coverage)
        done = write_coverage(db, name, *change.coverage);
    bool has_incidents = false;
    for (const core::state_record& record : change.records) {
        if (done.has_error())
            return done;
        has_incidents = has_incidents || std::holds_alternative<core::incident>(record);
        done = std::visit([&](const auto& kept) { return write_record(db, name, kept); }, record);
    }
    if (done.has_value() && has_incidents)
        done = forget_closed(db, name, closed_max);
    return done;
}

} // namespace docwarden::daemon
