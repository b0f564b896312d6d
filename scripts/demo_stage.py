"""What the stories of demo_story.py stand on: a narrator, the programs as children, and the
configuration. It knows nothing of any story.
"""

import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import tomllib
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path

SHIPPED_CONFIG = Path(__file__).resolve().parent.parent / "etc" / "docwarden.toml"


class Failure(Exception):
    """The story cannot go on; the text says why."""


class Narrator:
    """Prints one event a paragraph: time, who says it, and what."""

    STYLES = {"alarm": "1;31", "good": "32", "warning": "33", "quiet": "2", "strong": "1"}

    def __init__(self):
        is_plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        self.has_colour = sys.stdout.isatty() and not is_plain
        self.width = max(60, min(shutil.get_terminal_size((96, 24)).columns, 96))

    def paint(self, text, style):
        if not style or not self.has_colour:
            return text
        return f"\033[{self.STYLES[style]}m{text}\033[0m"

    def say(self, text="", style=None):
        for line in textwrap.wrap(text, self.width, break_on_hyphens=False) or [""]:
            print(self.paint(line, style), flush=True)

    def event(self, moment, who, text, style=None):
        head = f"{moment:%H:%M:%S}  {who:<10} "
        room = self.width - len(head)
        lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
        for number, line in enumerate(lines):
            margin = self.paint(head, "quiet") if number == 0 else " " * len(head)
            print(margin + self.paint(line, style), flush=True)


class Program:
    """A child whose output arrives, line by line, in the queue that all children share."""

    def __init__(self, name, arguments, stream, lines):
        pipes = {stream: subprocess.PIPE}
        if stream == "stderr":
            pipes["stdout"] = subprocess.DEVNULL
        self.name = name
        self.process = subprocess.Popen(arguments, text=True, encoding="utf-8", **pipes)
        output = getattr(self.process, stream)
        threading.Thread(target=self._read, args=(output, lines), daemon=True).start()

    def _read(self, output, lines):
        for line in output:
            lines.put((self.name, line.rstrip("\n")))
        lines.put((self.name, None))

    def stop(self):
        """Asks it to end. Its exit status and how many seconds that took."""
        begin = time.monotonic()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        return status, time.monotonic() - begin


class Stage:
    """The running programs and what they say, in a folder that goes with them."""

    def __init__(self, build, narrator):
        self.build = Path(build).resolve()
        self.narrator = narrator
        self.lines = queue.Queue()
        self.programs = {}
        self.folder = tempfile.TemporaryDirectory(prefix="docwarden-demo.")
        self.path = Path(self.folder.name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs.values()):
            program.stop()
        self.folder.cleanup()

    def start(self, name, stream, executable, *arguments):
        command = [self.build / executable, *map(str, arguments)]
        self.programs[name] = Program(name, command, stream, self.lines)

    def start_docwarden(self, config):
        self.start(
            "docwarden", "stderr", "daemon/docwarden",
            "run", "--config", config, "--log-format", "json",
        )  # fmt: skip

    def next_line(self, deadline):
        """(program, line), or None when the time is up. A program that ends is a failure."""
        try:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            name, line = self.lines.get(timeout=left)
        except queue.Empty:
            return None
        if line is None:
            status = self.programs[name].process.wait()
            raise Failure(f"{name} has ended unexpectedly, with exit status {status}")
        return name, line


def shipped_rules():
    return tomllib.loads(SHIPPED_CONFIG.read_text(encoding="utf-8"))["rule"]


def write_config(path, portal, key_file, poll_interval=None, only_observe=False):
    """The shipped configuration with as few lines changed as possible."""
    text = SHIPPED_CONFIG.read_text(encoding="utf-8")

    def put(pattern, line, how_often=1):
        nonlocal text
        text, count = re.subn(pattern, lambda _: line, text, flags=re.MULTILINE)
        if count != how_often:
            raise Failure(f"{SHIPPED_CONFIG} has {count} lines like {pattern}, not {how_often}")

    put(r"^url = .*$", f"url = {json.dumps(portal)}")
    put(r"^#api_key_file = .*$", f"api_key_file = {json.dumps(str(key_file))}")
    put(r"^#listen = .*$", 'listen = "127.0.0.1:0"')
    state = path.parent / "state"
    state.mkdir(exist_ok=True)
    put(r"^#directory = .*$", f"directory = {json.dumps(str(state))}")
    if poll_interval:
        put(r"^#poll_interval = .*$", f'poll_interval = "{poll_interval}"')
    if only_observe:
        put(r"^response = .*$", 'response = "observe"', len(shipped_rules()))
    path.write_text(text, encoding="utf-8")


def moment_of(record):
    return datetime.fromisoformat(record["TIMESTAMP"])


def style_of(record):
    styles = {"alert": "alarm", "contained": "good", "ready": "good", "recovered": "good"}
    urgent = "alarm" if int(record["PRIORITY"]) <= 2 else "warning"
    return styles.get(record["DOCWARDEN_KIND"], urgent if int(record["PRIORITY"]) <= 4 else None)


def fetch(url):
    # Loopback only: a proxy of the environment has no business here.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ValueError) as problem:
        raise Failure(f"{url}: {problem}") from problem
