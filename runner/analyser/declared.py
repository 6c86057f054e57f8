"""Whether the project declares what its code imports.

Import names are matched to distributions through the packages that are installed beside the
analyser. What a declared distribution itself requires counts as declared. An import of
something that is not installed here cannot be decided and is left out.
"""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from importlib import metadata
from itertools import chain, islice
from typing import TYPE_CHECKING

from runner.analyser import limits
from runner.analyser.project import MOST_REQUIREMENTS, REQUIREMENTS, table, toml_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_EXTRA = re.compile(r";.*\bextra\b")


def imported(tree: ast.Module) -> frozenset[str]:
    """Top-level names of all absolute imports of a file."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


def undeclared(
    imports: Iterable[str], own: frozenset[str], files: Mapping[str, bytes]
) -> tuple[str, ...]:
    """Imports of installed third-party packages that no declaration covers, sorted."""
    covered = _closure(declared(files))
    providers = _providers()
    missing = [
        name
        for name in set(imports) - own - sys.stdlib_module_names
        if name in providers and not covered & {_normal(each) for each in providers[name]}
    ]
    return tuple(sorted(missing))


def declared(files: Mapping[str, bytes]) -> frozenset[str]:
    """Normalised names of the distributions that the project files declare."""
    data = toml_of(files, "pyproject.toml")
    listed = table(data, "project").get("dependencies")
    lines = [line for line in listed if isinstance(line, str)] if isinstance(listed, list) else []
    lines += table(data, "tool", "poetry", "dependencies")
    names = map(_NAME.match, chain(lines, _requirements(files)))
    return frozenset(_normal(name[1]) for name in names if name)


def _requirements(files: Mapping[str, bytes]) -> Iterator[str]:
    """The lines of the requirements files."""
    for path in islice(filter(REQUIREMENTS.match, files), MOST_REQUIREMENTS):
        yield from files[path][: limits.TEXT_BYTES].decode("utf-8", "replace").splitlines()


@cache
def _providers() -> Mapping[str, list[str]]:
    """Which distributions bring a module. To look through what is installed takes 0.2 s."""
    return metadata.packages_distributions()


def _closure(names: Iterable[str]) -> frozenset[str]:
    """`names` and everything that they require, extras left out."""
    waiting = list(names)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _required(name)
    return frozenset(found)


def _required(name: str) -> list[str]:
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    names = (_NAME.match(line) for line in lines if not _EXTRA.search(line))
    return [_normal(found[1]) for found in names if found]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
