"""Every command as the process boundary sees it; none of these reaches an engine."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest

from runner.catalog import load_rubric
from runner.certificate import Proof, Row, row_digest, save_proof
from runner.cli import COMMANDS, main
from runner.model import Record
from runner.proof import all_variants
from runner.render import RENDERERS
from tests.unit.catalog import tiny
from tests.unit.pipeline.scenes import Stage

if TYPE_CHECKING:
    from pathlib import Path

Run: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run(*words)`: exit code, standard output, standard error."""

    def go(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["takehome", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return go


@pytest.fixture
def record(tmp_path: Path) -> tuple[Path, Record]:
    """A record of the tiny challenge in a file."""
    graded = Stage(tmp_path / "stage").play()
    path = tmp_path / "report.json"
    path.write_text(RENDERERS["report.json"](graded), encoding="utf-8")
    return path, graded


def answer(root: Path) -> Path:
    """A folder that looks like an answer to the tiny challenge."""
    (root / "app").mkdir(parents=True)
    (root / "app" / "main.py").write_text("app = 1\n")
    return root


def explained(error: str) -> bool:
    """What happened, why or what to do, and no traceback."""
    lines = error.splitlines()
    return lines[0].startswith("takehome: ") and len(lines) > 1 and "Traceback" not in error


def test_help_names_every_command(run: Run) -> None:
    code, out, _ = run("--help")

    assert code == 0
    assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(run: Run, name: str) -> None:
    code, out, _ = run(name, "--help")

    assert code == 0
    assert "Usage:" in out


@pytest.mark.parametrize("words", [("nonsense",), ("grade",), ("grade", "x", "--level", "guru")])
def test_wrong_words_are_usage_errors(run: Run, words: tuple[str, ...]) -> None:
    code, _, error = run(*words)

    assert code == 2
    assert "Usage:" in error


def test_list_shows_own_and_bundled_challenges(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("list", "--challenges", tiny.write(tmp_path))

    assert code == 0
    assert "backend/tiny" in out
    assert "backend/orders-api" in out


def test_new_writes_a_repository_and_says_where(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("new", "backend/orders-api", tmp_path / "repo", "--level", "junior")

    assert code == 0
    assert "level junior" in out
    assert (tmp_path / "repo" / "BRIEF.md").read_text(encoding="utf-8").startswith("# ")
    assert json.loads((tmp_path / "repo" / ".takehome.json").read_text())["level"] == "junior"


def test_new_never_overwrites(run: Run, tmp_path: Path) -> None:
    code, _, error = run("new", "backend/orders-api", answer(tmp_path / "repo"))

    assert code == 2
    assert explained(error)


def test_show_lists_the_requirements(run: Run) -> None:
    code, out, _ = run("challenge", "show", "backend/orders-api", "--level", "junior")

    assert code == 0
    assert "items.create" in out
    assert "bonus" in out


@pytest.mark.parametrize(
    "words",
    [
        ("new", "backend/nothing", "{tmp}/x"),
        ("challenge", "show", "backend/nothing"),
        ("grade", "{tmp}/missing", "--challenge", "backend/orders-api"),
        ("grade", "{tmp}/empty", "--challenge", "backend/orders-api"),
        ("grade", "{tmp}/answer"),
        ("grade", "{tmp}/other", "--challenge", "backend/orders-api"),
        ("grade", "{tmp}/broken.zip", "--challenge", "backend/orders-api"),
        ("report", "{tmp}/broken.json"),
        ("report", "{tmp}/missing.json"),
    ],
)
def test_what_cannot_be_used_is_explained(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    answer(tmp_path / "answer")
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "main.py").write_text("print(1)")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no archive")
    (tmp_path / "broken.json").write_text('{"schema_version": 7}')
    code, _, error = run(*(word.replace("{tmp}", str(tmp_path)) for word in words))

    assert code == 2
    assert explained(error)


def test_an_archive_that_climbs_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../etc/cron.d/x", "boom")
    code, _, error = run("grade", path, "--challenge", "backend/orders-api")

    assert code == 2
    assert explained(error)


@pytest.mark.parametrize(
    ("broken", "key"),
    [
        ({"challenge_dot_toml": tiny.CHALLENGE.replace("weight", "wait")}, None),
        ({"challenge_dot_toml": tiny.CHALLENGE.replace('"correctness"', "7")}, "category"),
        ({"challenge_dot_toml": "id = "}, "challenge.toml"),
        ({"rubrics/tiny.toml": tiny.RUBRIC.replace('"bands"', '"guess"')}, "scale"),
    ],
)
def test_a_broken_challenge_names_file_and_key(
    run: Run, tmp_path: Path, broken: dict[str, str], key: str | None
) -> None:
    root = tiny.write(tmp_path / "own", **broken)
    words = ("--challenge", "backend/tiny", "--challenges", root)
    code, _, error = run("grade", answer(tmp_path / "answer"), *words)

    if key is None:  # nothing was broken: the engine is what is missing then
        assert code == 4
        return
    assert code == 3
    assert key in error
    assert "Traceback" not in error


@pytest.mark.parametrize("words", [("doctor",), ("gc",), ("images", "build"), ("selftest",)])
def test_without_an_engine_the_advice_is_clear(run: Run, words: tuple[str, ...]) -> None:
    code, out, error = run(*words)

    assert code == 4
    assert "Docker" in out + error
    assert explained(error)


def test_an_unknown_attack_is_a_usage_error(run: Run) -> None:
    code, _, error = run("selftest", "--only", "nonsense")

    assert code == 2
    assert "there is no attack nonsense" in error
    assert explained(error)


def test_an_unknown_level_of_isolation_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    code, _, error = run("grade", answer(tmp_path / "answer"), "--isolation", "perfect")

    assert code == 2
    assert "userns" in error


def test_grading_without_an_engine_refuses(run: Run, tmp_path: Path) -> None:
    root = tiny.write(tmp_path / "own")
    words = ("--challenge", "backend/tiny", "--challenges", root, "--out", tmp_path / "out")
    code, _, error = run("grade", answer(tmp_path / "answer"), *words)

    assert code == 4
    assert explained(error)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", list(RENDERERS))
def test_report_renders_every_format(run: Run, record: tuple[Path, Record], name: str) -> None:
    code, out, _ = run("report", record[0], "--format", name)

    assert code == 0
    assert out.strip() == RENDERERS[name](record[1]).strip()


def test_report_writes_to_a_file(run: Run, record: tuple[Path, Record], tmp_path: Path) -> None:
    code, _, error = run("report", record[0], "--out", tmp_path / "x.html")

    assert code == 0
    assert "wrote" in error
    assert "<html" in (tmp_path / "x.html").read_text(encoding="utf-8")


def test_an_unknown_format_is_explained(run: Run, record: tuple[Path, Record]) -> None:
    code, _, error = run("report", record[0], "--format", "report.docx")

    assert code == 2
    assert "report.html" in error


def test_rescore_takes_marks_and_another_rubric(
    run: Run, record: tuple[Path, Record], tmp_path: Path
) -> None:
    rubric = tiny.write(tmp_path / "own") / "rubrics" / "tiny.toml"
    words = ("--rubric", rubric, "--mark", "human.clarity=3", "--author", "Bo")
    code, out, error = run("rescore", record[0], *words, "--out", tmp_path / "out")

    assert code == 0, error
    made = next((tmp_path / "out").rglob("report.json"))
    new = Record.model_validate_json(made.read_text(encoding="utf-8"))
    assert [(mark.criterion, mark.mark, mark.author) for mark in new.marks] == [
        ("human.clarity", 3, "Bo")
    ]
    assert "report:" in out


@pytest.mark.parametrize(
    "words",
    [
        ("--mark", "human.clarity=3"),
        ("--mark", "human.clarity=9", "--author", "Bo"),
        ("--mark", "quality.lint=1", "--author", "Bo"),
    ],
)
def test_a_mark_that_does_not_fit_is_explained(
    run: Run, record: tuple[Path, Record], tmp_path: Path, words: tuple[str, ...]
) -> None:
    rubric = tiny.write(tmp_path / "own") / "rubrics" / "tiny.toml"
    code, _, error = run("rescore", record[0], "--rubric", rubric, *words, "--out", tmp_path)

    assert code == 2
    assert explained(error)


@pytest.fixture
def proven(tmp_path: Path) -> tuple[str | Path, ...]:
    """The words that verify the tiny challenge, by a certificate that holds.

    It has a row of a variant that is gone.
    """
    loaded, rubric = tiny.load(tmp_path, **tiny.FLAWED), load_rubric("tiny", tmp_path)
    rows = tuple(
        Row(
            variant=variant.title,
            kind=variant.kind,
            digest=row_digest(loaded, rubric, variant),
            statuses={},
            percents={},
            failed_checks=(),
            problems=(),
            seconds=1.0,
        )
        for variant in all_variants(loaded)
    )
    gone = rows[0].model_copy(update={"variant": "flawed/gone"})
    path = tmp_path / "proof.json"
    save_proof(path, Proof(challenge="backend/tiny", rows=(gone, *rows)))
    verify = ("challenge", "verify", "backend/tiny", "--challenges", tmp_path)
    return (*verify, "--certificate", path)


def test_verify_has_nothing_to_grade_where_no_variant_has_changed(
    run: Run, proven: tuple[str | Path, ...], tmp_path: Path
) -> None:
    code, _, error = run(*proven, "--stale")

    assert code == 0
    assert "backend/tiny: no variant has changed" in error
    rows = json.loads((tmp_path / "proof.json").read_text())["rows"]
    assert [row["variant"] for row in rows] == [
        "solution",
        "starter",
        "flawed/no_create",
        "flawed/no_read",
    ]


def test_verify_grades_what_has_changed(
    run: Run, proven: tuple[str | Path, ...], tmp_path: Path
) -> None:
    expect = tmp_path / "challenges/backend/tiny/flawed/no_read/expect.toml"
    expect.write_text(expect.read_text() + 'removes = ["app/db.py"]\n')
    before = (tmp_path / "proof.json").read_text()

    code, _, _ = run(*proven, "--stale")

    assert code == 4  # there is something to grade, and no engine
    assert (tmp_path / "proof.json").read_text() == before
    assert run(*proven, "--stale", "--only", "no_create")[0] == 0


@pytest.mark.parametrize("words", [("--only", "nobody"), ("--stale",), ("--only", "solution")])
def test_a_certificate_that_cannot_be_used_is_explained(
    run: Run, proven: tuple[str | Path, ...], tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "proof.json").write_text('{"rows": []}')
    code, _, error = run(*proven, *words)

    assert code == 2
    assert explained(error)


def test_stale_needs_a_certificate(run: Run) -> None:
    code, _, error = run("challenge", "verify", "backend/orders-api", "--stale")

    assert code == 2
    assert explained(error)
