#include "daemon/config/toml_document.hpp"

#include "core/base/text.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace docwarden::daemon
{

namespace
{

// The parser and its tables recurse once per dot of a key, so 50,000 dots would end the process by
// stack overflow. No sensible key has more than this.
constexpr unsigned dots_per_line_max = 8;

// Finds a line whose keys nest too deep, which takes knowing what is inside quotes and comments.
// Exact for valid TOML; after the first mistake the parser stops before this matters.
class dot_counter
{
public:
    explicit dot_counter(std::string_view text) : text_(text) {}

    std::optional<text_position> find_excess()
    {
        while (!text_.empty()) {
            if (quote_.empty())
                step_outside();
            else
                step_inside();
            if (dots_ > dots_per_line_max)
                return text_position{line_, 1};
        }
        return std::nullopt;
    }

private:
    void skip(std::size_t count) { text_.remove_prefix(std::min(count, text_.size())); }

    void next_line()
    {
        ++line_;
        dots_ = 0;
    }

    void step_outside()
    {
        for (const std::string_view quote : {R"(""")", "'''", R"(")", "'"}) {
            if (text_.starts_with(quote)) {
                quote_ = quote;
                skip(quote.size());
                return;
            }
        }
        if (text_.front() == '#') {
            skip(std::min(text_.find('\n'), text_.size()));
            return;
        }
        if (text_.front() == '\n')
            next_line();
        if (text_.front() == '.')
            ++dots_;
        skip(1);
    }

    void step_inside()
    {
        if (text_.starts_with(quote_)) {
            skip(quote_.size());
            if (quote_.size() == 3) // up to two more quotes may precede the three that end it
                skip(std::min<std::size_t>(2, text_.find_first_not_of(quote_.front())));
            quote_ = {};
            return;
        }
        if (text_.front() == '\n') {
            next_line();
            if (quote_.size() == 1) // a plain string ends with its line, by a mistake
                quote_ = {};
        }
        const bool is_escape = text_.front() == '\\' && quote_.front() == '"';
        skip(1);
        if (is_escape && !text_.starts_with('\n'))
            skip(1);
    }

    std::string_view text_;
    std::string_view quote_; // the one that ends the string we are in, or empty
    unsigned line_ = 1;
    unsigned dots_ = 0;
};

text_position position_of(const toml::source_region& region)
{
    return {region.begin.line, region.begin.column};
}

// The same place, but inside of the text: where that ends too soon, the parser counts the end of
// the last line as a column and points behind it.
text_position within(std::string_view text, text_position at)
{
    unsigned line = 1;
    while (line < at.line && text.find('\n') != std::string_view::npos) {
        text.remove_prefix(text.find('\n') + 1);
        ++line;
    }
    const auto rest = text.substr(0, text.find('\n'));
    const auto characters = std::ranges::count_if(rest, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; // the first byte of each
    });
    return {line, std::min(at.column, static_cast<unsigned>(characters) + 1)};
}

// The parser quotes some control characters as they are, and somebody reads that on a terminal.
// Others it has escaped itself, so backslashes stay as they are.
std::string readable(std::string_view description)
{
    std::string text;
    while (true) {
        const auto end = std::min(description.find('\\'), description.size());
        text += core::escape_text(description.substr(0, end));
        if (end == description.size())
            return core::clip_text(text);
        text += '\\';
        description.remove_prefix(end + 1);
    }
}

toml_kind kind_of(const toml::node& value)
{
    switch (value.type()) {
    case toml::node_type::string:
        return toml_kind::text;
    case toml::node_type::integer:
        return toml_kind::integer;
    case toml::node_type::floating_point:
        return toml_kind::fraction;
    case toml::node_type::boolean:
        return toml_kind::truth;
    case toml::node_type::array:
        return toml_kind::list;
    case toml::node_type::table:
        return toml_kind::table;
    default:
        return toml_kind::moment;
    }
}

toml_node tree_of(const toml::node& value)
{
    toml_node node;
    node.kind = kind_of(value);
    node.position = position_of(value.source());
    if (const auto* text = value.as_string())
        node.text = text->get();
    if (const auto* integer = value.as_integer())
        node.integer = integer->get();
    if (const auto* fraction = value.as_floating_point())
        node.fraction = fraction->get();
    if (const auto* list = value.as_array()) {
        for (const auto& item : *list)
            node.children.push_back(tree_of(item));
    }
    if (const auto* table = value.as_table()) {
        for (const auto& [key, item] : *table) {
            toml_node child = tree_of(item);
            child.key = key.str();
            child.key_position = position_of(key.source());
            node.children.push_back(std::move(child));
        }
        // The parser sorts by name; people read from the top.
        std::ranges::stable_sort(node.children, std::ranges::less{}, &toml_node::key_position);
    }
    return node;
}

} // namespace

const toml_node* toml_node::find(std::string_view name) const
{
    const auto found = std::ranges::find(children, name, &toml_node::key);
    return found == children.end() ? nullptr : &*found;
}

std::variant<toml_node, toml_fault> parse_toml(std::string_view text)
{
    if (const auto position = dot_counter(text).find_excess())
        return toml_fault{*position, "keys on this line are nested too deeply"};
    // The library of the distribution is built to throw; this is the only place that sees it.
    try {
        return tree_of(toml::parse(text));
    } catch (const toml::parse_error& error) {
        const text_position at = within(text, position_of(error.source()));
        return toml_fault{at, readable(error.description())};
    }
}

} // namespace docwarden::daemon
