"""The real ruff with our selection, whatever the submission configures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.analyser.lint import lint, run_check, run_format
from tests.unit.analyser.build import Texts, analysed, linted, names

if TYPE_CHECKING:
    from pathlib import Path

STYLE: dict[str, str | int] = {"line-length": 88, "quote-style": "double"}

BAD = """
import asyncio
import os
import requests


async def fetch(url, seen=[]):
    try:
        return requests.get(url)
    except:
        pass
"""


def graded(folder: Path, files: Texts, starter: Texts | None = None) -> dict[str, int]:
    return names(linted(folder, files, starter).graded)


def test_bugs_are_graded_and_style_is_not(tmp_path: Path) -> None:
    found = graded(tmp_path, {"app/a.py": BAD})
    assert set(found) == {"ASYNC210", "B006", "E722", "F401", "S113"}
    assert found["F401"] == 2


@pytest.mark.parametrize(
    "overlay",
    [
        {"app/a.py": "# ruff: noqa\n" + BAD},
        {"app/a.py": "# ruff: disable[F401, B006, E722, S113, ASYNC210]\n" + BAD},
        {"app/a.py": BAD.replace("import os", "import os  # noqa")},
        {"app/a.py": BAD, "pyproject.toml": "[tool.ruff]\nexclude = ['*']"},
        {"app/a.py": BAD, "app/ruff.toml": "[lint]\nselect = []"},
        {"app/a.py": BAD, ".ruff.toml": "exclude = ['app']"},
        {"app/a.py": BAD, ".gitignore": "*.py\n", "app/.gitignore": "*"},
        {"build/a.py": BAD},
        {"venv/lib/site-packages/a.py": BAD},
        {"node_modules/x/a.py": BAD},
        {"--config=evil/a.py": BAD},
        {"@list/a.py": BAD},
    ],
)
def test_no_configuration_or_folder_hides_a_finding(tmp_path: Path, overlay: Texts) -> None:
    assert graded(tmp_path, overlay) == {
        "F401": 2,
        "ASYNC210": 1,
        "B006": 1,
        "E722": 1,
        "S113": 1,
    }


def test_only_changed_lines_count(tmp_path: Path) -> None:
    starter = {"app/a.py": BAD}
    assert graded(tmp_path, {"app/a.py": BAD + "\nimport json\n"}, starter) == {"F401": 1}


def test_some_findings_are_noted_only(tmp_path: Path) -> None:
    found = linted(
        tmp_path,
        {
            "app/__init__.py": "from os import path\n",
            "app/a.py": "def f(unused):\n    print(1)\n",
            "tests/test_a.py": "def test_a(unused):\n    password = 'x'\n    assert password\n",
        },
    )
    assert names(found.noted) == {"ARG001": 1, "F401": 1, "T201": 1}
    assert found.graded.total == 0


def test_outdated_syntax_is_counted_apart(tmp_path: Path) -> None:
    text = (
        "from typing import List\n\n\nclass A(object):\n    x: List[int] = []\n\n\ny = '%s' % A\n"
    )
    found = linted(tmp_path, {"app/a.py": text})
    assert set(names(found.modern)) == {"UP004", "UP006", "UP031", "UP035"}


def test_framework_defaults_are_no_findings(tmp_path: Path) -> None:
    text = """
        from fastapi import Depends, FastAPI, Query

        app = FastAPI()


        @app.get("/")
        def root(q: str = Query("x"), db: object = Depends(dict)) -> str:
            return f"{q}{db}"
    """
    assert graded(tmp_path, {"app/a.py": text}) == {}


def test_complexity_is_that_of_ruff(tmp_path: Path) -> None:
    branches = "".join(f"    if x == {n}:\n        return {n}\n" for n in range(11))
    text = f"def simple():\n    return 1\n\n\ndef hard(x):\n{branches}    return x\n"
    found = analysed(tmp_path, {"app/a.py": text})
    assert [(each.name, each.complexity) for each in found.functions.worst] == [
        ("hard", 12),
        ("simple", 1),
    ]
    assert found.functions.over_ten == 1
    assert [each.note for each in found.lint.graded.shown] == [
        "C901 `hard` is too complex (12 > 10)"
    ]


def test_formatting_follows_the_declared_line_length(tmp_path: Path) -> None:
    text = f"x = [{', '.join(['1'] * 31)}]\n"
    for length, unformatted in ((100, 0), (80, 1)):
        folder = tmp_path / str(length)
        folder.mkdir()
        config = f"[tool.ruff]\nline-length = {length}\n"
        files = {"app/a.py": text, "app/b.py": "y = 1\n", "pyproject.toml": config}
        found = analysed(folder, files, {"app/b.py": "y = 1\n"}).format
        assert (found.files, found.unformatted.total) == (1, unformatted)
        assert found.line_length == length


def test_a_silenced_formatter_still_counts(tmp_path: Path) -> None:
    text = "# fmt: off\nx = {  'a':1 }\ny=2  # fmt: skip\n"
    assert analysed(tmp_path, {"app/a.py": text}).format.unformatted.total == 1


def test_inert_comments_do_not_look_like_code(tmp_path: Path) -> None:
    text = "import os  # noqa: F401 (x)\n\nx: int = 1  # type: ignore[assignment]\n# ruff: noqa\n"
    found = analysed(tmp_path, {"app/a.py": text})
    assert names(found.lint.graded) == {"F401": 1}
    assert found.lint.noted.total == 0
    assert found.format.unformatted.total == 0


def test_without_files_nothing_runs(tmp_path: Path) -> None:
    assert run_check(tmp_path, {}).run.state == "idle"
    assert run_format(tmp_path, {}, [], STYLE).run.state == "idle"
    assert lint(run_check(tmp_path, {}), []).graded.total == 0


def test_a_tool_that_cannot_start_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.analyser.tools.sysconfig.get_path", lambda _: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.py").write_text("x = 1\n")
    assert run_check(tmp_path, {"a.py": "a.py"}).run.state == "crashed"
    assert run_format(tmp_path, {"a.py": "a.py"}, ["a.py"], STYLE).run.state == "crashed"
