from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.catalog import Expectation, references, variants
from runner.errors import ChallengeError
from runner.model import Level
from runner.tree import SourceFile
from tests.unit.catalog.tiny import CHALLENGE, FLAWED, load

if TYPE_CHECKING:
    from pathlib import Path


def _files(files: tuple[SourceFile, ...]) -> dict[str, str]:
    return {file.path: file.data.decode() for file in files}


SOLUTION = {"app/db.py": "db = 1\n", "app/main.py": "app = 1\n"}


def test_solution_and_starter_come_first(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    solution, starter = variants(loaded)
    assert (solution.kind, solution.title, _files(solution.files)) == (
        "solution",
        "solution",
        SOLUTION,
    )
    assert (starter.kind, starter.title, starter.files) == ("starter", "starter", loaded.starter)
    rendered = (SourceFile(path="app/main.py", data=b"app = 0\n"),)
    assert variants(loaded, rendered)[1].files == rendered


def test_a_flawed_variant_lies_over_the_solution(tmp_path: Path) -> None:
    expect = (
        'base = "solution"\ndefect = "no db"\nloses = ["items.read"]\nremoves = ["app/db.py"]\n'
    )
    loaded = load(
        tmp_path,
        flawed__no_db__expect_dot_toml=expect,
        flawed__no_db__app__main_dot_py="app = 2\n",
    )
    flawed = variants(loaded)[2]
    assert (flawed.kind, flawed.title, flawed.name) == ("flawed", "flawed/no_db", "no_db")
    assert _files(flawed.files) == {"app/main.py": "app = 2\n"}
    assert flawed.loses == ("items.read",)
    assert flawed.expects.defect == "no db"


EDITS = """base = "solution"
defect = "x"

[[edits]]
path = "app/main.py"
old = "app = 1"
new = "app = 11"

[[edits]]
path = "app/main.py"
old = "= 11"
new = "= 12"
"""


def test_edits_are_made_one_after_the_other(tmp_path: Path) -> None:
    loaded = load(tmp_path, flawed__bad__expect_dot_toml=EDITS)

    assert _files(variants(loaded)[2].files) == SOLUTION | {"app/main.py": "app = 12\n"}


@pytest.mark.parametrize(
    ("path", "old", "times"),
    [("app/main.py", "app = 2", 0), ("app/main.py", "p", 2), ("app/gone.py", "app", 0)],
)
def test_an_edit_that_has_lost_its_place_is_refused(
    tmp_path: Path, path: str, old: str, times: int
) -> None:
    expect = f'defect = "x"\n[[edits]]\npath = "{path}"\nold = "{old}"\nnew = ""\n'
    loaded = load(tmp_path, flawed__bad__expect_dot_toml=expect)

    with pytest.raises(ChallengeError, match=f"edit 1: `old` stands {times} times in {path}"):
        variants(loaded)


def test_alternatives_are_whole_unless_they_say_otherwise(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        alternatives__flask__app__main_dot_py="app = 3\n",
        alternatives__style__expect_dot_toml='base = "solution"\ndefect = ""\n',
        alternatives__style__app__main_dot_py="app = 4\n",
    )
    flask, style = variants(loaded)[2:]
    assert _files(flask.files) == {"app/main.py": "app = 3\n"}
    assert flask.expects == Expectation(base="none", defect="")
    assert _files(style.files) == {**SOLUTION, "app/main.py": "app = 4\n"}


def test_cheats_may_start_from_the_starter(tmp_path: Path) -> None:
    expect = 'base = "starter"\ndefect = "forges"\nalarms = ["static.forge"]\n'
    loaded = load(tmp_path, cheats__forge__expect_dot_toml=expect)
    cheat = variants(loaded)[2]
    assert (cheat.kind, cheat.files) == ("cheat", loaded.starter)
    assert cheat.expects.alarms == ("static.forge",)


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        (None, "flawed/bad/expect.toml: it is missing"),
        ("", "flawed/bad/expect.toml: defect: Field required"),
        ('defect = "x"\nbase = "other"', "expect.toml:2: base: "),
        ('defect = "x"\nloses = ["items.x"]', "expect.toml: loses: no requirement 'items.x'"),
        ('defect = "x"\nmay_lose = ["items.x"]', "expect.toml: may_lose: no requirement"),
        ('defect = "x"\nremoves = ["x.py"]', "expect.toml: removes: x.py is not in the base"),
    ],
)
def test_an_expectation_that_cannot_hold_is_refused(
    tmp_path: Path, expect: str | None, message: str
) -> None:
    loaded = load(
        tmp_path, flawed__bad__expect_dot_toml=expect, flawed__bad__app__main_dot_py="app = 2\n"
    )
    with pytest.raises(ChallengeError, match=message):
        variants(loaded)


def test_a_challenge_without_a_solution_is_refused(tmp_path: Path) -> None:
    loaded = load(tmp_path, solution__app__main_dot_py=None, solution__app__db_dot_py=None)
    with pytest.raises(ChallengeError, match="solution: there is no file"):
        variants(loaded)


def _faults(*names: str) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return CHALLENGE.replace(
        "[[requirements]]", f"[tests]\nfaults = [{listed}]\n\n[[requirements]]", 1
    )


def test_tests_are_held_against_faults_in_what_their_level_requires(tmp_path: Path) -> None:
    loaded = load(tmp_path, challenge_dot_toml=_faults("no_read", "no_create"), **FLAWED)
    found = {level: [one.title for one in references(loaded, level)] for level in Level}

    assert found == {
        Level.JUNIOR: ["solution", "flawed/no_create"],
        Level.MID: ["solution", "flawed/no_read", "flawed/no_create"],
        Level.SENIOR: ["solution", "flawed/no_read", "flawed/no_create"],
    }


@pytest.mark.parametrize("challenge", [CHALLENGE, _faults()], ids=["silent", "none"])
def test_a_challenge_may_name_no_faults(tmp_path: Path, challenge: str) -> None:
    assert references(load(tmp_path, challenge_dot_toml=challenge), Level.MID) == ()


def test_a_fault_has_to_be_there(tmp_path: Path) -> None:
    loaded = load(tmp_path, challenge_dot_toml=_faults("no_create", "no_sense"), **FLAWED)

    with pytest.raises(ChallengeError, match=r"challenge\.toml: tests: no flawed/no_sense"):
        references(loaded, Level.MID)
