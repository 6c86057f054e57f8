"""What the project files declare: packaging, tools, formatting style.

Their configuration is read as data and never obeyed; only a line length and a quote style,
both checked, reach a tool.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from runner.analyser import limits
from runner.analyser.collect import place
from runner.analyser.document import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Files = dict[str, bytes]

LINE_LENGTHS = range(60, 121)
DEFAULT_LINE_LENGTH = 88

MOST_POINTS = 500
"""Points in one line of TOML. The parser takes quadratic time on those of a dotted key."""

INTEGER_BITS = 64
"""Bits from which on an integer is none of TOML's."""

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml")
REQUIREMENTS = re.compile(r"^(requirements[^/]*\.(txt|in)|requirements/[^/]+\.(txt|in))$")
"""Requirements files, as they are usually called."""

MOST_REQUIREMENTS = 50
"""Requirements files that are read."""

_PIPELINES = re.compile(
    r"^(\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.circleci/config\.yml"
    r"|\.pre-commit-config\.yaml|noxfile\.py|tox\.ini)$"
)
_PINNED = re.compile(r"^[A-Za-z0-9][\w.\-\[\],]*\s*==\s*[\w.]+", re.MULTILINE)
_NAMED = re.compile(r"^[^\S\n]*[A-Za-z0-9]", re.MULTILINE)
_BLANKS = re.compile(r"(?<=\S)[^\S\n]{2,}")
"""Blanks that are not at the start of a line, where they mean something."""

_RUFF_FILES = ("ruff.toml", ".ruff.toml")
_MYPY_FILES = ("mypy.ini", ".mypy.ini", "setup.cfg")


def toml_of(files: Mapping[str, bytes], path: str) -> dict[str, Any]:
    """A TOML file as data, empty when it is missing, malformed or over a ceiling."""
    data = files.get(path, b"")
    return _toml(data) if len(data) <= limits.CONFIG_BYTES else {}


@lru_cache(maxsize=32)
def _toml(data: bytes) -> dict[str, Any]:
    """Every file is asked for many things, and parsed once."""
    if max(line.count(b".") for line in data.split(b"\n")) > MOST_POINTS:
        return {}
    try:
        found: dict[str, Any] = _plain(tomllib.loads(data.decode("utf-8-sig")), 0)
    except (ValueError, RecursionError):
        return {}
    return found


def _plain(value: Any, depth: int) -> Any:  # noqa: ANN401 - TOML
    """The same with nothing in it that cannot be written: `ValueError` where it is too deep.

    TOML has integers of 64 bits; Python's parser reads hexadecimal ones of any size, and no such
    integer can be turned into a decimal text.
    """
    if depth > limits.CONFIG_DEPTH:
        message = f"nested more than {limits.CONFIG_DEPTH} levels deep"
        raise ValueError(message)
    if isinstance(value, dict):
        return {key: _plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, depth + 1) for each in value]
    if type(value) is int and value.bit_length() >= INTEGER_BITS:
        return f"an integer of {value.bit_length()} bits"
    return value


def table(data: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """The table under `keys`, empty when any step is missing or no table."""
    found: Any = data
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def ini_section(files: Mapping[str, bytes], path: str, section: str) -> dict[str, str]:
    """A section of an INI file, empty when there is none, or the file is malformed or too large."""
    data = files.get(path, b"")
    if len(data) > limits.CONFIG_BYTES:
        return {}
    parser = configparser.RawConfigParser(strict=False)
    try:
        # The parser's own expression takes quadratic time on blanks within a line.
        parser.read_string(_BLANKS.sub(" ", data.decode("utf-8-sig")))
    except (UnicodeDecodeError, configparser.Error):
        return {}
    # One section only: each has all of the defaults in it.
    return dict(parser.items(section)) if parser.has_section(section) else {}


def format_style(files: Mapping[str, bytes]) -> dict[str, str | int]:
    """The declared line length (60 to 120, else 88) and quote style (else double)."""
    project = table(toml_of(files, "pyproject.toml"), "tool")
    own = [toml_of(files, name) for name in _RUFF_FILES]
    ruff = next(filter(None, [*reversed(own), table(project, "ruff")]), dict[str, Any]())
    length = ruff.get("line-length", table(project, "black").get("line-length"))
    quotes = table(ruff, "format").get("quote-style")
    return {
        "line-length": length
        if type(length) is int and length in LINE_LENGTHS
        else DEFAULT_LINE_LENGTH,
        "quote-style": quotes if quotes in ("single", "preserve") else "double",
    }


def mypy_sections(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Every mypy configuration at the root: file → its global options."""
    found = {"pyproject.toml": table(toml_of(files, "pyproject.toml"), "tool", "mypy")}
    for path in _MYPY_FILES:
        found[path] = dict(ini_section(files, path, "mypy"))
    return {path: options for path, options in found.items() if options}


def _requires_python(files: Files) -> str | None:
    project = table(toml_of(files, "pyproject.toml"), "project")
    return "pyproject.toml" if isinstance(project.get("requires-python"), str) else None


def _dependencies(files: Files) -> str | None:
    data = toml_of(files, "pyproject.toml")
    declared = table(data, "project").get("dependencies")
    if (isinstance(declared, list) and declared) or table(data, "tool", "poetry", "dependencies"):
        return "pyproject.toml"
    return next((path for path in files if REQUIREMENTS.match(path) and files[path].strip()), None)


def _locked(files: Files) -> str | None:
    lock = next((path for path in LOCKS if files.get(path, b"").strip()), None)
    if lock:
        return lock
    for path, data in files.items():
        if REQUIREMENTS.match(path):
            text = data[: limits.TEXT_BYTES].decode("utf-8", "replace")
            named = _NAMED.findall(text)
            if named and len(_PINNED.findall(text)) == len(named):
                return path
    return None


def _linter(files: Files) -> str | None:
    lists = ("select", "extend-select")
    for path in _RUFF_FILES:
        if any(
            toml_of(files, path).get(key) or table(toml_of(files, path), "lint").get(key)
            for key in lists
        ):
            return path
    ruff = table(toml_of(files, "pyproject.toml"), "tool", "ruff")
    chosen = any(ruff.get(key) or table(ruff, "lint").get(key) for key in lists)
    return "pyproject.toml" if chosen else None


def _types(files: Files) -> str | None:
    for path, options in mypy_sections(files).items():
        wanted = (options.get("strict"), options.get("disallow_untyped_defs"))
        if any(str(value).lower() in {"true", "1", "yes"} for value in wanted):
            return path
    pyright = table(toml_of(files, "pyproject.toml"), "tool", "pyright")
    return "pyproject.toml" if pyright.get("typeCheckingMode") == "strict" else None


def _pytest(files: Files) -> str | None:
    tool = table(toml_of(files, "pyproject.toml"), "tool")
    if table(tool, "pytest"):
        return "pyproject.toml"
    return next(
        (path for path in ("pytest.ini", "pytest.toml") if files.get(path, b"").strip()), None
    )


def _pipeline(files: Files) -> str | None:
    return next((path for path in files if _PIPELINES.match(path) and files[path].strip()), None)


SIGNALS: tuple[tuple[str, bool, Callable[[Files], str | None]], ...] = (
    ("python version declared", True, _requires_python),
    ("dependencies declared", True, _dependencies),
    ("lint rules chosen", True, _linter),
    ("type checking strict", True, _types),
    ("pytest configured", True, _pytest),
    ("dependencies pinned or locked", False, _locked),
    ("CI or pre-commit", False, _pipeline),
)
"""Sign of care, whether every project should show it, and how to find the file that does."""

IMPORTS = "imports declared"
"""The sign that all third-party imports are covered by declared dependencies."""


def signals(files: Files, starter: Files, undeclared: Sequence[str]) -> tuple[Signal, ...]:
    """Each sign, with whether the starter already showed it.

    `undeclared` are the imports that no declared dependency covers.
    """
    found = [_signal(name, look(files), look(starter), core=core) for name, core, look in SIGNALS]
    note = f"not declared: {', '.join(undeclared)}" if undeclared else ""
    shown = place("pyproject.toml", note=note)
    imports = Signal(name=IMPORTS, core=True, present=not undeclared, in_starter=True, place=shown)
    return (*found, imports)


def _signal(name: str, path: str | None, before: str | None, *, core: bool) -> Signal:
    return Signal(
        name=name,
        core=core,
        present=path is not None,
        in_starter=before is not None,
        place=place(path) if path else None,
    )
