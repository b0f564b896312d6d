#!/usr/bin/env python3
"""Tests of tools/mutation: what is mutated and how, and what is left alone."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import coverage_table
from mutation import judge, mistakes, mutants, planting, report
from mutation.tokens import ASSIGNMENT, PRECEDENCE, TERNARY, Tokens
from style.source import Source


def changes(text):
    return {mutant.change for mutant in mutants.find("core/a.cpp", Source(text))}


def in_function(body):
    return "void f()\n{\n" + body + "\n}\n"


class OperandsTest(unittest.TestCase):
    def operands(self, text, operator, precedence=None):
        source = Source(text)
        tokens = Tokens(source)
        i = next(i for i, token in enumerate(tokens.all) if token.text == operator)
        precedence = PRECEDENCE.get(operator, TERNARY) if precedence is None else precedence
        first, last = tokens.left(i, precedence), tokens.right(i, precedence)
        left = text[tokens.all[first].begin : tokens.all[i - 1].end]
        return left, text[tokens.all[i + 1].begin : tokens.all[last].end]

    def test_operands_end_where_something_binds_less(self):
        for text, operator, expected in [
            ("x = a + b < c && d;", "<", ("a + b", "c")),
            ("x = a + b < c && d;", "&&", ("a + b < c", "d")),
            ("return a - b - c;", "-", ("a", "b")),
            ("f(a, b == c ? d : e);", "==", ("b", "c")),
            ("if (a) b = c < d;", "<", ("c", "d")),
            ("x = v<a, b>(c) < d[e](f).g;", "<", ("v<a, b>(c)", "d[e](f).g")),
            ("return std::any_of(a, [](b c) { return c; }) || d;", "||",
             ("std::any_of(a, [](b c) { return c; })", "d")),
            ("x = !a && *b;", "&&", ("!a", "*b")),
            ("case 1: x = a < T{b};", "<", ("a", "T{b}")),
        ]:  # fmt: skip
            with self.subTest(text=text, operator=operator):
                # the template's bracket is the first "<" of one of them
                if "v<a" in text:
                    source = Tokens(Source(text))
                    i = [k for k in range(len(source)) if source.is_binary(k)][0]
                    first, last = source.left(i, 7), source.right(i, 7)
                    found = (
                        text[source.all[first].begin : source.all[i - 1].end],
                        text[source.all[i + 1].begin : source.all[last].end],
                    )
                else:
                    found = self.operands(text, operator)
                self.assertEqual(found, expected)

    def test_an_assignment_takes_all_that_follows(self):
        text = "if (x) count += (a & b) != 0 ? 1U : 0U;"
        found = self.operands(text, "+=", ASSIGNMENT)
        self.assertEqual(found, ("count", "(a & b) != 0 ? 1U : 0U"))

    def test_declarators_templates_and_unary_operators_are_no_binary_operators(self):
        for text in [
            "const auto& x = *y;", "T* x = &y;", "std::vector<std::optional<int>> x;",
            "auto&& x = f(-1);", "bool operator<(const T& a);", "template <class T> T f();",
        ]:  # fmt: skip
            tokens = Tokens(Source(text))
            with self.subTest(text=text):
                self.assertFalse([i for i in range(len(tokens)) if tokens.is_binary(i)])


class MutantsTest(unittest.TestCase):
    def test_operators_constants_and_statements(self):
        for body, expected in [
            ("x = a < b;", {"< -> <=", "x = a < b; -> (removed)"}),
            ("x = a + 1;", {"+ -> -", "x = a + 1; -> (removed)"}),
            ("++i;", {"++ -> --", "++i; -> (removed)"}),
            ("f(i--);", {"-- -> ++", "f(i--); -> (removed)"}),
            ("const int x = std::max(a, b);", {"max -> min"}),
            ("const bool x = true;", {"true -> false"}),
            ("const bool x = !a;", {"! -> (nothing)"}),
            ("while (f()) {}", {"f() -> false", "f() -> !(f())"}),
            ("return a ? b : c;", {"a -> true", "a -> false", "a -> !(a)"}),
        ]:
            with self.subTest(body=body):
                self.assertEqual(changes(in_function(body)), expected)

    def test_a_condition_is_forced_both_ways_and_negated_once(self):
        self.assertEqual(
            changes(in_function("if (a == b)\n    return;")),
            {"== -> !=", "a == b -> true", "a == b -> false"},
        )

    def test_what_leaves_early_is_removed_unless_forcing_its_condition_does_the_same(self):
        self.assertIn("return; -> (removed)", changes(in_function("if (a) {\n b();\n return;\n}")))
        self.assertNotIn("return; -> (removed)", changes(in_function("if (a)\n    return;")))
        self.assertNotIn("return; -> (removed)", changes(in_function("a();\nreturn;")))

        self.assertNotIn(
            "break; -> (removed)", changes(in_function("switch (a) {\ncase b:\n    break;\n}"))
        )
        self.assertIn(
            "break; -> (removed)",
            changes(in_function("switch (a) {\ncase b:\n    break;\ncase c:\n    d();\n}")),
        )

    def test_what_is_no_logic_is_left_alone(self):
        for text in [
            "// a < b, 1\n/* a && b */\n",
            'const char* x = "a < 1 && true";\n',
            "#if A < 1 && B\n#endif\n",
            "static_assert(sizeof(int) > 3);\n",
            "constexpr int table[] = {1, 2, 3};\n",
            "enum class e { a = 1, b = 2 };\n",
            in_function("const auto x = 1'000;"),
            "struct s {\n    bool x = false;\n    int y = 0;\n};\n",
            in_function("x.reserve(a + 1);"),
            in_function("assert(a < 1);"),
            in_function("const std::array<int, 4> x;"),
            in_function("switch (a) {\ncase 1:\ndefault:\n}"),
            "struct s {\n    bool operator==(const s&) const = default;\n};\n",
            "bool check()\n{\n    return 1 < 2;\n}\nstatic_assert(check());\n",
        ]:
            with self.subTest(text=text):
                self.assertEqual(changes(text), set())

    def test_the_key_survives_when_lines_move_and_tells_equal_lines_apart(self):
        text = in_function("a();\nif (b)\n    a();")
        keys = [m.key for m in mutants.find("core/a.cpp", Source(text))]
        moved = [m.key for m in mutants.find("core/a.cpp", Source("\n\n" + text))]
        self.assertEqual(keys, moved)
        self.assertEqual(len(set(keys)), len(keys))


class PlantingTest(unittest.TestCase):
    def test_plain_text_is_what_a_person_would_write(self):
        source = Source(in_function("if (a < b)\n    return;"))
        found = {m.change: planting.plain_text(source, m) for m in mutants.find("f", source)}
        self.assertIn("if (a <= b)", found["< -> <="])
        self.assertIn("if (true)", found["a < b -> true"])
        self.assertIn("if (!(a < b))", found["a < b -> !(a < b)"])

    def test_guards_nest_and_every_line_stays_a_line(self):
        source = Source(in_function("x = a < true && b;"))
        found = list(enumerate(mutants.find("f", source)))
        text = planting.guarded_text(source, found)
        self.assertEqual(text.count("\n"), source.text.count("\n"))
        self.assertEqual(text.count("("), text.count(")"))
        number = {mutant.change: n for n, mutant in found}
        less, constant = number["< -> <="], number["true -> false"]
        self.assertIn(f"mutation::less<{less}>(a , ", text)
        self.assertIn(f"mutation::opposite<{constant}>(true)", text)

    def test_a_condition_encloses_the_operator_that_is_all_of_it(self):
        source = Source(in_function("if (a < b)\n    return;"))
        text = planting.guarded_text(source, list(enumerate(mutants.find("f", source))))
        self.assertRegex(text, r"if \(mutation::(force|invert).*mutation::less<\d+>\(a , b\)")

    def test_a_constant_is_asked_at_run_time(self):
        source = Source("struct s {\n    static constexpr int x = 5 * 60;\n};\n")
        text = planting.guarded_text(source, list(enumerate(mutants.find("f", source))))
        self.assertIn("static inline const int x = mutation::times<0>(5 , 60);", text)


class MistakesTest(unittest.TestCase):
    PRODUCT = "int a::f(int x)\n{\n    if (x < 1) // few\n        g(x);\n    return x + 2 * y;\n}\n"

    def planted(self, *places, product=PRODUCT):
        """The text with one mistake for each place."""
        text = "".join(
            f"mistake {number}\n    It is easily made.\n    @ core/b/a.cpp a::f\n{place}\n\n"
            for number, place in enumerate(places)
        )
        return mistakes.planted(mistakes.parse("b.txt", text), {"core/b/a.cpp": product})[
            "core/b/a.cpp"
        ]

    def assert_refused(self, reason, *places, product=PRODUCT):
        with self.assertRaisesRegex(mistakes.Wrong, reason):
            self.planted(*places, product=product)

    def test_expressions_and_statements_stand_behind_a_question(self):
        for place, expected in [
            ("- x<1\n+ true", "if ((::docwarden::mistakes::is_on(0) ? (true) : (x < 1))) // few\n"),
            ("- g(x);\n+ ;", "{ if (::docwarden::mistakes::is_on(0)) { ; } else { g(x); } }\n"),
            ("- return x +\n- 2 * y;\n+ return\n+ 0;",
             "{ if (::docwarden::mistakes::is_on(0)) { return 0; } else { return x + 2 * y; } }\n"),
            ("- x + 2 * y\n+ s{}", "(::docwarden::mistakes::is_on(0) ? (s{ }) : (x + 2 * y));\n"),
            ("+ return 0;", "{ if (::docwarden::mistakes::is_on(0)) { return 0; }\n    if (x"),
        ]:  # fmt: skip
            with self.subTest(place=place):
                text = self.planted(place)
                self.assertIn(expected, text)
                self.assertEqual(
                    text.split("#line 1\n")[1].count("\n"), self.PRODUCT.count("\n")
                )

    def test_mistakes_may_enclose_each_other_or_share_a_place(self):
        text = self.planted("- x\n- < 1\n+ true", "- x < 1\n+ false")
        self.assertIn("is_on(1) ? (false) : ((::docwarden::mistakes::is_on(0) ? (true)", text)
        text = self.planted("- 2 * y\n+ y", "- return x + 2 * y;\n+ return 1;")
        self.assertIn("else { return x + (::docwarden::mistakes::is_on(0) ? (y)", text)
        self.assert_refused(
            "overlaps", "- g(); h();\n+ ;", "- h(); k();\n+ ;",
            product="int a::f()\n{\n    g(); h(); k();\n}\n",
        )  # fmt: skip

    def test_what_is_not_found_exactly_once_is_told_with_its_name_and_file(self):
        self.assert_refused(
            '^b.txt:3: mistake "mistake 0" does not apply to core/b/a.cpp, a::f: found 0 times: z',
            "- z\n+ x",
        )
        self.assert_refused("found 3 times", "- x\n+ y", product="int a::f()\n{ x + x + x; }\n")
        self.assert_refused("no such function", "- x\n+ y", product="int a::g()\n{ x; }\n")

    def test_what_would_change_the_meaning_around_it_is_refused(self):
        for place in ("- x + 2\n+ x", "- (x);\n+ ;"):
            with self.subTest(place=place):
                self.assert_refused("is part of an operand|within a statement", place)
        self.assert_refused("operand", "- a == b\n+ a", product="int a::f()\n{ !a == b; }\n")
        self.assert_refused("operand", "- a - b\n+ a", product="int a::f()\n{ c - a - b; }\n")
        text = self.planted("- a && b\n+ a", product="int a::f()\n{ return c && a && b; }\n")
        self.assertIn("c && (::docwarden::mistakes::is_on(0) ? (a) : (a && b))", text)

    def test_other_files_are_copied_as_they_are(self):
        texts = {"core/b/c.cpp": "int x;\n"}
        self.assertEqual(mistakes.planted([], texts), texts)

    def test_a_description_says_what_is_missing(self):
        for text, reason in [
            ("a\n    @ core/b/a.cpp f\n    + x;\n", "needs a sentence"),
            ("a\n    Why.\n", "and a place"),
            ("a\n    Why.\n    @ core/b/a.hpp f\n    + x;\n", "a place is a .cpp file"),
            ("a\n    Why.\n    @ core/b/a.cpp f\n    - x;\n", 'without a "\\+"'),
            ("a\n    Why.\n    @ core/b/a.cpp f\n    + x;\n    More.\n", "begins with"),
            ("    a\n", "at the margin"),
        ]:
            with self.subTest(text=text):
                with self.assertRaisesRegex(mistakes.Wrong, reason):
                    mistakes.parse("b.txt", text)

    def test_the_table_holds_names_and_sentences_as_literals(self):
        found = [mistakes.Mistake("b.txt:1", "a", 'Takes "x"\\ for y.')]
        self.assertIn('{"a", "Takes \\"x\\"\\\\ for y."},', mistakes.table(found))


class ReportTest(unittest.TestCase):
    def explained(self):
        return report.Explanations(
            "# A comment.\n\ncore/a.cpp f\n    x = a < b;\n    < -> <=\n    Because\n    it is.\n"
        )

    def test_an_explanation_names_file_function_line_change_and_reason(self):
        self.assertEqual(
            self.explained().reasons, {"core/a.cpp | f | x = a < b; | < -> <=": "Because it is."}
        )
        self.assertTrue(report.Explanations("core/a.cpp f\n  x\n").problems)
        self.assertTrue(report.Explanations("core/a.cpp f\n  x\n  a -> b\n").problems)

    def test_a_reason_may_be_that_of_several_changes_and_places(self):
        explained = report.Explanations(
            "core/a.cpp f\n  x\n  a -> b\n  c -> d\ncore/b.cpp g\n  y\n  a -> b\n  Because.\n"
        )
        self.assertFalse(explained.problems)
        self.assertEqual(
            explained.reasons,
            dict.fromkeys(
                (
                    "core/a.cpp | f | x | a -> b",
                    "core/a.cpp | f | x | c -> d",
                    "core/b.cpp | g | y | a -> b",
                ),
                "Because.",
            ),
        )

    def test_explained_mutants_count_apart_and_stale_explanations_are_told(self):
        source = Source(in_function("x = a < b;"))
        found = mutants.find("core/a.cpp", source)
        verdicts = {mutant.key: judge.SURVIVED for mutant in found}
        row = report.counts(found, verdicts, self.explained())["core/a.cpp"]
        self.assertEqual((row[report.EXPLAINED], row[judge.SURVIVED]), (1, 1))
        self.assertEqual(report.percent(row), (0.0, 50.0))
        self.assertFalse(list(self.explained().stale(set(verdicts), set())))
        self.assertTrue(list(self.explained().stale(set(), set())))
        self.assertTrue(list(self.explained().stale(set(verdicts), set(verdicts))))

    def test_names_of_tests_are_escaped_for_catch2(self):
        self.assertEqual(judge._escaped('a, "b" [c]'), 'a\\, \\"b\\" \\[c\\]')


class CoverageTableTest(unittest.TestCase):
    def summary(self, covered):
        return {
            "files": [
                {
                    "filename": "core/a.cpp", "line_covered": covered, "line_total": 100,
                    "branch_covered": 90, "branch_total": 100,
                }
            ]
        }  # fmt: skip

    def test_what_is_below_the_least_is_told(self):
        for covered, count in ((95, 0), (94, 1)):
            _, directories = coverage_table.measured(self.summary(covered))
            self.assertEqual(len(list(coverage_table.shortfalls(directories))), count)

    def test_a_directory_that_was_not_measured_is_told(self):
        self.assertEqual(len(list(coverage_table.shortfalls({}))), 1)


if __name__ == "__main__":
    unittest.main()
