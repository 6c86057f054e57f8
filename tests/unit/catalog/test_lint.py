"""What makes a challenge unfair, its score wrong or its proof empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from runner.catalog import check, load_challenge, load_rubric, variants
from runner.catalog.brief import brief_problems
from runner.catalog.lint import challenge_problems
from runner.errors import ChallengeError
from tests.unit.catalog.tiny import BRIEF, CHALLENGE, FLAWED, TESTS, load, write

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """
| requirement | Junior | mid | **senior** |
|---|---|---|---|
| `items.create` | required | required | required |
| `items.read` | *bonus* | required | `required` |
"""


def checked(root: Path) -> None:
    loaded = load_challenge("backend/tiny", root)
    check(loaded, load_rubric("tiny", root).rubric, variants(loaded))


def faulty(count: int, faults: str = "") -> dict[str, str]:
    """Files of a challenge with so many flawed variants, as faults for tests unless given."""
    names = [f"bad{number}" for number in range(count)]
    listed = faults or ", ".join(f'"{name}"' for name in names)
    text = CHALLENGE.replace(
        "[[requirements]]", f"[tests]\nfaults = [{listed}]\n\n[[requirements]]", 1
    )
    files = {"challenge_dot_toml": text}
    for name in names:
        files[f"flawed/{name}/expect_dot_toml"] = 'defect = "x"\nloses = ["items.read"]\n'
        files[f"flawed/{name}/app/main_dot_py"] = "app = 3\n"
    return files


@pytest.mark.parametrize(
    ("count", "faults", "messages"),
    [
        (9, "", ["9 count at level mid", "9 count at level senior"]),
        (10, "", []),
        (1, '"bad0", "bad0", "good"', ["no flawed/good", "bad0 is there twice"]),
    ],
)
def test_faults_for_tests_are_there_and_enough(
    tmp_path: Path, count: int, faults: str, messages: list[str]
) -> None:
    loaded = load(tmp_path, **FLAWED, **faulty(count, faults))
    rubric = load_rubric("tiny", tmp_path).rubric
    found = "\n".join(challenge_problems(loaded, rubric, variants(loaded)))

    assert all(message in found for message in messages)
    assert bool(found) == bool(messages)


def test_the_tiny_challenge_is_fair(tmp_path: Path) -> None:
    checked(write(tmp_path, **FLAWED))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("challenge.toml", '"correctness"\nwhy', '"speed"\nwhy', "no category 'speed'"),
        ("challenge.toml", 'junior = "bonus"\n', "", "items.read: levels: junior is missing"),
        ("brief.md", "`items.read`", "items.read", "brief.md does not state `items.read`"),
        (
            "hidden/test_items.py",
            '"items.read"',
            '"items.create"',
            "items.read: no hidden test",
        ),
        ("rubrics/tiny.toml", '"quality.docs"', '"items.read"', "has a criterion of that id"),
        (
            "rubrics/tiny.toml",
            "mid = 100, senior = 100",
            "mid = 0, senior = 0",
            "items.read: it is required at mid, senior, where the category correctness has no po",
        ),
        (
            "rubrics/tiny.toml",
            '"static.docstrings"',
            '"test_items.py::test_speed"',
            "hidden: there is no check test_items.py::test_speed, which quality.docs of the rubric",
        ),
        (
            "flawed/no_read/expect.toml",
            '["items.read"]',
            "[]",
            "items.read: no flawed variant loses it, .*: add one that names it under `loses`",
        ),
        (
            "hidden/test_items.py",
            '@pytest.mark.requirement("items.read")',
            '@pytest.mark.probe\n@pytest.mark.requirement("items.read")',
            "items.read: no flawed variant names it under `probes`, .*: name it in the expect.toml",
        ),
    ],
)
def test_an_unfair_challenge_is_refused(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    root = write(tmp_path, **FLAWED)
    path = root / ("" if file.startswith("rubrics") else "challenges/backend/tiny") / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))

    with pytest.raises(ChallengeError, match=message):
        checked(root)


def test_a_bonus_needs_no_points(tmp_path: Path) -> None:
    root = write(tmp_path, **FLAWED)
    rubric = root / "rubrics/tiny.toml"
    rubric.write_text(rubric.read_text().replace("junior = 100", "junior = 0"))

    with pytest.raises(ChallengeError, match=r"items\.create: it is required at junior") as caught:
        checked(root)
    assert "items.read" not in str(caught.value)


def test_a_rubric_may_judge_what_a_hidden_check_measured(tmp_path: Path) -> None:
    root = write(tmp_path, **FLAWED)
    rubric = root / "rubrics/tiny.toml"
    text = rubric.read_text().replace('"static.docstrings"', '"test_items.py::test_read"')
    rubric.write_text(text.replace('"documented_share"', '"speed"'))

    checked(root)


def test_only_a_flawed_variant_shows_that_tests_can_fail(tmp_path: Path) -> None:
    root = write(tmp_path, **{name.replace("flawed", "cheats"): FLAWED[name] for name in FLAWED})

    with pytest.raises(ChallengeError, match=r"items\.create: no flawed variant loses it"):
        checked(root)


def test_a_probe_that_a_flawed_variant_fails_is_proven(tmp_path: Path) -> None:
    name = "flawed__no_read__expect_dot_toml"
    changes = FLAWED | {name: FLAWED[name] + 'probes = ["items.read"]\n'}
    marked = TESTS.replace("@pytest.mark.param", "@pytest.mark.probe\n@pytest.mark.param")

    checked(write(tmp_path, hidden__test_items_dot_py=marked, **changes))


def test_a_challenge_without_a_starter_is_refused(tmp_path: Path) -> None:
    missing = {"starter__app__main_dot_py": None, "starter__README_dot_md_dot_j2": None}
    with pytest.raises(ChallengeError, match="starter: there is no file"):
        checked(write(tmp_path, **FLAWED, **missing))


@pytest.mark.parametrize(
    ("added", "problems"),
    [
        ("", []),
        (TABLE, []),
        ("| field | rule |\n|---|---|\n| `items.name` | text |\n", []),
        ("| years | junior |\n|---|---|\n| 2 | 0 |\n", []),
        ("Not `items.other`.\n", []),
        ("- in `items.db`, `app/items.py`\n", ["brief.md:4: `items.db` is no requirement"]),
        ("- `sku`: text, of `shop.x`\n", []),
        ("* a\n  b `items.reed`\n", ["brief.md:5: `items.reed` is no requirement"]),
        ("- a\nb `items.reed`\n", []),
        (
            TABLE.replace("`items.read`", "`items.reed`"),
            [
                "brief.md:8: `items.reed` is no requirement",
                "brief.md: the table of levels lacks `items.read`",
            ],
        ),
        (
            TABLE.replace("*bonus*", "required"),
            ["brief.md:8: `items.read` is 'required' at level junior, and bonus in challenge.toml"],
        ),
        (
            TABLE.replace(" `required` |", ""),
            ["brief.md:8: `items.read` is 'nothing' at level senior, and required in challenge"],
        ),
    ],
)
def test_a_brief_and_its_table_say_what_is_graded(
    tmp_path: Path, added: str, problems: list[str]
) -> None:
    loaded = load(tmp_path)
    found = list(brief_problems(BRIEF + added, loaded.challenge.requirements))

    assert len(found) == len(problems), found
    for sentence, start in zip(found, problems, strict=True):
        assert re.match(re.escape(start), sentence), sentence
        assert ": " in sentence.removeprefix(start)


def test_the_table_of_levels_states_nothing(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    (problem, _) = brief_problems(TABLE, loaded.challenge.requirements)
    assert problem.startswith("brief.md does not state `items.create`")
