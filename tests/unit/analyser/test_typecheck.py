"""The real mypy: nothing of the submission configures, silences or extends it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from runner.analyser import typecheck
from runner.analyser.tools import Ceiling, run_tool
from runner.analyser.typecheck import CACHE_VARIABLE, configuration, run_mypy, types
from tests.unit.analyser.build import Texts, analysed, names

if TYPE_CHECKING:
    from pathlib import Path

    from runner.analyser.document import Types

WRONG = "x: int = ''\n\n\ndef f(a):\n    return a.b + 1 + ''.nothing\n"


def checked(folder: Path, files: Texts, starter: Texts | None = None) -> Types:
    return analysed(folder, files, starter).types


def test_errors_and_strict_errors_are_told_apart(tmp_path: Path) -> None:
    found = checked(tmp_path, {"app/a.py": WRONG})
    assert found.run.state == "measured"
    assert names(found.errors) == {"assignment": 1, "attr-defined": 1}
    assert names(found.strict) == {"no-untyped-def": 1}
    assert (found.modules, found.cache) == (1, "used")


@pytest.mark.parametrize(
    "overlay",
    [
        {"app/a.py": "# mypy: ignore-errors\n" + WRONG},
        {"app/a.py": '"""\n# mypy: ignore-errors\n"""\n' + WRONG},
        {"app/a.py": "# type: ignore\n" + WRONG},
        {"app/a.py": WRONG.replace("''\n", "''  # type: ignore[assignment]\n")},
        {"app/a.py": WRONG, "app/a.pyi": "x: int\ndef f(a: int) -> int: ...\n"},
        {"app/a.py": WRONG, "stubs/app/a.pyi": "x: int\n"},
        {"app/a.py": WRONG, "mypy.ini": "[mypy]\nignore_errors = True\n"},
        {"app/a.py": WRONG, "pyproject.toml": "[tool.mypy]\nexclude = ['app']\n"},
        {"app/a.py": WRONG, "setup.cfg": "[mypy]\nfollow_imports = skip\n"},
        {"app/a.py": WRONG, ".mypy_cache/3.11/app/a.meta.json": "{}"},
        {"app/a.py": WRONG, "app.py": "x = 1\n"},
        {"app/a.py": WRONG, "src/app/a.py": "x = 1\n"},
        {"app/a.py": WRONG, "typing.py": "x = 1\n", "load-tests/x.py": "y = 1\n"},
        {"app/a.py": WRONG, "builtins.py": "int = str\n"},
        {"app/a.py": WRONG, "mypy.py": "raise SystemExit", "mypy/__init__.py": ""},
    ],
)
def test_no_file_of_the_submission_hides_an_error(tmp_path: Path, overlay: Texts) -> None:
    found = checked(tmp_path, overlay)
    assert found.run.state == "measured"
    assert names(found.errors) == {"assignment": 1, "attr-defined": 1}


def test_a_plugin_of_the_submission_never_runs(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    plugin = f"open({str(canary)!r}, 'w')\ndef plugin(version): ...\n"
    files = {
        "evil.py": plugin,
        "mypy.ini": "[mypy]\nplugins = evil.py\npython_executable = ./python\n",
        "python": f"#!/bin/sh\ntouch {canary}\n",
        "conftest.py": plugin,
        "sitecustomize.py": plugin,
        "app/a.py": WRONG,
    }
    found = analysed(tmp_path, files)
    assert not canary.exists()
    assert found.types.errors.total == 2
    assert {"mypy-plugin", "mypy-interpreter"} <= {each.id for each in found.suspicions}


def test_only_changed_lines_count(tmp_path: Path) -> None:
    starter = {"app/a.py": WRONG}
    found = checked(tmp_path, {"app/a.py": WRONG + "y: str = 1\n"}, starter)
    assert [each.line for each in found.errors.shown] == [6]
    assert found.strict.total == 0


def test_strictness_is_not_asked_of_tests(tmp_path: Path) -> None:
    found = checked(tmp_path, {"tests/test_a.py": WRONG})
    assert (found.errors.total, found.strict.total) == (2, 0)


def test_imports_of_missing_packages_are_named_and_not_counted(tmp_path: Path) -> None:
    text = "import nothing_here.x\nimport app.b\nfrom app.c import y\nprint(y)\n"
    found = checked(tmp_path, {"app/a.py": text, "app/c.py": "y = 1\n"})
    assert found.unresolved == ("nothing_here",)
    assert [each.note for each in found.errors.shown] == [
        'import-not-found Cannot find implementation or library stub for module named "app.b"'
    ]


def test_settings_from_the_environment_need_no_argument(tmp_path: Path) -> None:
    text = """
        from pydantic import BaseModel
        from pydantic_settings import BaseSettings

        class Settings(BaseSettings):
            secret: str

        class Item(BaseModel):
            sku: str

        settings = Settings()
        item = Item()
    """
    found = checked(tmp_path, {"app/a.py": text})
    assert [each.line for each in found.errors.shown] == [12]


def test_a_src_layout_is_resolved(tmp_path: Path) -> None:
    files = {
        "src/shop/__init__.py": "",
        "src/shop/a.py": "def f() -> int:\n    return 1\n",
        "tests/test_a.py": "from shop.a import f\n\n\ndef test_a() -> None:\n    assert f().x\n",
    }
    assert names(checked(tmp_path, files).errors) == {"attr-defined": 1}


SAMPLE = """
from typing import Any, Generic, TypeVar, cast
import json

T = TypeVar("T")

class Box(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item

def untyped(a, b=1):
    return a.x + b

def half(a: int, b):
    return a + "x"

def loads(text: str) -> dict:
    return json.loads(text)

def typed(box: Box) -> int:
    if box.item == 1 and "a" == 1:
        return cast(int, 1)
    return untyped(1) + missing

def decorate(function):
    return function

base: Any = object

@decorate
def decorated() -> str:
    return 1

class Child(base):
    def method(self) -> int:
        return None
"""


def test_one_strict_run_contains_the_plain_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("strict", "plain"):
        (tmp_path / folder).mkdir()
    strict = checked(tmp_path / "strict", {"app/a.py": SAMPLE})
    monkeypatch.setattr(typecheck, "configuration", lambda: configuration(strict=False))
    plain = checked(tmp_path / "plain", {"app/a.py": SAMPLE})
    assert strict.errors == plain.errors
    assert plain.strict.total == 0
    assert set(names(strict.strict)) == {
        "comparison-overlap",
        "misc",
        "no-any-return",
        "no-untyped-call",
        "no-untyped-def",
        "redundant-cast",
        "type-arg",
        "untyped-decorator",
    }


def test_sources_that_mypy_refuses_are_the_candidates(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def (\n")
    result = run_mypy(tmp_path, tmp_path, {"a.py": "app/a.py"})
    assert result.run.state == "refused"
    assert result.run.reason.startswith("app/a.py:")


def test_the_deepest_source_that_we_take_is_read_by_mypy(tmp_path: Path) -> None:
    found = checked(tmp_path, {"app/a.py": f"x = {'not ' * 145}True\n", "app/b.py": WRONG})
    assert (found.run.state, found.errors.total) == ("measured", 2)


def test_a_mypy_that_is_ended_by_a_limit_is_no_clean_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It stops in the middle of a line, which must not be taken for a document.
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.py").write_text("x: int = ''\n" * 400)
    ceiling = Ceiling(output_bytes=70_000)
    monkeypatch.setattr(typecheck, "run_tool", lambda argv, cwd: run_tool(argv, cwd, ceiling))
    result = run_mypy(folder, tmp_path, {"a.py": "a.py"})
    assert (result.run.state, result.findings) == ("overflow", ())


def test_without_files_nothing_runs(tmp_path: Path) -> None:
    result = run_mypy(tmp_path, tmp_path, {})
    assert result.run.state == "idle"
    assert types(result, [], []).modules == 0


def test_a_cache_that_does_not_fit_is_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("runner.analyser.typecheck.shutil.disk_usage", lambda _: free)
    assert checked(tmp_path, {"app/a.py": WRONG}).cache == "too large"


def test_it_works_without_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "none"))
    found = checked(tmp_path, {"app/a.py": WRONG})
    assert (found.cache, found.errors.total) == ("absent", 2)


def test_a_mypy_that_breaks_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    monkeypatch.setattr("runner.analyser.tools.sys.executable", "/nonexistent/python")
    result = run_mypy(tmp_path, tmp_path, {"a.py": "a.py"})
    assert result.run.state == "crashed"
    assert "/nonexistent/python" in result.run.reason


def test_fatal_errors_that_are_no_json_are_left_out() -> None:
    assert list(typecheck._rows(b'error: something\n{"a": 1}\n\n')) == [{"a": 1}]
