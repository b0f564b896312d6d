"""C++ as tokens, with what an operator needs to know: is it binary, and where do its operands end?

Not a parser. It leans on clang-format, which is law in this tree: a binary operator has blanks on
both sides, and the brackets of a template never have.
"""

import re

PRECEDENCE = {
    "*": 10, "/": 10, "%": 10, "+": 9, "-": 9, "<<": 8, ">>": 8, "<=>": 7.5,
    "<": 7, "<=": 7, ">": 7, ">=": 7, "==": 6, "!=": 6, "&": 5, "^": 4, "|": 3, "&&": 2, "||": 1,
}  # fmt: skip
UNARY = 11  # binds closer than every binary operator
TERNARY = 0.5
ASSIGNMENT = 0
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}

_TOKEN = re.compile(
    r"(?:u8|[uULR]+)?\"[^\"]*\"\w*|'[^']*'|\.?\d(?:[eEpP][+-]|'?[\w.])*|[A-Za-z_]\w*"
    r"|<=>|<<=|>>=|\.\.\.|->\*|::|->|\+\+|--|&&|\|\||[=!<>+\-*/%&|^]=|<<|>>|\S"
)
_WORD = re.compile(r"[A-Za-z_]\w*$")
_BEFORE_OPERAND = {
    "return", "co_return", "co_await", "co_yield", "case", "else", "do", "throw", "operator",
}  # fmt: skip
_OPENING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_CLOSING = {closing: opening for opening, closing in _OPENING.items()}
_ENDS = {",", ";", "?", ":"} | ASSIGNMENTS


class Token:
    """One token: its text, where it is, and whether blanks surround it."""

    __slots__ = ("text", "begin", "end", "is_spaced", "is_attached")

    def __init__(self, text, begin, code):
        self.text = text
        self.begin = begin
        self.end = begin + len(text)
        self.is_attached = not code[begin - 1 : begin].isspace()
        self.is_spaced = not self.is_attached and code[self.end : self.end + 1].isspace()

    def __repr__(self):
        return f"{self.text}@{self.begin}"


class Tokens:
    """The tokens of one style.source.Source, with their brackets matched.

    partner  index of a bracket (template brackets too) -> index of its partner
    around   index of a token -> index of the bracket that is open there, or -1
    """

    def __init__(self, source):
        self.source = source
        self.all = []
        for match in _TOKEN.finditer(source.code):
            token = Token(match.group(), match.start(), source.code)
            if token.text == ">>" and not token.is_spaced:  # two brackets of templates
                self.all.append(Token(">", token.begin, source.code))
                self.all.append(Token(">", token.begin + 1, source.code))
            else:
                self.all.append(token)
        self.partner = {}
        self.around = []
        self._match_brackets()

    def __len__(self):
        return len(self.all)

    def text(self, i):
        return self.all[i].text if 0 <= i < len(self.all) else ""

    def is_word(self, i):
        """An identifier, or a keyword that can end an operand (`this`, `true`)."""
        return bool(_WORD.match(self.text(i))) and self.text(i) not in _BEFORE_OPERAND

    def is_value(self, i):
        """A token that is an operand by itself."""
        text = self.text(i)
        return self.is_word(i) or text[:1].isdigit() or text[-1:] in ("'", '"')

    def ends_operand(self, i):
        if self.text(i) == ">":
            return not self.all[i].is_spaced and i in self.partner
        return self.is_value(i) or (self.text(i) in (")", "]", "}") and i in self.partner)

    def is_binary(self, i):
        """True for a binary operator of PRECEDENCE, as opposed to unary ones and declarators."""
        return (
            self.text(i) in PRECEDENCE
            and self.all[i].is_spaced
            and (self.ends_operand(i - 1) or self._is_postfix(i - 1))
        )

    def is_bracket(self, i):
        return i in self.partner

    def left(self, i, precedence):
        """The index of the first token of the operand that ends before i."""
        j = i - 1
        start = i
        while j >= 0:
            text = self.text(j)
            if start < i and self.ends_operand(j) and self._starts_anew(j, start):
                break
            if text in _CLOSING and j in self.partner:
                if text == "}" and j != i - 1 and self.text(j + 1) != ".":
                    break
                j = self.partner[j]
            elif text in _OPENING and (text != "<" or not self.is_binary(j)):
                break
            elif text in _ENDS or text in _BEFORE_OPERAND:
                break
            elif self.is_binary(j) and PRECEDENCE[text] < precedence:
                break
            start = j
            j -= 1
        return start

    def right(self, i, precedence):
        """The index of the last token of the operand that begins after i."""
        j = i + 1
        while j < len(self.all):
            text = self.text(j)
            if text in _OPENING and j in self.partner and self.partner[j] > j:
                j = self.partner[j]
            elif text in (",", ";") or (text in _CLOSING and not self.is_binary(j)):
                break
            elif text in _ENDS and precedence > ASSIGNMENT:  # `a += b ? c : d` takes it all
                break
            elif self.is_binary(j) and PRECEDENCE[text] <= precedence:
                break
            j += 1
        return j - 1

    def end_of_statement(self, i):
        """The index of the ';' that ends the statement at i, or None."""
        while i < len(self.all) and self.text(i) != ";":
            if self.text(i) in (")", "]", "}"):
                return None
            i = self.partner[i] + 1 if self.partner.get(i, -1) > i else i + 1
        return i if i < len(self.all) else None

    def _is_postfix(self, i):
        return self.text(i) in ("++", "--") and self.all[i].is_attached

    # `) x`, `x y`, `) *p`: two things side by side are no expression, except literals of a text.
    def _starts_anew(self, j, start):
        following = self.text(start)
        if self.text(j)[-1:] == '"' and following[-1:] == '"':
            return False
        if following in ("*", "&", "!", "~", "-") and not self.is_binary(start):
            return True
        if following in ("++", "--"):
            return not self.all[start].is_attached
        return self.is_value(start) and self.text(j) != "::"

    def _match_brackets(self):
        stack = []
        for i, token in enumerate(self.all):
            text = token.text
            if text in _CLOSING and not (text == ">" and token.is_spaced):
                while stack and text != ">" and self.text(stack[-1]) == "<":
                    stack.pop()  # was no bracket of a template
                if stack and self.text(stack[-1]) == _CLOSING[text]:
                    self.partner[i] = stack[-1]
                    self.partner[stack.pop()] = i
            self.around.append(stack[-1] if stack else -1)
            if text in _OPENING:
                if text == "<" and (token.is_spaced or self.text(i - 1) == "operator"):
                    continue
                stack.append(i)
