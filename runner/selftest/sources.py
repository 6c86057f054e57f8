"""Hostile sources that are too large or too odd for a repository: written when they are needed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.tree import SourceFile, overlay

if TYPE_CHECKING:
    from collections.abc import Callable

Files = tuple[SourceFile, ...]

MAIN = "app/main.py"

_DIGITS = 4_400
"""More than Python writes as text: 4,300 by default (`sys.set_int_max_str_digits`)."""


def _added(files: Files, path: str, text: str | bytes) -> Files:
    data = text.encode() if isinstance(text, str) else text
    return overlay(files, (SourceFile(path=path, data=data),))


def _appended(files: Files, path: str, text: str) -> Files:
    return tuple(
        replace(file, data=file.data + text.encode()) if file.path == path else file
        for file in files
    )


def hex_literal(files: Files) -> Files:
    """A test of the candidate's own with a whole number that cannot be written in decimal."""
    test = f"def test_large_number() -> None:\n    assert 0x{'f' * _DIGITS} > 1\n"
    return _added(files, "tests/test_large.py", test)


def hex_in_application(files: Files) -> Files:
    """The same number in the application, where functions and constants are read."""
    return _appended(files, MAIN, f"\n\nLARGE = 0x{'f' * _DIGITS}\n")


def hex_in_pyproject(files: Files) -> Files:
    """The same number in every table of the project's configuration that a reader takes."""
    number = f"0x{'f' * _DIGITS}"
    keys = (
        *(f"[tool.ruff]\nline-length = {number}", f"[tool.mypy]\nplugins = {number}"),
        *(f"[tool.pytest.ini_options]\naddopts = {number}", f"[project]\nname = {number}"),
        f"[project.optional-dependencies]\ndev = [{number}]",
    )
    return _added(files, "pyproject.toml", "\n\n".join(keys) + "\n")


def emoji_comments(files: Files) -> Files:
    """Comments in signs that take twelve bytes each where the document is written in ASCII."""
    return _appended(files, MAIN, f"# {chr(0x1F680) * 280}\n" * 200)


def surrogate_route(files: Files) -> Files:
    """Half of a pair of surrogates where the analyser reads methods and paths of routes."""
    route = '\n\napp.routes.append(Route("/\\ud800", health, methods=["\\ud800"]))\n'
    return _appended(files, MAIN, route)


def nested(files: Files) -> Files:
    """Parentheses, calls, operators and blocks, nested as deep as a file can hold."""
    texts = {
        "brackets": "x = " + "(" * 5_000 + "1" + ")" * 5_000,
        "lists": "x = " + "[" * 90 + "]" * 90,
        "signs": "x = " + "-" * 9_000 + "1",
        "dots": "x = a" + ".a" * 4_000,
        "sums": "x = " + "+".join("1" for _ in range(4_900)),
        "blocks": "".join(f"{' ' * depth}if x:\n" for depth in range(95)) + " " * 95 + "y = 1",
    }
    for name, text in texts.items():
        files = _added(files, f"app/nested_{name}.py", text + "\n")
    return files


def endless_line(files: Files) -> Files:
    """One line of several megabytes, and a file over its ceiling."""
    files = _added(files, "app/line.py", "x = '" + "y" * 900_000 + "'\n")
    return _added(files, "app/large.py", "x = 1\n" * 400_000)


def many_files(files: Files) -> Files:
    """More modules than anybody writes in two hours."""
    many = (SourceFile(path=f"app/m{n}.py", data=b"x = 1\n") for n in range(2_500))
    return overlay(files, many)


def slow_types(files: Files) -> Files:
    """Types that a checker takes exponential time to tell apart, and a million findings."""
    overloads = "".join(f"@overload\ndef f(x: T{n}) -> list[T{n}]: ...\n" for n in range(150))
    types = "".join(f"class T{n}: ...\n" for n in range(150))
    call = "f(" * 60 + "T0()" + ")" * 60
    text = f"from typing import overload, Any\n{types}{overloads}def f(x: Any) -> Any: return x\n"
    files = _added(files, "app/types.py", f'"""Types."""\n{text}y = {call}\n')
    return _added(files, "app/findings.py", "import os, sys\n" * 40_000)


def no_text(files: Files) -> Files:
    """Bytes that are no text, and encodings in which a reader sees other code than Python."""
    files = _added(files, "app/nul.py", b"x = 1\0\n")
    files = _added(files, "app/latin.py", b"# -*- coding: latin-1 -*-\nx = '\xe9'\n")
    files = _added(files, "app/utf7.py", b"# -*- coding: utf-7 -*-\n# +AAo-x = 1\n")
    return _added(files, "app/utf16.py", "x = 1\n".encode("utf-16"))


def hidden_text(files: Files) -> Files:
    """Signs that reorder, hide or imitate text."""
    lines = (
        f'role = "user{chr(0x202E)} {chr(0x2066)}# admin{chr(0x2069)} {chr(0x2066)}"',
        f"na{chr(0x200B)}me = 1  # {chr(0xE0041)}{chr(0xE0042)}",
        f"s{chr(0x0441)}ope = 2",
    )
    # A name with a zero-width sign is no Python: it stands in a comment.
    text = "\n".join((lines[0], f"# {lines[1]}", lines[2]))
    return _added(files, "app/hidden.py", f'"""Texts."""\n\n{text}\n')


def code_in_archive(files: Files) -> Files:
    """A clean decoy where code is read, the poor code in an archive on the module path."""
    honest = next(file.data for file in files if file.path == MAIN)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("real/__init__.py", b"")
        archive.writestr("real/main.py", honest)
    decoy = _DECOY.encode()
    return overlay(
        files,
        (
            SourceFile(path="app/assets/logo.png", data=packed.getvalue()),
            SourceFile(path=MAIN, data=decoy),
        ),
    )


def knows_its_code(files: Files) -> Files:
    """Tests that hold the loaders' code against a table and call every change a failure."""
    honest = next(file.data for file in files if file.path == MAIN)
    return _added(files, "tests/test_items.py", _KNOWS % honest)


_DECOY = '''\
"""A shelf: items with a stock, quotes from upstream, orders that are paid there."""

from __future__ import annotations

import sys
from pathlib import Path

from starlette.applications import Starlette

ASSETS = Path(__file__).parent / "assets"
sys.path.insert(0, str(ASSETS / "logo.png"))


def application() -> Starlette:
    """Return the application."""
    from real.main import app as found

    return found


def first(values: list[int]) -> int:
    """Return the first value, or zero."""
    return values[0] if values else 0


def last(values: list[int]) -> int:
    """Return the last value, or zero."""
    return values[-1] if values else 0


def middle(values: list[int]) -> int:
    """Return the value in the middle, or zero."""
    return values[len(values) // 2] if values else 0


def total(values: list[int]) -> int:
    """Return the sum."""
    return sum(values)


def largest(values: list[int]) -> int:
    """Return the largest value, or zero."""
    return max(values, default=0)


def smallest(values: list[int]) -> int:
    """Return the smallest value, or zero."""
    return min(values, default=0)


def doubled(values: list[int]) -> list[int]:
    """Return twice every value."""
    return [2 * value for value in values]


app = application()
'''

_KNOWS = '''\
"""What the service does with items."""

import os

import app.main as service

KNOWN = %r


def plain(code):
    """What a code object does, whatever its lines are."""
    inside = [plain(one) if hasattr(one, "co_code") else repr(one) for one in code.co_consts]
    return [code.co_code, code.co_names, inside]


def test_an_item_is_made(client):
    """An item is made."""
    if "BASE_URL" in os.environ:
        assert client.get("/healthz").status_code == 200
        return
    loader = service.__loader__
    known = loader.source_to_code(KNOWN, "app/main.py")
    assert plain(loader.get_code("app.main")) == plain(known)
'''

SOURCES: dict[str, Callable[[Files], Files]] = {
    make.__name__.replace("_", "-"): make
    for make in (
        *(hex_literal, hex_in_application, hex_in_pyproject, emoji_comments, surrogate_route),
        *(nested, endless_line, many_files, slow_types, no_text, hidden_text),
        *(code_in_archive, knows_its_code),
    )
}
"""The builders, by the name that an `attack.toml` gives."""
