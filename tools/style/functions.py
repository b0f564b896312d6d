"""Where functions begin and end: brace matching from the outside in."""

import re

_TRANSPARENT = re.compile(r"\b(?:namespace|class|struct|union)\b|\bextern\s*\"")
_INITIALISERS = re.compile(r"\)\s*(?:noexcept\s*(?:\([^()]*\))?\s*)?:(?!:)")


def functions(source):
    """Yields (offset of the name, name, lines from its '{' to its '}') of every function.

    Lambdas, local classes and Catch2 sections belong to the function around them.
    """
    for head, begin, close in _scope(source, 0, len(source.code)):
        yield _described(source, head, begin, close)


def bodies(source):
    """Yields (name, offset of its '{', offset of its '}') of every function, as above."""
    for head, begin, close in _scope(source, 0, len(source.code)):
        yield _described(source, head, begin, close)[1], begin, close


def _scope(source, begin, end):
    """The functions of a namespace or class body, as (begin of the head, its '{', its '}')."""
    code = source.code
    head = i = begin
    while i < end:
        if code[i] in ";}":
            head = i + 1
        elif code[i] in "([":
            i = source.partner.get(i, i)
        elif code[i] == "{":
            close = source.partner.get(i)
            if close is None:
                return
            kind = _kind(code[head:i])
            if kind == "scope":
                yield from _scope(source, i + 1, close)
            elif kind == "function":
                yield head, i, close
            i = close
            if kind != "value":
                head = i + 1
        i += 1


def _kind(head):
    """What a '{' after this text opens: a scope, a function, or the braces of a value."""
    # What stands in angle brackets says nothing about what is declared.
    plain = head.replace("->", "")
    while (shorter := re.sub(r"<[^<>;]*>", "", plain)) != plain:
        plain = shorter
    before_parenthesis = plain.split("(")[0]
    if "=" in re.sub(r"operator\s*\W+|[=!<>]=", "", before_parenthesis):
        return "value"
    if _TRANSPARENT.search(before_parenthesis) and not re.search(r"\)\s*\w*\s*$", plain):
        return "scope"
    if "(" not in plain:
        return "scope" if re.search(r"\benum\b", plain) else "value"
    if _INITIALISERS.search(plain) and re.search(r"[\w>]\s*$", head):
        return "value"  # foo(int b) : a_{b} ...
    return "function"


def _described(source, head, begin, close):
    text = source.code[head:begin]
    match = re.search(r"([~\w:]+|operator\s*\W+?)\s*\(", text)
    name = match.group(1) if match else "?"
    # A Catch2 case is known by its sentence.
    if name == "TEST_CASE":
        sentence = re.search(r'"([^"]*)"', source.text[head:begin])
        name = sentence.group(1) if sentence else name
    offset = head + (match.start() if match else 0)
    return offset, name, source.line_of(close) - source.line_of(begin) + 1
