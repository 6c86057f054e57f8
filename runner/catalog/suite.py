"""What the hidden suite will report, read from its sources without running them.

Every test says by a literal which requirement it speaks for, so that the host knows each
expected check before anything runs. What this reading could miss is refused: tests in
classes or under conditions, imported tests, computed markers.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from runner.catalog.documents import failure

if TYPE_CHECKING:
    from collections.abc import Iterator

Test = ast.FunctionDef | ast.AsyncFunctionDef

_MARKER = '@pytest.mark.requirement("<id>")'
_PROBE = "@pytest.mark.probe"


def expected_checks(suite: tuple[tuple[str, str], ...], label: str) -> tuple[tuple[str, str], ...]:
    """(check id, requirement id) of every test, in the order of the files.

    `ChallengeError` names every place that cannot be read.
    """
    checks: list[tuple[str, str]] = []
    problems: list[str] = []
    for name, text in suite:
        if name.rpartition("/")[2].startswith("test_") and name.endswith(".py"):
            _read(name, text, f"{label}/hidden/{name}", checks, problems)
    ids = [check for check, _ in checks]
    problems += [
        f"{label}/hidden/{check.partition('::')[0]}: {check.partition('::')[2]} is there twice"
        for check in sorted(set(ids))
        if ids.count(check) > 1
    ]
    if problems:
        raise failure(problems)
    return tuple(checks)


def probe_checks(suite: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Ids of the tests that are marked `@pytest.mark.probe`."""
    return tuple(
        f"{name}::{statement.name}"
        for name, text in suite
        if name.endswith(".py")
        for statement in ast.parse(text).body
        if _is_test(statement) and any(map(_is_probe, statement.decorator_list))
    )


def _read(
    name: str, text: str, label: str, checks: list[tuple[str, str]], problems: list[str]
) -> None:
    try:
        module = ast.parse(text)
    except SyntaxError as error:
        problems.append(f"{label}:{error.lineno}: {error.msg}")
        return
    used: set[ast.AST] = set()
    for statement in module.body:
        if _is_test(statement):
            markers = [item for item in statement.decorator_list if _is_marker(item)]
            used |= {marker.func for marker in markers}
            used |= {item for item in statement.decorator_list if _is_probe(item)}
            requirement = _literal(markers)
            if requirement is None:
                place = f"{label}:{statement.lineno}: {statement.name}"
                problems.append(f"{place}: it needs exactly one {_MARKER} with a literal id")
            else:
                checks.append((f"{name}::{statement.name}", requirement))
    problems += [f"{label}:{line}: {why}" for line, why in _unreadable(module, used)]


def _is_test(node: ast.AST) -> TypeGuard[Test]:
    return isinstance(node, Test) and node.name.startswith("test")


def _is_marker(node: ast.expr) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.requirement"


def _literal(markers: list[ast.Call]) -> str | None:
    if len(markers) != 1 or markers[0].keywords or len(markers[0].args) != 1:
        return None
    argument = markers[0].args[0]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return None


def _unreadable(module: ast.Module, used: set[ast.AST]) -> Iterator[tuple[int, str]]:
    """What pytest would collect, or mark, and the reading above does not see."""
    for node in ast.walk(module):
        if _is_test(node) and node not in module.body:
            yield node.lineno, f"{node.name}: a test stands at the top level of its file"
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield node.lineno, f"{node.name}: tests are functions, not methods of a class"
        elif isinstance(node, ast.Import | ast.ImportFrom) and _brings_tests(node):
            yield node.lineno, "a test is defined where it is, never imported"
        elif isinstance(node, ast.Attribute) and node not in used and _is_marker_name(node):
            yield node.lineno, f"{_MARKER} decorates a test and nothing else"
        elif isinstance(node, ast.Attribute) and node not in used and _is_probe_name(node):
            yield node.lineno, f"{_PROBE} decorates a test, without brackets, and nothing else"
    for statement in module.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and _assigns_test(statement):
            yield statement.lineno, "a test is a function made with `def`"


def _brings_tests(node: ast.Import | ast.ImportFrom) -> bool:
    names = [alias.asname or alias.name for alias in node.names]
    return any(name.startswith("test") or name == "*" for name in names)


def _is_marker_name(node: ast.Attribute) -> bool:
    return ast.unparse(node).endswith("mark.requirement")


def _is_probe(node: ast.expr) -> bool:
    return ast.unparse(node) == "pytest.mark.probe"


def _is_probe_name(node: ast.Attribute) -> bool:
    return ast.unparse(node).endswith("mark.probe")


def _assigns_test(statement: ast.Assign | ast.AnnAssign) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = [node.id for target in targets for node in ast.walk(target) if _is_name(node)]
    return any(name.startswith("test") for name in names)


def _is_name(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)
