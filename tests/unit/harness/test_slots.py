"""Where files get to a subject and back: written anew each time, and removed whatever they are."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from runner.harness.errors import HarnessError
from runner.harness.slots import STAMP, Slots, clear, fill, held
from tests.unit.harness.picture import folder_picture, slots_below

FILES = {"b.py": b"1", "deep/er/a.py": b"22", "a.sh": b"333"}


def test_a_folder_holds_exactly_the_files_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "old" / "er").mkdir(parents=True)
    (tmp_path / "old" / "er" / "x").touch()

    fill(tmp_path, FILES, {"a.sh"})

    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in found} == FILES
    assert {path.name for path in found if path.stat().st_mode & stat.S_IXUSR} == {"a.sh"}
    assert not any(path.stat().st_mode & stat.S_IRWXO for path in found)


def test_what_is_written_again_looks_the_same(tmp_path: Path) -> None:
    fill(tmp_path, FILES)
    before = folder_picture(tmp_path)
    (tmp_path / "b.py").read_bytes()
    fill(tmp_path, {**FILES, "b.py": b"2"})

    assert folder_picture(tmp_path) == before


def test_all_that_is_given_has_one_time(tmp_path: Path) -> None:
    fill(tmp_path, FILES)

    places = (tmp_path / "deep" / "er" / "a.py", tmp_path / "deep" / "er", tmp_path / "deep")
    times = [(place.stat().st_atime, place.stat().st_mtime) for place in (tmp_path, *places)]
    assert times == [(STAMP, STAMP)] * len(times)


def test_files_that_a_service_may_remember_keep_their_time(tmp_path: Path) -> None:
    fill(tmp_path, FILES, stamped=False)

    assert (tmp_path / "b.py").stat().st_mtime > STAMP


def test_each_slot_is_handed_out_once(tmp_path: Path) -> None:
    slots = Slots(slots_below(tmp_path, 40))
    numbers = [slots.take().number for _ in range(40)]

    assert sorted(numbers) == [*range(40)]
    assert numbers != sorted(numbers)
    with pytest.raises(HarnessError, match="more than 40 commands"):
        slots.take()


def test_a_harness_without_slots_runs_no_command(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="more than 0 commands"):
        Slots(tmp_path / "none").take()


def test_a_slot_is_furnished_and_cleared(tmp_path: Path) -> None:
    slot = Slots(slots_below(tmp_path, 1)).take()
    os.utime(slot.outputs, (1, 1))
    slot.furnish({"x": b"1"})
    assert slot.outputs.stat().st_mtime > STAMP
    (slot.outputs / "y").touch()

    assert slot.clear() == 0
    assert [*slot.inputs.iterdir(), *slot.outputs.iterdir()] == []


def test_links_are_removed_and_not_followed(tmp_path: Path) -> None:
    kept, folder = tmp_path / "kept", tmp_path / "folder"
    (kept / "x").mkdir(parents=True)
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    os.mkfifo(folder / "pipe")

    assert clear(folder)
    assert list(folder.iterdir()) == []
    assert (kept / "x").is_dir()


def test_folders_of_any_depth_are_removed(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    assert clear(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed_stays_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a folder of another user's, where a killed command left it."""
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "x").touch()
    (tmp_path / "other").touch()
    listdir = os.listdir

    def refuse(path: str) -> list[str]:
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return listdir(path)

    monkeypatch.setattr(os, "listdir", refuse)

    assert not clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["closed"]


def test_a_folder_whose_names_cannot_be_read_is_left_as_it_is(tmp_path: Path) -> None:
    assert not clear(tmp_path / "missing")


def test_a_slot_that_is_not_empty_says_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = Slots(slots_below(tmp_path, 1)).take()
    (slot.outputs / "x").mkdir()
    monkeypatch.setattr(Path, "rmdir", lambda _path: (_ for _ in ()).throw(PermissionError()))

    assert slot.clear() == held(slot.outputs) > 0
