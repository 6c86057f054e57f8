from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from runner.catalog import (
    check,
    list_challenges,
    load_challenge,
    load_challenge_folder,
    load_rubric,
    load_rubric_file,
)
from runner.catalog.places import bundled
from runner.errors import ChallengeError, InfrastructureError, UsageError
from runner.proof import all_variants
from tests.unit.catalog.tiny import BRIEF, CHALLENGE, RUBRIC, load, write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_challenge_is_read_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.challenge.id == "backend/tiny"
    assert loaded.root == tmp_path / "challenges/backend/tiny"
    assert loaded.brief == BRIEF
    assert [name for name, _ in loaded.suite] == ["conftest.py", "test_items.py"]
    assert loaded.expected == (
        ("test_items.py::test_create", "items.create"),
        ("test_items.py::test_read", "items.read"),
    )
    assert [file.path for file in loaded.starter] == ["README.md.j2", "app/main.py"]


def test_digests_follow_the_content_and_ignore_what_tools_leave(tmp_path: Path) -> None:
    first = load(tmp_path)
    for path in ("hidden/__pycache__/x.pyc", "solution/.mypy_cache/y.json", "starter/z.pyc"):
        (first.root / path).parent.mkdir(parents=True, exist_ok=True)
        (first.root / path).write_bytes(b"\0")
    assert load_challenge_folder(first.root).digest == first.digest
    (first.root / "solution/app/main.py").write_text("app = 2\n")
    second = load_challenge_folder(first.root)
    assert second.digest != first.digest
    assert second.suite_digest == first.suite_digest
    (first.root / "hidden/conftest.py").write_text("x = 1\n")
    assert load_challenge_folder(first.root).suite_digest != first.suite_digest


def test_the_user_comes_first_and_the_bundled_ones_stay(tmp_path: Path) -> None:
    write(tmp_path)
    ids = [loaded.challenge.id for loaded in list_challenges(tmp_path)]
    assert "backend/tiny" in ids
    assert {loaded.challenge.id for loaded in list_challenges()} < set(ids)
    shutil.rmtree(tmp_path / "rubrics")
    assert load_rubric("backend", tmp_path).rubric.id == "backend"


def test_bundled_data_lie_in_the_package_or_beside_it(tmp_path: Path) -> None:
    package = tmp_path / "runner"
    package.mkdir()
    with pytest.raises(InfrastructureError, match="Install it again"):
        bundled("challenges", package)
    (tmp_path / "challenges").mkdir()
    assert bundled("challenges", package) == tmp_path / "challenges"
    (package / "_data/challenges").mkdir(parents=True)
    assert bundled("challenges", package) == package / "_data/challenges"


@pytest.mark.parametrize(
    "name", ["backend/none", "../../etc/passwd", "backend/tiny/", "", "a\x1b/b", "backend\\tiny"]
)
def test_an_unknown_challenge_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="backend/tiny") as caught:
        load_challenge(name, write(tmp_path))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["none", "../tiny", ""])
def test_an_unknown_rubric_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="there is no rubric"):
        load_rubric(name, write(tmp_path))


def test_a_folder_without_challenges_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Lay it out as challenges/<specialization>"):
        list_challenges(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'junior = "bonus"',
            'junior = "maybe"',
            r"challenge.toml:35: requirements.1.levels.junior: ",
        ),
        (
            'mid = "required", sen',
            'middle = "required", sen',
            r"challenge.toml:24: requirements.0.lev",
        ),
        ("time_box_minutes = 60", "time_box_minutes = 5", r"challenge.toml:8: time_box_minutes: "),
        ("time_box_minutes = 60", "", r"challenge.toml: time_box_minutes: Field required"),
        ("port = 8000", "port = 80", r"challenge.toml:14: subject.port: .* \(it is 80\)"),
        ("port = 8000", "", r"challenge.toml:11: subject.port: Field"),
        (
            "port = 8000",
            "prot = 8000",
            r"subject.port: Field required. Also: .*:14: subject.prot: Extra",
        ),
        ('kind = "service"', 'kind = "servant"', r"challenge.toml:11: subject: .*'program'"),
        ('kind = "service"', 'kind = "program"', r"challenge.toml:13: subject.app: Extra"),
        ("port = 8000", "port = ", r"challenge.toml: it is not valid TOML: .*line 14"),
        ('id = "items.read"', 'id = "items.create"', "requirement items.create is there twice"),
        ('id = "items.read"', 'id = "items.reed"', "there is no requirement 'items.read'"),
        ('id = "backend/tiny"', 'id = "backend/tony"', "the folder says 'backend/tiny'"),
        ("schema_version = 1", "schema_version = 2", "challenge.toml:1: schema_version"),
    ],
)
def test_a_broken_challenge_names_file_line_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert CHALLENGE.count(old) == 1
    with pytest.raises(ChallengeError, match=message) as caught:
        load(tmp_path, challenge_dot_toml=CHALLENGE.replace(old, new))
    assert caught.value.what.startswith("backend/tiny/")


def test_many_problems_are_told_together_but_not_without_end(tmp_path: Path) -> None:
    broken = "".join(f"unknown{number} = 1\n" for number in range(20)) + CHALLENGE
    with pytest.raises(ChallengeError, match="and 11 more"):
        load(tmp_path, challenge_dot_toml=broken)


def test_files_that_have_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(ChallengeError, match=r"backend/tiny/brief.md: it is missing"):
        load(tmp_path, brief_dot_md=None)


def test_a_suite_without_tests_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChallengeError, match="hidden: there is no test"):
        load(tmp_path, hidden__test_items_dot_py=None)


@pytest.mark.parametrize("path", ["challenge.toml", "brief.md", "hidden/test_items.py"])
def test_texts_are_utf8(tmp_path: Path, path: str) -> None:
    root = write(tmp_path) / "challenges/backend/tiny"
    (root / path).write_bytes(b"\xff\xfe")
    with pytest.raises(ChallengeError, match=f"backend/tiny/{path}: it is not valid UTF-8"):
        load_challenge_folder(root)


def test_links_are_refused(tmp_path: Path) -> None:
    root = write(tmp_path) / "challenges/backend/tiny"
    (root / "starter/link").symlink_to("/etc/passwd")
    with pytest.raises(ChallengeError, match="starter/link: it is not a regular file"):
        load_challenge_folder(root)


FLAG = 'criterion = "items.create"\nstatus = "failed"'
BANDS = "bands = [{ at_most = 1, share = 1.0 }, { at_most = 5, share = 0.5 }]"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'id = "quality.docs"',
            'id = "quality.lint"',
            "criteria: the id quality.lint is there twice",
        ),
        ("mid = 100, ", "", "category correctness: points: mid is missing"),
        (
            'category = "correctness"\nscale = "ratio"',
            'category = "x"\nscale = "ratio"',
            "no category 'x'",
        ),
        ('check = "static.docstrings"\n', "", "the scale ratio needs check and measure"),
        (
            '"static.docstrings"',
            '"static.docs"',
            "quality.docs: there is no check 'static.docs', .*: take one of static.ruff, static.my",
        ),
        (
            '"documented_share"',
            '"words"',
            "docs: static.docstrings has no measure 'words', .*: take one of documented_share",
        ),
        (
            'measure = "findings"\nat_most',
            'measure = "finds"\nat_most',
            "flag green.lint: static.ruff has no measure 'finds'",
        ),
        (BANDS, "", "bands go from the best share"),
        (BANDS, BANDS.replace("0.5", "1.5"), r"tiny.toml:18: criteria.0.bands.1.share"),
        (BANDS, BANDS.replace("1.0", "0.1"), "bands go from the best share"),
        (BANDS, BANDS.replace("= 5", "= 1"), "a band hides the one after it"),
        (BANDS, BANDS.replace("at_most", "at_least"), "a band hides the one after it"),
        (BANDS, BANDS.replace("at_most = 5", "at_least = 5"), "mix at_most and at_least"),
        ('anchors = [{ mark = 4, text = "clear" }]', "", "a manual criterion needs anchors"),
        ('criteria = ["items.create"]', "criteria = []", "gate.create: it names no criterion"),
        ('levels = ["mid"]', "levels = []", "gate.create: it names no criterion or no level"),
        (FLAG, "", "flag red.create: it never rises"),
        (FLAG, 'criterion = "items.create"', "a status needs a criterion or a category"),
        (FLAG, 'status = "failed"', "a status needs a criterion or a category"),
        (FLAG, 'category = "x"\nstatus = "failed"', "flag red.create: there is no category 'x'"),
        ("at_most = 0\n", "", "a bound needs check and measure"),
        ("at_least = 0\n", "at_least = 60\n", "recommendations: at_least goes from high to low"),
        ("at_least = 0\n", "at_least = 10\n", "ends with 0"),
        ('id = "tiny"', 'id = "tony"', "rubrics/tiny.toml: id: it is 'tony'"),
        ("schema_version = 1", "= 1", "tiny.toml: it is not valid TOML"),
    ],
)
def test_a_rubric_that_contradicts_itself_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert RUBRIC.count(old) == 1
    write(tmp_path, rubrics__tiny_dot_toml=RUBRIC.replace(old, new))
    with pytest.raises(ChallengeError, match=message):
        load_rubric("tiny", tmp_path)


def test_a_rubric_may_lie_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    with pytest.raises(ChallengeError, match=r"mine.toml: it cannot be read"):
        load_rubric_file(path)
    floors = BANDS.replace("at_most = 1", "at_least = 9").replace("at_most = 5", "at_least = 3")
    path.write_text(RUBRIC.replace(BANDS, floors))
    assert load_rubric_file(path).rubric.id == "tiny"


def test_what_came_with_us_is_fair() -> None:
    for loaded in list_challenges():
        check(loaded, load_rubric(loaded.challenge.rubric).rubric, all_variants(loaded))
