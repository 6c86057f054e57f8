"""Guards that only count: what they save is memory and time, so that is what is looked at."""

from __future__ import annotations

import os
import tarfile
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from runner.errors import UsageError
from runner.intake import read_submission
from runner.intake.ziparchive import read_zip
from tests.unit.intake.archives import (
    GOOD,
    SMALL,
    content,
    folder_of,
    member,
    raw_zip,
    read,
    tar_of,
    tray_for,
    zip_of,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_that_comes_again_and_again(tmp_path: Path) -> None:
    """It is one folder of the tree, and each time an entry to be read."""
    again = member("app", b"", kind=tarfile.DIRTYPE)
    with pytest.raises(UsageError, match="more than 50 entries"):
        read(tmp_path, tar_of(*[again] * 51), SMALL)


def test_a_small_size_for_a_large_content_takes_little_memory() -> None:
    packed = raw_zip([(b"a", b"\0" * 50_000_000)], size=10)
    tray = tray_for(packed)
    tracemalloc.start()
    try:
        with pytest.raises(UsageError, match="not what its description says"):
            read_zip(packed, tray)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_folder_of_very_many_entries_is_looked_at_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of(tmp_path / "in", {f"f{number}": b"" for number in range(600)})
    seen: list[str] = []
    encode = os.fsencode

    def counted(name: str) -> bytes:
        seen.append(name)
        return encode(name)

    monkeypatch.setattr(os, "fsencode", counted)
    with pytest.raises(UsageError, match="more than 50 entries"):
        read_submission(tmp_path / "in", limits=SMALL)
    assert len(seen) <= SMALL.entries + 1


@pytest.mark.parametrize(
    "path",
    [
        *(f"{name}/x.json" for name in (".mypy_cache", ".ruff_cache", ".pytest_cache", ".tox")),
        *("lib/fast.pyd", "lib/fast.so", "lib/fast.dll", "lib/fast.dylib"),
        *("app/a.pyc", "app/a.pyo"),
        *("a.db", "a.db3", "a.sqlite", "a.sqlite3"),
        *(f"model.{end}" for end in ("pkl", "pickle", "dill", "joblib", "skops", "onnx", "pt")),
    ],
)
def test_each_kind_of_clutter_is_left_out(tmp_path: Path, path: str) -> None:
    submission = read(tmp_path, zip_of({**GOOD, path: b"anything"}))
    assert content(submission) == GOOD
