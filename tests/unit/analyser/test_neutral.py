"""Neutral mutants that show in compiled code: they mean the same, and show to whoever looks."""

from __future__ import annotations

import ast
import asyncio
import dis
import hashlib
import re
import warnings
from collections.abc import Generator
from textwrap import dedent, indent
from types import CodeType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.analyser.mutants import Mutant, mutants
from runner.analyser.neutral import SHOWN, alternated
from runner.analyser.spelling import meaning
from tests.meta.repository import ROOT, modules
from tests.unit.analyser.test_mutants import EVERY_LINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SALT = re.compile(r"\b\d{9}\b")
OWN = sorted(path for path in modules() if path.is_relative_to(ROOT / "runner"))
CHALLENGES = sorted(
    path
    for part in ("solution", "alternatives")
    for path in ROOT.glob(f"challenges/*/*/{part}/**/*.py")
)


def neutral_of(text: str, *, seed: int = 0, most: int = 200) -> list[Mutant]:
    """Every neutral mutant that shows in compiled code."""
    found = mutants({"a.py": text}, changed={"a.py": EVERY_LINE}, seed=seed, most=0, neutral=most)
    return [each for each in found if each.operator in SHOWN]


def after(body: str) -> set[tuple[str, str]]:
    """Operator and body for every change of the body of a function, its number as 7."""
    head = "async def f(a, b, c):\n"
    found = neutral_of(head + indent(dedent(body).strip(), "    ") + "\n")
    return {
        (each.operator, dedent(SALT.sub("7", each.text).removeprefix(head)).strip())
        for each in found
    }


@pytest.mark.parametrize(
    ("operator", "before", "changed"),
    [
        ("boxed", "return a", "return [(a), 7][0]"),
        ("boxed", "return 1", "return [(1), 7][0]"),
        ("boxed", "b = c.d", "b = [(c.d), 7][0]"),
        ("boxed", "a, b = b, a", "a, b = [(b, a), 7][0]"),
        ("boxed", "b: int = a", "b: int = [(a), 7][0]"),
        ("boxed", "b += a", "b += [(a), 7][0]"),
        ("boxed", "raise a(b) from c", "raise [(a(b)), 7][0] from c"),
        ("boxed", "await a(b)", "[(await a(b)), 7][0]"),
        ("boxed", "b = yield a", "b = [(yield a), 7][0]"),
        ("boxed", "b(a, k=c)", "b([(a), 7][0], k=c)"),
        ("boxed", "b(a, k=c)", "b(a, k=[(c), 7][0])"),
        ("boxed", "b(*a, c)", "b(*a, [(c), 7][0])"),
        ("boxed", "b = a < 3", "b = a < [(3), 7][0]"),
        ("boxed", "b = lambda: a", "b = lambda: [(a), 7][0]"),
        ("boxed", "for a in b: c()", "for a in [(b), 7][0]: c()"),
        ("boxed", "b = [a for a in c]", "b = [[(a), 7][0] for a in c]"),
        ("boxed", "return *a, b", "return [(*a, b), 7][0]"),
        ("other-arm", "return a < b", "return ((a < b) if [7] else (a <= b))"),
        ("other-arm", "if a and b: c()", "if ((a and b) if [7] else (a or b)): c()"),
        ("other-arm", "b(404)", "b(((404) if [7] else (405)))"),
        ("other-arm", "while not a: b()", "while ((not a) if [7] else ( a)): b()"),
        ("other-arm", "b = a + c", "b = ((a + c) if [7] else (a - c))"),
        ("branch", "b = a", "if [7]: b = a"),
        ("branch", "return (\n    a\n)", "if [7]: return (\n    a\n)"),
        ("branch", "b = a; c = b", "if [7]: b = a; c = b"),
        ("idle", "b = a", "[7]; b = a"),
        ("idle", "if a: b()", "if a: [7]; b()"),
    ],
)
def test_forms(operator: str, before: str, changed: str) -> None:
    assert (operator, changed) in after(before)


@pytest.mark.parametrize(
    ("before", "operators"),
    [
        ("b: int", set()),
        ("'text'", set()),
        ("pass", set()),
        ("return", {"branch", "idle"}),
        ("b(x for x in a)", {"branch", "idle", "boxed"}),
        ("b(f'{a}')", {"branch", "idle", "boxed"}),
        ("match a:\n    case 3: pass", set()),
        ("log.info('x', a)", set()),
    ],
)
def test_what_is_left_alone(before: str, operators: set[str]) -> None:
    assert {operator for operator, _ in after(before)} == operators


def test_the_truth_of_a_condition_is_asked_as_often_as_before() -> None:
    conditions = ("if a and b: c()", "while a < b < c: c()", "b = a if a or b else c")
    for condition in conditions:
        changed = [text for operator, text in after(condition) if operator == "boxed"]
        assert all(re.search(r"(if|while) \[\([^)]*(and|or|<)", text) is None for text in changed)


def test_long_expressions_are_not_copied() -> None:
    text = f"def f(a):\n    return g({'a' * 3_000})\n"
    assert {each.operator for each in neutral_of(text)} == {"branch", "idle"}


def test_a_docstring_stays_the_first_statement() -> None:
    for each in neutral_of('"""Say."""\n\ndef f(a):\n    """Say."""\n    return a\n'):
        tree = ast.parse(each.text)
        assert ast.get_docstring(tree) == "Say."
        (function,) = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
        assert ast.get_docstring(function) == "Say."


def test_alternated() -> None:
    assert alternated([1, 3], [2, 4, 5, 6]) == [1, 2, 3, 4, 5, 6]
    assert alternated([1, 2], []) == [1, 2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = True"),
        ("x = 1", "x = 1.0"),
        ("x = 0.0", "x = -0.0"),
        ("x = 'a'", "x = b'a'"),
        ("x = [a, 1][0]", "x = [a, 1][1]"),
        ("x = [*a, 1][0]", "x = a"),
        ("[a, 1][0] = 2", "a = 2"),
        ("x = a if [] else b", "x = a"),
        ("x = a if [b] else b", "x = a"),
        ("if [a]: f()", "f()"),
        ("if [1]: f()\nelse: g()", "f()"),
        ("while [1]: f()", "f()"),
        ("pass", ""),
        ("[a]; f()", "f()"),
        ("x = 0x" + "f" * 20_000, "x = 0x" + "e" * 20_000),
    ],
)
def test_what_differs_is_not_spelled_alike(one: str, other: str) -> None:
    assert meaning(ast.parse(one)) != meaning(ast.parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = [a, 1][0]", "x = a"),
        ("x = [[a, 1][0], 2][0]", "x = a"),
        ("if [1]: pass; f(); g()", "f(); g()"),
        ("x = a if [1] else b", "x = a"),
        ("[1]; pass; f()", "f()"),
        ("x = 0x" + "f" * 20_000, "x = (0x" + "F" * 20_000 + ")"),
        ("x = 1e999 - 1e999", "x = (1e999 - 1e999)"),
    ],
)
def test_what_means_the_same_is_spelled_alike(one: str, other: str) -> None:
    assert meaning(ast.parse(one)) == meaning(ast.parse(other))


# Whoever looks sees them ---------------------------------------------------------------------


def compiled(text: str) -> list[bytes]:
    """The instructions of all code objects of a module, whatever lines they stand in."""
    waiting = [compile(text.removeprefix("\ufeff"), "a.py", "exec")]
    found: list[bytes] = []
    while waiting:
        code = waiting.pop()
        found.append(code.co_code)
        waiting += [each for each in code.co_consts if isinstance(each, CodeType)]
    return found


def operations(text: str) -> list[str]:
    """Comparisons and calculations only: what a careful reader of compiled code might count."""
    waiting = [compile(text, "a.py", "exec")]
    found: list[str] = []
    while waiting:
        code = waiting.pop()
        names = ("COMPARE_OP", "BINARY_OP", "CONTAINS_OP", "IS_OP")
        found += [one.argrepr for one in dis.get_instructions(code) if one.opname in names]
        waiting += [each for each in code.co_consts if isinstance(each, CodeType)]
    return found


SAMPLES = [*OWN[::12], *CHALLENGES[::6]]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_they_show_in_text_syntax_and_compiled_code(path: Any) -> None:
    text = path.read_text("utf-8")
    was, dump = compiled(text), ast.dump(ast.parse(text))
    for each in neutral_of(text, most=20):
        assert compiled(each.text) != was, (each.operator, each.line)
        assert ast.dump(ast.parse(each.text)) != dump
        assert meaning(ast.parse(each.text)) == meaning(ast.parse(text))


@pytest.mark.parametrize("text", ["x is 3", "f(x, '\\d')", "assert x, y", "x == 'a' is True"])
def test_they_add_no_warning_of_the_compiler(text: str) -> None:
    def warned(code: str) -> set[str]:
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            compile(code, "a.py", "exec")
        return {str(each.message) for each in found}

    code = f"def f(x, y):\n    {text}\n    return x if {text.partition(',')[0][-1]} else y\n"
    for each in neutral_of(code):
        assert warned(each.text) <= warned(code), each.text


def test_some_show_to_those_who_count_operations_only() -> None:
    text = "def f(a, b):\n    if a < b and a != 3:\n        return a + b\n    return a in b\n"
    arms = [each for each in neutral_of(text) if each.operator == "other-arm"]
    assert any(operations(each.text) != operations(text) for each in arms)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("challenge", ["orders-api", "sales-analysis", "churn-model"])
def test_two_of_five_show_in_compiled_code_whatever_the_seed(challenge: str, seed: int) -> None:
    (root,) = ROOT.glob(f"challenges/*/{challenge}/solution")
    files = {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in sorted(root.glob("*/*.py"))
        if "tests" not in path.parts
    }
    found = mutants(files, changed=dict.fromkeys(files, EVERY_LINE), seed=seed, most=3)
    operators = [each.operator for each in found if each.neutral]
    assert len(operators) == 5
    assert [operator in SHOWN for operator in operators] == [True, False, True, False, True]


@pytest.mark.parametrize(
    "text",
    [
        "LIMIT = 5\nTABLE = {'a': LIMIT + 1}\n",
        "add = lambda a, b: a + b\n",
        "class A:\n    x = 3\n    y: int = 4\n",
        "ITEMS = [a for a in range(9) if a > 3]\n",
        "def f(): return 1\n",
        "def f():\n    return None\n",
    ],
)
def test_code_of_any_shape_gets_them(text: str) -> None:
    for seed in range(5):
        found = mutants({"a.py": text}, changed={"a.py": EVERY_LINE}, seed=seed)
        assert sum(each.operator in SHOWN for each in found) >= 2


def test_no_table_of_known_changes_holds_them() -> None:
    text = "def f(a):\n    return a + 1\n"
    seen = [
        {hashlib.sha256(each.text.encode()).hexdigest() for each in neutral_of(text, seed=seed)}
        for seed in range(20)
    ]
    assert set.intersection(*seen) == set()


# They mean the same ---------------------------------------------------------------------------


class Log:
    """What a function did: every call and every question about truth, in order."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def note(self, *event: Any) -> None:
        self.events.append(event)
        if len(self.events) > 400:
            raise OverflowError


def shown(values: object) -> str:
    """Values in words; what a generator gives, and not where it is in memory."""
    if isinstance(values, tuple):
        return f"({', '.join(map(shown, values))})"
    return repr([*values]) if isinstance(values, Generator) else repr(values)


class Thing:
    """A value that notes what is done with it."""

    def __init__(self, log: Log, number: int) -> None:
        self.log, self.number = log, number

    def __repr__(self) -> str:
        return f"T{self.number}"

    def __bool__(self) -> bool:
        self.log.note("bool", self.number)
        return self.number % 3 != 0

    def _with(self, name: str, other: object) -> Thing:
        self.log.note(name, self.number, repr(other))
        if self.number == 7 and name == "add":
            raise ValueError(name)
        return Thing(self.log, (self.number * 5 + getattr(other, "number", 2) + len(name)) % 11)

    def __add__(self, other: object) -> Thing:
        return self._with("add", other)

    def __sub__(self, other: object) -> Thing:
        return self._with("sub", other)

    def __iadd__(self, other: object) -> Thing:  # noqa: PYI034 - another one, to be told apart
        return self._with("iadd", other)

    def __lt__(self, other: object) -> Thing:
        return self._with("lt", other)

    def __le__(self, other: object) -> Thing:
        return self._with("le", other)

    def __eq__(self, other: object) -> Thing:  # type: ignore[override]
        return self._with("eq", other)

    __hash__ = object.__hash__

    def __contains__(self, other: object) -> bool:
        return bool(self._with("in", other))

    def __iter__(self) -> Iterator[Thing]:
        self.log.note("iter", self.number)
        return iter([Thing(self.log, n) for n in range(self.number % 4)])

    def __call__(self, *args: object, **named: object) -> Thing:
        self.log.note("call", self.number, shown(args), repr(named))
        if self.number == 10:
            raise KeyError(self.number)
        return Thing(self.log, (self.number + len(args) * 2 + len(named)) % 11)

    def __getitem__(self, key: object) -> Thing:
        return self._with("item", key)

    def __await__(self) -> Iterator[Thing]:
        self.log.note("await", self.number)
        return iter(())


names = st.sampled_from(["a", "b", "c", "x"])


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: f"{p[0]} + {p[1]}"),
        pair.map(lambda p: f"({p[0]} - {p[1]})"),
        pair.map(lambda p: f"({p[0]} and {p[1]})"),
        pair.map(lambda p: f"({p[0]} or {p[1]})"),
        pair.map(lambda p: f"({p[0]} < {p[1]})"),
        pair.map(lambda p: f"({p[0]} == {p[1]})"),
        pair.map(lambda p: f"({p[0]} in {p[1]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} < {t[1]} <= {t[2]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        inner.map(lambda e: f"(not {e})"),
        pair.map(lambda p: f"a({p[0]}, k={p[1]})"),
        pair.map(lambda p: f"b(*{p[0]}, {p[1]})"),
        inner.map(lambda e: f"(lambda y: y + {e})(c)"),
        pair.map(lambda p: f"a([y for y in {p[0]} if y < {p[1]}])"),
        pair.map(lambda p: f"a(y + {p[1]} for y in {p[0]})"),
        inner.map(lambda e: f"(x := {e})"),
        pair.map(lambda p: f"{p[0]}[{p[1]}]"),
        pair.map(lambda p: f"(a, {p[0]}, {p[1]})[1]"),
        inner.map(lambda e: f"f'{{{e}}}'").filter(lambda text: text.count("'") == 2),
    )


expressions = st.recursive(
    st.one_of(names, st.sampled_from(["3", "0", "True", "None", "'t'"])), _nested, max_leaves=6
)


def _indented(lines: str) -> str:
    return indent(lines, "    ")


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = inner.map(_indented)
    return st.one_of(
        st.tuples(expressions, body, body).map(lambda t: f"if {t[0]}:\n{t[1]}else:\n{t[2]}"),
        st.tuples(expressions, body).map(lambda t: f"for x in {t[0]}:\n{t[1]}"),
        st.tuples(expressions, body).map(lambda t: f"while {t[0]}:\n{t[1]}    break\n"),
        st.tuples(body, body).map(lambda t: f"try:\n{t[0]}except ValueError:\n{t[1]}"),
        st.tuples(body, body).map(lambda t: f"try:\n{t[0]}finally:\n{t[1]}"),
        st.tuples(inner, inner).map("".join),
    )


simple = st.one_of(
    st.tuples(names, expressions).map(lambda t: f"{t[0]} = {t[1]}\n"),
    st.tuples(names, expressions).map(lambda t: f"{t[0]} += {t[1]}\n"),
    st.tuples(names, expressions).map(lambda t: f"{t[0]}: 'int' = {t[1]}\n"),
    st.tuples(expressions, expressions).map(lambda t: f"a, b = {t[0]}, {t[1]}\n"),
    expressions.map(lambda e: f"log({e})\n"),
    expressions.map(lambda e: f"{e}\n"),
    expressions.map(lambda e: f"return {e}\n"),
    expressions.map(lambda e: f"if {e}: log(1); log(2)\n"),
    st.just("raise ValueError(a)\n"),
    st.just("pass\n"),
)
bodies = st.recursive(simple, _blocks, max_leaves=8)
suspending = {"def": "pass\n", "def ": "x = yield a\n", "async def": "x = await c\n"}


def played(text: str, kind: str) -> list[Any]:
    """All that a function does when it is called: events, result, error."""
    log = Log()
    given = {"log": lambda *args: log.note("log", shown(args))}
    space: dict[str, Any] = dict(given)
    try:
        exec(compile(text, "a.py", "exec"), space)
    except SyntaxError as error:  # a warning made an error: the same for both
        return [error.msg]
    things = [Thing(log, number) for number in (4, 6, 9)]
    try:
        log.note("done", repr(_ended(space["f"], things, kind)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it has to be the same
        log.note("error", type(error).__name__, str(error))
    return log.events


def _ended(function: Callable[..., Any], things: list[Thing], kind: str) -> Any:
    if kind == "async def":
        return asyncio.run(function(*things))
    if kind == "def ":
        return list(function(*things))
    return function(*things)


@settings(max_examples=60, deadline=None)
@given(body=bodies, kind=st.sampled_from(sorted(suspending)), seed=st.integers(0, 99))
def test_generated_functions_do_the_same(body: str, kind: str, seed: int) -> None:
    first = suspending[kind] if kind != "def" else "x = a\n"
    text = f"{kind.strip()} f(a, b, c):\n{_indented(first + body)}"
    try:
        compile(text, "a.py", "exec")
    except SyntaxError:
        return
    was = played(text, kind)
    for each in neutral_of(text, seed=seed, most=40):
        assert played(each.text, kind) == was, each.text


CLASSES = '''
class Base:
    limit: int = 3
    names = ["a", "b"]

    def size(self):
        return len(self.names)


class Derived(Base):
    limit = Base.limit + 1
    table = {n: n * 2 for n in range(limit)}

    def size(self):
        """Zero arguments: the cell of the class has to be there."""
        return super().size() + self.limit

    @classmethod
    def make(cls, *, count=limit):
        made = cls()
        made.names = [*cls.names, *map(str, range(count))]
        return made

    @staticmethod
    def fact(n):
        return 1 if n < 2 else n * Derived.fact(n - 1)


counter = 0


def counted(step=1):
    global counter
    counter += step
    return counter


def outer():
    seen = []

    def inner(x):
        nonlocal seen
        seen = [*seen, x]
        return seen

    return [inner(n) for n in range(3)]


RESULT = (
    Derived().size(), Derived.make().size(), Derived.table, Derived.fact(5),
    counted(), counted(2), outer(), Base.__annotations__, Derived.make.__doc__,
    sorted((n for n in (3, 1, 2)), key=lambda n: -n),
    [y for x in [[1], [2, 3]] for y in x if y > 1],
)
'''  # fmt: skip


def test_classes_closures_and_globals_do_the_same() -> None:
    def result(text: str) -> Any:
        space: dict[str, Any] = {"__name__": "m"}
        exec(compile(text, "a.py", "exec"), space)
        return space["RESULT"]

    was = result(CLASSES)
    found = neutral_of(CLASSES)
    assert {each.operator for each in found} == SHOWN
    for each in found:
        assert result(each.text) == was, each.text
