"""The tools by themselves, in a folder that holds what a submission may: nothing of it counts.

The copy that they get holds sources only. That is one guard, these are the other one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from runner.analyser.lint import run_check
from runner.analyser.tools import run_tool
from runner.analyser.typecheck import command, configuration

if TYPE_CHECKING:
    from pathlib import Path

BAD = "import os\n\n\ndef f(a=[]):\n    return a\n"
WRONG = "x: int = 'a'\n"


def laid(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder.resolve()


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("a.py", {"a.py": BAD}),
        ("a.py", {"a.py": BAD, "ruff.toml": "exclude = ['a.py']\nforce-exclude = true\n"}),
        ("a.py", {"a.py": BAD, "ruff.toml": "[lint]\nignore = ['F', 'B']\n"}),
        ("a.py", {"a.py": BAD, "ruff.toml": "[lint.per-file-ignores]\n'*' = ['ALL']\n"}),
        ("a.py", {"a.py": BAD, "pyproject.toml": "[tool.ruff.lint.per-file-ignores]\n'*'=['ALL']"}),
        ("a.py", {"a.py": BAD.replace("import os", "import os  # noqa")}),
        ("a.py", {"a.py": "# ruff: noqa\n" + BAD}),
        ("build/a.py", {"build/a.py": BAD}),
        ("a.py", {"a.py": BAD, ".gitignore": "*\n", ".git/HEAD": "ref: x\n"}),
    ],
    ids=[
        *("plain", "excluded", "ignored", "by file", "project", "noqa", "noqa file", "build"),
        "git",
    ],
)
def test_ruff_finds_what_there_is(tmp_path: Path, path: str, files: dict[str, str]) -> None:
    found = run_check(laid(tmp_path, files), {path: path})
    assert found.run.state == "measured"
    assert {finding.code for finding in found.findings} >= {"F401", "B006"}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"mypy.ini": "[mypy]\nignore_errors = True\n"},
        {"setup.cfg": "[mypy]\nignore_errors = True\n"},
        {"pyproject.toml": "[tool.mypy]\nignore_errors = true\n"},
    ],
    ids=lambda files: "".join(files) or "none",
)
def test_mypy_finds_what_there_is(tmp_path: Path, files: dict[str, str]) -> None:
    config = tmp_path / "ours.ini"
    config.write_text(configuration())
    folder = laid(tmp_path / "theirs", {"a.py": WRONG, **files})
    finished = run_tool((*command(config, None), "--", "a.py"), folder)
    assert [json.loads(row)["code"] for row in finished.output.splitlines()] == ["assignment"]
