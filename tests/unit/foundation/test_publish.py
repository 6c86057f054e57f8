from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.publish import TakenError, publish
from runner.tree import SourceFile

if TYPE_CHECKING:
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
