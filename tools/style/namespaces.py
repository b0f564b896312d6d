"""Namespaces: what a header may pull into its readers, and where the names of a test live."""

import re


def using_namespace(path, source):
    if path.endswith((".hpp", ".h")):
        for match in re.finditer(r"\busing\s+namespace\b", source.code):
            advice = "name the things a header uses: its readers did not ask for the rest"
            yield match.start(), advice


def namespace_of_test(path, source):
    """The sanitizer presets compile several files as one, so short names must not meet."""
    case = re.search(r"^(?:TEST_CASE|TEMPLATE_TEST_CASE)\(", source.code, re.MULTILINE)
    stem = path.split("/")[-1].removesuffix(".cpp")
    own = re.search(rf"^namespace docwarden::\w+::{stem}$", source.code, re.MULTILINE)
    if path.startswith("tests/") and case and not own:
        yield case.start(), f"put it all into a namespace that ends in the file's name: ::{stem}"
