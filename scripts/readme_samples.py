"""Runs the marked commands of a README, and compares its samples of output with what is printed.

Started by scripts/readme-commands, which has made a clean copy of the tree to run them in.

A ```sh block is run if the line <!-- ci --> stands directly above it. Every other block is a sample
of output and has a marker directly above it:

    <!-- output: COMMAND
    keep: TEXT
    -->

COMMAND is a block that is run, or another command, which is then run as well. One that begins with
the word docwarden is run beside a simulated portal and a docwarden that watches it, with their
configuration. With lines "keep: TEXT" only the entries that hold one of the texts are shown, and a
line "…" stands for what is left out. An entry is a line with the indented lines below it, or a
paragraph.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

from demo_stage import Failure, Narrator, Stage, write_config

# What differs from one run to the next, and what stands for it in the comparison. Where lines are
# broken may differ as well.
RULES = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "DATE"),
    (r"above the threshold (at DATE|from DATE to DATE \([^)]*\))", "above the threshold THEN"),
    (r"\b\d\d:\d\d:\d\d\b", "TIME"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "GUID"),
    (r"\bincident [0-9a-f]{12}\b", "incident ID"),
    (r"\b127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\bdocwarden \d+\.\d+\.\d+", "docwarden VERSION"),
    (r"\(\d+\w( \d+\w)? ago\)", "(SPAN ago)"),
    (r"\b(\d+(\.\d+)? (s|ms|seconds)|\d+ms|less than a millisecond)\b", "SPAN"),
    (r"\b\d+ KiB\b", "N KiB"),
    (r"\b\d+(?= (of \d+ )?(audit|distinct|events|files|recent|requests|users)\b)", "N"),
    (r"\b(events|users): \d+", r"\1: N"),
    (r"\b\d+(?= changed files)", "N"),
]

# What an entry of one line begins with: an event of the demo, a result of it, a point of check.
EVENT = re.compile(r"\d\d:\d\d:\d\d  |(ok|WRONG) +|(ok|warning|FAILED): ")
CONTINUATION = " " * 12  # more than any program indents the first line of an entry


class Problem(Exception):
    """The README, or what it promises, is wrong; the text says where."""


class Block:
    """A fenced block of the README, with the marker above it."""

    def __init__(self, line, language, marker):
        self.line = line  # of its fence, from 1
        self.language = language
        self.lines = []
        first, *further = marker.splitlines() or [""]
        self.is_run = language == "sh" and first == "ci"
        self.is_sample = language != "sh"
        self.command = first.removeprefix("output:").strip() if first.startswith("output:") else ""
        self.kept = [line.removeprefix("keep:").strip() for line in further]
        if bool(self.command) != self.is_sample:
            raise Problem(f"line {line}: a sample, and only that, needs <!-- output: COMMAND -->")
        if first not in ("", "ci") and not self.is_sample:
            raise Problem(f"line {line}: the marker of commands is <!-- ci -->")

    @property
    def text(self):
        return "\n".join(self.lines)


def read_blocks(text):
    blocks = []
    block = marker = comment = None
    for number, line in enumerate(text.splitlines(), 1):
        if block:
            if line == "```":
                blocks.append(block)
                block = None
            else:
                block.lines.append(line)
        elif line.startswith("```"):
            block = Block(number, line.removeprefix("```"), marker or "")
            marker = None
        elif comment is not None or line.startswith("<!--"):
            comment = [*(comment or []), line]
            if line.endswith("-->"):
                marker = "\n".join(comment).removeprefix("<!--").removesuffix("-->").strip()
                comment = None
        elif marker:
            raise Problem(f"line {number}: the marker above this line stands above no block")
    if block or comment is not None or marker:
        raise Problem("the last block or marker has no end")
    if not any(block.is_run for block in blocks):
        raise Problem("no block is marked with <!-- ci -->")
    return blocks


def run_all(commands, copy):
    """Runs them in one shell; what each has printed."""
    fence = "@@ the next block of the README @@"
    script = "".join(f"printf '%s\\n' '{fence}'\n{command}\n" for command in commands)
    shell = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", script], cwd=copy, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    printed = []
    for line in map(str.rstrip, shell.stdout):
        if line == fence:
            print(f"readme-commands: {commands[len(printed)]}", flush=True)
            printed.append([])
        else:
            print(line, flush=True)
            printed[-1].append(line)
    if shell.wait() != 0:
        failed = commands[len(printed) - 1]
        raise Problem(f"exit status {shell.returncode} of this command: {failed}")
    return dict(zip(commands, printed))


def output_of(command, copy):
    done = subprocess.run(
        command, cwd=copy, check=False, stdin=subprocess.DEVNULL, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
    )  # fmt: skip
    # 1 is a finding, or a daemon that is not ready: what the sample then shows.
    if done.returncode not in (0, 1):
        raise Problem(f"exit status {done.returncode} of {command}: {done.stdout}")
    return done.stdout.splitlines()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class WatchedPortal:
    """A simulated portal on which nothing happens yet, and a docwarden that watches it."""

    def __init__(self, stage):
        self.stage = stage
        self.config = stage.path / "docwarden.toml"

    def start(self):
        key_file = self.stage.path / "api-key"
        self.stage.start(
            "portal", "stdout", "tests/portal/docwarden-sim-portal",
            "--port", 0, "--api-key-file", key_file, "--workload", "demo", "--calm", 3600,
        )  # fmt: skip
        address = self.wait_for("portal", lambda line: line.startswith("listening on "))
        write_config(self.config, address.removeprefix("listening on "), key_file)
        text = self.config.read_text(encoding="utf-8")
        text = text.replace('listen = "127.0.0.1:0"', f'listen = "127.0.0.1:{free_port()}"')
        self.config.write_text(text, encoding="utf-8")
        self.stage.start_docwarden(self.config)
        self.wait_for("docwarden", lambda line: json.loads(line)["DOCWARDEN_KIND"] == "ready")

    def wait_for(self, name, is_awaited):
        deadline = time.monotonic() + 20
        while said := self.stage.next_line(deadline):
            if said[0] == name and is_awaited(said[1]):
                return said[1]
        raise Problem(f"{name} did not get ready within 20 seconds")

    def output_of(self, command, copy):
        name, *arguments = command.split()
        program = self.stage.build / "daemon" / name
        return output_of([program, *arguments, "--config", self.config], copy)


def outputs_of_samples(samples, printed, copy):
    outputs = {}
    on_stage = []
    for command in dict.fromkeys(sample.command for sample in samples):
        if command in printed:
            outputs[command] = printed[command]
        elif command.startswith("docwarden "):
            on_stage.append(command)
        else:
            outputs[command] = output_of(["bash", "-c", command], copy)
    if on_stage:
        with Stage(copy / "build/release", Narrator()) as stage:
            watched = WatchedPortal(stage)
            watched.start()
            for command in on_stage:
                outputs[command] = watched.output_of(command, copy)
    return outputs


def entries_of(lines):
    """Lists of lines; a blank line is an entry of its own."""
    entries = []
    for line in lines:
        begins = not entries or not line or not entries[-1][0] or EVENT.match(line)
        if begins or (EVENT.match(entries[-1][0]) and not line.startswith(CONTINUATION)):
            entries.append([])
        entries[-1].append(line)
    return entries


def shown(sample, lines):
    """What the README shows of the output."""
    if not sample.kept:
        return lines
    entries = entries_of(lines)
    is_kept = [any(text in " ".join(entry) for text in sample.kept) for entry in entries]
    for text in sample.kept:
        if not any(text in " ".join(entry) for entry in entries):
            raise Problem(f"line {sample.line}: the output holds no {text!r}")
    result = []
    for number, entry in enumerate(entries):
        if is_kept[number]:
            result += entry
        elif entry == [""] and 0 < number < len(entries) - 1 and is_kept[number - 1]:
            result += entry if is_kept[number + 1] else []
        elif entry != [""] and result[-1:] != ["…"]:
            result.append("…")
    return result


def normal_form(lines):
    text = " ".join(lines)
    for pattern, stand_in in RULES:
        text = re.sub(pattern, stand_in, text)
    return " ".join(text.split())


def compare(samples, outputs):
    differing = 0
    for sample in samples:
        real = shown(sample, outputs[sample.command])
        if normal_form(real) == normal_form(sample.lines):
            continue
        differing += 1
        print(f"readme-commands: line {sample.line}: this is not what {sample.command} prints:")
        print("\n".join(real))
    if differing:
        raise Problem(f"{differing} samples differ; scripts/readme-commands --update renews them")


def update(readme, samples, outputs):
    lines = readme.read_text(encoding="utf-8").splitlines()
    for sample in reversed(samples):
        real = shown(sample, outputs[sample.command])
        lines[sample.line : sample.line + len(sample.lines)] = real
    readme.write_text("\n".join(lines) + "\n", encoding="utf-8")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copy", type=Path, help="the copy of the tree to run in")
    parser.add_argument("--print", action="store_true", help="print the commands instead")
    parser.add_argument("--update", action="store_true", help="put the real output into the README")
    parser.add_argument("readme", type=Path)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    try:
        blocks = read_blocks(arguments.readme.read_text(encoding="utf-8"))
        commands = [block.text for block in blocks if block.is_run]
        samples = [block for block in blocks if block.is_sample]
        if arguments.print:
            print("\n".join(commands))
            return 0
        printed = run_all(commands, arguments.copy)
        outputs = outputs_of_samples(samples, printed, arguments.copy)
        if arguments.update:
            update(arguments.readme, samples, outputs)
        else:
            compare(samples, outputs)
    except (Problem, Failure) as problem:
        print(f"readme-commands: {arguments.readme}: {problem}", file=sys.stderr)
        return 1
    done = f"{len(commands)} blocks of commands work, {len(samples)} samples are real output"
    print(f"readme-commands: {done}")
    return 0


if __name__ == "__main__":
    os.environ["PYTHONUNBUFFERED"] = "1"  # the demo's story appears while it is told
    sys.exit(main())
