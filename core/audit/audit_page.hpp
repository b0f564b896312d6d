#pragma once
// Reads an answer of the audit API: JSON text in, events out. The text is read in one pass, whole
// or in pieces, without building a document. Understood are the portal's envelope
// `{"response":[...]}`, a bare array, and (for recorded files) a single record. A record that
// cannot be understood fails alone: it becomes a problem, the rest of the page is read.

#include "core/audit/audit_record.hpp"
#include "core/audit/event.hpp"

#include <boost/system/error_code.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace docwarden::core
{

// Port: takes what the reader finds, in the order of the text. The references are valid during the
// call only.
class record_sink
{
public:
    virtual ~record_sink() = default;
    virtual void on_event(const audit_event& event) = 0;
    virtual void on_problem(const record_problem& problem) = 0;
};

// Why a text cannot be read as a page.
struct page_error {
    std::string text;       // for the administrator
    std::size_t offset = 0; // in bytes from the start of the text, where that says something
};

enum class page_form {
    answer,   // the envelope, or a bare array
    recorded, // also a single record: one line of a recorded file
};

// One page. Make one per page, or `restart` it to keep its memory.
class audit_page_reader
{
public:
    audit_page_reader(record_sink& sink, page_form form);
    ~audit_page_reader();
    audit_page_reader(const audit_page_reader&) = delete;
    audit_page_reader& operator=(const audit_page_reader&) = delete;

    // Takes the next piece. False once the text cannot be a page any more: see `error`.
    bool write(std::string_view piece);
    // The text has ended. False if it was not a page. Events before a fault have been handed out.
    bool finish();
    void restart();

    std::size_t rows() const;                // records so far, understood or not
    std::optional<wall_time> oldest() const; // of all records with a readable date
    std::optional<wall_time> newest() const;
    const page_error& error() const;

private:
    class parser;
    std::unique_ptr<parser> parser_;
};

// The same in one call, collected. On a fault `error.text` is not empty and `page` holds what came
// before it.
struct read_page_result {
    audit_page page;
    page_error error;
    bool ok() const { return error.text.empty(); }
};
read_page_result read_audit_page(std::string_view text, page_form form = page_form::answer);

} // namespace docwarden::core
