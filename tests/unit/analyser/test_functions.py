"""Facts about functions and classes."""

from __future__ import annotations

import ast

import pytest

from runner.analyser.functions import facts_of, functions, is_annotated
from tests.unit.analyser.build import source, tree

TEXT = '''
    import os

    class Service:
        """Documented."""

        def __init__(self, name: str):
            self.name = name

        def run(self, *args: int, key: str, **rest: object) -> None:
            def inner(x):
                return x
            inner(1)

        def _private(self, x):
            return x

    class _Hidden:
        def method(self, x):
            return x

    if os.name == "posix":
        def platform(x):
            """Documented."""
    else:
        try:
            def fallback() -> int:
                return 1
        except ValueError:
            async def handler() -> None: ...
'''


def facts(text: str, touched: frozenset[int] | None = None) -> dict[str, tuple[bool, bool, bool]]:
    found = facts_of(tree(text), source(text, touched=touched))
    return {each.name: (each.public, each.annotated, each.documented) for each in found}


def test_what_is_public_annotated_and_documented() -> None:
    assert facts(TEXT) == {
        "Service": (True, False, True),
        "Service.__init__": (True, True, False),
        "Service.run": (True, True, False),
        "Service.run.inner": (False, False, False),
        "Service._private": (False, False, False),
        "_Hidden": (False, False, False),
        "_Hidden.method": (False, False, False),
        "platform": (True, False, True),
        "fallback": (True, True, False),
        "handler": (True, True, False),
    }


def test_only_definitions_with_a_changed_line_count() -> None:
    text = "def a():\n    return 1\n\n\ndef b():\n    return 2\n"
    assert list(facts(text, frozenset({6}))) == ["b"]


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("def f() -> int: ...", True),
        ("def f(): ...", False),
        ("def f(a) -> int: ...", False),
        ("def f(a: int, /, *, b: int) -> int: ...", True),
        ("def f(*args) -> int: ...", False),
        ("def f(**kwargs) -> int: ...", False),
        ("def f(cls, a: int) -> int: ...", True),
        ("def __init__(self): ...", False),
        ("def __init__(self) -> None: ...", True),
        ("def __init__(self, a: int): ...", True),
    ],
)
def test_annotated_means_the_whole_signature(signature: str, expected: bool) -> None:  # noqa: FBT001
    node = ast.parse(signature).body[0]
    assert isinstance(node, ast.FunctionDef)
    assert is_annotated(node) is expected


def test_totals() -> None:
    found = facts_of(tree(TEXT), source(TEXT))
    total = functions(found, {("app/module.py", 10): 12, ("app/module.py", 22): 3})
    assert (total.functions, total.public, total.annotated) == (8, 5, 4)
    assert (total.documentable, total.documented) == (5, 2)
    assert (total.over_ten, total.longest) == (1, 4)
    assert (total.worst[0].name, total.worst[0].complexity) == ("Service.run", 12)
    assert [each.note for each in total.unannotated.shown] == ["platform"]
    assert {each.note for each in total.undocumented.shown} == {
        "Service.run",
        "fallback",
        "handler",
    }


def test_nothing_written_is_all_zeros() -> None:
    assert functions([], {}).longest == 0
