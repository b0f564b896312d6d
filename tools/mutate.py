#!/usr/bin/env python3
"""Plants small mistakes in core, one by one, and sees whether the core tests notice.

All mutants are compiled into one test_core, each behind a guard (tools/mutation/), so that trying
one is a run of the tests that reach it. Works below build/mutation and never in the tree itself.
Results are kept: a run that was ended goes on where it was.

Exit status: 0 enough were noticed or explained, 1 too few or a stale explanation, 2 usage.
"""

import argparse
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mutation import judge, report
from mutation.bench import Bench, Failure

LEAST_PERCENT = 90
ROOT = pathlib.Path(__file__).resolve().parent.parent
EXPLAINED = ROOT / "tools" / "mutation" / "explained.txt"


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="mutate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--file", nargs="+", default=[], help="only these, as core/audit/audit_page.cpp"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="only N mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--seconds", type=float, help="end after so long; the next run goes on")
    parser.add_argument(
        "--survivors",
        action="store_true",
        help="what was killed before stays killed, though tests have changed since",
    )
    parser.add_argument("--list", action="store_true", help="print the mutants and try none")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at a time")
    return parser.parse_args(arguments)


def chosen(options, mutants):
    """The numbers of the mutants to try, in the order of trying."""
    wanted = tuple(f"/{name}" for name in options.file)
    numbers = [
        number
        for number, mutant in mutants.items()
        if not wanted or f"/{mutant.path}".endswith(wanted)
    ]
    if options.sample is not None and options.sample < len(numbers):
        drawn = random.Random(options.seed).sample(numbers, options.sample)
        numbers = sorted(drawn)
    return numbers


class Progress:
    """One line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self):
        self.begin = time.monotonic()
        self.survived = 0
        self.is_terminal = sys.stdout.isatty()

    def say(self, text):
        print(f"mutate: {text}", flush=True)

    def __call__(self, done, total, mutant, verdict):
        self.survived += verdict == judge.SURVIVED
        text = f"{done} of {total}, {self.survived} survived, at {mutant.path}:{mutant.line}"
        if self.is_terminal:
            print(f"\r\033[Kmutate: {text}", end="\n" if done == total else "", flush=True)
        elif done % 100 == 0 or done == total:
            self.say(f"{text}, {time.monotonic() - self.begin:.0f} s")


def sum_up(bench, numbers, results):
    """Prints everything found out about these mutants; True if it is good enough."""
    mutants = [bench.mutants[number] for number in numbers]
    explanations = report.Explanations(EXPLAINED.read_text() if EXPLAINED.exists() else "")
    left = 0
    for mutant in mutants:
        if results.known.get(mutant.key) == judge.SURVIVED:
            if mutant.key not in explanations.reasons:
                print(report.diff(bench.sources[mutant.path], mutant))
                left += 1
    text, total = report.table_text(report.counts(mutants, results.known, explanations))
    print(text)
    every_key = {mutant.key for mutant in bench.mutants.values()}
    noticed = {key for key, verdict in results.known.items() if verdict != judge.SURVIVED}
    problems = explanations.problems + list(explanations.stale(every_key, noticed))
    for problem in problems:
        print(f"mutate: {EXPLAINED.relative_to(ROOT)}: {problem}")
    untried = sum(1 for mutant in mutants if mutant.key not in results.known)
    killed, explained = report.percent(total)
    print(
        f"mutate: {killed:.1f} % killed, {explained:.1f} % killed or explained of what compiled; "
        f"{left} survived without an explanation, {untried} not tried"
    )
    return explained >= LEAST_PERCENT and not problems


def main(arguments):
    options = parse_arguments(arguments)
    bench = Bench(ROOT, options.jobs)
    numbers = chosen(options, bench.mutants)
    if not numbers:
        print("mutate: no such file in core", file=sys.stderr)
        return 2
    if options.list:
        for number in numbers:
            print(report.diff(bench.sources[bench.mutants[number].path], bench.mutants[number]))
        print(f"mutate: {len(numbers)} mutants")
        return 0
    progress = Progress()
    deadline = None if options.seconds is None else time.monotonic() + options.seconds
    try:
        bench.prepare(progress.say)
        judging = judge.Judge(bench, progress.say)
    except (Failure, RuntimeError) as problem:
        print(f"mutate: {problem}", file=sys.stderr)
        return 1
    results = judge.Results(bench, options.survivors)
    judge.try_all(judging, results, numbers, options.jobs, deadline, progress)
    return 0 if sum_up(bench, numbers, results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nmutate: interrupted; the next run goes on from here")
        sys.exit(130)
