"""Tries every door: files of others, the network, the next run, whoever reads what it writes."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from pathlib import Path

OUT = Path(sys.argv[sys.argv.index("--output") + 1])
WANTED = ("answers", "accepted.py", "sales.py", "export.py", "test_questions.py", "docker.sock")
FOLDERS = ("/", "/in", "/out", "/data", "/src", "/suite", "/hidden", "/proc/1", "/run", "/tmp")


def search() -> dict[str, list[str]]:
    """Whatever lies around."""
    found = {"names": [], "environment": sorted(os.environ), "open": []}
    for folder in FOLDERS:
        for here, _, names in os.walk(folder):
            found["names"] += [f"{here}/{name}" for name in names if name in WANTED]
            if len(Path(here).parts) > 4:
                break
    for port in range(1, 2000):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.01):
            found["open"].append(str(port))
    return found


def spoil() -> None:
    """Inputs changed, results planted, the next run's modules replaced."""
    for path in ("/in/sales.csv", "/src/analysis/__main__.py", "/data/clean.csv", "/tmp/json.py"):
        with contextlib.suppress(OSError):
            Path(path).write_text("print('PASSED')")


def litter() -> None:
    """Entries that hang, lead elsewhere or pretend to be large."""
    for name, target in {
        "clean.csv": "/in/sales.csv",
        "summary.md": "/proc/self/environ",
        "charts": "/src/analysis",
        "loop": "loop",
    }.items():
        with contextlib.suppress(OSError):
            (OUT / name).symlink_to(target)
    with contextlib.suppress(OSError):
        os.mkfifo(OUT / "revenue.svg")
    with contextlib.suppress(OSError), (OUT / "holes.bin").open("wb") as file:
        file.truncate(1 << 40)
    with contextlib.suppress(OSError):
        (OUT / "new\nline\x1b[2J").write_text("PASSED")
    deep = OUT
    for _ in range(40):
        deep /= "d" * 200
        with contextlib.suppress(OSError):
            deep.mkdir()
    for number in range(5000):
        with contextlib.suppress(OSError):
            (OUT / f"many-{number}").touch()


def stay() -> None:
    """A child that goes on writing after its parent has ended."""
    if os.fork():
        return
    os.setsid()
    while True:
        with contextlib.suppress(OSError):
            (OUT / "late.txt").write_text("still here")
        time.sleep(0.05)


if __name__ == "__main__":
    spoil()
    answers = json.dumps(search())
    with contextlib.suppress(OSError):
        (OUT / "answers.json").write_text(answers)
    litter()
    stay()
