from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.errors import ChallengeError, UsageError
from runner.intake import read_submission
from runner.model import Level
from runner.scaffold import (
    MANIFEST,
    Manifest,
    issue,
    neutral_starter,
    read_manifest,
    render_starter,
)
from runner.tree import SourceFile
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path

    from runner.catalog import LoadedChallenge

TEMPLATE = """\
{{ candidate }} {{ level }} {{ seed }} {{ time_box_minutes }} {{ challenge_id }}
{% for requirement in required %}{{ requirement }} {% endfor %}
"""


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedChallenge:
    return tiny.load(tmp_path / "own", starter__words_dot_txt_dot_j2=TEMPLATE)


def _rendered(loaded: LoadedChallenge, candidate: str, level: Level = Level.MID) -> dict[str, str]:
    files = render_starter(loaded, candidate=candidate, level=level, seed=7)
    return {file.path: file.data.decode() for file in files}


def test_templates_get_their_words_and_lose_their_suffix(loaded: LoadedChallenge) -> None:
    files = _rendered(loaded, "Ada Lovelace")
    assert list(files) == ["BRIEF.md", "README.md", "app/main.py", "words.txt"]
    assert files["README.md"] == "# Tiny for Ada Lovelace\n"
    assert files["BRIEF.md"].startswith("# Tiny\n")
    assert files["app/main.py"] == "app = None\n"
    assert files["words.txt"] == ("Ada Lovelace mid 7 60 backend/tiny\nitems.create items.read \n")


def test_only_what_the_level_requires_is_listed(loaded: LoadedChallenge) -> None:
    assert _rendered(loaded, "x", Level.JUNIOR)["words.txt"].endswith("\nitems.create \n")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", "the candidate"),
        ("  ", "the candidate"),
        ("{{ seed }}", "{{ seed }}"),
        ("../../x", "../../x"),
        ("<b>Ada</b>", "<b>Ada</b>"),
        ("a\nimport os", "a\\nimport os"),
        ("a\u202eb\x1b[2J", "a\\u202eb\\x1b[2J"),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_a_name_is_display_data(loaded: LoadedChallenge, name: str, shown: str) -> None:
    assert _rendered(loaded, name)["words.txt"].startswith(f"{shown} mid 7")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.j2", "\n{{ unknown }}", "starter/a.j2: it cannot be rendered: 'unknown' is undefined"),
        ("a.j2", "\n{% if %}", "starter/a.j2:2: "),
        ("a.j2", "{{ level() }}", "starter/a.j2: it cannot be rendered"),
        ("a.j2", "{{ level.__class__.__mro__ }}", "starter/a.j2: it cannot be rendered: .*unsafe"),
        ("README.md", "", "README.md would be written twice"),
        ("BRIEF.md", "", "BRIEF.md would be written twice"),
        (MANIFEST, "", "takehome.json would be written twice"),
    ],
)
def test_a_starter_that_cannot_be_written_is_refused(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    root = tiny.load(tmp_path).root
    (root / "starter" / name).write_text(text)
    with pytest.raises(ChallengeError, match=message):
        _rendered(tiny.load(tmp_path), "x")


def test_a_template_is_utf8(tmp_path: Path) -> None:
    root = tiny.load(tmp_path).root
    (root / "starter/a.j2").write_bytes(b"\xff")
    with pytest.raises(ChallengeError, match=r"starter/a.j2: it is not valid UTF-8"):
        _rendered(tiny.load(tmp_path), "x")


def test_modes_are_kept(tmp_path: Path) -> None:
    root = tiny.load(tmp_path).root
    (root / "starter/run.sh.j2").write_text("#!/bin/sh\n# {{ level }}\n")
    (root / "starter/run.sh.j2").chmod(0o755)
    files = render_starter(tiny.load(tmp_path), candidate="", level=Level.MID, seed=0)
    assert [file.path for file in files if file.executable] == ["run.sh"]


# ------------------------------------------------------------------------------- issuing


def test_a_repository_is_issued_with_its_manifest(loaded: LoadedChallenge, tmp_path: Path) -> None:
    place = tmp_path / "out" / "repo"
    manifest = issue(loaded, place, candidate="Ada", level=Level.SENIOR, seed=3)
    assert sorted(path.name for path in place.iterdir()) == [
        MANIFEST, "BRIEF.md", "README.md", "app", "words.txt",
    ]  # fmt: skip
    assert [path.name for path in place.parent.iterdir()] == ["repo"]
    assert read_manifest((place / MANIFEST).read_bytes()) == manifest
    assert (manifest.challenge, manifest.version, manifest.level) == (
        "backend/tiny", "1.0.0", Level.SENIOR,
    )  # fmt: skip
    assert manifest.digest == loaded.digest
    assert (manifest.seed, manifest.candidate) == (3, "Ada")
    assert set(manifest.files) == {"BRIEF.md", "README.md", "app/main.py", "words.txt"}


def test_an_issued_repository_is_a_submission_that_changed_nothing(
    loaded: LoadedChallenge, tmp_path: Path
) -> None:
    issue(loaded, tmp_path / "repo", candidate="Ada\u200b", level=Level.JUNIOR, seed=3)
    submission = read_submission(tmp_path / "repo")
    manifest = read_manifest(submission.find(MANIFEST))
    given = {file for file in submission.files if file.path != MANIFEST}
    assert set(neutral_starter(loaded, Level.SENIOR, manifest)) == given


def test_two_repositories_differ_by_their_salt(loaded: LoadedChallenge, tmp_path: Path) -> None:
    salts = {
        issue(loaded, tmp_path / name, candidate="", level=Level.MID, seed=3).salt for name in "ab"
    }
    assert len(salts) == 2


def test_nothing_is_overwritten(loaded: LoadedChallenge, tmp_path: Path) -> None:
    place = tmp_path / "repo"
    place.mkdir()
    (place / "mine").write_text("mine")
    with pytest.raises(UsageError, match="Name a folder that does not exist or is empty"):
        issue(loaded, place, candidate="", level=Level.MID, seed=3)
    assert [path.name for path in place.iterdir()] == ["mine"]


def test_an_empty_folder_will_do_also_behind_a_link(
    loaded: LoadedChallenge, tmp_path: Path
) -> None:
    (tmp_path / "repo").mkdir()
    (tmp_path / "link").symlink_to("repo")
    issue(loaded, tmp_path / "link", candidate="", level=Level.MID, seed=3)
    assert (tmp_path / "repo/BRIEF.md").is_file()
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(("candidate", "seed"), [("x" * 201, 0), ("x", -1)])
def test_arguments_have_bounds(
    loaded: LoadedChallenge, tmp_path: Path, candidate: str, seed: int
) -> None:
    with pytest.raises(UsageError, match="over 200 characters long or the seed"):
        issue(loaded, tmp_path / "repo", candidate=candidate, level=Level.MID, seed=seed)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=200))
def test_whatever_the_name_is_it_goes_into_no_path(
    loaded: LoadedChallenge, tmp_path: Path, name: str
) -> None:
    before = set(tmp_path.iterdir())
    files = render_starter(loaded, candidate=name, level=Level.MID, seed=0)
    assert {file.path for file in files} == {"BRIEF.md", "README.md", "app/main.py", "words.txt"}
    assert set(tmp_path.iterdir()) == before


# ------------------------------------------------------------------- what comes back


def _edited(**changes: object) -> bytes:
    return json.dumps({"schema_version": 1, "challenge": "backend/tiny", **changes}).encode()


@pytest.mark.parametrize(
    "data",
    [
        None,
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"challenge": "' + b"x" * 1_100_000 + b'"}',
        _edited(candidate="x" * 201),
        _edited(level="king"),
        _edited(seed=-1),
        _edited(seed=2**70),
        _edited(seed="NaN"),
        _edited(schema_version=2),
        _edited(files=[1]),
    ],
)
def test_a_broken_manifest_is_an_empty_one(data: bytes | None) -> None:
    assert read_manifest(data) == Manifest()


def test_words_that_are_not_known_do_no_harm() -> None:
    assert read_manifest(_edited(more=1)) == Manifest(challenge="backend/tiny")


def test_without_a_manifest_the_starter_is_that_of_the_level(loaded: LoadedChallenge) -> None:
    neutral = neutral_starter(loaded, Level.JUNIOR, Manifest())
    assert neutral == render_starter(loaded, candidate="", level=Level.JUNIOR, seed=0)


def test_code_does_not_pass_for_the_starter_by_way_of_the_manifest(
    loaded: LoadedChallenge,
) -> None:
    code = "x\ndef answer():\n    return 42\n" * 6
    files = neutral_starter(loaded, Level.MID, read_manifest(_edited(candidate=code[:200])))
    readme = next(file for file in files if file.path == "README.md")
    assert readme.data.count(b"\n") == 1
    assert len(readme.data) < 120


def test_a_starter_is_found_by_its_properties_alone(loaded: LoadedChallenge) -> None:
    class Own:
        challenge, root, digest, brief = loaded.challenge, loaded.root, "", "own"
        starter = (SourceFile(path="a", data=b""),)

    files = render_starter(Own(), candidate="", level=Level.MID, seed=0)
    assert [file.path for file in files] == ["BRIEF.md", "a"]
