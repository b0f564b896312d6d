#!/usr/bin/env python3
"""Tests of check_style.py: for each rule what it finds and, as important, what it lets pass."""

import contextlib
import io
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check_style
from style import rooms
from style.functions import functions
from style.source import Source

HEADER = "#pragma once\n// What it is.\n"
LONG_BODY = "    f();\n" * 70

# rule -> (snippets it must find, snippets it must let pass), each (path, text).
SNIPPETS = {
    "include-direction": (
        [
            ("core/a.cpp", '#include "time.hpp"\n'),
            ("core/a.cpp", "#include <boost/asio/awaitable.hpp>\n"),
            ("core/a.cpp", "#include <boost/json/parse.hpp>\n"),
            ("core/a.cpp", "#  include <thread>\n"),
            ("core/a.cpp", "#include <fstream>\n"),
            ("core/a.cpp", "#include <unistd.h>\n"),
            ("core/a.cpp", "#include <sys/stat.h>\n"),
            ("core/audit/audit_page.hpp", HEADER + "#include <boost/json/value.hpp>\n"),
            ("net/a.cpp", '#include "tests/support/catch.hpp"\n'),
            ("daemon/a.cpp", '#include "tests/support/catch.hpp"\n'),
        ],
        [
            ("core/a.cpp", '#include "core/base/time.hpp"\n#include <vector>\n'),
            ("core/a.cpp", "#include <boost/system/result.hpp>\n"),
            ("core/a.cpp", '// #include "net/base/clock.hpp"\n/*\n#include <thread>\n*/\n'),
            ("core/a.cpp", 'auto s = R"(\n#include <thread>\n)";\n'),
            ("core/audit/audit_page.cpp", "#include <boost/json/parse.hpp>\n"),
            ("net/a.cpp", '#include "core/base/time.hpp"\n#include <thread>\n'),
            ("daemon/a.cpp", '#include "net/base/clock.hpp"\n#include "core/base/time.hpp"\n'),
            ("tests/core/a_test.cpp", '#include "daemon/config/config.hpp"\n'),
        ],
    ),
    "room-arrows": (
        [
            ("core/base/a.cpp", '#include "core/audit/event.hpp"\n'),
            ("core/engine/a.cpp", '#include "net/base/clock.hpp"\n'),
            ("net/https/a.cpp", '#include "daemon/config/config.hpp"\n'),
            ("net/admin/a.cpp", '#include "net/https/connection.hpp"\n'),
            ("core/cellar/a.cpp", '#include "core/base/time.hpp"\n'),
        ],
        [
            ("core/audit/a.cpp", '#include "core/base/time.hpp"\n#include "core/audit/b.hpp"\n'),
            ("core/engine/a.cpp", '#include "core/base/time.hpp"\n'),
            ("tests/core/base/a_test.cpp", '#include "core/engine/engine.hpp"\n'),
        ],
    ),
    "umbrella": (
        [("net/a.cpp", "#include <boost/asio.hpp>\n")],
        [("net/a.cpp", "#include <boost/asio/post.hpp>\n")],
    ),
    "beast": (
        [
            ("net/portal.cpp", "#include <boost/beast/http/parser.hpp>\n"),
            ("net/https/connection.hpp", HEADER + "#include <boost/beast/core.hpp>\n"),
        ],
        [("net/https/connection.cpp", "#include <boost/beast/http/parser.hpp>\n")],
    ),
    "log": (
        [("daemon/app/app.cpp", "#include <boost/log/trivial.hpp>\n")],
        [("daemon/log/log_setup.cpp", "#include <boost/log/core.hpp>\n")],
    ),
    "clock": (
        [
            ("net/a.cpp", "auto t = std::chrono::system_clock::now();\n"),
            ("net/a.cpp", "auto t = steady_clock :: now ();\n"),
            ("net/a.cpp", "using clock = std::chrono::steady_clock; auto t = clock::now();\n"),
            ("net/a.cpp", "auto t = time(nullptr);\n"),
            ("net/a.cpp", "std::time_t t; ::time(&t);\n"),
            ("net/a.cpp", "auto t = std::time(p);\n"),
            ("net/a.cpp", "clock_gettime(CLOCK_REALTIME, &t);\n"),
            ("net/a.cpp", "gettimeofday(&t, nullptr);\n"),
            ("core/a.cpp", "std::chrono::utc_clock::time_point t;\n"),
            ("core/a.cpp", "const int i = 1'000; auto t = time(0); const int j = 1'000;\n"),
        ],
        [
            ("net/async/asio_clock.cpp", "auto t = std::chrono::system_clock::now();\n"),
            ("net/a.cpp", "// system_clock::now()\nconst char* s = \"time(0)\";\n"),
            ("net/a.cpp", "auto t = record.time(0); auto u = event_time(x);\n"),
            ("net/a.cpp", "wall_time time() const; auto v = window->time(0);\n"),
            ("net/a.cpp", "std::chrono::system_clock::time_point t;\n"),
            ("net/a.cpp", "wall_time portal_clock::now() const\n{\n}\n"),
        ],
    ),
    "sleep": (
        [
            ("tests/net/a_test.cpp", "std::this_thread::sleep_for(10ms);\n"),
            ("net/a.cpp", "::usleep(10);\n"),
            ("net/a.cpp", "sleep(1);\n"),
        ],
        [("net/a.cpp", "clock.sleep_until(t); clock->sleep(t);\n")],
    ),
    "random": (
        [("core/a.cpp", "std::random_device device;\n")],
        [
            ("core/a.cpp", "std::mt19937_64 generator(seed);\n"),
            ("daemon/app/app.cpp", "std::random_device device;\n"),
        ],
    ),
    "environment": (
        [
            ("daemon/app/app.cpp", 'auto p = std::getenv("HOME");\n'),
            ("daemon/app/app.cpp", "auto p = secure_getenv(name);\n"),
            ("daemon/app/app.cpp", "for (auto p = environ; *p; ++p) {}\n"),
        ],
        [
            ("daemon/host/environment.cpp", 'auto p = std::getenv("HOME");\n'),
            ("daemon/app/app.cpp", "// getenv is not for us\n"),
        ],
    ),
    "detached": (
        [
            ("net/a.cpp", "co_spawn(ctx, f(), asio::detached);\n"),
            ("net/a.cpp", "#include <boost/asio/detached.hpp>\n"),
        ],
        [("net/a.cpp", "co_spawn(ctx, f(), handler); // not detached\n")],
    ),
    "reveal": (
        [("daemon/app/app.cpp", "log(key.reveal());\n"), ("net/a.cpp", "key->reveal ();\n")],
        [("net/https/request_text.cpp", "fields.set(key.reveal());\n")],
    ),
    "pragma-once": (
        [("core/a.hpp", "// What it is.\n#include <vector>\n"), ("core/a.hpp", "int f();\n")],
        [("core/a.hpp", HEADER), ("core/a.cpp", "int x;\n")],
    ),
    "header-comment": (
        [("core/a.hpp", "#pragma once\n\n#include <vector>\n")],
        [("core/a.hpp", HEADER), ("core/a.hpp", "#pragma once\n\n// What.\n")],
    ),
    "using-namespace": (
        [("core/a.hpp", HEADER + "using namespace std;\n")],
        [
            ("core/a.cpp", "using namespace std::chrono_literals;\n"),
            ("core/a.hpp", HEADER + "using std::vector; // not using namespace std\n"),
        ],
    ),
    "test-namespace": (
        [
            ("tests/a_test.cpp", 'namespace docwarden::test\n{\nTEST_CASE("a")\n{\n}\n}\n'),
            ("tests/a_test.cpp", 'namespace docwarden::test::b_test\n{\nTEST_CASE("a")\n{\n}\n}\n'),
            ("tests/a_test.cpp", 'TEST_CASE("a")\n{\n}\n'),
        ],
        [
            ("tests/a_test.cpp", 'namespace docwarden::sim::a_test\n{\nTEST_CASE("a")\n{\n}\n}\n'),
            ("tests/support/a.cpp", "namespace docwarden::test\n{\n}\n"),
        ],
    ),
    "brackets": (
        [("core/a.cpp", "void f() {\n#if A\n  if (x) {\n#else\n  if (y) {\n#endif\n  }\n}\n")],
        [("core/a.cpp", "void f() { char c = '{'; g(\"(\"); /* [ */ }\n")],
    ),
    "function-length": (
        [
            ("core/a.cpp", "void f()\n{\n" + LONG_BODY + "}\n"),
            ("core/a.cpp", "namespace a::b {\nclass c {\n void d() {\n" + LONG_BODY + "}};}\n"),
            ("core/a.cpp", "a::a(int b)\n : b_{b}, c_(b)\n{\n" + LONG_BODY + "}\n"),
            ("core/a.cpp", "template <class t> auto f(t v) -> x<t>\n{\n" + LONG_BODY + "}\n"),
            ("core/a.cpp", "bool operator==(a b, a c)\n{\n" + LONG_BODY + "}\n"),
            ("tests/a.cpp", 'TEST_CASE("a b", "[c]")\n{\n' + LONG_BODY + "}\n"),
        ],
        [
            ("core/a.cpp", "void f()\n{\n" + "    f();\n" * 68 + "}\n"),
            ("core/a.cpp", "namespace a\n{\n" + "void f() { g(); }\n" * 80 + "}\n"),
            ("core/a.cpp", "const table t = {\n" + "    {1, f(2)},\n" * 80 + "};\n"),
            ("core/a.cpp", "enum class e {\n" + "    x,\n" * 80 + "};\n"),
        ],
    ),
    "line-length": (
        [
            ("core/a.cpp", "int x; // " + "y" * 95 + "\n"),
            ("tools/a.py", "x = '" + "y" * 100 + "'\n"),
            ("a.cmake", "# " + "y" * 100 + "\n"),
        ],
        [
            ("core/a.cpp", "int x; // " + "é" * 90 + "\n"),
            ("core/a.cpp", 'auto x = R"(' + "y" * 95 + ')";\n'),
            ("docs/a.md", "y" * 200 + "\n"),
        ],
    ),
    "file-length": (
        [("core/a.cpp", "int x;\n" * 401), ("tests/core/a_test.cpp", "int x;\n" * 601)],
        [("core/a.cpp", "int x;\n" * 400), ("tests/core/a_test.cpp", "int x;\n" * 600)],
    ),
    "open-work": (
        [
            ("core/a.cpp", "// TO" "DO: later\n"),
            ("docs/a.md", "FIX" "ME\n"),
            ("scripts/a", "#!/bin/bash\n# X" "XX\n"),
        ],
        [("scripts/a", "#!/bin/bash\nmktemp -d /tmp/a.XXXXXX\n"), ("docs/a.md", "to do\n")],
    ),
    "tab": (
        [("core/a.cpp", "void f() {\n\tg();\n}\n")],
        [("debian/rules", "a:\n\tb\n"), ("tests/data/a.json", "{\t}\n")],
    ),
    "trailing-blank": ([("docs/a.md", "a \nb\n"), ("core/a.cpp", "\n  \n")], [("a.md", "a\nb\n")]),
    "final-newline": ([("a.md", "a"), ("a.md", "a\n\n")], [("a.md", "a\n"), ("a.md", "")]),
    "line-ending": ([("a.md", "a\r\nb\n")], [("a.md", "a\nb\n")]),
}

GOOD_AWAITS = """
co_await f();
(void)co_await f(a, std::move(b), 3, "x", 'c', nullptr, -1, *p, &q, this);
auto x = co_await transport_.send(std::move(request), deadline);
const auto x = co_await f(make(1, g(2)), 1'000, 5s, u8"x" "y");
auto [ec, n] = co_await asio::async_write(socket, asio::buffer(text), as_result);
const bool known = co_await f();
std::size_t count = co_await f();
const auto [ec] = co_await timer.async_wait(as_result);
x = co_await f();
this->x_ = co_await self->f();
a.b->c = co_await impl().run();
co_return co_await f(std::move(x));
auto executor = co_await asio::this_coro::executor;
co_await asio::this_coro::throw_if_cancelled(false);
if (ready) co_await f();
if (auto x = g(); x) co_await f(); else co_await g();
for (const auto& x : list) co_await f(x);
for (;;) co_await f();
while (running(1)) { co_await f(); }
do co_await f(); while (again());
switch (x) { case kind::one: co_await f(); break; default: co_await g(); }
auto x = co_await clock.sleep_until(clock.reading().mono);
auto x = co_await f(list[2], static_cast<int>(n), http_request(a, b));
auto x = co_await f<int, std::string>(y);
auto x = co_await
    f(y,  // a comment; with { brackets
      z);
auto x = co_await f("a { string; with } (brackets", R"(and ) { ")");
co_spawn(ctx, f(x), [&](std::exception_ptr e) { keep(e); });
call([] () -> awaitable<void> { co_await f(); });
// co_await in a comment { is ? fine
const char* s = "if (co_await f())";
"""

BAD_AWAITS = """
co_await f(request{a});
co_await f({a, b});
co_await f({.a = 1});
auto x = co_await f(std::optional<request>{y});
co_await g([s] { return s; });
co_await [x]() -> awaitable<void> { co_return; }();
reply r{co_await a(), 1};
co_return reply{.x = co_await a()};
v.push_back(reply{co_await a()});
auto x = c ? co_await a() : co_await b();
co_await f(c ? x : y);
if ((co_await a()) && (co_await b())) g();
if (co_await a()) g();
if (auto r = co_await a(); r) g();
while ((co_await a()) == 1) g();
switch (co_await a()) { default: break; }
for (auto x : co_await a()) g();
for (auto x = co_await a(); x;) g();
REQUIRE(co_await f());
CHECK((co_await f()) == 3);
LOG(co_await f());
g(co_await f());
auto x = g(co_await f());
auto x = co_await f(co_await g());
auto x = co_await f() + co_await g();
auto x = co_await f() + 1;
auto x = 1 + co_await f();
auto x = (co_await f()).value();
auto x = *co_await f();
co_return !co_await f();
return co_await f();
co_await f(a && b);
co_await f(a || b);
co_await (a() || b());
co_await f(a + b);
co_await f(a = b);
co_await stored;
co_await std::move(x) + y;
co_await co_spawn(ctx, f(), as_result);
co_spawn(co_await executor, f(), handler);
throw co_await f();
auto& x = co_await f();
std::string x = co_await f();
static auto x = co_await f();
const result r = co_await f();
bool& b = co_await f();
x += co_await f();
x[co_await f()] = 1;
delete co_await f();
auto x = co_await f(), y = 1;
auto x = co_await f(std::string{"a"});
#define AWAIT(x) co_await x
"""


check_style.ROOMS.update(rooms.known_rooms(pathlib.Path(check_style.__file__).parent.parent))


def found(path, text):
    return {rule for _, rule, _ in check_style.check_text(path, text)}


class Rooms(unittest.TestCase):
    def test_arrows_are_read_from_the_calls_and_followed(self):
        text = (
            "room(core_a\n    SOURCES a/a.cpp)\n"
            "room(core_b\n    LINKS core_a\n    SOURCES b/b.cpp)\n"
            "room(core_c\n    LINKS core_b\n    LIBRARIES Boost::json\n    SOURCES c/c.cpp)\n"
        )
        arrows = rooms.read_arrows(text)
        self.assertEqual(arrows, {"core_a": [], "core_b": ["core_a"], "core_c": ["core_b"]})
        self.assertEqual(rooms.reachable(arrows)["core_c"], {"core_a", "core_b", "core_c"})

    def test_the_map_lacks_nothing_and_has_nothing_more(self):
        text = "| room | for | files |\n|---|---|---|\n| `core/a` | counts | `b` `c` |\n"
        paths = ["core/a/b.cpp", "core/a/b.hpp", "core/a/d.hpp", "net/e/f.cpp", "core/a.txt"]
        self.assertEqual(
            list(rooms.map_findings(text, paths)),
            [
                "ARCHITECTURE.md: map: lacks core/a/d",
                "ARCHITECTURE.md: map: has core/a/c, which is not there",
                "ARCHITECTURE.md: map: lacks net/e/f",
            ],
        )
        self.assertEqual(list(rooms.map_findings(text, ["core/a/b.cpp", "core/a/c.hpp"])), [])

    def test_no_arrow_of_the_tree_points_up_or_in_a_circle(self):
        for room, known in check_style.ROOMS.items():
            for other in known - {room}:
                self.assertNotIn(room, check_style.ROOMS[other], f"{room} <-> {other}")
                self.assertLessEqual(
                    rooms.LAYERS.index(other.split("_")[0]), rooms.LAYERS.index(room.split("_")[0])
                )


class Rules(unittest.TestCase):
    def test_every_rule_has_snippets_and_no_other_has(self):
        tested = SNIPPETS.keys() | {"co-await", "lambda-coroutine"}
        self.assertEqual(tested, check_style.RULES.keys())

    def test_bad_snippets_are_found(self):
        for rule, (bad, _) in SNIPPETS.items():
            for path, text in bad:
                with self.subTest(rule=rule, path=path, text=text[:200]):
                    self.assertIn(rule, found(path, text))

    def test_good_snippets_pass(self):
        for rule, (_, good) in SNIPPETS.items():
            for path, text in good:
                with self.subTest(rule=rule, path=path, text=text[:200]):
                    self.assertNotIn(rule, found(path, text))

    def test_every_allowance_names_a_rule_and_a_reason(self):
        for rule, paths in check_style.ALLOWED.items():
            self.assertIn(rule, check_style.RULES)
            self.assertTrue(all(paths.values()), rule)

    def test_a_long_function_may_be_listed_and_an_unneeded_entry_is_found(self):
        long = "void f()\n{\n" + LONG_BODY + "}\n"
        entry = {("core/a.cpp", "f"): "a table in words"}
        with unittest.mock.patch.object(check_style, "LONG_FUNCTIONS", entry):
            self.assertNotIn("function-length", found("core/a.cpp", long))
            self.assertIn("function-length", found("core/a.cpp", "void f()\n{\n}\n"))


class Coroutines(unittest.TestCase):
    @staticmethod
    def in_a_function(statement):
        return f"awaitable<void> task()\n{{\n    before(1);\n{statement}\n    after();\n}}\n"

    def test_allowed_statements_pass(self):
        statements = GOOD_AWAITS.strip().replace("\n    ", "\x00").split("\n")
        for statement in (s.replace("\x00", "\n    ") for s in statements):
            with self.subTest(statement):
                self.assertNotIn("co-await", found("net/a.cpp", self.in_a_function(statement)))

    def test_all_other_statements_are_found(self):
        for statement in BAD_AWAITS.strip().split("\n"):
            with self.subTest(statement):
                self.assertIn("co-await", found("net/a.cpp", self.in_a_function(statement)))

    def test_the_finding_names_the_line(self):
        text = self.in_a_function("\n\n    auto x =\n        co_await f(\n            y{1});")
        lines = [line for line, rule, _ in check_style.check_text("net/a.cpp", text)]
        self.assertEqual(lines, [7])

    def test_a_capturing_lambda_may_not_be_a_coroutine(self):
        for capture in ("x", "&", "=", "this", "x = std::move(y)", "&a, b"):
            for head in ("() -> awaitable<void>", "(int) mutable -> task<int>", "<class t>()"):
                for body in ("co_await f();", "co_return;", "if (x) { co_yield 1; }"):
                    text = f"void g() {{ spawn([{capture}]{head} {{ {body} }}); }}\n"
                    with self.subTest(text):
                        self.assertIn("lambda-coroutine", found("net/a.cpp", text))

    def test_other_lambdas_may_capture(self):
        for text in (
            "void g() { spawn([]() -> awaitable<void> { co_await f(); }); }\n",
            "void g() { run([x] { return x; }); }\n",
            "awaitable<void> g() { auto h = [&] { return x; }; co_await f(); }\n",
            "void g() { run([x] { spawn([](int y) -> awaitable<void> { co_return; }); }); }\n",
            "awaitable<void> g() { auto [a, b] = h(); v[i] = 1; { co_await f(); } }\n",
            "[[nodiscard]] awaitable<void> g() { co_await f(); }\n",
            "awaitable<int> vector::operator[](int i) { co_return i; }\n",
        ):
            with self.subTest(text):
                self.assertNotIn("lambda-coroutine", found("net/a.cpp", text))


class Reading(unittest.TestCase):
    def test_code_keeps_its_place(self):
        text = 'int a = 1; /* b\n */ auto c = "d\\"e" "f"; // g\n'
        text += "#define H \\\n  i\nchar j = 'k';\n"
        code = Source(text).code
        self.assertEqual(len(code), len(text))
        self.assertEqual(code.count("\n"), text.count("\n"))
        for gone in "bdefgHik":
            self.assertNotIn(gone, code.replace("int", "").replace("char", ""))
        for kept in "acj":
            self.assertEqual(code.index(kept, 4), text.index(kept, 4))

    def test_literals_end_where_cpp_says(self):
        for text in (
            'auto a = R"x(" )" )x"; f();\n',
            'auto a = u8R"(\\)"; f();\n',
            "auto a = 1'000'000 + 0xAB'CD + 1e+5; f();\n",
            "auto a = '\\''; f();\n",
            'auto a = "\\\\"; f();\n',
            "auto a = u8'x'; f();\n",
            'auto FOOR = 1; auto a = ""_s; f();\n',
        ):
            with self.subTest(text):
                self.assertTrue(Source(text).code.rstrip().endswith("; f();"))

    def test_functions_are_found_with_names_and_lengths(self):
        text = "namespace n\n{\nstruct s {\n  int f()\n  {\n  }\n};\n}\nint g() { return 1; }\n"
        described = [(name, length) for _, name, length in functions(Source(text))]
        self.assertEqual(described, [("f", 2), ("g", 1)])


class CommandLine(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        (self.root / "core").mkdir()
        (self.root / "build").mkdir()
        (self.root / "build/generated.cpp").write_text("time(0);\n")
        (self.root / "core/a.cpp").write_text("int a;\nint b = time(0);\n")
        (self.root / "scripts").mkdir()
        (self.root / "scripts/build").write_text("#!/bin/sh\n")
        (self.root / "picture").write_bytes(b"\0\xff \n")

    def run_main(self, *arguments):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = check_style.main(["--root", str(self.root), *arguments])
        return status, output.getvalue()

    def test_findings_are_printed_with_path_line_rule_and_advice(self):
        status, output = self.run_main()
        self.assertEqual(status, 1)
        self.assertRegex(output, r"^core/a\.cpp:2: clock: take a core::clock_reading")
        self.assertIn("1 findings", output)

    def test_a_clean_tree_passes(self):
        (self.root / "core/a.cpp").write_text("int a;\n")
        self.assertEqual(self.run_main()[0], 0)

    @unittest.skipUnless(shutil.which("git"), "needs git")
    def test_a_checkout_is_asked_for_its_files(self):
        subprocess.run(["git", "init", "-q", str(self.root)], check=True)
        (self.root / ".gitignore").write_text("/core/\n")
        (self.root / "new.cpp").write_text("int n = time(0);\n")
        output = self.run_main()[1]
        self.assertIn("new.cpp:1", output)
        self.assertNotIn("core/a.cpp", output)

    def test_single_files_and_lists(self):
        self.assertEqual(self.run_main(str(self.root / "picture"))[0], 0)
        self.assertEqual(self.run_main("--list", "cpp"), (0, "core/a.cpp\n"))
        self.assertEqual(self.run_main("--list", "shell"), (0, "scripts/build\n"))


if __name__ == "__main__":
    unittest.main()
