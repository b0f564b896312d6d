#pragma once
// The fixed MESSAGE_ID of each kind of report: what `journalctl MESSAGE_ID=...` finds and what
// `journalctl -x` explains from the catalogue. Not the text of a record: see record_text.hpp.

#include "core/report/report.hpp"

#include <string_view>

namespace docwarden::daemon
{

// 32 lower-case hexadecimal digits without dashes; all zeros for a value that is no kind at all.
std::string_view message_id(core::report_kind kind);

} // namespace docwarden::daemon
