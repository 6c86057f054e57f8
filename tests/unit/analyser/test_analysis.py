"""The whole analysis, with real tools: ordinary work, and sources made to break it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from runner.analyser import limits
from tests.unit.analyser.build import Texts, analysed, names

if TYPE_CHECKING:
    from pathlib import Path

STARTER = {
    "app/__init__.py": "",
    "app/main.py": "def given() -> int:\n    return 1\n",
    "tests/test_given.py": "def test_given() -> None:\n    assert 1 + 1 == 2\n",
    "NOTES.md": "# Notes\n\n## Decisions\n",
    "pyproject.toml": "[project]\nrequires-python = '>=3.11'\n",
}
WORK = {
    "app/orders.py": '''
        """Orders."""

        from fastapi import APIRouter

        router = APIRouter(prefix="/orders")


        @router.post("")
        def place(quantity: int) -> dict[str, int]:
            """Place an order."""
            return {"quantity": quantity}
    ''',
    "tests/test_orders.py": """
        import pytest

        from app.orders import place


        def test_place() -> None:
            assert place(1) == {"quantity": 1}


        def test_refused() -> None:
            with pytest.raises(TypeError):
                place()
    """,
}


def test_an_unchanged_starter_is_nobodys_work(tmp_path: Path) -> None:
    found = analysed(tmp_path, STARTER, STARTER, changed_minimum=40)
    assert (found.sources.python_files, found.sources.changed_files) == (3, 0)
    assert found.sources.changed_lines == 0
    assert found.lint.run.state == "measured"
    assert found.format.run.state == "idle"
    assert (found.suite.tests, found.functions.functions) == (0, 0)
    assert found.suspicions == ()


def test_work_on_a_starter_is_measured(tmp_path: Path) -> None:
    found = analysed(tmp_path, {**STARTER, **WORK}, STARTER)
    assert found.sources.not_analysable_total == 0
    assert (found.sources.application_lines, found.sources.test_lines) == (5, 7)
    assert (found.suite.tests, found.suite.negative) == (2, 1)
    assert (found.functions.public, found.functions.annotated) == (1, 1)
    assert [(each.method, each.path, each.place.line) for each in found.routes] == [
        ("POST", "/orders", 10)
    ]
    assert names(found.types.errors) == {"call-arg": 1}
    assert set(found.tools) == {"mypy", "ruff"}
    assert set(found.seconds) == {"read", "syntax", "tools"}
    undeclared = next(each for each in found.packaging if each.name == "imports declared")
    assert not undeclared.present


def test_the_use_of_data_frames_is_read(tmp_path: Path) -> None:
    text = """
        import pandas as pd

        frame = pd.read_csv("sales.csv")
        for _, row in frame.iterrows():
            print(row)
    """
    found = analysed(tmp_path, {"app/a.py": text})
    assert (found.frames.files, found.frames.rowwise) == (1, 1)
    assert [(each.path, each.line) for each in found.frames.found.shown] == [("app/a.py", 5)]
    assert names(found.lint.graded) == {}


def test_an_empty_submission_is_analysed(tmp_path: Path) -> None:
    found = analysed(tmp_path, {}, STARTER)
    assert found.sources.python_files == 0
    assert {found.lint.run.state, found.types.run.state, found.format.run.state} == {"idle"}


HOSTILE: dict[str, bytes] = {
    "nested.py": b"x = " + b"(" * 100_000 + b")" * 100_000,
    "wide.py": b"x = '" + b"a" * 10_000_000 + b"'",
    "zero.py": b"x = 1\0\n",
    "latin.py": "# coding: latin-1\nx = 'é'\n".encode("latin-1"),
    "minus.py": b"x = " + b"-" * 9_990 + b"1\n",
    "chain.py": b"x = a" + b".b" * 4_000 + b"\n",
    "blocks.py": b"".join(b" " * n + b"if x:\n" for n in range(120)),
    "many.py": b"x = [\n" + b"1,\n" * 300_000 + b"]\n",
    "elif.py": b"if x:\n pass\n" + b"elif x:\n pass\n" * 5_000,
    "strings.py": b"x = 'a' " + b"'b' " * 2_000 + b"\n",
}


@pytest.mark.parametrize("name", sorted(set(HOSTILE) - {"strings.py"}))
def test_each_bomb_is_named_and_the_rest_is_still_measured(tmp_path: Path, name: str) -> None:
    begun = time.monotonic()
    found = analysed(tmp_path, {**WORK, name: HOSTILE[name]})
    assert time.monotonic() - begun < 60
    assert [each.path for each in found.sources.not_analysable] == [name]
    assert found.sources.not_analysable[0].note
    assert found.lint.run.state == found.types.run.state == "measured"


def test_a_harmless_oddity_is_analysed(tmp_path: Path) -> None:
    found = analysed(tmp_path, {"strings.py": HOSTILE["strings.py"]})
    assert found.sources.not_analysable_total == 0


def test_a_bomb_of_the_starter_is_not_the_candidates(tmp_path: Path) -> None:
    bomb = {"zero.py": HOSTILE["zero.py"]}
    assert analysed(tmp_path, bomb, bomb).sources.not_analysable_total == 0


def test_deep_folders_are_analysed(tmp_path: Path) -> None:
    path = "/".join(["d"] * 60) + "/a.py"
    found = analysed(tmp_path, {path: "import os\n"})
    assert found.lint.graded.shown[0].path == path
    assert found.types.run.state == "measured"


@pytest.mark.parametrize(
    ("ceiling", "value", "reason"),
    [
        ("PYTHON_FILES", 2, "more than 2 Python files"),
        ("PYTHON_BYTES", 2**20, "more than 1 MiB of Python files"),
        ("ALL_NODES", 10, "more than 10 syntax nodes in all files"),
    ],
)
def test_ceilings_over_all_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ceiling: str, value: int, reason: str
) -> None:
    monkeypatch.setattr(limits, ceiling, value)
    text = "x = 1 + 2 + 3\n# " + "y" * 9_000 + "\n"
    files = {f"f{n}.py": text * 60 for n in range(3)}
    found = analysed(tmp_path, files)
    assert found.sources.not_analysable[-1].path == "f2.py"
    assert found.sources.not_analysable[-1].note == reason


def test_a_flood_of_findings_stays_bounded(tmp_path: Path) -> None:
    found = analysed(tmp_path, {"app/a.py": "import os\n" * 3_000})
    assert found.lint.graded.total >= 2_999
    assert len(found.lint.graded.shown) == limits.SHOWN
    assert len(found.model_dump_json()) < 200_000


def test_stubs_caches_and_configuration_reach_no_tool(tmp_path: Path) -> None:
    files: Texts = {
        "app/a.py": "x = 1\n",
        "app/a.pyi": "x: str\n",
        ".mypy_cache/x.json": "{}",
        "pyproject.toml": "",
        "app/ruff.toml": "",
        "app/data.txt": "",
    }
    analysed(tmp_path, files)
    tree = tmp_path / "scratch" / "tree"
    assert [path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()] == [
        "app/a.py"
    ]


def test_names_of_files_are_only_names(tmp_path: Path) -> None:
    odd = ("-c.py", "--config=x.py", "@file.py", "a b.py", "$(touch canary).py", "\u00fc\u202e.py")
    found = analysed(tmp_path, dict.fromkeys(odd, "import os\n"))
    assert {each.path for each in found.lint.graded.shown} == set(odd)
    assert found.types.run.state == "measured"
    assert not list(tmp_path.rglob("canary"))
