"""C++ text with everything that is not code taken out of the way.

Not a parser: it knows comments, literals and preprocessor lines, and keeps every character at its
place, so that an offset in `code` is an offset in `text`.
"""

import bisect
import re

_LITERAL_PREFIXES = {"", "u8", "u", "U", "L"}
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"\.?\d(?:[eEpP][+-]|'?[\w.])*")
_RAW_START = re.compile(r'"([^()\\\s]{0,16})\(')
_INCLUDE = re.compile(r'#\s*include\s*([<"][^>"\n]+[>"])')
_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = {")": "(", "]": "[", "}": "{"}


class Source:
    """One C++ file.

    code        comments, contents of literals and preprocessor lines are blanks
    visible     the text without what raw string literals hold: what counts for line lengths
    directives  [(offset, text)] of the preprocessor lines, continuation lines joined
    includes    [(offset, '<header>' or '"header"')]
    """

    def __init__(self, text):
        self.text = text
        self._line_starts = [0] + [m.end() for m in re.finditer("\n", text)]
        scan = _Scan(text)
        self.visible = "".join(scan.visible)
        self.directives = _directives("".join(scan.code), text)
        self.includes = []
        for offset, directive in self.directives:
            if match := _INCLUDE.match(directive):
                self.includes.append((offset, match.group(1)))
            for i in range(offset, offset + len(directive)):
                if scan.code[i] != "\n":
                    scan.code[i] = " "
        self.code = "".join(scan.code)
        self.partner = _partners(self.code)

    def line_of(self, offset):
        """The line number, from 1, of an offset."""
        return bisect.bisect_right(self._line_starts, offset)


class _Scan:
    """One walk over the text that blanks comments and literals."""

    def __init__(self, text):
        self.text = text
        self.code = list(text)
        self.visible = list(text)
        i = 0
        while i < len(text):
            i = self._step(i)

    def _step(self, i):
        text = self.text
        if text.startswith("//", i):
            return self._blank(i, _end_of_line(text, i))
        if text.startswith("/*", i):
            end = text.find("*/", i + 2)
            return self._blank(i, len(text) if end < 0 else end + 2)
        # Numbers are taken whole because of 1'000: that is no character literal.
        if match := _NUMBER.match(text, i):
            return match.end()
        if match := _IDENTIFIER.match(text, i):
            return self._literal(match.end(), match.group())
        return self._literal(i, "") if text[i] in "\"'" else i + 1

    def _literal(self, i, prefix):
        """Blanks the literal that starts at i, if one does after this identifier."""
        text = self.text
        quote = text[i : i + 1]
        if quote == '"' and prefix.endswith("R") and prefix[:-1] in _LITERAL_PREFIXES:
            if match := _RAW_START.match(text, i):
                end = text.find(f'){match.group(1)}"', match.end())
                end = len(text) if end < 0 else end + len(match.group(1)) + 2
                self._blank(i + 1, end - 1)
                for k in range(i + 1, end - 1):
                    self.visible[k] = "\n" if text[k] == "\n" else ""
                return end
        if quote not in ('"', "'") or not quote or prefix not in _LITERAL_PREFIXES:
            return i if prefix else i + 1
        end = i + 1
        while end < len(text) and text[end] not in (quote, "\n"):
            end += 2 if text[end] == "\\" else 1
        # #include "a/b.hpp" keeps its text: includes are read from it.
        if not re.search(r"#\s*include\s*$", text[_start_of_line(text, i) : i]):
            self._blank(i + 1, min(end, len(text)))
        return min(end + 1, len(text))

    def _blank(self, begin, end):
        for i in range(begin, end):
            if self.code[i] != "\n":
                self.code[i] = " "
        return end


def _start_of_line(text, i):
    return text.rfind("\n", 0, i) + 1


def _end_of_line(text, i):
    """The offset of the newline that ends this line and is not escaped by a backslash."""
    end = text.find("\n", i)
    while end > 0 and text[end - 1] == "\\":
        end = text.find("\n", end + 1)
    return len(text) if end < 0 else end


def _directives(code, text):
    found = []
    for match in re.finditer(r"^[ \t]*(#)", code, re.MULTILINE):
        begin = match.start(1)
        if not found or begin >= found[-1][0] + len(found[-1][1]):
            found.append((begin, code[begin : _end_of_line(text, begin)]))
    return found


def _partners(code):
    """Maps the offset of each bracket to the offset of its partner; unmatched ones are absent."""
    partner = {}
    stack = []
    for match in re.finditer(r"[()\[\]{}]", code):
        offset, bracket = match.start(), match.group()
        if bracket in _OPENING:
            stack.append(offset)
        elif stack and code[stack[-1]] == _CLOSING[bracket]:
            partner[offset] = stack[-1]
            partner[stack.pop()] = offset
    return partner
