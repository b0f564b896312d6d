#include "daemon/config/toml_document.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::toml_document_test
{

namespace
{

using daemon::text_position;
using daemon::toml_kind;

daemon::toml_node document_of(std::string_view text)
{
    auto parsed = daemon::parse_toml(text);
    if (const auto* fault = std::get_if<daemon::toml_fault>(&parsed))
        FAIL("no TOML: " << fault->message);
    return std::get<daemon::toml_node>(std::move(parsed));
}

std::string repeat(std::string_view text, std::size_t times)
{
    std::string repeated;
    for (std::size_t i = 0; i < times; ++i)
        repeated += text;
    return repeated;
}

void check_position(text_position position, unsigned line, unsigned column)
{
    CHECK(position.line == line);
    CHECK(position.column == column);
}

} // namespace

TEST_CASE("toml_document: keys, values and headers know where they stand, in the file's order")
{
    const auto document = document_of("[second]\nb = \"x\"\n  a = 7\n\n[[first]]\n[[first]]\n");
    REQUIRE(document.children.size() == 2);
    const auto& second = document.children[0];
    CHECK(second.key == "second");
    check_position(second.position, 1, 1);
    REQUIRE(second.children.size() == 2);
    CHECK(second.children[0].key == "b");
    CHECK(second.children[0].text == "x");
    check_position(second.children[0].key_position, 2, 1);
    check_position(second.children[0].position, 2, 5);
    CHECK(second.children[1].integer == 7);
    check_position(second.children[1].key_position, 3, 3);
    const auto* first = document.find("first");
    REQUIRE(first != nullptr);
    CHECK(first->kind == toml_kind::list);
    REQUIRE(first->children.size() == 2);
    check_position(first->children[1].position, 6, 1);
    CHECK(document.find("third") == nullptr);
}

TEST_CASE("toml_document: each kind of value is told apart")
{
    const auto document =
        document_of("a = 'x'\nb = 1\nc = 1.5\nd = true\ne = 2026-01-01\nf = 10:00:00\n"
                    "g = 2026-01-01T10:00:00Z\nh = [1]\ni = {}\n");
    const std::vector<toml_kind> expected = {
        toml_kind::text,
        toml_kind::integer,
        toml_kind::fraction,
        toml_kind::truth,
        toml_kind::moment,
        toml_kind::moment,
        toml_kind::moment,
        toml_kind::list,
        toml_kind::table,
    };
    REQUIRE(document.children.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO(document.children[i].key);
        CHECK(static_cast<int>(document.children[i].kind) == static_cast<int>(expected[i]));
    }
}

TEST_CASE("toml_document: text that is no TOML or no UTF-8 is told with its place")
{
    const auto [text, line, column] = GENERATE(table<std::string_view, unsigned, unsigned>({
        {"a = 1\nb = \n", 2, 5},
        {"a = 1\na = 2\n", 2, 5},
        {"a = \"\xFF\"", 1, 5},
        {"a = \"x", 1, 7},
        {"[a]\n[a]\n", 2, 1},
        {"a = nonsense\n", 1, 6},
    }));
    INFO(text);
    const auto parsed = daemon::parse_toml(text);
    const auto* fault = std::get_if<daemon::toml_fault>(&parsed);
    REQUIRE(fault != nullptr);
    CHECK_FALSE(fault->message.empty());
    CHECK(fault->position.line == line);
    CHECK(fault->position.column == column);
}

TEST_CASE("toml_document: keys that nest deep enough to exhaust the stack are refused before that")
{
    const auto deep = repeat("a.", 200'000) + "a";
    const auto text = GENERATE_COPY(
        "x = 1\n" + deep + " = 1",
        "x = 1\n[" + deep + "]",
        "x = 1\ny = {" + deep + " = 1}",
        // quotes and comments in front must not hide it
        "# \"\n" + deep + " = 1",
        "x = \"\"\"a\"\"\"\"\"\ny = [\"\"\"a\"\"\"\", {" + deep + " = 1}]",
        "x = '\\'\n" + deep + " = 1",
        "x = \"\"\"\\\n\"\"\"\n" + deep + " = 1"
    );
    INFO(text.substr(0, 40));
    const auto parsed = daemon::parse_toml(text);
    const auto* fault = std::get_if<daemon::toml_fault>(&parsed);
    REQUIRE(fault != nullptr);
    CHECK(fault->message == "keys on this line are nested too deeply");
    CHECK(text.substr(0, text.find("a.a.")).find('\n') != std::string::npos);
    CHECK(fault->position.line >= 2);
}

TEST_CASE("toml_document: dots in texts and comments are not keys")
{
    const auto dots = repeat(".", 100);
    const auto document = document_of(
        "a = \"" + dots + "\\\"" + dots + "\" # " + dots + "\nb = '" + dots + "'\nc = \"\"\"" +
        dots + "\n" + dots + "\\\n" + dots + "\"\"\"\nd = '''" + dots + "\n'" + dots + "'''\n# " +
        dots
    );
    CHECK(document.children.size() == 4);
}

TEST_CASE("toml_document: the deepest document that is let through is read without harm")
{
    const std::size_t levels = 126; // the parser itself refuses 256 nested values
    const auto text =
        "x = " + repeat("{a.b.c.d.e.f.g.h.i = [\n", levels) + "1" + repeat("]}", levels);
    const auto document = document_of(text);
    CHECK(document.children.size() == 1);
    const auto refused = daemon::parse_toml("x = " + repeat("[\n", 300) + repeat("]", 300));
    CHECK(std::holds_alternative<daemon::toml_fault>(refused));
}

TEST_CASE("toml_document: a text that ends too soon is at fault inside of it, not behind")
{
    const auto [text, line, column] = GENERATE(table<std::string, unsigned, unsigned>({
        {"a = \"\"\"x\n", 1, 9},
        {"a = 1\nb = \"\"\"\u00e9\n", 2, 9},
        {"a = [1,\n", 1, 8},
    }));
    INFO(text);
    const auto parsed = daemon::parse_toml(text);
    REQUIRE(std::holds_alternative<daemon::toml_fault>(parsed));
    CHECK(std::get<daemon::toml_fault>(parsed).position.line == line);
    CHECK(std::get<daemon::toml_fault>(parsed).position.column == column);
}

TEST_CASE("toml_document: what a fault quotes of the text cannot deceive a terminal")
{
    const auto parsed = daemon::parse_toml("a = na\x17n\n");
    REQUIRE(std::holds_alternative<daemon::toml_fault>(parsed));
    const std::string& message = std::get<daemon::toml_fault>(parsed).message;
    CHECK(message.find('\x17') == std::string::npos);
    CHECK(message.find("na\\u{17}") != std::string::npos);
}

} // namespace docwarden::test::toml_document_test
