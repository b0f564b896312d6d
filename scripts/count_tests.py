#!/usr/bin/env python3
"""Counts the test cases in a file of ctest's results (--output-junit).

    scripts/count_tests.py FILE        prints three numbers: passed, failed, skipped

A test of ctest is a program; one that Catch2 runs says at its end how many cases it held, and each
counts. Any other counts as one. A program that fails without a word of a failed case has failed
once more: it crashed, or leaked. One that ctest could not start has failed.
Exit status: 0; 2 usage.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as xml

ALL_PASSED = re.compile(r"All tests passed \(\d+ assertions? in (\d+) test cases?\)")
SOME_FAILED = re.compile(r"^test cases: *\d+ \|(?: *(\d+) passed \|)? *(\d+) failed", re.MULTILINE)


def count(results):
    """The sums (passed, failed, skipped) of the parsed results."""
    sums = [0, 0, 0]
    for test in results.iter("testcase"):
        sums = [old + new for old, new in zip(sums, _count_one(test))]
    return tuple(sums)


def _count_one(test):
    skip = test.find("skipped")
    if test.get("status") == "disabled" or (
        skip is not None and skip.get("message", "").startswith("SKIP_")
    ):
        return (0, 0, 1)
    output = test.findtext("system-out") or ""
    all_passed = ALL_PASSED.search(output)
    if test.get("status") == "run":
        return (int(all_passed[1]) if all_passed else 1, 0, 0)
    some_failed = SOME_FAILED.search(output)
    if some_failed:
        return (int(some_failed[1] or 0), int(some_failed[2]), 0)
    return (int(all_passed[1]) if all_passed else 0, 1, 0)


def main(arguments):
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    print(*count(xml.fromstring(pathlib.Path(arguments[0]).read_bytes())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
