#pragma once
// The control surface of a simulated portal on a socket: what a test can do in C++, for scripts.
// Bodies are JSON objects; answers are {"ok":true,…} with 200, or {"ok":false,"error":"…"} with
// 400.
//
//   POST /sim/users     {displayName, userName, email, id, status, isOwner, isAdmin, …} -> {id}
//   POST /sim/keys      {userId, name, permissions:[…], expires}                        -> {key}
//   POST /sim/events    {userId, action, fileId, title, at, visibleAt, context}         -> {rows}
//                       or a batch: files (a number or a list of ids), spacingMs, firstFileId;
//                       `at` is a date or missing for now, `delayMs` is added to it
//   POST /sim/faults    {kind, path, method, contains, count, skip, status, contentType, headers,
//                        body, bodyBytes, location, pauseMs}                            -> {fault}
//   POST /sim/faults/clear  {fault} or {} for all
//   POST /sim/status    {userId, status, by}: what an administrator does in the portal's own pages
//   POST /sim/settings  {version, hasAudit, isUnpaid, tenantStatus, timeZone, seatsMax, …}
//   POST /sim/clock     {advanceMs} or {stopAt} or {runFrom}                            -> {now}
//   GET  /sim/clock, /sim/requests[?since=N], /sim/disables, /sim/users
//   GET  /sim/events?userId=U   -> {events}: U's visible rows; `at` is the moment of the action,
//                        `date` what the portal keeps of it (whole seconds)

#include "tests/portal/portal_clock.hpp"
#include "tests/portal/portal_model.hpp"

#include <string>

namespace docwarden::sim
{

http_reply
handle_control(const http_request_view& request, portal_model& model, portal_clock& clock);

// One request as one line of JSON, for a log.
std::string request_line(const request_record& record);

} // namespace docwarden::sim
