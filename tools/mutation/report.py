"""What a person sees at the end: a table, the survivors, and which of them are explained."""

import collections

from mutation.judge import KILLED, NOT_COMPILED, SURVIVED, TIMED_OUT

EXPLAINED = "explained"
_COLUMNS = [KILLED, TIMED_OUT, EXPLAINED, SURVIVED, NOT_COMPILED]


class Explanations:
    """explained.txt: paragraphs of a file and function, a line, its changes, and a reason; files,
    lines and changes may be several."""

    def __init__(self, text):
        self.reasons = {}
        self.problems = []
        for paragraph in text.split("\n\n"):
            lines = [line.strip() for line in paragraph.split("\n")]
            lines = [line for line in lines if line and not line.startswith("# ")]
            if lines:
                self._add(lines)

    def _add(self, lines):
        keys = []
        place = None
        while lines and (lines[0].startswith("core/") or (place and " -> " in lines[0])):
            if lines[0].startswith("core/"):
                path, _, function = lines.pop(0).partition(" ")
                place = f"{path} | {function.strip()} | {lines.pop(0) if lines else ''}"
            else:
                keys.append(f"{place} | {lines.pop(0)}")
        if not keys or not lines:
            self.problems.append(f"no change or no reason: {place or lines[0]}")
        for key in keys:
            if key in self.reasons:
                self.problems.append(f"twice: {key}")
            self.reasons[key] = " ".join(lines)

    def stale(self, known_keys, killed_keys):
        """Explanations of what does not exist, or has been killed since."""
        for key in self.reasons:
            if key not in known_keys:
                yield f"explains no mutant: {key}"
            elif key in killed_keys:
                yield f"explains a mutant that is killed: {key}"


def counts(mutants, verdicts, explanations):
    """{path: Counter of _COLUMNS}, for the mutants with a verdict."""
    table = collections.defaultdict(collections.Counter)
    for mutant in mutants:
        verdict = verdicts.get(mutant.key)
        if verdict == SURVIVED and mutant.key in explanations.reasons:
            verdict = EXPLAINED
        if verdict is not None:
            table[mutant.path][verdict] += 1
    return table


def percent(row):
    """Of what compiled: (noticed by a test, noticed or explained)."""
    compiled = sum(row.values()) - row[NOT_COMPILED]
    noticed = row[KILLED] + row[TIMED_OUT]
    if compiled == 0:
        return 100.0, 100.0
    return 100 * noticed / compiled, 100 * (noticed + row[EXPLAINED]) / compiled


def table_text(table):
    head = ["file", "mutants", *_COLUMNS, "killed %", "with explained %"]
    rows = [head]
    total = collections.Counter()
    for path in sorted(table):
        total.update(table[path])
        rows.append(_row(path, table[path]))
    rows.append(_row("core", total))
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines), total


def _row(name, row):
    killed, explained = percent(row)
    numbers = [str(row[column]) for column in _COLUMNS]
    return [name, str(sum(row.values())), *numbers, f"{killed:.1f}", f"{explained:.1f}"]


def diff(source, mutant):
    """The lines of a mutant before and after, and where."""
    begin = min(at for at, _, _ in mutant.plain)
    end = max(stop for _, stop, _ in mutant.plain)
    text = source.text
    first = text.rfind("\n", 0, begin) + 1
    last = text.find("\n", end)
    after = text[first:last]
    for at, stop, replacement in sorted(mutant.plain, reverse=True):
        after = after[: at - first] + replacement + after[stop - first :]
    lines = [f"{mutant.path}:{mutant.line}: {mutant.function}: {mutant.change}"]
    lines += [f"    - {line}" for line in text[first:last].split("\n")]
    lines += [f"    + {line}" for line in after.split("\n")]
    return "\n".join(lines)
