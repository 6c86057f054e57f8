"""Fills the data folder with traps, before the service has a database there."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

DATA = Path("/data")


def lay():
    """Links, pipes, many files, a schema that calls itself, and bytes that only look right."""
    for number, target in enumerate(("/etc/passwd", "/dev/zero", "/proc/self/mem", "/data/loop.db")):
        with suppress(OSError):
            (DATA / f"link{number}.db").symlink_to(target)
    with suppress(OSError):
        (DATA / "loop.db").symlink_to("/data/link3.db")
    for number in range(3):
        with suppress(OSError):
            os.mkfifo(DATA / f"pipe{number}.db")
    for number in range(1500):
        with suppress(OSError):
            (DATA / f"decoy{number}.db").write_bytes(b"SQLite format 3\0" + bytes(84))
    with suppress(OSError, sqlite3.Error):
        hostile = sqlite3.connect(DATA / "a.db")
        hostile.execute("CREATE TABLE t (x)")
        hostile.execute("CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r")
        hostile.execute("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT * FROM v; END")
        hostile.commit()
    with suppress(OSError):
        (DATA / ("n" * 250)).write_bytes(b"")
        (DATA / "d/d/d/d/d/d").mkdir(parents=True)


lay()


def gained():
    """Nothing to gain."""
    return False
