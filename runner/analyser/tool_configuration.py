"""Configurations by which a tool would run code of the submission."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.analyser.project import Files, ini_section, mypy_sections, table, toml_of
from runner.analyser.tally import Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PLUGINS = frozenset({"pydantic.mypy", "pydantic.v1.mypy", "sqlalchemy.ext.mypy.plugin"})
_PLUGINS_NUMPY = "numpy.typing.mypy_plugin"


def configured(files: Files, starter: Files) -> Iterator[Suspicion]:
    """Plugins and interpreters that mypy or pytest would load."""
    before = mypy_sections(starter)
    for path, options in mypy_sections(files).items():
        given = before.get(path, {})
        plugins = _listed(options.get("plugins")) - _listed(given.get("plugins"))
        strange = sorted(plugins - _PLUGINS - {_PLUGINS_NUMPY})
        if strange:
            summary = f"mypy would run the plugin {strange[0]}"
            yield Suspicion("mypy-plugin", summary, path, _line(files[path], "plugins"))
        key = "python_executable"
        if key in options and options[key] != given.get(key):
            summary = f"mypy would run the interpreter {options[key]}"
            yield Suspicion("mypy-interpreter", summary, path, _line(files[path], key))
    given_options = _pytest_options(starter)
    for path, text in _pytest_options(files).items():
        found = re.search(r"(?:^|\s)-p\s*(?!no:)(\S+)", text)
        if found and text != given_options.get(path):
            summary = f"pytest would load the plugin {found[1]}"
            yield Suspicion("pytest-plugin", summary, path, _line(files[path], "addopts"))


def _listed(value: object) -> set[str]:
    """A plugin list in either notation, `name:function` reduced to the name."""
    items = value if isinstance(value, list) else re.split(r"[,\s]+", str(value or ""))
    return {str(item).partition(":")[0] for item in items if str(item)}


def _pytest_options(files: Mapping[str, bytes]) -> dict[str, str]:
    """File → its `addopts` as one text."""
    tool = table(toml_of(files, "pyproject.toml"), "tool", "pytest")
    found: dict[str, object] = {
        "pyproject.toml": table(tool, "ini_options").get("addopts", tool.get("addopts")),
        "pytest.toml": table(toml_of(files, "pytest.toml"), "pytest").get("addopts"),
        "pytest.ini": ini_section(files, "pytest.ini", "pytest").get("addopts"),
        "setup.cfg": ini_section(files, "setup.cfg", "tool:pytest").get("addopts"),
        "tox.ini": ini_section(files, "tox.ini", "pytest").get("addopts"),
    }
    return {
        path: " ".join(map(str, value)) if isinstance(value, list) else str(value)
        for path, value in found.items()
        if value
    }


def _line(data: bytes, word: str) -> int | None:
    """The first line that starts with `word`."""
    lines = data.decode("utf-8", "replace").splitlines()
    found = (number for number, line in enumerate(lines, 1) if line.strip().startswith(word))
    return next(found, None)
