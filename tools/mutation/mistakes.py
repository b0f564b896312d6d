"""Mistakes with names: edits of core, written down in text files, planted all at once.

A file holds paragraphs, and lines that begin with "#" are comments:

    the name of the mistake
        One sentence: what goes wrong, and how somebody would come to write it so.
        @ core/detection/detector.cpp detector::add
        - what stands there
        + what the mistake writes instead

What stands there is an expression, or statements if it ends in ";" or "}". It is found by its
tokens, exactly once in the functions of that name; blanks, line ends and comments do not count.
Without a "-" the text of the "+" is put at the beginning of the function. A mistake may have
several places.
"""

import dataclasses
import pathlib
import re

from mutation import mutants, planting
from mutation.tokens import PRECEDENCE, TERNARY, Tokens
from style.functions import bodies, functions
from style.source import Source

_QUESTION = "::docwarden::mistakes::is_on({})"
_BEFORE_STATEMENT = {";", "{", "}", ")", ":", "else", "do"}


class Wrong(Exception):
    """A mistake that cannot be planted: where it is written down, and why."""


@dataclasses.dataclass
class Place:
    where: str  # file and line of the description, for messages
    path: str
    function: str
    before: str = ""
    after: str = ""


@dataclasses.dataclass
class Mistake:
    where: str
    name: str
    sentence: str = ""
    places: list = dataclasses.field(default_factory=list)


# --- reading ------------------------------------------------------------------------------------


def read(folder):
    """All mistakes of a folder, in the order of its files and their lines."""
    found = []
    for file in sorted(pathlib.Path(folder).glob("*.txt")):
        found += parse(file.name, file.read_text())
    names = set()
    for mistake in found:
        if mistake.name in names:
            raise Wrong(f'{mistake.where}: there is another mistake "{mistake.name}"')
        names.add(mistake.name)
    return found


def parse(name, text):
    found = []
    is_begun = False
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{name}:{number}"
        if line.startswith("#"):
            continue
        if not line.strip():
            is_begun = False
        elif not is_begun:
            if line[0].isspace():
                raise Wrong(f"{where}: a name begins the paragraph, at the margin")
            found.append(Mistake(where, line.strip()))
            is_begun = True
        else:
            _add_line(found[-1], where, line.strip())
    for mistake in found:
        if not mistake.sentence or not mistake.places:
            raise Wrong(f'{mistake.where}: mistake "{mistake.name}" needs a sentence and a place')
        for place in mistake.places:
            if not place.after:
                raise Wrong(f'{place.where}: mistake "{mistake.name}" has a place without a "+"')
    return found


def _add_line(mistake, where, line):
    sign, _, rest = line.partition(" ")
    if sign == "@":
        path, _, function = rest.partition(" ")
        if not re.fullmatch(r"core/[\w/]+\.cpp", path) or not function:
            raise Wrong(f"{where}: a place is a .cpp file of core and a function, not: {rest}")
        mistake.places.append(Place(where, path, function.strip()))
    elif sign in ("-", "+") and mistake.places:
        place = mistake.places[-1]
        attribute = "before" if sign == "-" else "after"
        setattr(place, attribute, f"{getattr(place, attribute)} {rest}".strip())
    elif mistake.places:
        raise Wrong(f'{where}: a line after the place begins with "@", "-" or "+"')
    else:
        mistake.sentence = f"{mistake.sentence} {line}".strip()


# --- planting -----------------------------------------------------------------------------------


def planted(mistakes, texts):
    """{path: text of core's file with all mistakes behind questions} for the paths of `texts`.

    Line numbers stay what they are, so that a message of the compiler leads to the product's line.
    """
    guards = {path: [] for path in texts}
    sources = {}
    for number, mistake in enumerate(mistakes):
        for place in mistake.places:
            if place.path not in texts:
                raise Wrong(_told(mistake, place, "there is no such file"))
            if place.path not in sources:
                sources[place.path] = Source(texts[place.path])
            guard = _guard(mistake, place, sources[place.path])
            _refuse_overlap(mistake, place, guard, guards[place.path])
            guards[place.path].append((number, guard))
    return {path: _copy(text, sources.get(path), guards[path]) for path, text in texts.items()}


def _copy(text, source, numbered):
    if not numbered:
        return text
    head = '#include "tests/sim/mistakes.hpp"\n#line 1\n'
    return head + planting.guarded_text(source, numbered)


def _told(mistake, place, problem):
    return (
        f'{place.where}: mistake "{mistake.name}" does not apply to {place.path}, '
        f"{place.function}: {problem}"
    )


def _guard(mistake, place, source):
    """The place as planting knows mutants: what encloses the text, asking at run time."""
    # Braces with nothing in them stand for the number there.
    after = place.after.replace("{}", "{ }")
    ranges = _ranges(source, place.function)
    if not ranges:
        raise Wrong(_told(mistake, place, "there is no such function"))
    if not place.before:
        if len(ranges) > 1:
            raise Wrong(_told(mistake, place, f"there are {len(ranges)} of that name"))
        begin = end = ranges[0][1] + 1
        guarded = [(begin, begin, f" if ({_QUESTION}) {{ {after} }}")]
        return _made(place, begin, end, guarded)
    tokens = Tokens(source)
    found = list(_occurrences(tokens, place.before, ranges))
    if len(found) != 1:
        raise Wrong(_told(mistake, place, f"found {len(found)} times: {place.before}"))
    first, last = found[0]
    begin, end = tokens.all[first].begin, tokens.all[last].end
    if place.before[-1] in ";}":
        if tokens.text(first - 1) not in _BEFORE_STATEMENT:
            raise Wrong(_told(mistake, place, f"begins within a statement: {place.before}"))
        opening, closing = f"{{ if ({_QUESTION}) {{ {after} }} else {{ ", " } }"
    else:
        if not _is_operand(tokens, first, last):
            raise Wrong(_told(mistake, place, f"is part of an operand: {place.before}"))
        opening, closing = f"({_QUESTION} ? ({after}) : (", "))"
    return _made(place, begin, end, [(begin, begin, opening), (end, end, closing)])


def _made(place, begin, end, guarded):
    plain = [(begin, end, place.after)]
    return mutants.Mutant(begin, place.before, place.after, plain, guarded, (begin, end))


def _ranges(source, function):
    """(name, '{', '}') of each function of that name; initialisers stand before the '{'."""
    heads = (offset for offset, _, _ in functions(source))
    return [
        (head, begin, close)
        for head, (name, begin, close) in zip(heads, bodies(source))
        if name == function
    ]


def _occurrences(tokens, text, ranges):
    wanted = _spelled(Tokens(Source(text)))
    spelled = _spelled(tokens)
    for first in range(len(tokens) - len(wanted) + 1):
        last = first + len(wanted) - 1
        begin, end = tokens.all[first].begin, tokens.all[last].end
        if spelled[first : last + 1] == wanted:
            if any(head <= begin and end <= close for head, _, close in ranges):
                yield first, last


def _spelled(tokens):
    """The tokens with what stands in their quotes."""
    text = tokens.source.text
    return [text[token.begin : token.end] for token in tokens.all]


def _is_operand(tokens, first, last):
    """True if parentheses around these tokens leave the meaning of what is around them alone."""
    top = [k for k in range(first, last + 1) if tokens.around[k] == tokens.around[first]]
    bindings = [PRECEDENCE[tokens.text(k)] for k in top if tokens.is_binary(k)]
    bindings += [TERNARY for k in top if tokens.text(k) == "?"]
    if not bindings:
        return True
    before, after = tokens.text(first - 1), tokens.text(last + 1)
    if tokens.is_binary(first - 1):
        is_whole = PRECEDENCE[before] < min(bindings) or (
            PRECEDENCE[before] == min(bindings) and before in ("&&", "||")
        )
    else:
        is_whole = before not in ("!", "-", "*", "&", "~", "++", "--")
    if tokens.is_binary(last + 1):
        return is_whole and PRECEDENCE[after] <= min(bindings)
    return is_whole and after not in (".", "->", "(", "[", "++", "--")


def _refuse_overlap(mistake, place, guard, others):
    begin, end = guard.span
    for _, other in others:
        low, high = other.span
        is_nested = (low <= begin and end <= high) or (begin <= low and high <= end)
        if not is_nested and begin < high and low < end:
            raise Wrong(_told(mistake, place, f"overlaps with another mistake: {other.before}"))


# --- the table ----------------------------------------------------------------------------------


def table(mistakes):
    """The C++ file that tells the simulation what is planted, in the order of the numbers."""
    rows = "".join(f"        {{{_quoted(m.name)}, {_quoted(m.sentence)}}},\n" for m in mistakes)
    return f"""// Written by tools/plant_mistakes.py.
#include "tests/sim/mistakes.hpp"

namespace docwarden::mistakes
{{

std::span<const mistake> all()
{{
    static constexpr mistake table[] = {{
{rows}    }};
    return table;
}}

}} // namespace docwarden::mistakes
"""


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
