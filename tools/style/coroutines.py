"""Which statements with co_await every compiler of the project translates correctly.

g++ 12 destroys temporaries twice, or not at all, in most other shapes, and says nothing. So only
these are written, with arguments that are names, literals and plain calls:

    co_await f(args);            (void)co_await f(args);
    auto x = co_await f(args);   const auto x = ...;   auto [ec, n] = ...;
    x = co_await f(args);        co_return co_await f(args);

A built-in type may be named instead of auto: nothing is constructed then.
"""

import re

_TARGET = r"(?:this\s*->\s*)?[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)*"
_BUILT_IN = r"(?:bool|char|int|unsigned|long|double|(?:std::)?(?:size_t|u?int\d+_t))"
_BEFORE = re.compile(
    r"(?:|\(\s*void\s*\)|co_return"
    r"|(?:const\s+)?auto\s+(?:[A-Za-z_]\w*|\[[\w\s,]+\])\s*="
    rf"|(?:const\s+)?{_BUILT_IN}\s+[A-Za-z_]\w*\s*="
    rf"|{_TARGET}\s*=)\s*"
)
_LABEL = re.compile(r"(?:case\b[^?;{}]*?(?<!:):(?!:)|default\s*:|[A-Za-z_]\w*\s*:(?!:))\s*")
_CONTROL = re.compile(r"(?:if(?:\s+constexpr)?|while|for|switch)\s*\(")
_PLAIN_CONTROL = re.compile(r"(?:else|do)\b\s*")
_TOKEN = re.compile(
    r"\s*(?P<token>\.?\d(?:[eEpP][+-]|'?[\w.])*|(?:u8|[uULR]+)?\"[^\"]*\"\w*|'[^']*'"
    r"|[A-Za-z_]\w*|::|->|&&|\|\||[=!<>]=|\S)"
)
_TEMPLATE_ARGUMENTS = re.compile(r"\s*<[\w\s:,<>*&]*>(?=\s*\()")
_AWAITED_NAMES = ("this_coro::executor", "this_coro::cancellation_state")

NAME_IT = "name the value on the line above and await in a statement of its own"


def wrong_awaits(source):
    """Yields (offset, advice) for every co_await outside the allowed statements."""
    for match in re.finditer(r"\bco_await\b", source.code):
        if advice := _judge(source, match.start(), match.end()):
            yield match.start(), advice
    for offset, text in source.directives:
        if re.search(r"\bco_await\b", text):
            yield offset, "co_await in a macro hides its statement: write it out"


def lambda_coroutines_with_captures(source):
    """Yields the offset of every capturing lambda that is a coroutine itself."""
    lambdas = sorted(_lambdas(source))
    guilty = set()
    for match in re.finditer(r"\bco_(?:await|return|yield)\b", source.code):
        around = [x for x in lambdas if x[1] < match.start() < x[2]]
        if around and around[-1][3]:
            guilty.add(around[-1][0])
    yield from sorted(guilty)


def _judge(source, begin, end):
    code = source.code
    start, opened_by = _statement_start(source, begin)
    if opened_by:
        return (
            f"co_await inside '{opened_by}...' (a condition, an argument or a macro): {NAME_IT}"
        )
    stop = _statement_end(source, end)
    if code[stop : stop + 1] != ";":
        return f"co_await inside braces of an expression: {NAME_IT}"
    before = _without_control(source, start, begin)
    if "co_await" in before or "co_await" in code[end:stop]:
        return f"more than one co_await in a statement: {NAME_IT}"
    if re.search(r"\bco_spawn\b", before + code[end:stop]):
        return "co_spawn inside a co_await expression: spawn in a plain function"
    if not _BEFORE.fullmatch(before):
        return (
            f"'{' '.join(before.split())} co_await' is none of: co_await f(); (void)co_await f(); "
            "auto x = co_await f(); x = co_await f(); co_return co_await f();"
        )
    return _Operand(code[end:stop]).complaint()


def _statement_start(source, offset):
    """Where the statement around offset starts, and the bracket it is inside of, if any."""
    code = source.code
    i = offset - 1
    while i >= 0:
        if code[i] in ";{}":
            break
        if code[i] in ")]":
            i = source.partner.get(i, i)
        elif code[i] in "([":
            return i, code[max(0, i - 20) : i + 1].split("\n")[-1].strip()
        i -= 1
    return i + 1, ""


def _statement_end(source, offset):
    """The offset of the ';' that ends the statement, or of a bracket that closes around it."""
    code = source.code
    i = offset
    while i < len(code) and code[i] not in ";)]}":
        i = source.partner.get(i, i) + 1 if code[i] in "([{" else i + 1
    return i


def _without_control(source, start, begin):
    """The statement up to its co_await, without labels and `if (...)`, `else` and the like."""
    code = source.code
    i = start
    while True:
        while i < begin and code[i].isspace():
            i += 1
        if match := _CONTROL.match(code, i, begin):
            i = source.partner.get(match.end() - 1, begin) + 1
        elif match := _PLAIN_CONTROL.match(code, i, begin) or _LABEL.match(code, i, begin):
            i = match.end()
        else:
            return code[i:begin].strip()


class _Refused(Exception):
    pass


class _Operand:
    """A recursive descent over what follows co_await: calls of names with plain arguments."""

    def __init__(self, text):
        self._text = text
        self._i = 0

    def complaint(self):
        """The advice for an operand that is not allowed; None for one that is."""
        try:
            called = self._postfix(self._name())
            if self._peek():
                self._refuse()
            spelled = re.sub(r"\s", "", self._text)
            if not called and not spelled.endswith(_AWAITED_NAMES):
                return "co_await takes a call f(args): never store an awaitable"
        except _Refused as refused:
            return str(refused)
        return None

    def _peek(self):
        match = _TOKEN.match(self._text, self._i)
        return match.group("token") if match else ""

    def _take(self, wanted=None):
        match = _TOKEN.match(self._text, self._i)
        if not match or (wanted and match.group("token") != wanted):
            self._refuse()
        self._i = match.end()
        return match.group("token")

    def _refuse(self):
        token = self._peek()
        what = {
            "{": "braces (an aggregate or a list)",
            "[": "a lambda",
            "?": "?:",
            "&&": "&&",
            "||": "||",
            "": "an incomplete expression",
        }.get(token, f"'{token}'")
        raise _Refused(f"{what} in the awaited expression: {NAME_IT}")

    def _name(self):
        if self._peek() == "::":
            self._take()
        token = self._take()
        if not re.match(r"[A-Za-z_]", token) or token.endswith('"'):
            self._i -= len(token)
            self._refuse()
        while self._peek() == "::":
            self._take()
            token = self._take()
        if match := _TEMPLATE_ARGUMENTS.match(self._text, self._i):
            self._i = match.end()
        return token

    def _postfix(self, _):
        """Calls, members and subscripts after a name; True if it ends with a call."""
        called = False
        while (token := self._peek()) in ("(", ".", "->", "["):
            called = token == "("
            self._take()
            if token in (".", "->"):
                self._name()
                continue
            closing = ")" if token == "(" else "]"
            while self._peek() != closing:
                self._argument()
                if self._peek() == ",":
                    self._take()
                elif self._peek() != closing:
                    self._refuse()
            self._take(closing)
        return called

    def _argument(self):
        while self._peek() in ("*", "&", "-", "!"):
            self._take()
        token = self._peek()
        if re.match(r"[\d.]", token) or token[-1:] in ("'",) or '"' in token:
            self._take()
            while '"' in self._peek():  # adjacent literals are one
                self._take()
        else:
            self._postfix(self._name())


def _lambdas(source):
    """Yields (offset of '[', body begin, body end, captures?) of every lambda."""
    code = source.code
    for match in re.finditer(r"\[", code):
        begin = match.start()
        end = source.partner.get(begin)
        before = code[:begin].rstrip()
        word = re.search(r"(\w+)$", before[-40:])
        if end is None or code[begin : begin + 2] == "[[" or before.endswith("["):
            continue
        if word and word.group(1) not in ("return", "co_return", "co_await", "co_yield", "else"):
            continue  # a subscript, a[i], or a declaration, auto [a, b]
        if before.endswith((")", "]", '"')) or re.search(r"\bauto\s*&{1,2}$", before):
            continue
        body = _lambda_body(source, end + 1)
        if body is not None:
            yield begin, body, source.partner.get(body, len(code)), bool(
                code[begin + 1 : end].strip()
            )


def _lambda_body(source, i):
    """The offset of the '{' of a lambda whose introducer ended before i, or None."""
    code = source.code
    while i < len(code) and code[i] != "{":
        if code[i] in ";)]}":
            return None
        i = source.partner.get(i, i) + 1
    return i if i < len(code) else None
