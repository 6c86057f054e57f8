from __future__ import annotations

import errno
import fcntl
import os
import random
import shutil
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from runner import publish as publishing
from runner.publish import TakenError, publish, replace, sweep
from runner.tree import SourceFile
from tests.meta.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = (
    SourceFile(path="a/b.txt", data=b"b"),
    SourceFile(path="run.sh", data=b"#!/bin/sh\n", executable=True),
)


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    publish(tmp_path / "deep" / "out", FILES)
    assert (tmp_path / "deep/out/a/b.txt").read_bytes() == b"b"
    assert (tmp_path / "deep/out/run.sh").stat().st_mode & 0o100
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_an_empty_folder_is_free(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    publish(tmp_path / "out", FILES)
    assert (tmp_path / "out/run.sh").is_file()


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_nothing_is_overwritten(tmp_path: Path, kind: str) -> None:
    taken = tmp_path / "out"
    if kind == "file":
        taken.write_text("mine")
    else:
        taken.mkdir()
        (taken / "mine").write_text("mine")
    with pytest.raises(TakenError):
        publish(taken, FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert not (taken / "run.sh").exists()


def test_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    clash = (*FILES, SourceFile(path="run.sh/below", data=b""))
    with pytest.raises(OSError, match="File exists"):
        publish(tmp_path / "out", clash)
    assert list(tmp_path.iterdir()) == []


def test_other_failures_of_the_rename_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        publish(tmp_path / ("x" * 300), FILES)
    assert list(tmp_path.iterdir()) == []


def test_a_file_takes_the_place_of_its_forerunner(tmp_path: Path) -> None:
    replace(tmp_path / "deep" / "a.md", b"old")
    replace(tmp_path / "deep" / "a.md", b"new")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "deep").iterdir()] == [
        ("a.md", b"new")
    ]


def test_a_file_that_cannot_be_replaced_stays_alone(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine").write_text("mine")
    with pytest.raises(OSError, match="directory"):
        replace(tmp_path / "taken", b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_two_writers_of_one_file_do_not_meet(tmp_path: Path) -> None:
    """Each has a temporary name of its own, so that what is there is whole whoever was last."""
    texts = [bytes([65 + number]) * 100_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            list(pool.map(lambda text: replace(tmp_path / "kept.json", text), texts))
            assert (tmp_path / "kept.json").read_bytes() in texts
    assert [path.name for path in tmp_path.iterdir()] == ["kept.json"]


KILLED = """
import sys
from pathlib import Path
from runner.publish import publish, replace
from runner.tree import SourceFile
root = Path(sys.argv[1])
files = [SourceFile(path=f"{n}/part", data=bytes([65 + n]) * 300_000) for n in range(9)]
print("ready", flush=True)
for number in range(300):
    publish(root / f"run-{number}", files)
    replace(root / "kept.json", str(number).encode() * 50_000)
"""


def test_who_is_killed_leaves_no_half_and_what_it_leaves_is_swept(tmp_path: Path) -> None:
    for _ in range(6):
        command = [sys.executable, "-c", KILLED, str(tmp_path / "out")]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(random.uniform(0.0, 0.3))
            # It may remove a name that is not locked yet: the writer then takes another one.
            sweep(tmp_path / "out")
            assert writer.poll() is None
            writer.kill()
        sweep(tmp_path / "out")
        found = sorted(path.name for path in (tmp_path / "out").iterdir())
        whole = [f"run-{number}" for number in range(len(found))]
        assert set(found) - {"kept.json"} <= set(whole)
        for name in set(found) - {"kept.json"}:
            sizes = [(tmp_path / "out" / name / f"{n}/part").stat().st_size for n in range(9)]
            assert sizes == [300_000] * 9
        shutil.rmtree(tmp_path / "out")


def leftover(folder: Path) -> None:
    (folder / ".takehome-0123456789abcdef.partial" / "a").mkdir(parents=True)
    (folder / ".takehome-0123456789abcdef.partial" / "a" / "report.json").write_text("{")
    (folder / ".takehome-0000000000000000.partial").write_text("half")


def test_what_nobody_writes_any_more_is_swept(tmp_path: Path) -> None:
    leftover(tmp_path)
    (tmp_path / ".takehome-1111111111111111.partial").symlink_to(tmp_path / "mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "run-1").mkdir()
    assert sweep(tmp_path) == 2
    assert sweep(tmp_path) == 0
    assert sweep(tmp_path / "nothing") == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        ".takehome-1111111111111111.partial",
        "mine",
        "run-1",
    }


def test_what_is_being_written_is_not_swept(tmp_path: Path) -> None:
    def files() -> Iterator[SourceFile]:
        yield FILES[0]
        assert sweep(tmp_path) == 0
        yield FILES[1]

    publish(tmp_path / "out", files())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "run.sh"]


def test_where_nothing_can_be_locked_nothing_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    leftover(tmp_path)
    publish(tmp_path / "out", FILES)
    assert sweep(tmp_path) == 0
    assert (tmp_path / "out" / "run.sh").is_file()


def test_a_sweep_before_the_lock_costs_a_name_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the making of a temporary folder and its lock others may take it for a leftover."""
    lock = fcntl.flock
    swept: list[Path] = []

    def late(handle: int, how: int) -> None:
        if not swept:
            swept.append(next(tmp_path.iterdir()))
            swept[0].rmdir()
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    publish(tmp_path / "out", FILES)
    assert swept
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_got_its_name_meanwhile_is_no_leftover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leftover(tmp_path)
    lock = fcntl.flock

    def late(handle: int, how: int) -> None:
        for partial in tmp_path.glob(".takehome-*"):
            partial.rename(tmp_path / f"run-{partial.name[-9]}")
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    assert sweep(tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("number", "written"),
    [(errno.EINVAL, True), (errno.ENOTSUP, True), (errno.EIO, False)],
)
@pytest.mark.parametrize("where", ["out", "parent"])
def test_a_folder_that_cannot_be_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, where: str, *, written: bool
) -> None:
    """Not every file system has a way to; a disk that fails leaves nothing under the name."""
    fsync = os.fsync

    def failing(handle: int) -> None:
        folder = os.path.samestat(os.fstat(handle), tmp_path.stat())
        if stat.S_ISDIR(os.fstat(handle).st_mode) and folder == (where == "parent"):
            raise OSError(number, os.strerror(number))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", failing)
    if written:
        publish(tmp_path / "out", FILES)
    else:
        with pytest.raises(OSError, match="Input/output"):
            publish(tmp_path / "out", FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["out"] * written


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        publish(tmp_path / "out", FILES)
    with pytest.raises(OSError, match="No space"):
        replace(tmp_path / "file", b"data")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_after_the_rename_is_what_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The temporary folder has its name by then: there is nothing left to remove."""

    def interrupt(folder: object) -> None:
        if folder == tmp_path:
            raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "_settle", interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path / "out", FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
