#!/usr/bin/env python3
"""Prints gcovr's JSON summary as a table of files and directories. scripts/coverage calls it.

    tools/coverage_table.py FILE

Exit status: 0; 1 if a directory is below the least that LEAST asks of it; 2 usage.
"""

import collections
import json
import pathlib
import sys

# directory -> least percentage of its lines and of its branches
LEAST = {"core": (95, 90)}


class Share:
    """How much of something is covered."""

    def __init__(self):
        self.covered = 0
        self.total = 0

    def add(self, covered, total):
        self.covered += covered
        self.total += total

    @property
    def percent(self):
        return 100 * self.covered / self.total if self.total else 100.0

    def __str__(self):
        return f"{self.covered:5}/{self.total:<5} {self.percent:5.1f} %"


def measured(summary):
    """({file: (lines, branches)}, {directory: (lines, branches)}) of a summary."""
    files = {}
    directories = collections.defaultdict(lambda: (Share(), Share()))
    for entry in summary["files"]:
        name = entry["filename"]
        files[name] = (Share(), Share())
        for lines, branches in (files[name], directories[name.split("/")[0]]):
            lines.add(entry["line_covered"], entry["line_total"])
            branches.add(entry["branch_covered"], entry["branch_total"])
    return files, dict(directories)


def shortfalls(directories):
    """What is below LEAST, as sentences. A directory that is not there was not measured."""
    for name, least in LEAST.items():
        if name not in directories:
            yield f"{name} was not measured"
            continue
        for what, share, percent in zip(("lines", "branches"), directories[name], least):
            if share.percent < percent:
                yield f"{name}: {share.percent:.1f} % of the {what}, at least {percent} %"


def table(files, directories):
    width = max(len(name) for name in files)
    yield f"{'':{width}}  {'lines':^20}  {'branches':^20}".rstrip()
    for rows in (files, directories):
        for name in sorted(rows):
            lines, branches = rows[name]
            yield f"{name:{width}}  {lines}  {branches}"
        yield ""


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    files, directories = measured(json.loads(pathlib.Path(arguments[0]).read_text()))
    if not files:
        print("coverage: nothing was measured", file=sys.stderr)
        return 1
    print("\n".join(table(files, directories)).rstrip())
    problems = list(shortfalls(directories))
    for problem in problems:
        print(f"coverage: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
