"""Tests of readme_samples.py: which blocks it takes, what it shortens, what it lets differ."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import readme_samples
from readme_samples import Problem, normal_form, read_blocks, shown

COMMAND = "<!-- ci -->\n```sh\ntrue\n```\n"
STORY = [
    "demo: building docwarden",
    "[1/2] Building",
    "",
    "07:17:00  docwarden  Watching: 1393 audit records of the recent past",
    "                     are read",
    "07:17:01  portal     something else",
    "07:17:08  portal     the session has ended",
    "",
    "From the change to the disable: 0.90 s.",
    "Of that, 1 ms was ours.",
    "",
    "ok    one alert",
    "ok    no warning",
]


def sample(marker):
    return read_blocks(f"{COMMAND}\n<!-- output: true\n{marker}-->\n```text\nold\n```\n")[1]


class Markers(unittest.TestCase):
    def test_commands_run_only_if_they_are_marked(self):
        blocks = read_blocks(COMMAND + "\n```sh\nfalse\n```\n")
        self.assertEqual([block.text for block in blocks if block.is_run], ["true"])

    def test_a_sample_knows_its_command_and_its_place(self):
        block = sample("keep: a\nkeep: b c\n")
        self.assertTrue(block.is_sample)
        self.assertEqual(block.command, "true")
        self.assertEqual(block.kept, ["a", "b c"])
        self.assertEqual(block.lines, ["old"])

    def test_what_could_pass_unnoticed_is_an_error(self):
        for text in (
            "",
            "```sh\ntrue\n```\n",
            COMMAND + "```text\nsomebody wrote this\n```\n",
            COMMAND + "```\nsomebody wrote this\n```\n",
            COMMAND + "<!-- output: true -->\n```sh\ntrue\n```\n",
            COMMAND + "<!-- ci -->\nwords in between\n```sh\ntrue\n```\n",
            COMMAND + "<!-- cli -->\n```sh\ntrue\n```\n",
            COMMAND + "<!-- ci -->\n",
            COMMAND + "```sh\ntrue\n",
        ):
            with self.subTest(text), self.assertRaises(Problem):
                read_blocks(text)


class Shortening(unittest.TestCase):
    def test_a_sample_without_a_choice_shows_everything(self):
        self.assertEqual(shown(sample(""), STORY), STORY)

    def test_only_whole_entries_are_left_out_and_each_gap_is_marked(self):
        marker = "keep: Watching\nkeep: has ended\nkeep: to the disable\nkeep: no warning\n"
        self.assertEqual(
            shown(sample(marker), STORY),
            ["…", *STORY[3:5], "…", *STORY[6:10], "…", STORY[12]],
        )

    def test_a_text_that_is_not_printed_any_more_is_an_error(self):
        with self.assertRaises(Problem):
            shown(sample("keep: Watching\nkeep: gone\n"), STORY)


class Comparing(unittest.TestCase):
    def test_times_ids_and_line_breaks_may_differ(self):
        for one, other in (
            (STORY[3:5], [STORY[3].replace("1393", "7") + " are read"]),
            (["07:17:00  demo"], ["11:00:59  demo"]),
            (["incident 617eec60c1f7"], ["incident dd6e4bb4eef5"]),
            (["http://127.0.0.1:1 (12s ago)"], ["http://127.0.0.1:34573 (1m 2s ago)"]),
            (["took 0.58 s, 17ms after"], ["took 80 ms, less than a millisecond after"]),
            (["docwarden 0.1.0: ready"], ["docwarden 1.12.3: ready"]),
            (["2026-06-30T13:04:05Z"], ["2027-01-01T00:00:00.5Z"]),
        ):
            self.assertEqual(normal_form(one), normal_form(other))

    def test_words_and_settings_may_not(self):
        for one, other in (
            (["within 10m"], ["within 11m"]),
            (["threshold 20"], ["threshold 21"]),
            (["15s as shipped"], ["20s as shipped"]),
            (["ready"], ["NOT READY"]),
            (["open cases: none"], ["open cases: 1 held"]),
        ):
            self.assertNotEqual(normal_form(one), normal_form(other))

    def test_a_sample_that_differs_is_told(self):
        with self.assertRaises(Problem):
            readme_samples.compare([sample("")], {"true": ["new"]})
        readme_samples.compare([sample("")], {"true": ["old"]})


if __name__ == "__main__":
    unittest.main()
