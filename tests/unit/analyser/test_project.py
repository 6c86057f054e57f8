"""Project files are read as data."""

from __future__ import annotations

import pytest

from runner.analyser.declared import declared, imported, undeclared
from runner.analyser.project import IMPORTS, format_style, ini_section, signals, table, toml_of
from tests.unit.analyser.build import Texts, encoded, tree

FULL = """
    [project]
    requires-python = ">=3.11"
    dependencies = ["fastapi>=0.100", "PyJWT", 3]
    [tool.ruff.lint]
    select = ["ALL"]
    [tool.mypy]
    strict = true
    [tool.pytest.ini_options]
    addopts = "-q"
"""


def present(files: Texts, starter: Texts | None = None) -> set[str]:
    found = signals(encoded(files), encoded(starter or {}), ())
    return {each.name for each in found if each.present and each.name != IMPORTS}


def test_a_full_project_file_shows_the_core_signs() -> None:
    assert present({"pyproject.toml": FULL}) == {
        "python version declared",
        "dependencies declared",
        "lint rules chosen",
        "type checking strict",
        "pytest configured",
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"uv.lock": "version = 1"}, {"dependencies pinned or locked"}),
        ({"uv.lock": " "}, set()),
        (
            {"requirements.txt": "a==1.0\nb[x]==2 # y\n"},
            {"dependencies declared", "dependencies pinned or locked"},
        ),
        ({"requirements.txt": "a==1.0\nb>=2\n"}, {"dependencies declared"}),
        ({"requirements.txt": "# none\n"}, {"dependencies declared"}),
        ({".github/workflows/ci.yml": "on: push"}, {"CI or pre-commit"}),
        ({".pre-commit-config.yaml": "repos: []"}, {"CI or pre-commit"}),
        ({"ruff.toml": "[lint]\nselect = ['F']"}, {"lint rules chosen"}),
        ({".ruff.toml": "extend-select = ['F']"}, {"lint rules chosen"}),
        ({"ruff.toml": "line-length = 100"}, set()),
        ({"mypy.ini": "[mypy]\nstrict = True"}, {"type checking strict"}),
        ({"setup.cfg": "[mypy]\ndisallow_untyped_defs = true"}, {"type checking strict"}),
        ({"mypy.ini": "[mypy]\nstrict = False"}, set()),
        (
            {"pyproject.toml": "[tool.pyright]\ntypeCheckingMode = 'strict'"},
            {"type checking strict"},
        ),
        ({"pytest.ini": "[pytest]"}, {"pytest configured"}),
        ({"pyproject.toml": "[tool.poetry.dependencies]\nflask = '^3'"}, {"dependencies declared"}),
        ({"pyproject.toml": "not toml ["}, set()),
        ({"pyproject.toml": b"\xff\xfe"}, set()),
        ({"pyproject.toml": "[project]\nrequires-python = 3\ndependencies = []"}, set()),
    ],
)
def test_each_sign(files: Texts, expected: set[str]) -> None:
    assert present(files) == expected


def test_what_the_starter_had_is_known() -> None:
    found = signals(encoded({}), encoded({"pyproject.toml": FULL}), ("yaml",))
    lost = [each for each in found if each.in_starter and not each.present]
    assert len(lost) == 6
    assert lost[-1].place is not None
    assert lost[-1].place.note == "not declared: yaml"


def test_hostile_configuration_reads_as_empty() -> None:
    deep = {"pyproject.toml": b"a = " + b"[" * 30_000}
    assert toml_of(deep, "pyproject.toml") == {}
    assert toml_of({"x": b"a = 1\n" * 20_000}, "x") == {}
    assert toml_of({"x": b"a = " + b"1" * 5000}, "x") == {}
    assert ini_section({"x": b"[a]\nb = 1\n" * 20_000}, "x", "a") == {}
    assert ini_section({"x": b"\xff"}, "x", "a") == {}
    assert ini_section({"x": b"no section"}, "x", "a") == {}
    assert ini_section({"x": b"[a]\nb = %(c)s"}, "x", "a") == {"b": "%(c)s"}
    assert table({"a": 1}, "a", "b") == {}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, (88, "double")),
        ({"pyproject.toml": "[tool.ruff]\nline-length = 100"}, (100, "double")),
        ({"pyproject.toml": "[tool.black]\nline-length = 79"}, (79, "double")),
        ({"pyproject.toml": "[tool.ruff]\nline-length = 1000"}, (88, "double")),
        ({"pyproject.toml": "[tool.ruff]\nline-length = true"}, (88, "double")),
        ({"ruff.toml": "line-length = 90\n[format]\nquote-style = 'single'"}, (90, "single")),
        ({"ruff.toml": "[format]\nquote-style = '\"; exit'"}, (88, "double")),
        ({"ruff.toml": "[format]\nquote-style = ['single']"}, (88, "double")),
    ],
)
def test_only_a_checked_style_reaches_the_formatter(
    files: Texts, expected: tuple[int, str]
) -> None:
    style = format_style(encoded(files))
    assert (style["line-length"], style["quote-style"]) == expected


def test_declared_names_are_normalised() -> None:
    files = encoded({"pyproject.toml": FULL, "requirements/dev.txt": "A_b.C==1\n# x\n-r y\n"})
    assert declared(files) == {"fastapi", "pyjwt", "a-b-c"}
    assert declared({"pyproject.toml": b"[project]\ndependencies = 'x'"}) == frozenset()


def test_imports_must_be_declared_or_required_by_what_is() -> None:
    files = encoded({"pyproject.toml": FULL})
    names = {"os", "app", "jwt", "fastapi", "starlette", "pydantic", "yaml_not_installed"}
    assert undeclared(names, frozenset({"app"}), files) == ()
    assert undeclared({"pytest", *names}, frozenset({"app"}), files) == ("pytest",)
    assert undeclared({"pytest"}, frozenset(), {"requirements.txt": b"no-such-dist\n"}) == (
        "pytest",
    )


def test_imports_of_a_file() -> None:
    text = "import a.b\nfrom c.d import e\nfrom . import f\nfrom .g import h"
    assert imported(tree(text)) == {"a", "c"}
