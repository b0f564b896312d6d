#include "daemon/store/journal_chain.hpp"

#include "core/base/check.hpp"
#include "daemon/store/row_reader.hpp"
#include "daemon/store/row_writer.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <openssl/evp.h>
#include <sqlite3.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace docwarden::daemon
{

namespace
{

namespace json = boost::json;

// An entry's number and hash: where the chain begins or ends.
struct link {
    std::int64_t number = 0;
    std::string hash = std::string(32, '\0');
};

// A row as the hash sees it: bytes and numbers, understood or not.
struct row {
    std::int64_t number = 0;
    std::int64_t time = 0;
    std::string portal;
    std::string kind;
    std::int64_t priority = 0;
    std::string message;
    std::string fields;
};

void add_number(std::string& to, std::uint64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        to += static_cast<char>((number >> shift) & 0xFFU);
}

// Lengths come first: no two rows have one encoding.
void add_text(std::string& to, std::string_view text)
{
    add_number(to, text.size());
    to += text;
}

// SHA-256.
std::string digest(std::string_view bytes)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> buffer{};
    unsigned length = 0;
    const int done =
        EVP_Digest(bytes.data(), bytes.size(), buffer.data(), &length, EVP_sha256(), nullptr);
    DOCWARDEN_ASSERT(done == 1);
    return {buffer.begin(), buffer.begin() + length};
}

std::string hash_of(const row& content, const std::string& previous)
{
    std::string bytes = previous;
    add_number(bytes, static_cast<std::uint64_t>(content.number));
    add_number(bytes, static_cast<std::uint64_t>(content.time));
    add_text(bytes, content.portal);
    add_text(bytes, content.kind);
    add_number(bytes, static_cast<std::uint64_t>(content.priority));
    add_text(bytes, content.message);
    add_text(bytes, content.fields);
    return digest(bytes);
}

std::string fields_text(const std::vector<core::report_field>& fields)
{
    json::object object;
    for (const core::report_field& field : fields)
        object.emplace(field.name, field.value);
    return json::serialize(object);
}

// False if it is no object of texts.
bool read_fields(const std::string& text, std::vector<core::report_field>& into)
{
    json::parse_options options;
    options.allow_invalid_utf8 = true; // as it was written
    boost::system::error_code ec;
    const json::value parsed = json::parse(text, ec, {}, options);
    if (ec || !parsed.is_object())
        return false;
    for (const auto& [name, value] : parsed.get_object()) {
        if (!value.is_string())
            return false;
        into.push_back({name, std::string(value.get_string())});
    }
    return true;
}

// The link that the query finds, if any.
sqlite::result<std::optional<link>>
find_link(sqlite::database& db, std::string_view query, std::int64_t from = 0)
{
    auto rows = db.prepare(query);
    if (rows.has_error())
        return rows.error();
    if (from != 0)
        rows->bind(1, from);
    const auto found = rows->step();
    if (found.has_error())
        return found.error();
    if (!*found)
        return std::optional<link>();
    return std::optional<link>(link{rows->number(0), rows->text(1)});
}

// Where the journal begins, behind what was cut off.
sqlite::result<link> find_anchor(sqlite::database& db)
{
    const auto found = find_link(db, "SELECT number, hash FROM chain WHERE place = 'anchor'");
    if (found.has_error())
        return found.error();
    return found->value_or(link());
}

// Where it ends, by what was noted. If somebody has changed the note, the last row counts, or where
// it begins: a number is never used twice.
sqlite::result<link> find_end(sqlite::database& db)
{
    constexpr std::string_view queries[] = {
        "SELECT number, hash FROM chain WHERE place = 'end'",
        "SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1",
        "SELECT number, hash FROM chain WHERE place = 'anchor'",
    };
    link end;
    for (const std::string_view query : queries) {
        const auto found = find_link(db, query);
        if (found.has_error())
            return found.error();
        if (*found && (*found)->number > end.number)
            end = **found;
    }
    return end;
}

sqlite::result<void> keep_link(sqlite::database& db, std::string_view place, const link& kept)
{
    auto statement = db.prepare("INSERT OR REPLACE INTO chain (place, number, hash)"
                                " VALUES (?, ?, ?)");
    if (statement.has_error())
        return statement.error();
    return statement->bind(1, place).bind(2, kept.number).bind_bytes(3, kept.hash).run();
}

sqlite::result<void> cut_head(sqlite::database& db, std::int64_t last, std::size_t entries_max)
{
    const auto anchor = find_anchor(db);
    if (anchor.has_error())
        return anchor.error();
    const std::int64_t cut = last - static_cast<std::int64_t>(entries_max);
    if (cut <= anchor->number)
        return {};
    // That row, or the next one if somebody has taken it away.
    const auto head = find_link(
        db, "SELECT number, hash FROM journal WHERE number >= ? ORDER BY number LIMIT 1", cut
    );
    if (head.has_error())
        return head.error();
    if (!*head)
        return {};
    const auto done = run(db, "DELETE FROM journal WHERE number <= ?", (*head)->number);
    return done.has_error() ? done : keep_link(db, "anchor", **head);
}

row row_of(const sqlite::statement& rows)
{
    return {
        rows.number(0),
        rows.number(1),
        rows.text(2),
        rows.text(3),
        rows.number(4),
        rows.text(5),
        rows.text(6)};
}

chain_check broken(chain_check found, std::int64_t number, const std::string& problem)
{
    found.broken = number;
    found.problem = "journal entry " + std::to_string(number) + ": " + problem;
    return found;
}

chain_check missing(chain_check found, std::int64_t number)
{
    found.broken = number;
    found.problem = "journal entry " + std::to_string(number) + " is missing";
    return found;
}

// What the walk from the anchor to the last row does not see.
sqlite::result<chain_check>
check_ends(sqlite::database& db, const link& anchor, const link& last, chain_check found)
{
    const auto end = find_link(db, "SELECT number, hash FROM chain WHERE place = 'end'");
    if (end.has_error())
        return end.error();
    if (*end && (*end)->number > last.number)
        return missing(found, last.number + 1);
    if (!*end || (*end)->number != last.number || (*end)->hash != last.hash)
        return broken(found, last.number, "it is not the one that was written last");
    auto before = db.prepare("SELECT number FROM journal WHERE number <= ? LIMIT 1");
    if (before.has_error())
        return before.error();
    const auto row = before->bind(1, anchor.number).step();
    if (row.has_error())
        return row.error();
    if (*row)
        return broken(found, before->number(0), "it stands before the beginning of the journal");
    return found;
}

} // namespace

sqlite::result<std::int64_t> append_entries(
    sqlite::database& db,
    std::span<const journal_entry> entries,
    std::size_t entries_max
)
{
    auto end = find_end(db);
    if (end.has_error())
        return end.error();
    if (entries.empty())
        return end->number;
    auto add = db.prepare("INSERT INTO journal (number, time, portal, kind, priority, message,"
                          " fields, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    if (add.has_error())
        return add.error();
    for (const journal_entry& entry : entries) {
        const row content{
            end->number + 1,
            entry.time.time_since_epoch().count(),
            entry.portal,
            std::string(to_string(entry.told.kind)),
            static_cast<std::int64_t>(entry.told.level),
            entry.told.message,
            fields_text(entry.told.fields)};
        *end = {content.number, hash_of(content, end->hash)};
        add->bind(1, content.number).bind(2, content.time).bind(3, content.portal);
        add->bind(4, content.kind).bind(5, content.priority).bind(6, content.message);
        const auto done = add->bind(7, content.fields).bind_bytes(8, end->hash).run();
        if (done.has_error())
            return done.error();
    }
    auto done = keep_link(db, "end", *end);
    if (done.has_value())
        done = cut_head(db, end->number, entries_max);
    if (done.has_error())
        return done.error();
    return end->number;
}

sqlite::result<std::vector<journal_entry>>
read_entries(sqlite::database& db, std::int64_t after, std::size_t count_max)
{
    std::vector<journal_entry> entries;
    auto rows = db.prepare("SELECT number, number, time, portal, kind, priority, message, fields"
                           " FROM journal WHERE number > ? ORDER BY number LIMIT ?");
    if (rows.has_error())
        return rows.error();
    bind_value(*rows, 1, after);
    bind_value(*rows, 2, count_max);
    auto next = rows->step();
    for (; next.has_value() && *next; next = rows->step()) {
        journal_entry& entry = entries.emplace_back();
        std::string fields;
        row_reader reader(*rows, "journal");
        reader.read(entry.number);
        reader.read(entry.time);
        reader.read(entry.portal);
        reader.read(entry.told.kind);
        std::uint8_t level = 0; // as syslog counts, not a word
        reader.read(level);
        if (level > static_cast<std::uint8_t>(core::priority::debug))
            reader.note(std::to_string(level));
        entry.told.level = static_cast<core::priority>(level);
        reader.read(entry.told.message);
        reader.read(fields);
        if (!read_fields(fields, entry.told.fields))
            reader.note("what is no JSON object of texts");
        const auto read = reader.end();
        if (read.has_error())
            return read.error();
    }
    if (next.has_error())
        return next.error();
    return entries;
}

sqlite::result<chain_check> check_chain(sqlite::database& db)
{
    const auto anchor = find_anchor(db);
    if (anchor.has_error())
        return anchor.error();
    auto rows = db.prepare("SELECT number, time, portal, kind, priority, message, fields, hash"
                           " FROM journal WHERE number > ? ORDER BY number");
    if (rows.has_error())
        return rows.error();
    link last = *anchor;
    chain_check found;
    rows->bind(1, last.number);
    auto next = rows->step();
    for (; next.has_value() && *next; next = rows->step()) {
        const row content = row_of(*rows);
        if (content.number != last.number + 1)
            return missing(found, last.number + 1);
        last = {content.number, hash_of(content, last.hash)};
        if (last.hash != rows->text(7))
            return broken(found, last.number, "its content does not match its hash");
        ++found.entries;
    }
    if (next.has_error())
        return next.error();
    return check_ends(db, *anchor, last, found);
}

} // namespace docwarden::daemon
