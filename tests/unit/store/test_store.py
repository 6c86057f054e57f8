from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from runner.errors import InfrastructureError, UsageError
from runner.model import Record
from runner.store import RECORD, Store, load_record, write_report
from tests.meta.repository import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BASE = {
    "outcome": "graded",
    "challenge": {
        "id": "backend/tiny",
        "version": "1.0.0",
        "digest": "00",
        "title": "Tiny",
        "specialization": "backend",
        "time_box_minutes": 60,
        "requirements": [],
    },
    "level": "mid",
    "submission": {"digest": "11", "candidate": "Ada", "source": "a.zip", "files": 1, "bytes": 1},
    "advice": {"title": "Invite", "text": "Talk."},
    "score": {
        "automatic": {"earned": 1, "possible": 2, "percent": 50},
        "manual": {"pending": 0, "possible": 0},
        "bonus": {"earned": 0, "possible": 0, "percent": 0},
        "categories": [],
    },
    "criteria": [],
    "isolation": {"engine": "fake", "version": "1", "runtime": "none"},
    "provenance": {
        "takehome": "0",
        "created_at": "2026-01-01T00:00:00+00:00",
        "run": "run-1",
        "seed": 1,
        "images": {},
        "tools": {},
        "rubric": "tiny 1.0.0",
        "rubric_digest": "22",
        "suite_digest": "33",
    },
}


def _record(run: str = "run-1") -> Record:
    record = Record.model_validate(BASE)
    provenance = record.provenance.model_copy(update={"run": run})
    return record.model_copy(update={"provenance": provenance})


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    store = Store(tmp_path / "deep" / "out")
    place = store.save(_record(), {"report.md": "# Ünïcode\n"})
    assert place == tmp_path / "deep/out/run-1"
    assert sorted(path.name for path in place.iterdir()) == [RECORD, "report.md"]
    assert (place / "report.md").read_text("utf-8") == "# Ünïcode\n"
    assert store.load("run-1") == load_record(place / RECORD) == _record()


def test_a_rendering_of_the_record_is_taken_as_it_is(tmp_path: Path) -> None:
    text = _record().model_dump_json()
    place = Store(tmp_path).save(_record(), {RECORD: text})
    assert (place / RECORD).read_text() == text


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    store = Store(tmp_path)
    places = [store.save(_record(), {"n": str(number)}) for number in range(3)]
    assert [place.name for place in places] == ["run-1", "run-1-2", "run-1-3"]
    assert [(place / "n").read_text() for place in places] == ["0", "1", "2"]


def test_records_are_listed(tmp_path: Path) -> None:
    store = Store(tmp_path / "out")
    assert store.names() == ()
    store.save(_record("b"))
    store.save(_record("a"))
    (store.root / "empty").mkdir()
    (store.root / ".takehome-1.partial").mkdir()
    (store.root / ".takehome-1.partial" / RECORD).write_text("")
    assert store.names() == ("a", "b")


@pytest.mark.parametrize("name", ["../x", "", ".", "..", "a/b", "a\x00", "a\nb", ".a", "x" * 101])
def test_names_lead_nowhere_else(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / "out")
    for attempt in (
        lambda: store.save(_record(name)),
        lambda: store.save(_record(), {name: ""}),
        lambda: store.load(name),
    ):
        with pytest.raises(UsageError, match="cannot be the name"):
            attempt()
    assert not list((tmp_path / "out").glob("*"))
    assert {path.name for path in tmp_path.iterdir()} <= {"out"}


def test_a_place_that_can_hold_no_record_is_said_before(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for root, why in {
        tmp_path / "file": "file is a file",
        tmp_path / "file" / "deep": "file is a file",
        tmp_path / ("x" * 300): "file name too long",
    }.items():
        with pytest.raises(UsageError, match=f"cannot hold reports: because .*{why}"):
            Store(root).check()


def test_a_place_that_can_hold_records_is_left_as_it_is(tmp_path: Path) -> None:
    Store(tmp_path).check()
    Store(tmp_path / "deep" / "out").check()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_may_not_be_written_is_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The superuser, as whom tests may run, may write everywhere but on a read-only disk."""
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(UsageError, match="nothing can be written to"):
        Store(tmp_path / "out").check()


def test_a_record_that_cannot_be_written_is_our_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InfrastructureError, match="cannot be written: because") as caught:
        Store(tmp_path / "file").save(_record())
    assert caught.value.exit_code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


FULL = """
import resource, sys
from pathlib import Path
from runner.errors import InfrastructureError
from runner.store import Store, load_record, write_report
record = load_record(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
for attempt in (
    lambda: Store(Path(sys.argv[2])).save(record, {"report.md": "x" * 4000}),
    lambda: write_report(Path(sys.argv[1]), "x" * 4000),
):
    try:
        attempt()
    except InfrastructureError as error:
        print(error.exit_code, error.why)
"""


def test_where_the_disk_is_full_nothing_appears_and_the_reason_is_said(tmp_path: Path) -> None:
    """A limit of the size of files is as much of a full disk as every machine has."""
    record = Store(tmp_path / "first").save(_record()) / RECORD
    before = record.read_text()
    command = [sys.executable, "-c", FULL, str(record), str(tmp_path / "out")]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert said.splitlines() == ["4 file too large"] * 2
    assert list((tmp_path / "out").iterdir()) == []
    assert record.read_text() == before
    assert [path.name for path in record.parent.iterdir()] == [RECORD]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"level": "king"}, "level: Input should be"),
        ({"score": {}}, "score.automatic: Field required; score.manual: .*; score.categories"),
        ({"evil\x1b": 1}, r"evil\\x1b: Extra inputs"),
        ({"schema_version": 2}, "schema_version: Input should be 1"),
        ({"level": 1, **{f"k{n}": 1 for n in range(9)}}, "and 5 more"),
        ({"timings": {"a": float("nan")}}, "timings"),
    ],
)
def test_a_broken_record_names_file_and_key(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    path = tmp_path / RECORD
    path.write_text(json.dumps({**BASE, **change}))
    with pytest.raises(UsageError, match=message) as caught:
        load_record(path)
    assert "report.json is not a record" in caught.value.what
    assert str(caught.value).isprintable()


def test_other_files_are_no_records(tmp_path: Path) -> None:
    path = tmp_path / RECORD
    with pytest.raises(UsageError, match="cannot be read: because no such file"):
        load_record(path)
    path.write_bytes(b"\xff{")
    with pytest.raises(UsageError, match="the document: "):
        load_record(path)


def test_a_huge_file_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / RECORD
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(UsageError, match="larger than 64 MiB"):
        load_record(path)


def test_a_report_replaces_its_forerunner_whole(tmp_path: Path) -> None:
    write_report(tmp_path / "out" / "a.md", "old")
    write_report(tmp_path / "out" / "a.md", "new")
    assert [(path.name, path.read_text()) for path in (tmp_path / "out").iterdir()] == [
        ("a.md", "new")
    ]


def test_a_failed_report_leaves_the_old_one(tmp_path: Path) -> None:
    write_report(tmp_path / "a.md", "old")
    with pytest.raises(UnicodeEncodeError):
        write_report(tmp_path / "a.md", "\ud800")
    (tmp_path / "link.md").symlink_to("a.md/below")
    with pytest.raises(InfrastructureError, match="cannot be written: because file exists"):
        write_report(tmp_path / "link.md", "new")
    assert (tmp_path / "a.md").read_text() == "old"


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    (tmp_path / "a.md").write_text("old")
    (tmp_path / "link.md").symlink_to("a.md")

    write_report(tmp_path / "pipe", "text")
    write_report(tmp_path / "link.md", "new")

    assert os.read(reader, 100) == b"text"
    os.close(reader)
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "a.md").read_text() == "new"
