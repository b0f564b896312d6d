#!/usr/bin/env python3
"""Tests of count_tests.py: what ctest writes down becomes the right sums."""

import unittest
import xml.etree.ElementTree as xml

import count_tests


def results(*tests):
    return xml.fromstring("<testsuite>" + "".join(tests) + "</testsuite>")


def test(status, output="", inner=""):
    return (
        f'<testcase name="t" status="{status}">{inner}'
        f"<system-out>{output}</system-out></testcase>"
    )


class CountTest(unittest.TestCase):
    def test_each_case_of_a_program_counts(self):
        passed = test("run", "All tests passed (23 assertions in 7 test cases)\n")
        alone = test("run", "All tests passed (1 assertion in 1 test case)\n")
        self.assertEqual(count_tests.count(results(passed, alone)), (8, 0, 0))

    def test_a_program_without_cases_counts_as_one(self):
        self.assertEqual(count_tests.count(results(test("run"), test("fail"))), (1, 1, 0))

    def test_cases_that_failed_do_not_hide_those_that_passed(self):
        mixed = test("fail", "test cases: 20 | 18 passed | 2 failed\nassertions: 9 | 9 failed\n")
        bad = test("fail", "test cases: 3 | 3 failed\n")
        self.assertEqual(count_tests.count(results(mixed, bad)), (18, 5, 0))

    def test_what_ends_badly_after_its_cases_has_failed(self):
        leak = test("fail", "All tests passed (2 assertions in 2 test cases)\nERROR: LeakSanitizer")
        self.assertEqual(count_tests.count(results(leak, test("fail", "AddressSan"))), (2, 2, 0))

    def test_only_what_skips_itself_is_skipped(self):
        skipped = test("notrun", inner='<skipped message="SKIP_RETURN_CODE=77"/>')
        lost = test("notrun", inner='<skipped message="Unable to find executable"/>')
        self.assertEqual(count_tests.count(results(skipped, lost)), (0, 1, 1))


if __name__ == "__main__":
    unittest.main()
