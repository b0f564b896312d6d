"""Tries mutants: which tests reach one, do they notice, and what was found out before."""

import concurrent.futures
import hashlib
import json
import re
import time

KILLED, SURVIVED, NOT_COMPILED, TIMED_OUT = "killed", "survived", "not compiled", "timed out"

_QUICK_SECONDS = 0.1  # tests below this share a process
_GRACE_SECONDS = 3  # for every process, on top of ten times what its tests took without a mutant


class Judge:
    """Verdicts on the mutants of a Bench.

    reach     {number: [names of the tests that evaluate it]}
    seconds   {name of a test: how long it takes}
    """

    def __init__(self, bench, say):
        self.bench = bench
        self.reach = {}
        self.seconds = {}
        self.impossible = set()
        self._learn(say)

    def verdict(self, number):
        if number in self.impossible:
            return NOT_COMPILED
        if number in self.bench.unguarded:
            return self._plain(number)
        return self._tried(number, self.reach.get(number, []))

    # --- what reaches what -----------------------------------------------------------------------

    def _learn(self, say):
        kept = self.bench.home / "reach.json"
        stamp = _digest([self.bench.test])
        if kept.exists():
            known = json.loads(kept.read_text())
            if known["stamp"] == stamp:
                self.seconds = known["seconds"]
                self.impossible = set(known["impossible"])
                self._turn_round(known["reached"])
                return
        reached = {}
        names = self.bench.test_names()
        say(f"running {len(names)} tests one by one, to see what each of them reaches")
        for name in names:
            begin = time.monotonic()
            status, reached[name] = self._recorded(name)
            self.seconds[name] = time.monotonic() - begin
            if status != 0:
                raise RuntimeError(f"fails without any mutant: {name}")
        what = {"stamp": stamp, "seconds": self.seconds, "reached": reached}
        kept.write_text(json.dumps(what | {"impossible": sorted(self.impossible)}))
        self._turn_round(reached)

    def _recorded(self, name):
        record = self.bench.home / "record.txt"
        record.unlink(missing_ok=True)
        status = self._test([name], 600, MUTATION_RECORD=str(record))
        found = []
        for line in record.read_text().split("\n") if record.exists() else []:
            word, _, number = line.partition(" ")
            if word == "impossible":
                self.impossible.add(int(number))
            elif word == "reached":
                found.append(int(number))
        return status, found

    def _turn_round(self, reached):
        for name, numbers in reached.items():
            for number in numbers:
                self.reach.setdefault(number, []).append(name)

    # --- trying ----------------------------------------------------------------------------------

    def _plain(self, number):
        executable = self.bench.build_plain(number)
        if executable is None:
            return NOT_COMPILED
        return self._tried(number, list(self.seconds), executable)

    def _tried(self, number, names, executable=None):
        for group in self._groups(names):
            limit = _GRACE_SECONDS + 10 * sum(self.seconds[name] for name in group)
            status = self._test(group, limit, executable, number, MUTATION_ACTIVE=str(number))
            if status is None:
                return TIMED_OUT
            if status != 0:
                return KILLED
        return SURVIVED

    def _groups(self, names):
        """The quick ones together, then the others one by one: most mutants die at once."""
        ordered = sorted(names, key=lambda name: self.seconds[name])
        quick = [name for name in ordered if self.seconds[name] < _QUICK_SECONDS]
        if quick:
            yield quick
        yield from ([name] for name in ordered[len(quick) :])

    def _test(self, names, limit, executable=None, number=0, **environment):
        listed = self.bench.home / f"tests-{number}.txt"
        listed.write_text("\n".join(f'"{name}"' for name in map(_escaped, names)) + "\n")
        arguments = ["--input-file", str(listed), "--abort", "--warn", "NoTests", "--rng-seed", "1"]
        status = self.bench.run(arguments, limit, executable, **environment)
        listed.unlink()
        return status


class Results:
    """Verdicts on disk, a line each, so that a run can be ended and taken up again.

    A verdict holds while core and its tests are what they were. With `keep_killed` what was killed
    stays killed as long as its own file is the same: tests are only added between such runs.
    """

    def __init__(self, bench, keep_killed):
        self.file = bench.home / "results.jsonl"
        core = [bench.root / path for path in bench.sources]
        tests = sorted((bench.root / "tests" / "core").rglob("*"))
        self._all = _digest(core + [file for file in tests if file.is_file()])
        self._own = {path: _digest([bench.root / path]) for path in bench.sources}
        self.known = {}
        lines = self.file.read_text().split("\n") if self.file.exists() else []
        for entry in (json.loads(line) for line in lines if line):
            is_same = entry["all"] == self._all
            path = entry["key"].split(" | ")[0]
            is_same_file = entry["own"] == self._own.get(path)
            if is_same or (keep_killed and is_same_file and entry["verdict"] != SURVIVED):
                self.known[entry["key"]] = entry["verdict"]

    def add(self, mutant, verdict):
        self.known[mutant.key] = verdict
        entry = {"key": mutant.key, "verdict": verdict, "all": self._all}
        entry["own"] = self._own[mutant.path]
        with self.file.open("a") as file:
            file.write(json.dumps(entry) + "\n")


def try_all(judge, results, numbers, jobs, deadline, progress):
    """Judges mutants that are not known yet, until the deadline; reports each to progress."""
    mutants = judge.bench.mutants
    open_numbers = [n for n in numbers if mutants[n].key not in results.known]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:

        def judged(number):
            if deadline is not None and time.monotonic() > deadline:
                return number, None
            return number, judge.verdict(number)

        for done, (number, verdict) in enumerate(pool.map(judged, open_numbers), 1):
            if verdict is not None:
                results.add(mutants[number], verdict)
            progress(done, len(open_numbers), mutants[number], verdict)


def _escaped(name):
    """As Catch2 wants a name in a list of tests: it takes it for a pattern."""
    return re.sub(r'([\\",\[\]])', r"\\\1", name)


def _digest(files):
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
