"""The candidate's tests, by syntax alone: what they assert and what is doubtful about them.

Whether they catch bugs is measured elsewhere by running them; nothing here runs anything.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analyser.collect import place, places
from runner.analyser.document import Suite
from runner.analyser.functions import Definition
from runner.analyser.names import dotted
from runner.analyser.written import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.analyser.document import Place

_HELPER = re.compile(r"^(assert|check|expect|verify)|^(raise_for_status|fail|raises|warns)$")
"""Calls that assert by their name: `assert_called_once`, `pytest.raises`, `self.assertEqual`."""

_CLIENT_ERROR_NAME = re.compile(
    r"^HTTP_4\d\d|^(BAD_REQUEST|UNAUTHORIZED|FORBIDDEN|NOT_FOUND|METHOD_NOT_ALLOWED|CONFLICT"
    r"|GONE|PRECONDITION_FAILED|UNPROCESSABLE_(ENTITY|CONTENT)|TOO_MANY_REQUESTS)$"
)
_BROAD = frozenset({"Exception", "BaseException"})
_CLIENT_ERRORS = range(400, 500)

PAUSE = "time.sleep"
"""The smell of a fixed pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFacts:
    """One test function. `body` is its syntax without name and docstring, to find copies."""

    __test__ = False  # not a test of ours, whatever its name says

    path: str
    line: int
    name: str
    body: str
    changed: bool
    asserting: bool
    parametrised: bool
    negative: bool
    with_fixtures: bool
    smells: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteFacts:
    """The tests of one file and the fixtures that the candidate defined there."""

    tests: tuple[TestFacts, ...]
    fixtures: int


def suite_facts(
    tree: ast.Module, path: str, changed: frozenset[int], helpers: frozenset[str]
) -> SuiteFacts:
    """Facts of one test file; `helpers` are functions of the test files that assert."""
    defined = [node for node in ast.walk(tree) if isinstance(node, Definition)]
    fixtures = [node for node in defined if _decorated(node, "fixture")]
    return SuiteFacts(
        tests=tuple(_test(node, path, changed, helpers) for node in _tests(tree)),
        fixtures=sum(_changed(node, changed) for node in fixtures),
    )


def asserting_helpers(tree: ast.Module) -> frozenset[str]:
    """Names of functions that are no tests but contain an assertion."""
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, Definition)
        and not node.name.startswith("test")
        and any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
    )


def _tests(tree: ast.Module) -> Iterator[Definition]:
    for node in tree.body:
        if isinstance(node, Definition) and node.name.startswith("test"):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (
                inner
                for inner in node.body
                if isinstance(inner, Definition) and inner.name.startswith("test")
            )


def _test(
    node: Definition, path: str, changed: frozenset[int], helpers: frozenset[str]
) -> TestFacts:
    smells = list(_smells(node))
    sound = [inner for inner in ast.walk(node) if _asserts(inner, helpers)]
    if not sound and not any(name == "constant assertion" for name, _ in smells):
        smells.insert(0, ("no assertion", node.lineno))
    body = [statement for statement in node.body if not _is_text(statement)]
    parameters = {argument.arg for argument in node.args.args} - {"self"}
    return TestFacts(
        path=path,
        line=node.lineno,
        name=node.name,
        body="\n".join(written(part) for part in (node.args, *node.decorator_list, *body)),
        changed=_changed(node, changed),
        asserting=bool(sound),
        parametrised=_decorated(node, "parametrize"),
        negative=bool(sound) and _is_negative(node),
        with_fixtures=bool(parameters - _parametrised_names(node)),
        smells=tuple(smells),
    )


def _changed(node: Definition, changed: frozenset[int]) -> bool:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return not changed.isdisjoint(range(first, (node.end_lineno or node.lineno) + 1))


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _decorated(node: Definition, name: str) -> bool:
    return any(
        dotted(decorator.func if isinstance(decorator, ast.Call) else decorator).endswith(name)
        for decorator in node.decorator_list
    )


def _parametrised_names(node: Definition) -> set[str]:
    names: set[str] = set()
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and dotted(decorator.func).endswith("parametrize"):
            texts = [n.value for n in ast.walk(decorator) if isinstance(n, ast.Constant)]
            names.update(
                part.strip() for text in texts if isinstance(text, str) for part in text.split(",")
            )
    return names


def _asserts(node: ast.AST, helpers: frozenset[str]) -> bool:
    if isinstance(node, ast.Assert):
        return not _is_constant(node.test)
    if isinstance(node, ast.Call):
        name = dotted(node.func).rpartition(".")[2]
        return name in helpers or _HELPER.match(name) is not None
    return False


def _is_constant(test: ast.expr) -> bool:
    """`assert True`, `assert (x, "message")` and `assert x == x` hold whatever happens."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Tuple):
        return bool(test.elts)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return written(test.left) == written(test.comparators[0]) and not _calls(test.left)
    return False


def _calls(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Call) for inner in ast.walk(node))


def _can_fail(test: TestFacts) -> bool:
    """A fixed pause makes a test slow or flaky; the other smells make it blind."""
    return all(name == PAUSE for name, _ in test.smells)


def _polls(node: Definition) -> set[ast.AST]:
    """Everything inside a loop: a pause there waits for something, not for luck."""
    loops = (each for each in ast.walk(node) if isinstance(each, ast.While | ast.For))
    return {inner for loop in loops for inner in ast.walk(loop)}


def _smells(node: Definition) -> Iterator[tuple[str, int]]:
    polls = _polls(node)
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert) and _is_constant(inner.test):
            yield "constant assertion", inner.lineno
        elif isinstance(inner, ast.Call):
            name = dotted(inner.func)
            if name.endswith("raises") and _broad(inner):
                yield "broad pytest.raises", inner.lineno
            elif name == "time.sleep" and inner not in polls:
                yield PAUSE, inner.lineno
        elif isinstance(inner, ast.Try) and _swallows(inner):
            yield "swallowed assertion", inner.lineno
    for decorator in node.decorator_list:
        name = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if name in {"pytest.mark.skip", "pytest.mark.xfail", "unittest.skip"}:
            yield "skipped test", decorator.lineno


def _broad(call: ast.Call) -> bool:
    narrowed = any(keyword.arg == "match" for keyword in call.keywords)
    return bool(call.args) and not narrowed and dotted(call.args[0]) in _BROAD


def _swallows(node: ast.Try) -> bool:
    inside = any(isinstance(inner, ast.Assert) for part in node.body for inner in ast.walk(part))
    return inside and any(
        (handler.type is None or dotted(handler.type) in {*_BROAD, "AssertionError"})
        and not any(
            isinstance(inner, ast.Raise) for part in handler.body for inner in ast.walk(part)
        )
        for handler in node.handlers
    )


def _is_negative(node: Definition) -> bool:
    raises = any(
        isinstance(inner, ast.Call)
        and dotted(inner.func).endswith("raises")
        and bool(inner.args)
        and not _broad(inner)
        for inner in ast.walk(node)
    )
    return raises or (_mentions_status(node) and any(map(_is_client_error, ast.walk(node))))


def _mentions_status(node: Definition) -> bool:
    names = (getattr(inner, "attr", getattr(inner, "id", "")) for inner in ast.walk(node))
    return any("status" in name.lower() for name in names)


def _is_client_error(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) is int and node.value in _CLIENT_ERRORS
    name = getattr(node, "attr", getattr(node, "id", ""))
    return _CLIENT_ERROR_NAME.match(name) is not None


def own_tests(found: Iterable[SuiteFacts], starter: Iterable[SuiteFacts]) -> list[TestFacts]:
    """The tests that are the candidate's own: changed, and no copy of another."""
    seen = {test.body for facts in starter for test in facts.tests}
    own: list[TestFacts] = []
    for test in (test for facts in found for test in facts.tests):
        if test.changed and test.body not in seen:
            seen.add(test.body)
            own.append(test)
    return own


def suite(found: Iterable[SuiteFacts], starter: Iterable[SuiteFacts]) -> Suite:
    """Totals over the candidate's own tests."""
    files = list(found)
    own = own_tests(files, starter)
    return Suite(
        tests=len(own),
        asserting=sum(test.asserting for test in own),
        parametrised=sum(test.parametrised for test in own),
        negative=sum(test.negative for test in own),
        sound=sum(test.asserting and _can_fail(test) for test in own),
        with_fixtures=sum(test.with_fixtures for test in own),
        fixtures=sum(facts.fixtures for facts in files),
        smells=places(_smell_places(own)),
        found=places(("test", place(test.path, test.line, test.name)) for test in own),
    )


def _smell_places(tests: Iterable[TestFacts]) -> Iterator[tuple[str, Place]]:
    for test in tests:
        for name, line in test.smells:
            yield name, place(test.path, line, f"{name} in {test.name}")
