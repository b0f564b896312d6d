#include "core/audit/audit_page.hpp"

#include "core/audit/record_builder.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>

namespace docwarden::core
{

namespace
{

constexpr std::size_t depth_max = 32;
// More problems of one page are only counted: a page of garbage must not fill the memory.
constexpr std::size_t problems_per_page_max = 1000;

using boost::json::string_view;
using boost::system::error_code;

// Takes the parser's calls. What matters is how deep we are: records lie directly in the root list,
// or in the list "response" of the root object; everything else is skipped.
class page_handler
{
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = 1U << 20;
    static constexpr std::size_t max_string_size = 16U << 20;

    page_handler(record_sink& sink, page_form form) : sink_(sink), form_(form) {}

    std::size_t rows() const { return rows_; }
    std::optional<wall_time> oldest() const { return oldest_; }
    std::optional<wall_time> newest() const { return newest_; }
    bool found_list() const { return found_list_; }
    // Why the handler stopped the parser, or nullptr if the JSON itself is at fault.
    const char* fault() const { return fault_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code& ec)
    {
        ++depth_;
        const bool is_record = (list_depth_ != 0 && depth_ == list_depth_ + 1) ||
                               (depth_ == 1 && form_ == page_form::recorded);
        if (is_record)
            begin_record();
        else if (is_field_value())
            builder_.open_object();
        else
            builder_.open_deeper();
        if (key_is_response_ && depth_ == 2)
            return fail(response_is_no_list, ec);
        return true;
    }

    bool on_object_end(std::size_t, error_code&)
    {
        if (record_depth_ != 0 && depth_ == record_depth_)
            end_record();
        --depth_;
        return true;
    }

    bool on_array_begin(error_code&)
    {
        ++depth_;
        if (depth_ == 1 || (depth_ == 2 && key_is_response_)) {
            list_depth_ = depth_;
            found_list_ = true;
            record_depth_ = 0; // the root object is an envelope, not a record
        } else if (list_depth_ != 0 && depth_ == list_depth_ + 1) {
            add_problem_row("the record is a list, not an object");
        } else if (is_field_value()) {
            builder_.open_list();
        } else {
            builder_.open_deeper();
        }
        return true;
    }

    bool on_array_end(std::size_t, error_code&)
    {
        if (depth_ == list_depth_)
            list_depth_ = 0;
        if (is_field_value())
            builder_.close_list();
        --depth_;
        return true;
    }

    bool on_key_part(string_view part, std::size_t, error_code&)
    {
        append(key_, part);
        return true;
    }

    bool on_key(string_view part, std::size_t, error_code&)
    {
        append(key_, part);
        key_is_response_ = depth_ == 1 && key_ == "response";
        if (record_depth_ != 0 && depth_ == record_depth_)
            builder_.key(key_);
        key_.clear();
        return true;
    }

    bool on_string_part(string_view part, std::size_t, error_code&)
    {
        if (wants_text())
            append(value_, part);
        return true;
    }

    bool on_string(string_view part, std::size_t, error_code& ec)
    {
        if (wants_text())
            append(value_, part);
        return take_scalar(raw_field::type::text, ec);
    }

    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, string_view, error_code& ec)
    {
        if (wants_text())
            value_ = std::to_string(number);
        return take_scalar(raw_field::type::integer, ec);
    }
    bool on_uint64(std::uint64_t number, string_view, error_code& ec)
    {
        if (wants_text())
            value_ = std::to_string(number);
        return take_scalar(raw_field::type::integer, ec);
    }
    bool on_double(double, string_view, error_code& ec)
    {
        return take_scalar(raw_field::type::other, ec);
    }
    bool on_bool(bool, error_code& ec) { return take_scalar(raw_field::type::other, ec); }
    bool on_null(error_code& ec) { return take_scalar(raw_field::type::absent, ec); }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    static constexpr const char* response_is_no_list =
        "\"response\" is not a list of audit records";

    bool fail(const char* fault, error_code& ec)
    {
        fault_ = fault;
        ec = boost::json::error::syntax;
        return false;
    }

    static void append(std::string& text, string_view part)
    {
        // One more than allowed is enough to know that it is too long.
        constexpr std::size_t kept_max = record_builder::text_length_max + 1;
        text.append(part.data(), std::min(part.size(), kept_max - std::min(text.size(), kept_max)));
    }

    // The list or object that has just begun, or is about to end, is the value of a record's field.
    bool is_field_value() const { return record_depth_ != 0 && depth_ == record_depth_ + 1; }

    bool wants_text() const
    {
        return depth_ == record_depth_ ? builder_.wants_value()
                                       : depth_ == record_depth_ + 1 && builder_.wants_item();
    }

    void begin_record()
    {
        builder_.begin();
        record_depth_ = depth_;
    }

    void end_record()
    {
        record_depth_ = 0;
        found_list_ = true;
        const std::size_t index = rows_++;
        interpretation meaning;
        if (builder_.problem().empty())
            meaning = interpret(builder_.record(), event_);
        else
            meaning.problem = builder_.problem();
        if (meaning.has_time) {
            oldest_ = std::min(oldest_.value_or(event_.time), event_.time);
            newest_ = std::max(newest_.value_or(event_.time), event_.time);
        }
        if (meaning.is_event)
            sink_.on_event(event_);
        if (!meaning.problem.empty())
            report_problem(
                {index,
                 builder_.id(),
                 std::move(meaning.problem),
                 meaning.is_event,
                 builder_.fingerprint()}
            );
    }

    // An element of the list that is no object at all.
    void add_problem_row(const char* text) { report_problem({rows_++, 0, text, false, 0}); }

    void report_problem(const record_problem& problem)
    {
        if (++problems_ <= problems_per_page_max)
            sink_.on_problem(problem);
    }

    bool take_scalar(raw_field::type type, error_code& ec)
    {
        if (depth_ == 0)
            return fail("the text is neither an object nor a list", ec);
        if (key_is_response_ && depth_ == 1)
            return fail(response_is_no_list, ec);
        if (list_depth_ != 0 && depth_ == list_depth_)
            add_problem_row("the record is a single value, not an object");
        else if (wants_text())
            builder_.value(type, value_);
        value_.clear();
        return true;
    }

    record_sink& sink_;
    page_form form_;
    std::size_t depth_ = 0;        // open lists and objects
    std::size_t list_depth_ = 0;   // depth of the list of records, 0: not inside
    std::size_t record_depth_ = 0; // depth of the record being read, 0: none
    bool key_is_response_ = false; // the root object's current key
    bool found_list_ = false;
    std::string key_;
    std::string value_;
    record_builder builder_;
    audit_event event_;
    std::size_t rows_ = 0;
    std::optional<wall_time> oldest_;
    std::optional<wall_time> newest_;
    std::size_t problems_ = 0;
    const char* fault_ = nullptr;
};

} // namespace

class audit_page_reader::parser
{
public:
    parser(record_sink& sink, page_form form) : sink_(sink), form_(form) { restart(); }

    void restart()
    {
        boost::json::parse_options options;
        options.max_depth = depth_max;
        // One stray byte in a title must not hide a page; what is printed is escaped anyway.
        options.allow_invalid_utf8 = true;
        json_ = std::make_unique<json_parser>(options, sink_, form_);
        error_ = {};
        offset_ = 0;
    }

    bool write(std::string_view piece, bool more)
    {
        if (!error_.text.empty())
            return false;
        error_code ec;
        const std::size_t used = json_->write_some(more, piece.data(), piece.size(), ec);
        if (!ec && used < piece.size()) // white space after the end is taken as well
            ec = boost::json::error::extra_data;
        offset_ += used;
        if (ec) {
            const char* fault = json_->handler().fault();
            error_.offset = offset_;
            error_.text = "not a valid audit answer at byte " + std::to_string(offset_) + ": " +
                          (fault != nullptr ? fault : ec.message());
        }
        return !ec;
    }

    bool finish()
    {
        if (!error_.text.empty())
            return false;
        if (!json_->done() && !write({}, false))
            return false;
        if (!json_->handler().found_list())
            error_.text = "the answer holds no list of audit records (\"response\" is missing)";
        return error_.text.empty();
    }

    const page_handler& found() const { return json_->handler(); }
    const page_error& error() const { return error_; }

private:
    using json_parser = boost::json::basic_parser<page_handler>;

    record_sink& sink_;
    page_form form_;
    std::unique_ptr<json_parser> json_;
    page_error error_;
    std::size_t offset_ = 0;
};

audit_page_reader::audit_page_reader(record_sink& sink, page_form form)
    : parser_(std::make_unique<parser>(sink, form))
{
}

audit_page_reader::~audit_page_reader() = default;

bool audit_page_reader::write(std::string_view piece)
{
    return parser_->write(piece, true);
}

bool audit_page_reader::finish()
{
    return parser_->finish();
}

void audit_page_reader::restart()
{
    parser_->restart();
}

std::size_t audit_page_reader::rows() const
{
    return parser_->found().rows();
}

std::optional<wall_time> audit_page_reader::oldest() const
{
    return parser_->found().oldest();
}

std::optional<wall_time> audit_page_reader::newest() const
{
    return parser_->found().newest();
}

const page_error& audit_page_reader::error() const
{
    return parser_->error();
}

read_page_result read_audit_page(std::string_view text, page_form form)
{
    class collector final : public record_sink
    {
    public:
        explicit collector(audit_page& page) : page_(page) {}
        void on_event(const audit_event& event) override { page_.events.push_back(event); }
        void on_problem(const record_problem& problem) override
        {
            page_.problems.push_back(problem);
        }

    private:
        audit_page& page_;
    };

    read_page_result result;
    collector sink(result.page);
    audit_page_reader reader(sink, form);
    if (reader.write(text))
        (void)reader.finish();
    result.page.rows = reader.rows();
    result.page.oldest = reader.oldest();
    result.page.newest = reader.newest();
    result.error = reader.error();
    return result;
}

} // namespace docwarden::core
