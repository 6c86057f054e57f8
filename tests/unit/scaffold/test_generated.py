"""Data that the challenge's own code makes for each candidate."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from runner.analyser.reading import read_sources
from runner.analyser.refusals import Refusals
from runner.analyser.suspicions import file_suspicions
from runner.analyser.unpack import unpack
from runner.errors import ChallengeError
from runner.intake import read_submission
from runner.jobs import prepare
from runner.model import Level
from runner.proof import all_variants
from runner.scaffold import MANIFEST, issue, own_data, read_manifest, render_starter
from runner.tree import pack
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path

    from runner.catalog import LoadedChallenge

DATA = '[data]\nmodule = "hidden/export.py"\npath = "data/sales.csv"\n\n[[requirements]]'
CHALLENGE = tiny.CHALLENGE.replace("[[requirements]]", DATA, 1)

ROWS = """\
import os, sys
from rows import row

print("never part of the data")

def data(seed):
    assert dict(os.environ).keys() <= {"LC_CTYPE"}, os.environ
    assert sys.stdin.read() == ""
    return "".join(row(seed, number) for number in range(9000)).encode("cp1252")
"""
ROW = """\
def row(seed, number):
    return f"ORD-{number:06};2025-03-05;C-{seed:04};büro;€ 24,50\\n"
"""


def load(root: Path, module: str = ROWS) -> LoadedChallenge:
    return tiny.load(
        root, challenge_dot_toml=CHALLENGE, hidden__export_dot_py=module, hidden__rows_dot_py=ROW
    )


def issued(loaded: LoadedChallenge, place: Path, seed: int = 7) -> Path:
    issue(loaded, place, candidate="Ada", level=Level.MID, seed=seed)
    return place


def test_each_candidate_gets_data_of_their_own(tmp_path: Path) -> None:
    loaded = load(tmp_path / "own")
    first, again, other = (
        (issued(loaded, tmp_path / name, seed) / "data/sales.csv").read_bytes()
        for name, seed in (("a", 7), ("b", 7), ("c", 8))
    )

    assert first == again != other
    assert first.startswith("ORD-000000;2025-03-05;C-0007;büro;€ 24,50\n".encode("cp1252"))
    listed = read_manifest((tmp_path / "a" / MANIFEST).read_bytes()).files
    assert listed["data/sales.csv"] == hashlib.sha256(first).hexdigest()
    assert not [*(tmp_path / "own").rglob("__pycache__")]


def test_data_that_come_back_are_no_code_of_the_candidates(tmp_path: Path) -> None:
    loaded = load(tmp_path / "own")
    place = issued(loaded, tmp_path / "repo")
    job = prepare(
        place,
        challenge="backend/tiny",
        level=None,
        candidate=None,
        folder=tmp_path / "own",
    ).with_images({})
    files, starter = unpack(job.submission.to_tar()), unpack(job.starter)

    assert job.issued_seed == 7
    assert len(files["data/sales.csv"]) > 300_000
    assert "data/sales.csv" not in starter
    assert job.submission.alarms == ()
    assert job.submission.dropped == ()
    assert read_sources(files, starter).changed_files == 0
    refused = Refusals()
    assert [*file_suspicions(files, starter, refused)] == []
    assert refused.reasons == {}


def test_a_seed_that_was_edited_is_no_seed(tmp_path: Path) -> None:
    loaded = load(tmp_path / "own")
    place = issued(loaded, tmp_path / "repo")
    manifest = place / MANIFEST
    manifest.write_text(manifest.read_text().replace('"seed": 7', '"seed": -7'))

    words = {"challenge": "backend/tiny", "level": None, "candidate": None}
    prepared = prepare(place, folder=tmp_path / "own", **words)

    assert prepared.issued_seed == 0


def test_grading_makes_no_data(tmp_path: Path) -> None:
    loaded = load(tmp_path, "raise SystemExit")
    starter = render_starter(loaded, candidate="", level=Level.MID, seed=0)

    assert "data/sales.csv" not in {file.path for file in starter}
    assert all_variants(loaded)[1].files == starter
    assert pack(starter)


def test_a_challenge_without_data_starts_nothing(tmp_path: Path) -> None:
    assert own_data(tiny.load(tmp_path), 7) == ()


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("x = 1", "AttributeError: module 'export' has no attribute 'data'"),
        ("def data(seed):\n    raise KeyError(seed)", "KeyError: 7"),
        ("def data(seed):\n    return 'a'", "TypeError: data() returned str where bytes are due"),
        (
            "def data(seed):\n    return bytes(21 * 1024**2)",
            "OSError: [Errno 27] File too large",
        ),
        ("import os\nos._exit(3)", "its process ended with 3"),
        ("import missing", "ModuleNotFoundError: No module named 'missing'"),
        (
            "def data(seed):\n    raise ValueError('\\x1b[2J' + 'x' * 999)",
            r"ValueError: \x1b[2Jxxx",
        ),
    ],
)
def test_what_breaks_is_told_with_its_last_line(tmp_path: Path, module: str, reason: str) -> None:
    loaded = load(tmp_path / "own", module)

    with pytest.raises(ChallengeError) as caught:
        issued(loaded, tmp_path / "repo")
    what = "backend/tiny/hidden/export.py: it makes no data for the seed 7"
    assert caught.value.what == what
    assert caught.value.why.startswith(reason)
    assert len(caught.value.why) <= 300
    assert not (tmp_path / "repo").exists()


def test_data_that_never_come_are_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runner.scaffold.generated.DATA_SECONDS", 0.2)
    loaded = load(tmp_path / "own", "import time\n\ndef data(seed):\n    time.sleep(600)")

    with pytest.raises(ChallengeError, match=r"because it was not done within 0\.2 s"):
        issued(loaded, tmp_path / "repo")


def test_the_module_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(ChallengeError, match=r"data: module: there is no hidden/export\.py"):
        tiny.load(tmp_path, challenge_dot_toml=CHALLENGE)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hidden/export.py", "solution/export.py"),
        ("hidden/export.py", "hidden/../../export.py"),
        ("data/sales.csv", "../sales.csv"),
        ("data/sales.csv", "/etc/sales.csv"),
        ("data/sales.csv", "data//sales.csv"),
    ],
)
def test_module_and_path_stay_where_they_belong(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(ChallengeError, match=r"challenge\.toml:\d+: data\.(module|path): "):
        tiny.load(tmp_path, challenge_dot_toml=CHALLENGE.replace(key, value))


def test_data_take_the_place_of_no_file(tmp_path: Path) -> None:
    loaded = tiny.load(
        tmp_path,
        challenge_dot_toml=CHALLENGE,
        hidden__export_dot_py=ROWS,
        starter__data__sales_dot_csv="",
    )

    with pytest.raises(ChallengeError, match=r"data/sales\.csv would be written twice"):
        render_starter(loaded, candidate="", level=Level.MID, seed=7)


def test_what_is_issued_is_a_submission(tmp_path: Path) -> None:
    place = issued(load(tmp_path / "own"), tmp_path / "repo")

    assert "data/sales.csv" in read_submission(place).paths
