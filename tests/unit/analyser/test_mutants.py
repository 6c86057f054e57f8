"""Mutants of application code: what is changed, what is left alone, and hostile text."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from textwrap import dedent, indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.analyser import mutants as module
from runner.analyser.mutants import Mutant, mutants
from runner.analyser.neutral import SHOWN
from runner.analyser.spelling import meaning
from tests.meta.repository import ROOT, modules

EVERY_LINE = range(1, 1_000_000)
SOURCES = {path.relative_to(ROOT).as_posix(): path.read_bytes().decode() for path in modules()}
SOLUTION = ROOT / "challenges/backend/orders-api/solution"


def drawn(text: str, *, most: int = 500, neutral: int = 0, seed: int = 0) -> tuple[Mutant, ...]:
    changed = {"app.py": EVERY_LINE}
    return mutants({"app.py": text}, changed=changed, seed=seed, most=most, neutral=neutral)


def made(body: str) -> set[tuple[str, str]]:
    """Operator and mutated body for everything that is done to the body of a function."""
    head = "async def f(a, b, c):\n"
    text = head + indent(dedent(body).strip(), "    ") + "\n"
    return {
        (found.operator, dedent(found.text.removeprefix(head)).strip()) for found in drawn(text)
    }


def dump(text: str) -> list[object]:
    """The syntax without what does nothing."""
    return meaning(ast.parse(text.removeprefix("\ufeff")))


def confined(original: str, mutant: Mutant) -> bool:
    """Whether only bytes of a node, or of the operator, that begins on the line differ."""
    lines, changed = original.split("\n"), mutant.text.split("\n")
    above = mutant.line - 1
    ends = {mutant.line} | {
        getattr(node, "end_lineno", 0) or 0
        for node in ast.walk(ast.parse(original))
        if getattr(node, "lineno", 0) == mutant.line
    }
    below = ("\n".join(lines[end:]) for end in ends)
    return lines[:above] == changed[:above] and any(
        mutant.text.endswith("\n" + rest) for rest in below
    )


# What is changed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("boundary", "b = a < b", "b = a <= b"),
        ("boundary", "b = a <= b", "b = a < b"),
        ("boundary", "b = a > b", "b = a >= b"),
        ("boundary", "b = a>=b", "b = a>b"),
        ("boundary", "b = a < b <= c", "b = a < b < c"),
        ("equality", "b = a == b", "b = a != b"),
        ("equality", "b = a != b", "b = a == b"),
        ("membership", "b = a in b", "b = a not in b"),
        ("membership", "b = a not  in b", "b = a in b"),
        ("membership", 'b = "a"in b', 'b = "a"not in b'),
        ("identity", "b = a is None", "b = a is not None"),
        ("identity", "b = a is not None", "b = a is None"),
        ("logic", "b = a and b and c", "b = a and b or c"),
        ("logic", "b = (a)or(b)", "b = (a)and(b)"),
        ("not-dropped", "b = not a", "b =  a"),
        ("not-dropped", "if not(a):\n    b()", "if (a):\n    b()"),
        ("condition-negated", "if a:\n    b()", "if not (a):\n    b()"),
        ("condition-negated", "if a < b:\n    b()", "if not (a < b):\n    b()"),
        ("condition-negated", "while a.b():\n    b()", "while not (a.b()):\n    b()"),
        ("condition-negated", "b = 'x' if a else b", "b = 'x' if not (a) else b"),
        ("condition-negated", "b = [a for a in b if a]", "b = [a for a in b if not (a)]"),
        ("arithmetic", "b = a + b", "b = a - b"),
        ("arithmetic", "b = a - b", "b = a + b"),
        ("arithmetic", "b = a * b", "b = a / b"),
        ("arithmetic", "b = a / b", "b = a * b"),
        ("integer", "b = 404", "b = 405"),
        ("integer", "b = a[0]", "b = a[1]"),
        ("integer", "b = 0x1F", "b = 32"),
        ("integer", "match a:\n    case 3:\n        a()", "match a:\n    case 4:\n        a()"),
        ("boolean", "b = True", "b = False"),
        ("boolean", "return False", "return True"),
        ("return-none", "return a", "return None"),
        ("return-none", "return a, b", "return None"),
        ("call-deleted", "a(b)", "pass"),
        ("call-deleted", "await a(\n    b\n)", "pass"),
        ("call-deleted", "if a: a(b)", "if a: pass"),
        ("update-deleted", "a += b", "pass"),
        ("raise-deleted", "raise a(b) from c", "pass"),
        (
            "raise-deleted",
            "try:\n    a = b\nexcept:\n    raise",
            "try:\n    a = b\nexcept:\n    pass",
        ),
        ("min-max", "b = min(a, c)", "b = max(a, c)"),
        ("min-max", "b = a.max()", "b = a.min()"),
    ],
)
def test_operators(operator: str, before: str, after: str) -> None:
    assert (operator, after) in made(before)


@pytest.mark.parametrize(
    ("before", "operators"),
    [
        ("if a == b:\n    b()", ["call-deleted", "equality"]),  # negated, it would be the same
        ("if not a:\n    b()", ["call-deleted", "not-dropped"]),
        ("if a in b:\n    b()", ["call-deleted", "membership"]),
        ("return 0", ["integer"]),  # an exit code of None is 0
        ("return True", ["boolean"]),
        ("b = a << b", []),
        ("b = a ** b // c", []),
        ("b = -a", []),
    ],
)
def test_nothing_is_done_twice_or_by_accident(before: str, operators: list[str]) -> None:
    assert sorted(operator for operator, _ in made(before)) == operators


def test_defaults_decorators_and_class_bodies_are_code_too() -> None:
    text = "@route(status=201)\ndef f(limit=20, *, all=False): ...\nclass A:\n    code = 404\n"
    assert {found.after for found in drawn(text)} == {
        "@route(status=202)",
        "def f(limit=21, *, all=False): ...",
        "def f(limit=20, *, all=True): ...",
        "code = 405",
    }


# What is left alone --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        '"""A docstring with 1 < 2."""',
        "b: Literal[1, 2] = a",
        "logger.info('%d', a + 1)",
        "self._logger.warning(a < b)",
        "LOG.error(a + 1)",
        "logging.getLogger(a).setLevel(10)",
        "logging.getLogger(a).info(b + 1)",
        "print(a + b)",
        "warnings.warn(a, stacklevel=2)",
        "await asyncio.sleep(3)",
        "b = a.get(timeout=3, pool_size=5, max_overflow=2)",
        "b = a(description=1, title=2, check_same_thread=False, tags=3, version=c + 1)",
        "b = {'timeout': 3, 'title': True}",
        "MAX_RETRIES = 3",
        "read_timeout: int = 30",
        "c.version += 1 if a.version else 2",
        "b = f'{a + 1}'",
        "b = 'x' + a",
        "b = 1_000_000",
        "b = a < deadline",
        "b = Order.created_at <= oldest",
        "b = time.time() > a",
        "while True:\n    a = b",
        "while a:\n    if a: pass",
        "if a < b:\n    logger.info('x')\nelse:\n    pass",
        "if not isinstance(a, str):\n    raise TypeError",
        "if TYPE_CHECKING:\n    b = 1\n    a()",
        "if typing.TYPE_CHECKING:\n    a()",
        "try:\n    a = b\nexcept KeyError:\n    log.error('x', 1)\n    print(2)",
        "raise NotImplementedError",
        "raise AssertionError(a + 1)",
        "a.close()",
        "await a.dispose()",
        "session.rollback()",
        "super().__init__(a)",
        "import a\nfrom b import c",
        "return None",
        "return",
    ],
)
def test_what_no_test_should_have_to_notice(body: str) -> None:
    kept = {"update-deleted"} if "+=" in body else set()
    # The condition of a loop is worth a mutant, whatever is in its body.
    kept |= {"condition-negated"} if body.startswith("while a") else set()
    assert {operator for operator, _ in made(body)} == kept


@pytest.mark.parametrize(
    "text",
    [
        "__all__ = [1]\n__slots__ = (1, True)\n",
        "READ_TIMEOUT = 3\nRETRIES: int = 5\nSLEEP_SECONDS = 2 * 60\n",
        "if __name__ == '__main__':\n    main(1)\n",
        "@dataclass(frozen=True, order=False)\nclass A:\n    b: Annotated[int, Field(ge=1)]\n",
        "class A(enum.IntEnum):\n    B = 1\n",
        "def f(a: Literal[1] | bool) -> Literal[2]: ...\n",
        "def f(retries=3, *, timeout_seconds=4): ...\n",
        "class A:\n    def __repr__(self):\n        return str(self.b + 1)\n",
        "class A:\n    def __exit__(self, *error):\n        return self.stop(1)\n",
        "def f() -> None:\n    return g()\n",
        "assert a, b + 1\n",
    ],
)
def test_what_no_test_should_have_to_notice_outside_functions(text: str) -> None:
    assert drawn(text) == ()


def test_names_that_describe_are_ordinary_where_they_compute() -> None:
    assert made("total = 0") == {("integer", "total = 1")}
    assert made("b = a(total=b * c)") == {("arithmetic", "b = a(total=b / c)")}


def test_the_end_of_a_loop_is_not_taken_away() -> None:
    operators = {operator for operator, _ in made("while a < 3:\n    a += 1\n    b.c()")}
    assert operators == {"boundary", "integer", "condition-negated", "call-deleted"}


def test_only_lines_of_the_candidate_are_changed() -> None:
    text = "def f(a):\n    g(1)\n    g(2)\n    g(\n        # why\n\n        3,\n    )\n"
    own = {"app.py": {3, 4, 7, 8}}
    found = mutants({"app.py": text}, changed=own, seed=1, neutral=50)
    assert {each.line for each in found} == {3, 4, 7, 8}
    assert any(each.before == "g( # why 3, )" and each.after == "pass" for each in found)
    partly = mutants({"app.py": text}, changed={"app.py": [4, 8]}, seed=1, neutral=0)
    assert partly == ()  # line 7 is the starter's
    assert mutants({"app.py": text}, changed={}, seed=1) == ()


# Splicing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = ('Zoë 東京 🎉', a < b)\n", "x = ('Zoë 東京 🎉', a <= b)\n"),
        ("ñ = [1.5, '§', a< b]\n", "ñ = [1.5, '§', a<= b]\n"),
        ("x = a < b\r\n# keep  \r\n", "x = a <= b\r\n# keep  \r\n"),
        ("if c:\r\n\tx = a < b  # why\r\n", "if c:\r\n\tx = a <= b  # why\r\n"),
        ("\x0cx = a < b\n\x0c\n", "\x0cx = a <= b\n\x0c\n"),
        ("s = '\x0b\u2028'\rx = a < b\r", "s = '\x0b\u2028'\rx = a <= b\r"),
        ("\ufeffx = a < b", "\ufeffx = a <= b"),
        ("x = (a  # é < (\n    # is\n\n  < b)\n", "x = (a  # é < (\n    # is\n\n  <= b)\n"),
        ("x = ((a)) \\\n < ((b))\n", "x = ((a)) \\\n <= ((b))\n"),
        ("# coding: utf-8\nx = a < b\n", "# coding: utf-8\nx = a <= b\n"),
        ("s = '\\d'; x = a < b\n", "s = '\\d'; x = a <= b\n"),
    ],
)
def test_everything_else_stays_byte_for_byte(before: str, after: str) -> None:
    with warnings.catch_warnings(record=True) as warned:
        assert after in {found.text for found in drawn(before)}
    assert warned == []


def test_what_is_shown_is_one_bounded_line() -> None:
    (found,) = drawn("x = '" + "é" * 900 + "', a <  \\\n b, '" + "é" * 900 + "'\n")
    assert "a < \\" in found.before
    assert "a <= \\" in found.after
    assert max(len(found.before), len(found.after)) <= 200
    (found,) = drawn("call(\n    a,\r\n    b,\n)\n")
    assert (found.line, found.before, found.after) == (1, "call( a, b, )", "pass")


# Neutral mutants -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("parentheses", "return a(b) + c", "return (a(b) + c)"),
        ("quotes", "b = 'it'", 'b = "it"'),
        ("quotes", 'b = "it"', "b = 'it'"),
        ("notation", "b = 1000", "b = 0x3e8"),
        ("comment", "b = a", "b = a  # as before"),
        ("blank-line", "b = a\nc = b", "b = a\n\n    c = b"),
        ("statement", "b = a", "pass; b = a"),
        ("statement", "a(b)", "pass; a(b)"),
    ],
)
def test_neutral_operators(operator: str, before: str, after: str) -> None:
    head = "def f(a, b, c):\n    "
    text = head + before.replace("\n", "\n    ") + "\n"
    found = drawn(text, most=0, neutral=50)
    assert (operator, head + after + "\n") in {(each.operator, each.text) for each in found}
    assert all(each.neutral and dump(each.text) == dump(text) for each in found)
    assert all(each.text != text for each in found)


@pytest.mark.parametrize("value", ["r'a'", "'''a'''", "'a' 'b'", "'\"'", "'\\n'", "b'a'", "''"])
def test_strings_that_another_quote_could_change_are_kept(value: str) -> None:
    found = drawn(f"def f():\n    return {value}\n", most=0, neutral=50)
    assert "quotes" not in {each.operator for each in found}


def test_a_blank_line_has_the_line_end_of_its_file() -> None:
    found = drawn("def f():\r\n\treturn g\r\n", most=0, neutral=9)
    assert {each.text for each in found if each.operator not in SHOWN} == {
        "def f():\r\n\treturn g\r\n\r\n",
        "def f():\r\n\treturn g  # as before\r\n",
        "def f():\r\n\tpass; return g\r\n",
    }


def test_a_neutral_change_shows_in_the_syntax_too_and_spares_docstrings() -> None:
    text = 'def f():\n    """Say a."""\n    return g(a)\n'
    found = drawn(text, most=0, neutral=50)
    (statement,) = (each for each in found if each.operator == "statement")
    assert statement.text == 'def f():\n    """Say a."""\n    pass; return g(a)\n'
    assert ast.dump(ast.parse(statement.text)) != ast.dump(ast.parse(text))


# Sampling ------------------------------------------------------------------------------------


def solution() -> dict[str, str]:
    return {
        path.relative_to(SOLUTION).as_posix(): path.read_text("utf-8")
        for path in sorted(SOLUTION.glob("app/**/*.py"))
    }


def test_a_solution_gets_a_full_and_varied_sample() -> None:
    files = solution()
    found = mutants(files, changed=dict.fromkeys(files, EVERY_LINE), seed=1)
    real = [each for each in found if not each.neutral]
    assert (len(real), len(found)) == (30, 35)
    assert len(set(found)) == len(found)
    assert len({each.operator for each in real}) >= 10
    assert len({each.path for each in real}) >= 8
    assert max(Counter((each.path, each.line) for each in real).values()) == 1


def test_the_same_seed_gives_the_same_mutants() -> None:
    files = solution()
    changed = dict.fromkeys(files, EVERY_LINE)
    first = mutants(files, changed=changed, seed=7)
    turned = dict(reversed(files.items()))
    assert mutants(turned, changed=dict(reversed(changed.items())), seed=7) == first
    assert mutants(files, changed=changed, seed=8) != first


def test_one_long_file_does_not_take_it_all() -> None:
    long = "".join(f"def f{n}(a):\n    return a + {n}\n" for n in range(200))
    files = {"long.py": long} | {f"{n}.py": "def f(a):\n    return a == 1\n" for n in range(5)}
    found = mutants(files, changed=dict.fromkeys(files, EVERY_LINE), seed=2, neutral=0)
    assert {each.path for each in found} == set(files)
    assert len({each.line for each in found if each.path == "long.py"}) >= 15


def test_a_table_of_constants_does_not_take_it_all() -> None:
    table = "TABLE = [" + "7, " * 5_000 + "]\n"
    code = "def f(a, b):\n    if a < b or b is None:\n        raise E\n    return a + b\n"
    found = drawn(table + code, most=30)
    assert sum(each.line == 1 for each in found) == module.SITES_OF_A_KIND
    assert {each.operator for each in found if each.line > 1} >= {"boundary", "return-none"}


def test_numbers_are_upper_bounds() -> None:
    text = "def f(a):\n    return a + 1\n"
    assert len(drawn(text, most=2, neutral=1)) == 3
    assert drawn(text, most=0) == ()


# Hostile text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "def f(:\n",
        "x = 1\0\n",
        "x = '\udc80' < 1\n",
        "x = " + "(" * 5_000 + "1" + ")" * 5_000 + "\n",
        "x = " + "-" * 100_000 + "1\n",
        "x = " + "not " * 50_000 + "1\n",
        "x = " + " + ".join(["a"] * 50_000) + "\n",
        "x = a" + "()" * 100_000 + "\n",
        "x = 1 + " + "9" * 5_000 + "\n",
        "x = '" + "a" * 10_000_000 + "' < b\n",
        "x = 'é" + "é" * 160_000 + "' < b\n",
        "x = 1\n" * 20_000,
        "# coding: latin-1\nx = a < b\n",
        "# coding: utf-7\nx = a < b\n",
        "# coding: no-such\nx = a < b\n",
    ],
    ids=range(16),
)
def test_what_cannot_be_read_gives_no_mutants(text: str) -> None:
    assert drawn(text, neutral=5) == ()


def test_a_bad_file_does_not_hide_a_good_one() -> None:
    files = {"a.py": "def (", "b.py": "x = a < b\n", "c.py": "\0"}
    found = mutants(files, changed=dict.fromkeys(files, EVERY_LINE), seed=1)
    assert {each.path for each in found} == {"b.py"}


@pytest.mark.parametrize(
    "text",
    [
        "x = 1 + 0x" + "f" * 20_000 + "\n",  # can be read, but not be written as a decimal
        "x = \uff4dax(a, b)\n",  # the parser reads it as `max`, but it has other bytes
        "x = (a " + "#(#(" * 2_000 + "\n + b)\n",  # a trap for a careless pattern
        "".join(" " * n + "if a < b:\n" for n in range(60)) + " " * 60 + "f()\n",
        "def f():\n" + "    a += 1\n" * 6_000,
    ],
    ids=range(5),
)
def test_odd_text_gives_right_mutants_or_none(text: str) -> None:
    found = drawn(text, most=5, neutral=5)
    assert all((dump(each.text) == dump(text)) is each.neutral for each in found)


def test_a_splice_that_means_what_it_should_not_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn("x = a < b\n", most=5) != ()
    monkeypatch.setattr(module, "_quiet_edits", module._edits)
    found = drawn("x = a < b\n", most=0, neutral=5)
    assert {each.operator for each in found} <= SHOWN


def test_files_beyond_the_budget_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ALL_CHARACTERS", 30)
    files = {f"{n}.py": "x = a < b  # 15\n" for n in range(9)}
    found = mutants(files, changed=dict.fromkeys(files, EVERY_LINE), seed=1)
    assert len({each.path for each in found}) == 1


# On real code --------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(
    paths=st.lists(st.sampled_from(sorted(SOURCES)), min_size=1, max_size=2, unique=True),
    seed=st.integers(0, 2**32),
)
def test_mutants_of_real_code_parse_and_change_one_place(paths: list[str], seed: int) -> None:
    files = {path: SOURCES[path] for path in paths}
    found = mutants(files, changed=dict.fromkeys(files, EVERY_LINE), seed=seed)
    for each in found:
        assert (dump(each.text) == dump(files[each.path])) is each.neutral
        assert each.text != files[each.path]
        assert confined(files[each.path], each), (each.path, each.line, each.operator)
