"""The small mistakes that are planted, one at a time, and how they look in the text.

    operators    < <=   > >=   == !=   + -   * /   && ||   ++ --   += -=   !x x   min max
    constants    true false, in functions
    conditions   of if, while, for and ?: negated, forced to true, forced to false
    statements   a call, an assignment, an early return, a break or a continue taken out

A loop's condition is not forced to true: that is an endless loop, and would only be found by the
clock. Numbers and the values that members begin with are left alone: a test of each would repeat
them. Every mutant knows two ways to be planted: `plain` is the text that a person would have
written, `guarded` asks at run time whether it is the active one (tools/mutation/guards.hpp), so
that one build holds them all.
"""

import dataclasses

from mutation import regions
from mutation.tokens import ASSIGNMENT, PRECEDENCE, TERNARY, UNARY, Tokens
from style.functions import bodies

_COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
_GUARDS = {
    "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal",
    "!=": "not_equal", "+": "plus", "-": "minus", "*": "times", "/": "divide",
    "+=": "add_to", "-=": "take_from", "++": "increase", "--": "decrease",
}  # fmt: skip
_NO_STATEMENT = {
    "if", "for", "while", "switch", "case", "default", "do", "else", "using", "auto", "const",
    "constexpr", "static", "typedef", "struct", "class", "throw", "template", "co_return", "try",
    "{", "}", ";", "return", "break", "continue", "public", "private", "union", "enum", "friend",
}  # fmt: skip
_BLOCK_AFTER = {")", "else", "do", "const", "noexcept", "mutable", "override", ";", "{", "}", ":"}


@dataclasses.dataclass
class Mutant:
    """One small mistake. `plain` is [(begin, end, replacement)], and so is `guarded`: an insertion
    has begin == end, and `{}` in it is the mutant's number. `span` is what the guard encloses."""

    offset: int
    before: str
    after: str
    plain: list
    guarded: list
    span: tuple
    is_constant: bool = False
    is_condition: bool = False  # encloses an operator of the same span
    function: str = ""
    line: int = 0
    line_text: str = ""
    ordinal: int = 1
    path: str = ""

    @property
    def change(self):
        return f"{self.before} -> {self.after}" + (f" #{self.ordinal}" if self.ordinal > 1 else "")

    @property
    def key(self):
        """Knows the mutant again when lines around it have changed."""
        return f"{self.path} | {self.function} | {self.line_text} | {self.change}"


def find(path, source):
    """All mutants of one file, in the order of the text."""
    finder = _Finder(source)
    found = sorted(finder.find(), key=lambda m: (m.offset, m.after))
    functions = list(bodies(source))
    seen = {}
    for mutant in found:
        mutant.path = path
        mutant.line = source.line_of(mutant.offset)
        mutant.line_text = " ".join(source.text.split("\n")[mutant.line - 1].split())
        around = [name for name, begin, close in functions if begin < mutant.offset < close]
        mutant.function = around[0] if around else "-"
        same = (mutant.function, mutant.line_text, mutant.before, mutant.after)
        mutant.ordinal = seen[same] = seen.get(same, 0) + 1
    return found


class _Finder:
    def __init__(self, source):
        self.source = source
        self.tokens = Tokens(source)
        self.skipped = regions.skipped(self.tokens)
        self.bodies = [(begin, close) for _, begin, close in bodies(source)]
        self.whole_conditions = set()  # (first, last) of conditions that are mutated as a whole

    def find(self):
        for i in range(len(self.tokens)):
            if i not in self.skipped:
                yield from self._condition(i)
        for i in range(len(self.tokens)):
            if i not in self.skipped:
                yield from self._operator(i)
                yield from self._step(i)
                yield from self._extreme(i)
                yield from self._constant(i)
                yield from self._statement(i)

    # --- operators -------------------------------------------------------------------------------

    def _operator(self, i):
        tokens, text = self.tokens, self.tokens.text(i)
        if text in ("+=", "-="):
            yield self._call(i, ASSIGNMENT, {"+=": "-=", "-=": "+="}[text])
        elif text == "!" and tokens.text(i - 1) != "operator":
            last = tokens.right(i, UNARY)
            if (i, last) not in self.whole_conditions:
                begin, end = tokens.all[i].begin, tokens.all[last].end
                guarded = [
                    (begin, begin + 1, "mutation::negate<{}>("),
                    (end, end, ")"),
                ]
                plain = [(begin, begin + 1, "")]
                yield self._made(i, "!", "(nothing)", plain, guarded, (begin, end))
        elif tokens.is_binary(i) and text in ("&&", "||"):
            yield from self._logical(i)
        elif tokens.is_binary(i) and text in _COMPARISONS:
            yield self._call(i, PRECEDENCE[text], _COMPARISONS[text])
        elif tokens.is_binary(i) and text in _ARITHMETIC:
            yield self._call(i, PRECEDENCE[text], _ARITHMETIC[text])

    def _call(self, i, precedence, after):
        """`a op b` becomes guard<n>(a , b)."""
        tokens, text = self.tokens, self.tokens.text(i)
        first, last = tokens.left(i, precedence), tokens.right(i, precedence)
        span = (tokens.all[first].begin, tokens.all[last].end)
        operator = (tokens.all[i].begin, tokens.all[i].end)
        guarded = [
            (span[0], span[0], f"mutation::{_GUARDS[text]}<{{}}>("),
            (*operator, ","),
            (span[1], span[1], ")"),
        ]
        return self._made(i, text, after, [(*operator, after)], guarded, span)

    def _logical(self, i):
        """`a && b` is `(a != m && b != m) != m`: with m it is `a || b`, by De Morgan."""
        tokens, text = self.tokens, self.tokens.text(i)
        precedence = PRECEDENCE[text]
        first, last = tokens.left(i, precedence), tokens.right(i, precedence)
        span = (tokens.all[first].begin, tokens.all[last].end)
        operator = (tokens.all[i].begin, tokens.all[i].end)
        after = "||" if text == "&&" else "&&"
        ask, cast = "mutation::on<{}>()", "(static_cast<bool>("
        guarded = [
            (span[0], span[0], "(" + "(" + cast),
            (*operator, f") != {ask}) {text} {cast}"),
            (span[1], span[1], f") != {ask})) != {ask})"),
        ]
        yield self._made(i, text, after, [(*operator, after)], guarded, span)

    def _step(self, i):
        tokens, text = self.tokens, self.tokens.text(i)
        if text not in ("++", "--"):
            return
        after = "--" if text == "++" else "++"
        begin, end = tokens.all[i].begin, tokens.all[i].end
        if tokens.ends_operand(i - 1) and tokens.all[i].is_attached:
            first = tokens.left(i, UNARY)
            while tokens.text(first) in ("*", "&", "!", "-"):
                first += 1
            start = tokens.all[first].begin
            guarded = [
                (start, start, f"mutation::{_GUARDS[text]}_after<{{}}>("),
                (begin, end, ")"),
            ]
            yield self._made(i, text, after, [(begin, end, after)], guarded, (start, end))
            return
        stop = tokens.all[tokens.right(i, UNARY)].end
        guarded = [(begin, end, f"mutation::{_GUARDS[text]}<{{}}>("), (stop, stop, ")")]
        yield self._made(i, text, after, [(begin, end, after)], guarded, (begin, stop))

    def _extreme(self, i):
        tokens, text = self.tokens, self.tokens.text(i)
        if text not in ("min", "max") or tokens.text(i - 1) != "::" or tokens.text(i - 2) != "std":
            return
        after = "max" if text == "min" else "min"
        begin, end = tokens.all[i - 2].begin, tokens.all[i].end
        if tokens.text(i + 1) == "<":
            guard = f"mutation::{text}<{{}}, "
            guarded = [(begin, tokens.all[i + 1].end, guard)]
        else:
            guarded = [(begin, end, f"mutation::{text}<{{}}>")]
        yield self._made(
            i, text, after, [(tokens.all[i].begin, end, after)], guarded, (begin, end)
        )

    # --- constants -------------------------------------------------------------------------------

    def _constant(self, i):
        text = self.tokens.text(i)
        begin, end = self.tokens.all[i].begin, self.tokens.all[i].end
        if text not in ("true", "false") or (i, i) in self.whole_conditions:
            return
        if not any(opened < begin < closed for opened, closed in self.bodies):
            return
        after = "false" if text == "true" else "true"
        guarded = [(begin, begin, "mutation::opposite<{}>("), (end, end, ")")]
        made = self._made(i, text, after, [(begin, end, after)], guarded, (begin, end))
        made.is_constant = True
        yield made

    # --- conditions ------------------------------------------------------------------------------

    def _condition(self, i):
        tokens, text = self.tokens, self.tokens.text(i)
        is_loop = False
        if text == "?":
            first, last = tokens.left(i, TERNARY), i - 1
        elif text == "if" and tokens.text(i + 1) == "(":
            first, last = self._without_init(i + 2, tokens.partner[i + 1] - 1)
        elif text == "while" and tokens.text(i + 1) == "(":
            first, last = self._without_init(i + 2, tokens.partner[i + 1] - 1)
            is_loop = True
        elif text == "for" and tokens.text(i + 1) == "(":
            first, last = self._middle(i + 1)
            is_loop = True
        else:
            return
        if first > last or self._declares(first, last):
            return
        self.whole_conditions.add((first, last))
        yield from self._forced(first, last, is_loop)

    def _forced(self, first, last, is_loop):
        tokens = self.tokens
        begin, end = tokens.all[first].begin, tokens.all[last].end
        shown = " ".join(self.source.text[begin:end].split())
        top = [k for k in range(first, last + 1) if self._is_top_operator(k, first)]
        is_negated_by_operator = len(top) == 1 and tokens.text(top[0]) in ("==", "!=")
        ways = [] if is_loop else [("true", "true", "force<{}, true>")]
        ways.append(("false", "false", "force<{}, false>"))
        if not is_negated_by_operator:
            ways.append((f"!({shown})", f"!({self.source.text[begin:end]})", "invert<{}>"))
        for after, plain, guard in ways:
            guarded = [
                (begin, begin, f"mutation::{guard}(static_cast<bool>("),
                (end, end, "))"),
            ]
            made = self._made(first, shown, after, [(begin, end, plain)], guarded, (begin, end))
            made.is_condition = True
            yield made

    def _is_top_operator(self, k, first):
        return self.tokens.is_binary(k) and self.tokens.around[k] == self.tokens.around[first]

    def _without_init(self, first, last):
        for k in range(last, first, -1):
            if self.tokens.text(k) == ";" and self.tokens.around[k] == first - 1:
                return k + 1, last
        return first, last

    def _middle(self, opened):
        parts = [
            k
            for k in range(opened, self.tokens.partner[opened])
            if self.tokens.text(k) == ";" and self.tokens.around[k] == opened
        ]
        return (parts[0] + 1, parts[1] - 1) if len(parts) == 2 else (1, 0)

    def _declares(self, first, last):
        around = self.tokens.around[first]
        return any(
            self.tokens.text(k) == "=" and self.tokens.around[k] == around
            for k in range(first, last + 1)
        )

    # --- statements ------------------------------------------------------------------------------

    def _statement(self, i):
        tokens, text = self.tokens, self.tokens.text(i)
        if not self._begins_statement(i):
            return
        end = tokens.end_of_statement(i)
        if end is None:
            return
        if any(k in self.skipped for k in range(i, end + 1)):
            if text in ("return", "assert"):
                return
            if any(tokens.text(k) in ("reserve", "assert") for k in range(i, end + 1)):
                return
        is_leaving = text in ("return", "break", "continue")
        if is_leaving and not self._leaves_early(i, end):
            return
        if not is_leaving and (text in _NO_STATEMENT or not self._has_effect(i, end)):
            return
        begin, stop = tokens.all[i].begin, tokens.all[end].end
        shown = " ".join(self.source.text[begin:stop].split())
        guarded = [
            (begin, begin, "{ if (!mutation::on<{}>()) "),
            (stop, stop, " }"),
        ]
        yield self._made(i, shown, "(removed)", [(begin, stop, "{}")], guarded, (begin, stop))

    def _begins_statement(self, i):
        tokens = self.tokens
        offset = tokens.all[i].begin
        around = tokens.around[i]
        if not any(begin < offset < close for begin, close in self.bodies):
            return False
        if tokens.text(around) != "{" or not self._is_block(around):
            return False
        before = tokens.text(i - 1)
        if before in (";", "{", "}", "else", "do"):
            return True
        if before == ")":
            return self._controls(i - 1)
        return before == ":" and self._is_label(i - 1)

    def _is_block(self, opened):
        offset = self.tokens.all[opened].begin
        if any(offset == begin for begin, _ in self.bodies):
            return True
        return self.tokens.text(opened - 1) in _BLOCK_AFTER

    def _controls(self, closed):
        word = self.tokens.text(self.tokens.partner.get(closed, 0) - 1)
        return word in ("if", "for", "while", "switch", "constexpr")

    def _is_label(self, colon):
        k = colon
        while k > 0 and self.tokens.text(k) not in (";", "{", "}", "?", "case", "default"):
            k -= 1
        return self.tokens.text(k) in ("case", "default")

    def _leaves_early(self, i, end):
        """Not the last statement of a function or, for a break, of a switch; nor alone under an
        `if`: forcing that is the same."""
        tokens = self.tokens
        if tokens.text(i - 1) in (")", "else"):
            return False
        if tokens.text(end + 1) == "}":
            close = tokens.all[end + 1].begin
            if any(close == closed for _, closed in self.bodies):
                return False
            opened = tokens.partner[end + 1]
            before = tokens.partner.get(opened - 1, 0) - 1
            if tokens.text(i) == "break" and tokens.text(before) == "switch":
                return False
            return opened != i - 1 and tokens.text(opened - 1) == ")" and self._controls(opened - 1)
        return True

    def _has_effect(self, i, end):
        """A call, an assignment or a step, and not a declaration."""
        tokens = self.tokens
        does = tokens.text(i) in ("++", "--")
        k = i
        while k < end:
            text = tokens.text(k)
            if k > i and tokens.is_word(k) and tokens.ends_operand(k - 1):
                return False  # `type name`
            if text in ("*", "&", "&&") and not tokens.is_binary(k) and k > i:
                return False  # `type& name`
            if text.endswith("=") and text not in PRECEDENCE:
                return True
            if text == "(" and k > i:
                does = True
            if text in ("++", "--"):
                does = True
            k = tokens.partner[k] + 1 if tokens.partner.get(k, -1) > k else k + 1
        return does

    # --- shared ----------------------------------------------------------------------------------

    def _made(self, i, before, after, plain, guarded, span):
        return Mutant(self.tokens.all[i].begin, before, after, plain, guarded, span)
