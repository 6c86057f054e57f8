"""What the project files declare: packaging, tools, formatting style.

Their configuration is read as data and never obeyed; only a line length and a quote style,
both checked, reach a tool.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from typing import TYPE_CHECKING, Any

from runner.analyser import limits
from runner.analyser.collect import place
from runner.analyser.document import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Files = dict[str, bytes]

LINE_LENGTHS = range(60, 121)
DEFAULT_LINE_LENGTH = 88

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml")
REQUIREMENTS = re.compile(r"^(requirements[^/]*\.(txt|in)|requirements/[^/]+\.(txt|in))$")
"""Requirements files, as they are usually called."""
_PIPELINES = re.compile(
    r"^(\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.circleci/config\.yml"
    r"|\.pre-commit-config\.yaml|noxfile\.py|tox\.ini)$"
)
_PINNED = re.compile(r"^[A-Za-z0-9][\w.\-\[\],]*\s*==\s*[\w.]+", re.MULTILINE)
_RUFF_FILES = ("ruff.toml", ".ruff.toml")
_MYPY_FILES = ("mypy.ini", ".mypy.ini", "setup.cfg")


def toml_of(files: Mapping[str, bytes], path: str) -> dict[str, Any]:
    """A TOML file as data, empty when it is missing, too large or malformed."""
    data = files.get(path, b"")
    if len(data) > limits.CONFIG_BYTES:
        return {}
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # also numbers of more digits than Python converts
        return {}


def table(data: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """The table under `keys`, empty when any step is missing or no table."""
    found: Any = data
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def ini_of(files: Mapping[str, bytes], path: str) -> dict[str, dict[str, str]]:
    """An INI file as data, empty when it is missing, too large or malformed."""
    data = files.get(path, b"")
    if len(data) > limits.CONFIG_BYTES:
        return {}
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, configparser.Error):
        return {}
    return {section: dict(parser.items(section)) for section in parser.sections()}


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
        found[path] = dict(ini_of(files, path).get("mypy", {}))
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
            named = re.findall(r"^\s*[A-Za-z0-9]", text, re.MULTILINE)
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
