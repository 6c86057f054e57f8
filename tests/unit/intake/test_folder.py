"""Attack 43: a folder with links, pipes and names in it that want to lead somewhere else."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.intake import folder as folder_module
from runner.intake import read_submission
from runner.intake.tray import Place, Tray, Use
from tests.unit.intake.archives import GOOD, SMALL, content, folder_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "in", GOOD)


def _refused(root: Path, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        read_submission(root, SMALL)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("target", ["/etc/passwd", "README.md", "nowhere", "..", "/dev/zero"])
def test_links_are_refused(root: Path, target: str) -> None:
    (root / "model.json").symlink_to(target)
    _refused(root, "model.json: because it is a symbolic link")


def test_pipes_and_sockets_are_refused_without_waiting(root: Path) -> None:
    os.mkfifo(root / "pipe")
    _refused(root, "pipe: because it is a named pipe")
    (root / "pipe").unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "socket"))
        _refused(root, "it is a socket")


def test_the_same_things_in_left_out_folders_do_not_matter(root: Path) -> None:
    (root / ".venv").mkdir()
    os.mkfifo(root / ".venv/pipe")
    (root / ".git/hooks").mkdir(parents=True)
    (root / ".git/config").symlink_to("/etc/passwd")
    os.mkfifo(root / ".git/hooks/post-checkout")
    submission = read_submission(root)
    assert content(submission) == GOOD
    assert submission.alarms == ()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (b"caf\xe9", "not valid UTF-8"),
        (b"a\nb", "control character"),
        (b"a\\b", "backslash"),
        (b"C:x", "absolute"),
        (b"x" * 61, "over 60 bytes"),
        (b"readme.MD", "other systems"),
        (b"d/d/d/d/d", "4 folders deep"),
    ],
)
def test_names_are_judged_as_in_archives(root: Path, name: bytes, why: str) -> None:
    path = os.path.join(os.fsencode(root), name)  # noqa: PTH118 - Path knows no bytes
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
    Path(os.fsdecode(path)).write_bytes(b"")
    _refused(root, why)


def test_options_and_shell_words_are_only_names(root: Path) -> None:
    names = {"-rf", "--config=x", "a;b", "$(x)", "`x`", "a b", "'\""}
    folder_of(root, dict.fromkeys(names, b""))
    assert read_submission(root).paths == {*GOOD, *names}


def test_ceilings(root: Path) -> None:
    (root / "big").write_bytes(b"x" * 100_001)
    _refused(root, "big: because it is larger")
    (root / "big").unlink()
    for number in range(4):
        (root / f"f{number}").write_bytes(b"x" * 90_000)
    _refused(root, "it holds more than 0 MiB")


def test_a_folder_of_very_many_entries_is_not_listed_to_its_end(root: Path) -> None:
    folder_of(root, {f"many/f{number}": b"" for number in range(60)})
    _refused(root, "more than 50 entries")


def test_a_deep_tree_is_refused_at_its_ceiling(root: Path) -> None:
    (root / "/".join(["d"] * 300)).mkdir(parents=True)
    _refused(root, "4 folders deep")


def test_setuid_raises_an_alarm_and_is_not_kept(root: Path) -> None:
    (root / "README.md").chmod(0o4755)
    submission = read_submission(root)
    assert [alarm.id for alarm in submission.alarms] == ["intake.setuid"]
    assert [file.executable for file in submission.files] == [True, False]


# What changes between the look at a name and its opening cannot be staged from outside.


@pytest.fixture
def tray() -> Tray:
    return Tray("submission", SMALL, SMALL.unpacked_bytes)


def test_a_link_put_in_the_place_of_a_file_is_not_followed(root: Path, tray: Tray) -> None:
    (root / "late").symlink_to("README.md")
    _raced(root, tray, "it cannot be opened")


def test_a_pipe_put_in_the_place_of_a_file_does_not_block(root: Path, tray: Tray) -> None:
    os.mkfifo(root / "late")
    _raced(root, tray, "it changed while it was read")


def test_a_file_that_vanishes(root: Path, tray: Tray) -> None:
    handle = os.open(root, os.O_RDONLY)
    try:
        with pytest.raises(UsageError, match="it cannot be read"):
            folder_module._mode(handle, b"late", b"late", tray)
    finally:
        os.close(handle)


def test_a_file_that_grows(root: Path, tray: Tray) -> None:
    handle = os.open(root / "README.md", os.O_RDONLY)
    try:
        with pytest.raises(UsageError, match="it grew while it was read"):
            folder_module._read(handle, 2, Place(parts=("README.md",), use=Use.KEEP), tray)
    finally:
        os.close(handle)


def _raced(root: Path, tray: Tray, why: str) -> None:
    place = Place(parts=("late",), use=Use.KEEP)
    handle = os.open(root, os.O_RDONLY)
    try:
        with pytest.raises(UsageError, match=why):
            folder_module._descend(handle, b"late", b"late", place, tray)
    finally:
        os.close(handle)


def test_a_system_that_cannot_open_safely_asks_for_an_archive(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "supports_dir_fd", set())
    _refused(root, "Give it as a .zip or .tar.gz")
