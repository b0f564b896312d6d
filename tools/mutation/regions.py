"""Which tokens are left alone: no logic, nothing that a test can see, or not compiled in.

Each function yields ranges (first token, last token).
"""

import functools
import re

from mutation.tokens import ASSIGNMENT, TERNARY

# Calls that check or hint only: a test sees no difference, or must not.
_SILENT_CALLS = {
    "static_assert", "assert", "DOCWARDEN_ASSERT", "reserve", "sizeof", "alignof", "noexcept",
    "decltype",
}  # fmt: skip
_CONTROL = {"if", "while"}


def skipped(tokens):
    """The set of the indexes of all tokens that are not mutated."""
    found = set()
    for rule in (
        silent_calls, compiled_checks, templates, labels, enumerations, tables, broken_variants,
    ):  # fmt: skip
        for first, last in rule(tokens):
            found.update(range(first, last + 1))
    return found


def silent_calls(tokens):
    for i in range(len(tokens)):
        if tokens.text(i) in _SILENT_CALLS and tokens.text(i + 1) == "(":
            yield i, tokens.partner.get(i + 1, i)


def compiled_checks(tokens):
    """Functions that a static_assert calls: the compiler is their only reader."""
    called = set()
    for first, last in silent_calls(tokens):
        if tokens.text(first) == "static_assert":
            called.update(tokens.text(k) for k in range(first + 1, last) if tokens.is_word(k))
    for i in range(len(tokens)):
        if tokens.text(i) in called and tokens.text(i + 1) == "(":
            end = tokens.partner.get(i + 1, i) + 1
            if tokens.text(end) == "{":
                yield i, tokens.partner[end]


def templates(tokens):
    """What stands in the angle brackets of a template, and in those of an array's size."""
    for i, partner in tokens.partner.items():
        if tokens.text(i) == "<" and partner > i:
            yield i, partner
        # `int a[4]`, but not `return a[4]` or `= a[4]`
        if tokens.text(i) == "[" and partner > i and tokens.text(partner + 1) in ("{", ";", "="):
            if tokens.is_word(i - 1) and tokens.is_word(i - 2):
                yield i, partner


def labels(tokens):
    for i in range(len(tokens)):
        if tokens.text(i) == "case":
            end = i
            while end < len(tokens) and tokens.text(end) != ":":
                end += 1
            yield i, end
        # `= 0`, `= default` and the like of a function
        if tokens.text(i) == "=" and tokens.text(i - 1) in (")", "const", "override", "noexcept"):
            yield i, i + 1
        # the name of an operator: `operator==`, `operator!=`
        if tokens.text(i) == "operator":
            yield i, i + 1


def enumerations(tokens):
    for i in range(len(tokens)):
        if tokens.text(i) == "enum":
            end = i
            while end < len(tokens) and tokens.text(end) not in ("{", ";"):
                end += 1
            yield i, tokens.partner.get(end, end)


def tables(tokens):
    """A constexpr list of several values is data: a test of each would repeat it."""
    for i in range(len(tokens)):
        if tokens.text(i) == "constexpr" and tokens.text(i - 1) != "if":
            j = i
            while j < len(tokens) and tokens.text(j) not in ("{", ";", "("):
                j = tokens.partner[j] + 1 if tokens.partner.get(j, -1) > j else j + 1
            close = tokens.partner.get(j)
            if tokens.text(j) == "{" and close:
                if any(tokens.text(k) == "," and tokens.around[k] == j for k in range(j, close)):
                    yield j, close


def broken_variants(tokens):
    """Deliberate mistakes that are not part of the product: `is_broken(...)` is always false.

    The question itself, and what is done, evaluated or kept only for when the answer is yes.
    """
    found = set()
    for first, last in questions(tokens):
        found.update(range(first, last + 1))
        around = tokens.around[first]
        is_negated = tokens.text(first - 1) == "!"
        if tokens.text(last + 1) == "?" and not is_negated:
            other = tokens.right(last + 1, TERNARY) + 1
            found.update(range(first, other))
            if tokens.text(other + 1)[:1].isdigit():  # `... ? 1 : 0` is there for the question
                found.add(other + 1)
        if tokens.text(first - 1) == "=" and tokens.text(last + 1) == ";":
            found.update(range(tokens.left(first - 1, ASSIGNMENT), last + 2))
        if tokens.text(around - 1) in _CONTROL and not is_negated:
            condition = range(around + 1, tokens.partner[around])
            if not any(tokens.text(k) == "||" and tokens.is_binary(k) for k in condition):
                end = statement_end(tokens, tokens.partner[around] + 1)
                found.update(range(around - 1, end + 1))
    for name, first, last in constants(tokens):
        uses = set(uses_of(tokens, name, last))
        if uses and uses <= found:
            found.update(range(first, last + 1))
    yield from ((i, i) for i in found)


@functools.cache
def questions(tokens):
    """Each `is_broken(...)`, and each constant that is false because of one."""
    calls = [
        (i, tokens.partner[i + 1])
        for i in range(len(tokens))
        if tokens.text(i) == "is_broken" and tokens.text(i + 1) == "("
    ]
    named = []
    for name, first, last in constants(tokens):
        value = range(first, last + 1)
        is_plain = not any(tokens.text(k) in ("||", "?", "!") for k in value)
        if is_plain and any(call in value for call, _ in calls):
            named.append((first, last))
            named += ((use, use) for use in uses_of(tokens, name, last))
    return calls + named


def constants(tokens):
    """Each `const type name = value;` in a block: its name, the value's first and last token."""
    for i in range(len(tokens)):
        if tokens.text(i) != "const" or tokens.text(tokens.around[i]) != "{":
            continue
        name = i + 2
        end = tokens.end_of_statement(i)
        if tokens.is_word(name) and tokens.text(name + 1) == "=" and end is not None:
            yield tokens.text(name), name + 2, end - 1


def uses_of(tokens, name, declared):
    """Where a name is used from its declaration to the end of the block."""
    k = declared + 1
    depth = 0
    while k < len(tokens) and depth >= 0:
        depth += {"{": 1, "}": -1}.get(tokens.text(k), 0)
        if tokens.text(k) == name:
            yield k
        k += 1


def asks_for_variant(tokens, first, last):
    return any(first <= begin <= last for begin, _ in questions(tokens))


def is_question(tokens, first, last):
    """Nothing but the question, negated or not: forcing it says nothing about the product."""
    return any(end == last and first in (begin, begin - 1) for begin, end in questions(tokens))


def statement_end(tokens, i):
    """The last token of the statement, or block, that begins at i; with its `else`, if any is."""
    if tokens.text(i) == "{":
        return tokens.partner[i]
    if tokens.text(i) in ("if", "for", "while", "switch"):
        opened = i + 1
        while tokens.text(opened) != "(":
            opened += 1
        end = statement_end(tokens, tokens.partner[opened] + 1)
        return statement_end(tokens, end + 2) if tokens.text(end + 1) == "else" else end
    end = tokens.end_of_statement(i)
    return i if end is None else end


def is_words(text):
    return bool(re.fullmatch(r"\w+", text))
