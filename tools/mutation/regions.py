"""Which tokens are left alone: no logic, nothing that a test can see, or not compiled in.

Each function yields ranges (first token, last token).
"""

# Calls that check or hint only: a test sees no difference, or must not.
_SILENT_CALLS = {
    "static_assert", "assert", "DOCWARDEN_ASSERT", "reserve", "sizeof", "alignof", "noexcept",
    "decltype",
}  # fmt: skip


def skipped(tokens):
    """The set of the indexes of all tokens that are not mutated."""
    found = set()
    for rule in (
        silent_calls, compiled_checks, templates, labels, enumerations, tables,
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
