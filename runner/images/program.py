"""Runs one command of a submission; inside the subject, trusted by nobody.

`python -I program.py MARK python -m analysis …` empties /out, runs the command there and then,
makes what it wrote readable for the harness, prints MARK with the command's exit code and waits
to be killed, so that the host can still ask the engine what the command used. Code that forges
the mark ends its own run early and gains nothing.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

OUT = Path("/out")
NOT_STARTED = 127
SIGNALLED = 128


def opened(folder: Path) -> None:
    """Give owner and group access to everything below `folder`, links left alone."""
    waiting = [folder]
    while waiting:
        for entry in os.scandir(waiting.pop()):
            if entry.is_symlink():
                continue
            mode = stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode)
            if entry.is_dir(follow_symlinks=False):
                Path(entry.path).chmod(mode | 0o750)
                waiting.append(Path(entry.path))
            else:
                Path(entry.path).chmod(mode | 0o640)


def emptied(folder: Path) -> None:
    """Remove what an earlier command left in `folder`."""
    opened(folder)
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            Path(entry.path).unlink()


def run(command: list[str]) -> int:
    """The exit code of `command`: 127 when it cannot be started, 128 + n after signal n."""
    try:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode  # noqa: S603
    except OSError as error:
        print(f"{command[0]} cannot be started: {error}", file=sys.stderr, flush=True)
        return NOT_STARTED
    return code if code >= 0 else SIGNALLED - code


def main() -> None:
    """Run the command, say how it ended, wait to be killed."""
    mark, *command = sys.argv[1:]
    emptied(OUT)
    code = run(command)
    opened(OUT)
    os.write(2, f"\n{mark} {code}\n".encode())
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
