"""The private copy of the tree, built once with all mutants behind guards, and its test_core.

Nothing here touches the working tree: everything is below build/mutation.
"""

import collections
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess

import check_style
from mutation import mutants, planting
from style.functions import bodies
from style.source import Source

NUMBERS_PER_FILE = 4000
_TOOLS = pathlib.Path(__file__).resolve().parent
_PLACE = re.compile(r"(core/[\w/]+\.[ch]pp):(\d+):\d+:")
_OBJECT = re.compile(r"((?:tests/)?core/)CMakeFiles/(?:core_\w+|test_core)\.dir/(\S+)\.o:")
_RUNTIME = "core/mutation_runtime.cpp"
_MEMORY_BYTES = 3 << 30
_FLAGS = "-O1 -g0 -w -fno-gnu-unique"


class Failure(Exception):
    """What a person can do something about."""


class Bench:
    """Mutants by number, and the test executable that holds them.

    mutants   {number: mutant}
    unguarded numbers of those that only compile in plain text
    """

    def __init__(self, root, jobs):
        self.root = root
        self.jobs = jobs
        self.home = root / "build" / "mutation"
        self.tree = self.home / "tree"
        self.build = self.home / "build"
        self.test = self.build / "tests" / "core" / "test_core"
        self.sources = {}
        self.mutants = {}
        self._read()
        self.unguarded = set()

    def _read(self):
        paths = [p for p in check_style.tree_files(self.root) if _is_core(p)]
        for index, path in enumerate(paths):
            self.sources[path] = Source((self.root / path).read_text())
            found = mutants.find(path, self.sources[path])
            if len(found) > NUMBERS_PER_FILE:
                raise Failure(f"{path} has more than {NUMBERS_PER_FILE} mutants")
            for offset, mutant in enumerate(found):
                self.mutants[index * NUMBERS_PER_FILE + offset] = mutant

    # --- building --------------------------------------------------------------------------------

    def prepare(self, say):
        """Copies, guards, builds; whatever does not compile behind a guard becomes unguarded."""
        self._copy()
        known = self.home / "unguarded.json"
        if known.exists():
            keys = set(json.loads(known.read_text()))
            self.unguarded = {n for n, m in self.mutants.items() if m.key in keys}
        self._guard()
        self._configure()
        while True:
            self._guard()
            say("building test_core with all mutants behind guards")
            done = self._ninja()
            if done.returncode == 0:
                break
            self._give_up_lines(done.stdout, say)
        keys = sorted(self.mutants[n].key for n in self.unguarded)
        known.write_text(json.dumps(keys, indent=0))

    def _copy(self):
        wanted = set(check_style.tree_files(self.root))
        for path in sorted(wanted):
            if path not in self.sources and path != "core/CMakeLists.txt":
                _write(self.tree / path, (self.root / path).read_bytes())
        text = (self.root / "core" / "CMakeLists.txt").read_text()
        text += "target_sources(core_base PRIVATE mutation_runtime.cpp)\n"  # all rooms know it
        _write(self.tree / "core" / "CMakeLists.txt", text.encode())
        runtime = (_TOOLS / "runtime.cpp").read_bytes()
        _write(self.tree / _RUNTIME, runtime)
        _write(self.tree / "mutation_guards.hpp", (_TOOLS / "guards.hpp").read_bytes())
        for file in (self.tree / "tests" / "core").rglob("*.cpp"):
            if file.relative_to(self.tree).as_posix() not in wanted:
                file.unlink()

    def _configure(self):
        linker = next((name for name in ("lld", "gold") if shutil.which(f"ld.{name}")), "")
        command = [
            "cmake", "-S", str(self.tree), "-B", str(self.build), "-G", "Ninja",
            "-DCMAKE_BUILD_TYPE=Debug", "-DDOCWARDEN_WERROR=OFF", "-DCMAKE_CXX_COMPILER=g++",
            f"-DCMAKE_CXX_FLAGS_DEBUG={_FLAGS} -include {self.tree / 'mutation_guards.hpp'}",
            f"-DCMAKE_EXE_LINKER_FLAGS={'-fuse-ld=' + linker if linker else ''}",
        ]  # fmt: skip
        done = _run(command)
        if done.returncode != 0:
            raise Failure(f"cmake failed:\n{done.stdout}")

    def _guard(self):
        numbered = collections.defaultdict(list)
        for number, mutant in self.mutants.items():
            if number not in self.unguarded:
                numbered[mutant.path].append((number, mutant))
        for path, source in self.sources.items():
            _write(self.tree / path, planting.guarded_text(source, numbered[path]).encode())

    def _ninja(self):
        return _run(["ninja", "-k", "0", "-j", str(self.jobs), "-C", str(self.build), "test_core"])

    def _give_up_lines(self, output, say):
        """Lines that the compiler complains about: first their constants, then all they have."""
        places = {(match[1], int(match[2])) for match in _PLACE.finditer(output)}
        guarded = [(n, m) for n, m in self.mutants.items() if n not in self.unguarded]
        there = [number for number, mutant in guarded if (mutant.path, mutant.line) in places]
        if not there:  # a constexpr function, whose name alone is complained about
            there = [n for n, m in guarded if any((m.path, at) in places for at in self._head(m))]
        fewer = [number for number in there if self.mutants[number].is_constant] or there
        if not fewer:
            raise Failure(f"the guarded copy does not build:\n{output[-4000:]}")
        say(f"{len(fewer)} mutants do not compile behind guards: planted in plain text")
        self.unguarded.update(fewer)

    def _head(self, mutant):
        """The lines that the head of the function around a mutant stands on."""
        source = self.sources[mutant.path]
        for _, begin, close in bodies(source):
            if begin < mutant.offset < close:
                return range(source.line_of(begin) - 2, source.line_of(begin) + 1)
        return ()

    # --- running ---------------------------------------------------------------------------------

    def run(self, arguments, seconds, executable=None, **environment):
        """The exit status of a test process, or None if it took too long."""
        try:
            return subprocess.run(
                [str(executable or self.test), *arguments],
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                cwd=self.home,
                preexec_fn=_limit_memory,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return None

    def test_names(self):
        listed = _run([str(self.test), "--list-test-names-only"]).stdout
        return [line for line in listed.split("\n") if line.strip()]

    # --- in plain text ---------------------------------------------------------------------------

    def build_plain(self, number):
        """A test executable with this one mutant in plain text, or None if it does not compile.

        The mutated file's object comes before the library that holds the other one.
        """
        mutant = self.mutants[number]
        work = self.home / f"plain-{number}"
        work.mkdir(exist_ok=True)
        text = planting.plain_text(self.sources[mutant.path], mutant)
        units, included = [mutant.path], []
        if mutant.path.endswith(".hpp"):
            _write(work / mutant.path, text.encode())
            included = [f"-I{work}"]
            units = self._units_of(mutant.path)
        objects = []
        for unit in units:
            source = work / unit.replace("/", "_")
            own = text if unit == mutant.path else (self.root / unit).read_text()
            source.write_text(own)
            objects.append(work / (source.stem + ".o"))
            if _run(self._compile_command(unit, source, objects[-1], included)).returncode != 0:
                return None
        executable = work / "test_core"
        return executable if self._link(objects, units, executable) else None

    def _units_of(self, header):
        """The translation units of core and its tests that see a header."""
        listed = _run(["ninja", "-C", str(self.build), "-t", "deps"]).stdout
        units = []
        for block in listed.split("\n\n"):
            lines = block.split("\n")
            match = _OBJECT.match(lines[0])
            if match and any(line.strip().endswith(f"tree/{header}") for line in lines[1:]):
                units.append(match[1] + match[2])
        return [unit for unit in units if unit != _RUNTIME]

    def _compile_command(self, unit, source, output, included):
        database = json.loads((self.build / "compile_commands.json").read_text())
        wanted = str(self.tree / unit)
        command = next(e["command"] for e in database if e["file"] == wanted).split()
        command = command[command.index(next(c for c in command if c.endswith("g++"))) :]
        command[command.index("-o") + 1] = str(output)
        command[command.index("-c") + 1] = str(source)
        command[1:1] = included
        return command

    def _link(self, objects, units, executable):
        listed = _run(["ninja", "-C", str(self.build), "-t", "commands", "test_core"]).stdout
        line = next(x for x in reversed(listed.split("\n")) if " -o tests/core/test_core " in x)
        words = line[line.index("g++") :].split("&&")[0].split()
        words[0] = "g++"
        words[words.index("-o") + 1] = str(executable)
        for unit in units:
            if unit.startswith("tests/"):
                name = unit.removeprefix("tests/core")
                words.remove(next(w for w in words if w.endswith(f"{name}.o")))
        at = words.index("-o")
        return _run(words[:at] + [str(o) for o in objects] + words[at:], self.build).returncode == 0


def _is_core(path):
    return re.fullmatch(r"core/[\w/]+\.[ch]pp", path) is not None


def _write(file, data):
    """Leaves an unchanged file alone, so that what is built of it stays."""
    if not file.exists() or file.read_bytes() != data:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _run(command, folder=None):
    return subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=os.environ | {"CCACHE_NOHASHDIR": "1"},
    )


def _limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
