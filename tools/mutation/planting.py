"""Writes a file with its mutants: one of them in plain text, or all of them behind guards."""

from mutation.tokens import Tokens
from style.functions import bodies


def plain_text(source, mutant):
    """The text as somebody who makes this one mistake would write it."""
    return _replaced(source.text, mutant.plain)


def guarded_text(source, numbered):
    """The text with all of [(number, mutant)], each asking whether it is on. Lines stay lines."""
    edits = _constants_at_run_time(source, [mutant for _, mutant in numbered])
    for serial, (number, mutant) in enumerate(numbered):
        begin, end = mutant.span
        for at, stop, text in mutant.guarded:
            # What ends here comes first, the innermost before all; then what begins here, the
            # outermost before all; then what takes the place of a token.
            if at < stop:
                order = (2, 0, 0, 0)
            elif at == end:
                order = (0, -begin, mutant.is_condition, serial)
            else:
                order = (1, -end, -mutant.is_condition, -serial)
            edits.append((at, stop, text.replace("{}", str(number)), order))
    edits.sort(key=lambda edit: (edit[0], edit[3]))
    return _replaced(source.text, [edit[:3] for edit in edits])


def _replaced(text, edits):
    parts = []
    at = 0
    for begin, end, replacement in edits:
        parts += [text[at:begin], replacement]
        at = end
    return "".join(parts) + text[at:]


def _constants_at_run_time(source, mutants):
    """Takes `constexpr` away from what holds a mutant: a guard asks at run time.

    What then no longer compiles, because a constant has to be one, is planted in plain text.
    """
    tokens = Tokens(source)
    all_bodies = [(begin, close) for _, begin, close in bodies(source)]
    edits = []
    for i, token in enumerate(tokens.all):
        if token.text != "constexpr" or tokens.text(i - 1) == "if":
            continue
        end, is_function = _extent(tokens, i, all_bodies)
        if not any(token.begin < mutant.offset < end for mutant in mutants):
            continue
        is_local = any(begin < token.begin < close for begin, close in all_bodies)
        if is_function:
            word = "inline"
        elif tokens.text(i - 1) == "static" and not is_local:
            word = "inline const"
        else:
            word = "const"
        edits.append((token.begin, token.end, word, (2, 0, 0, 0)))
    return edits


def _extent(tokens, i, all_bodies):
    """Where what is constexpr ends, and whether it is a function."""
    k = i
    while k < len(tokens) and tokens.text(k) != ";":
        begin = tokens.all[k].begin
        for body, close in all_bodies:
            if begin == body:
                return close, True
        k = tokens.partner[k] + 1 if tokens.partner.get(k, -1) > k else k + 1
    return tokens.all[min(k, len(tokens) - 1)].end, False
