"""The write lock of somebody else's databases, against the real SQLite.

Locks belong to a process, so that the locker has one of its own here.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from runner.harness import locker as module
from runner.harness.locker import MOST_DATABASES, Locker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODES = ("wal", "delete", "truncate", "persist")


class Process:
    """A locker as it runs in its container."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "runner.harness.locker"],
            env=dict(os.environ, TAKEHOME_DATA=str(folder)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def tell(self, word: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{word}\n".encode())
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert set(answer) == {"files"}
        return int(answer["files"])

    def end(self) -> int:
        self._process.communicate(timeout=10)
        return self._process.returncode


@contextmanager
def started(folder: Path) -> Iterator[Process]:
    process = Process(folder)
    try:
        yield process
    finally:
        assert process.end() == 0


def connected(path: Path, *, patience: float = 0.0) -> sqlite3.Connection:
    return sqlite3.connect(path, patience, isolation_level=None, check_same_thread=False)


def database(path: Path, mode: str) -> Path:
    with closing(connected(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE numbers (n)")
    return path


def count(path: Path) -> int:
    with closing(connected(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM numbers").fetchone()[0])


def add(path: Path, *, patience: float = 0.0) -> bool:
    with closing(connected(path, patience=patience)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if str(error) != "database is locked":
                raise
            return False
        connection.execute("INSERT INTO numbers VALUES (1)")
        connection.execute("COMMIT")
        return True


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("pooled", [False, True])
def test_writers_wait_and_readers_do_not(tmp_path: Path, mode: str, *, pooled: bool) -> None:
    """With a connection for each request as with one that stays open."""
    path = database(tmp_path / "app.db", mode)
    with started(tmp_path) as locker, closing(connected(path)) as open_all_along:
        if pooled:
            open_all_along.execute("SELECT * FROM numbers").fetchall()
        assert locker.tell("keep") == (mode == "wal")
        assert add(path)
        assert locker.tell("lock") == 1

        assert [count(path), add(path), count(path), add(path), count(path)] == [1, 0, 1, 0, 1]

        assert locker.tell("unlock") == 0
        assert add(path)
        assert count(path) == 2


@pytest.mark.parametrize("mode", MODES)
def test_who_waits_goes_on_when_the_lock_is_let_go(tmp_path: Path, mode: str) -> None:
    path = database(tmp_path / "app.db", mode)
    with started(tmp_path) as locker:
        locker.tell("keep")
        count(path)
        assert locker.tell("lock") == 1
        done: list[float] = []
        writers = [
            threading.Thread(target=lambda: done.append(add(path, patience=5.0) * time.monotonic()))
            for _ in range(4)
        ]
        for writer in writers:
            writer.start()
        time.sleep(0.3)
        assert done == []
        locker.tell("unlock")
        begun = time.monotonic()
        for writer in writers:
            writer.join()

    assert min(done) > begun - 0.1
    assert count(path) == 4


def test_the_end_of_the_locker_is_the_end_of_its_locks(tmp_path: Path) -> None:
    path = database(tmp_path / "app.db", "delete")
    with started(tmp_path) as locker:
        locker.tell("lock")
        assert locker.tell("keep") == 0
        assert locker.tell("lock") == 1
        assert not add(path)
    assert add(path)


def test_an_index_that_nobody_made_is_not_waited_for(tmp_path: Path) -> None:
    path = database(tmp_path / "app.db", "wal")
    with started(tmp_path) as locker:
        locker.tell("keep")
        begun = time.monotonic()
        assert locker.tell("lock") == 0
        assert time.monotonic() - begun < module.PATIENCE_SECONDS
        count(path)
        assert locker.tell("lock") == 1, "the index is there now"
        assert not add(path)
        locker.tell("unlock")
        assert add(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["app.db"], "SQLite tidied up"


def test_a_transaction_is_waited_for_as_long_as_patience_lasts(tmp_path: Path) -> None:
    path = database(tmp_path / "app.db", "delete")
    with started(tmp_path) as locker, closing(connected(path)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        locker.tell("keep")
        assert locker.tell("lock") == 0
        commit = threading.Timer(module.PATIENCE_SECONDS / 4, busy.execute, ("COMMIT",))
        commit.start()
        assert locker.tell("lock") == 1
        commit.join()
        locker.tell("unlock")


def test_a_database_for_one_alone_cannot_be_locked(tmp_path: Path) -> None:
    path = database(tmp_path / "app.db", "wal")
    with started(tmp_path) as locker, closing(connected(path)) as alone:
        alone.execute("PRAGMA locking_mode = EXCLUSIVE")
        alone.execute("INSERT INTO numbers VALUES (1)")
        locker.tell("keep")
        assert locker.tell("lock") == 0
        alone.execute("INSERT INTO numbers VALUES (2)")
        locker.tell("unlock")


def test_nothing_but_plain_databases_is_opened(tmp_path: Path) -> None:
    """Pipes, links, folders, texts, holes, short files, names with newlines, no access."""
    outside = database(tmp_path / "outside.db", "delete")
    folder = tmp_path / "data"
    folder.mkdir()
    path = database(folder / "a\nb \udcff.db", "wal")
    os.link(path, folder / "the same.db")
    (folder / "link.db").symlink_to(outside)
    (folder / "nowhere.db").symlink_to("nowhere")
    (folder / "folder.db").mkdir()
    os.mkfifo(folder / "pipe.db")
    (folder / "short.db").write_bytes(b"SQLite format 3\0")
    (folder / "empty.db").touch()
    (folder / "text.db").write_text("SQLite format 4, on paper")
    os.truncate(folder / "empty.db", 10**12)
    with started(folder) as locker:
        assert locker.tell("keep") == 1
        count(path)
        assert locker.tell("lock") == 1
        assert not add(path)
        assert add(outside)
        locker.tell("unlock")


def test_an_index_that_is_no_file_is_left_alone(tmp_path: Path) -> None:
    path = database(tmp_path / "app.db", "wal")
    os.mkfifo(f"{path}-shm")
    locker = Locker(tmp_path)

    assert [locker.keep(), locker.lock(), locker.unlock()] == [1, 0, 0]


def test_thousands_of_files_take_no_time(tmp_path: Path) -> None:
    path = database(tmp_path / "0.db", "delete")
    content = path.read_bytes()
    for number in range(4000):
        (tmp_path / f"{number}.db").write_bytes(content[:100])
    locker = Locker(tmp_path)
    begun = time.monotonic()

    assert (locker.keep(), locker.lock()) == (0, MOST_DATABASES)
    assert time.monotonic() - begun < 2
    assert locker.unlock() == 0


def test_a_folder_that_is_not_there_has_nothing_to_lock(tmp_path: Path) -> None:
    locker = Locker(tmp_path / "gone")

    assert [locker.keep(), locker.lock(), locker.unlock()] == [0, 0, 0]


def test_other_words_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAKEHOME_DATA", str(tmp_path))
    monkeypatch.setattr(sys, "stdin", ["keep\n", "lock\n", "unlock\n"])
    assert module.main() == 0
    assert capsys.readouterr().out == '{"files": 0}\n' * 3

    monkeypatch.setattr(sys, "stdin", ["x\n"])
    with pytest.raises(KeyError):
        module.main()
