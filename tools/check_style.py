#!/usr/bin/env python3
"""Checks the tree against the rules that a compiler does not know. CONTRIBUTING.md explains them.

    tools/check_style.py               the whole tree; prints path:line: rule: what to write instead
    tools/check_style.py FILE...       these files only
    tools/check_style.py --list KIND   the tree's files of a kind: cpp, shell, python, cmake, text

Exit status: 0 clean, 1 findings, 2 usage. What a rule allows where stands in tables below, each
entry with its reason; a rule itself is a function named in RULES.
"""

import argparse
import fnmatch
import pathlib
import re
import subprocess
import sys

from style import coroutines, functions, namespaces, rooms
from style.source import Source

LINE_LENGTH_MAX = 100
FILE_LENGTH_MAX = 400
TEST_FILE_LENGTH_MAX = 600
FUNCTION_LENGTH_MAX = 70

# Where a rule does not hold: rule -> {path pattern: why}.
ALLOWED = {
    "clock": {
        "net/async/asio_clock.cpp": "the one place that reads the time",
        "tests/support/*": "real files and processes need real deadlines",
        "tests/loopback/*": "real sockets need real deadlines",
        "tests/daemon/log/journal*_test.cpp": "a real journal needs real deadlines",
        "tests/net/async/asio_clock_test.cpp": "compares with the real time",
        "tests/portal/portal_clock.cpp": "the simulated portal has a clock of its own",
        "tests/sim/main.cpp": "tells how fast its worlds run",
        "bench/*": "measures time",
    },
    "sleep": {
        "tests/daemon/log/journald_test.cpp": "asks another process again and again",
        "tests/scenario/kill_world.cpp": "kills another process at any moment",
        "tests/support/kept_state.hpp": "looks at another process's file again and again",
    },
    "random": {"daemon/app/app.cpp": "draws the one seed, and logs it"},
    "environment": {
        "daemon/host/environment.cpp": "the one place that reads the environment",
        "tests/*": "sets what the program is to read, and puts it back",
        "tools/mutation/runtime.cpp": "is told its mutant that way, before main begins",
    },
    "beast": {
        "net/https/connection.cpp": "the client's stream",
        "net/https/answer_reader.cpp": "the client's parser",
        "net/admin/admin_server.cpp": "the server",
        "net/admin/admin_message.hpp": "the server's messages",
        "tests/portal/portal_server.cpp": "the simulated portal",
        "tests/support/*": "shared by the tests",
    },
    "log": {
        "daemon/log/log_setup.cpp": "builds the sinks",
        "daemon/log/logging.cpp": "fills the records",
    },
    "reveal": {
        "net/base/secret.hpp": "defines it",
        "net/https/request_text.cpp": "writes the Authorization header",
        "net/https/https_transport.cpp": "refuses a key that is no header text",
        "daemon/app/api_key.cpp": "checks the form of what it has read",
        "tests/*": "tests have no secrets",
    },
    "tab": {"debian/rules": "is a makefile", "packaging/*rules": "is a makefile"},
}

# The core files that read JSON (their .cpp only).
CORE_JSON_FILES = ["core/audit/audit_page*.cpp"]

# Standard headers that core may not include: they bring threads, files, clocks or a console.
CORE_BANNED_HEADERS = {
    "condition_variable", "csignal", "ctime", "filesystem", "fstream", "future", "iostream",
    "latch", "mutex", "semaphore", "shared_mutex", "stop_token", "syncstream", "thread",
}  # fmt: skip

# (path pattern, function name): why it is longer than FUNCTION_LENGTH_MAX.
LONG_FUNCTIONS = {}

ROOMS = {}  # what each room may include: main() reads it from CMake

SKIPPED_DIRECTORIES = {".git", ".cache", "build", "__pycache__"}  # never part of the tree
# Bytes as a portal or a fuzzer sent them: no rule for text applies.
RECORDED_DATA = ("tests/data/*", "tests/fuzz/corpus/*", "tests/fuzz/crashes/*")


def allowed(rule, path):
    return any(fnmatch.fnmatch(path, pattern) for pattern in ALLOWED.get(rule, ()))


def offsets(pattern, text):
    return (match.start() for match in re.finditer(pattern, text, re.MULTILINE))


# --- rules for C++: each yields (offset, advice) ------------------------------------------------


def room_arrows(path, source):
    return rooms.wrong_arrows(path, source, ROOMS)


def include_direction(path, source):
    layer = path.split("/")[0]
    for offset, header in source.includes:
        name = header[1:-1]
        target = name.split("/")[0]
        if header.startswith('"') and "/" not in name:
            yield offset, f'write the path from the top: "{path.rsplit("/", 1)[0]}/{name}"'
        elif target in ("tests", "bench") and layer in ("core", "net", "daemon"):
            yield offset, "the product knows no tests: move what both need into the product"
        elif layer == "core":
            yield from ((offset, advice) for advice in _core_include(path, header))


def _core_include(path, header):
    name = header[1:-1]
    if name.startswith("boost/json"):
        if not any(fnmatch.fnmatch(path, pattern) for pattern in CORE_JSON_FILES):
            yield "JSON is read in core/audit_page*.cpp only (or list this file in CORE_JSON_FILES)"
    elif name in CORE_BANNED_HEADERS:
        yield f"core is pure: what <{name}> brings belongs to daemon or net"
    elif header[0] == "<" and not re.fullmatch(r"boost/system/.*|[a-z_0-9]+", name):
        yield "core includes the standard library and boost/system only"


def umbrella(_, source):
    for offset, header in source.includes:
        if header in ("<boost/asio.hpp>", "<boost/beast.hpp>", "<boost/url.hpp>"):
            yield offset, "include the specific header, as <boost/asio/steady_timer.hpp>"


def beast(_, source):
    for offset, header in source.includes:
        if re.match(r"[<\"]boost/beast\b", header):
            yield offset, "Beast costs 20 s a file: use net/https/http_transport.hpp"


def log(_, source):
    for offset, header in source.includes:
        if re.match(r"[<\"]boost/log\b", header):
            yield offset, "return a core::fact, or call daemon/log/logging.hpp"


def clock(_, source):
    advice = "take a core::clock_reading, or a net::clock_source& and call reading()"
    # A call, not the definition of somebody's own now().
    reading = r"::\s*now\s*\(\s*\)(?!\s*(?:(?:const|noexcept)\b\s*)*\{)"
    yield from ((o, advice) for o in offsets(reading, source.code))
    calls = (
        r"\b(?:clock_gettime|gettimeofday|timespec_get|utc_clock|tai_clock)\b"
        r"|\bstd\s*::\s*time\s*\("
        r"|(?<![\w.>:])(?:::)?\s*\btime\s*\(\s*(?:nullptr|NULL|0|&)"
    )
    yield from ((o, advice) for o in offsets(calls, source.code))


def sleep(_, source):
    pattern = r"\bthis_thread\s*::\s*sleep_\w+|(?<![\w.>])(?:::)?(?:usleep|nanosleep|sleep)\s*\("
    for offset in offsets(pattern, source.code):
        yield offset, "wait for the state itself: a future, a readable socket, a clock_source"


def random(_, source):
    for offset in offsets(r"\brandom_device\b", source.code):
        yield offset, "take a seeded generator: only daemon/app/app.cpp draws the seed"


def environment(_, source):
    for offset in offsets(r"\b(?:secure_)?getenv\b|\benviron\b", source.code):
        yield offset, "read it in daemon/host/environment.cpp and pass the value"


def detached(_, source):
    for offset in offsets(r"\bdetached\b", source.code):
        yield offset, "spawn through a task group, so that somebody waits for it and sees its end"
    for offset, header in source.includes:
        if header == "<boost/asio/detached.hpp>":
            yield offset, "spawn through a task group"


def reveal(_, source):
    for offset in offsets(r"(?:\.|->)\s*reveal\s*\(", source.code):
        yield offset, "pass the net::secret on: each file that opens it is listed and reviewed"


def co_await(_, source):
    return coroutines.wrong_awaits(source)


def lambda_coroutine(_, source):
    for offset in coroutines.lambda_coroutines_with_captures(source):
        yield offset, "captures die with the lambda: write a named function with parameters"


def pragma_once(path, source):
    if is_header(path) and not source.text.startswith("#pragma once\n"):
        yield 0, "begin with #pragma once"


def header_comment(path, source):
    if is_header(path) and not re.match(r"#pragma once\n+//", source.text):
        yield 0, "after #pragma once, say in a paragraph what this is and what it is not"


def brackets(_, source):
    for match in re.finditer(r"[()\[\]{}]", source.code):
        if match.start() not in source.partner:
            yield match.start(), "close each bracket in the #if branch that opened it"
            return


def function_length(path, source):
    for offset, name, length in functions.functions(source):
        excused = any(
            fnmatch.fnmatch(path, pattern) and name == function
            for pattern, function in LONG_FUNCTIONS
        )
        if length > FUNCTION_LENGTH_MAX and not excused:
            yield offset, f"{name} has {length} lines, at most {FUNCTION_LENGTH_MAX}: split it"
        if length <= FUNCTION_LENGTH_MAX and excused:
            yield offset, f"{name} is short enough now: remove it from LONG_FUNCTIONS"


# --- rules for all text: each yields (line number, advice) ---------------------------------------


def line_length(path, text):
    if kind_of(path, text) in ("cpp", "python", "shell", "cmake"):
        visible = Source(text).visible if kind_of(path, text) == "cpp" else text
        for number, line in enumerate(visible.split("\n"), 1):
            if len(line.rstrip()) > LINE_LENGTH_MAX:
                yield number, f"{len(line.rstrip())} columns, at most {LINE_LENGTH_MAX}: break it"


def file_length(path, text):
    limit = TEST_FILE_LENGTH_MAX if path.startswith("tests/") or "_test." in path else None
    limit = limit or FILE_LENGTH_MAX
    length = text.count("\n")
    if kind_of(path, text) in ("cpp", "python", "shell", "cmake") and length > limit:
        yield limit + 1, f"{length} lines, at most {limit}: one noun per file, so find the second"


def open_work(path, text):
    # Split, so that this file does not find itself.
    for offset in offsets(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b", text):
        yield text.count("\n", 0, offset) + 1, "do it now, or open an issue and leave no trace"


def tab(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            yield number, "indent with spaces"
            return


def trailing_blank(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip(" \t"):
            yield number, "remove the blanks at the end of the line"


def final_newline(path, text):
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        yield text.count("\n") + 1, "end the file with exactly one newline"


def line_ending(path, text):
    if "\r" in text:
        yield text[: text.index("\r")].count("\n") + 1, "end lines with \\n alone"


CPP_RULES = {
    "include-direction": include_direction,
    "room-arrows": room_arrows,
    "umbrella": umbrella,
    "beast": beast,
    "log": log,
    "clock": clock,
    "sleep": sleep,
    "random": random,
    "environment": environment,
    "detached": detached,
    "reveal": reveal,
    "co-await": co_await,
    "lambda-coroutine": lambda_coroutine,
    "pragma-once": pragma_once,
    "header-comment": header_comment,
    "using-namespace": namespaces.using_namespace,
    "test-namespace": namespaces.namespace_of_test,
    "brackets": brackets,
    "function-length": function_length,
}
TEXT_RULES = {
    "line-length": line_length,
    "file-length": file_length,
    "open-work": open_work,
    "tab": tab,
    "trailing-blank": trailing_blank,
    "final-newline": final_newline,
    "line-ending": line_ending,
}
RULES = CPP_RULES | TEXT_RULES


# --- the tree ------------------------------------------------------------------------------------


def is_header(path):
    return path.endswith((".hpp", ".h"))


def kind_of(path, text):
    """cpp, python, shell, cmake or text."""
    if path.endswith((".cpp", ".hpp", ".h", ".cc", ".ipp")):
        return "cpp"
    if path.endswith(".cmake") or path.split("/")[-1] == "CMakeLists.txt":
        return "cmake"
    first_line = text.split("\n", 1)[0]
    if path.endswith(".py") or re.match(r"#!.*\bpython", first_line):
        return "python"
    if path.endswith((".sh", ".bash")) or re.match(r"#!.*\b(?:ba|da)?sh\b", first_line):
        return "shell"
    return "text"


def tree_files(root):
    """Paths of all files that are or could be committed, sorted, relative to root."""
    command = ["git", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        names = set(listed.split("\0")) - {""}
    except (OSError, subprocess.CalledProcessError):
        names = {
            file.relative_to(root).as_posix()
            for file in root.rglob("*")
            if not SKIPPED_DIRECTORIES.intersection(file.relative_to(root).parts[:-1])
        }
    return sorted(name for name in names if (root / name).is_file())


def text_of(file):
    """The file's text, or None if it is not text. Line ends are kept as they are."""
    data = file.read_bytes()
    try:
        return None if b"\0" in data else data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def check_text(path, text):
    """All findings about one file, as sorted [(line, rule, advice)]."""
    findings = []
    if not any(fnmatch.fnmatch(path, pattern) for pattern in RECORDED_DATA):
        for rule, function in TEXT_RULES.items():
            if not allowed(rule, path):
                findings += [(line, rule, advice) for line, advice in function(path, text)]
    if kind_of(path, text) == "cpp":
        source = Source(text)
        for rule, function in CPP_RULES.items():
            if not allowed(rule, path):
                found = function(path, source)
                findings += [(source.line_of(o), rule, advice) for o, advice in found]
    return sorted(set(findings))


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="files to check; the whole tree without any")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--list", choices=["cpp", "shell", "python", "cmake", "text"])
    options = parser.parse_args(arguments)
    root = pathlib.Path(options.root).resolve()
    try:
        paths = [pathlib.Path(f).resolve().relative_to(root).as_posix() for f in options.files]
    except ValueError as error:
        parser.error(str(error))
    ROOMS.update(rooms.known_rooms(root))
    texts = {path: text_of(root / path) for path in paths or tree_files(root)}
    texts = {path: text for path, text in texts.items() if text is not None}
    if options.list:
        print("\n".join(p for p, text in texts.items() if kind_of(p, text) == options.list))
        return 0
    findings = [
        f"{path}:{line}: {rule}: {advice}"
        for path, text in texts.items()
        for line, rule, advice in check_text(path, text)
    ]
    if "ARCHITECTURE.md" in texts and not options.files:
        findings += rooms.map_findings(texts["ARCHITECTURE.md"], texts)
    print("\n".join(findings + [f"{len(texts)} files, {len(findings)} findings"]))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
