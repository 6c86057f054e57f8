"""Runs one command of a submission; inside the subject, trusted by nobody.

`python -I program.py MARK python -m analysis …` furnishes the home, runs the command there and
then, ends what it left running, lets the harness read and remove what it wrote, prints MARK with
the command's exit code and waits to be killed, so that the host can still ask the engine what the
command used. Code that forges the mark ends its own run early and gains nothing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

OUT = "/out"
FURNITURE = "/opt/takehome/home"
"""What libraries keep in a home from their first use on. Not every image has any."""

NOT_STARTED = 127
SIGNALLED = 128


def opened() -> None:
    """Give owner and group access to /out and everything in it, links left alone."""
    # `chmod` takes paths of any depth and length.
    subprocess.run(["chmod", "-R", "u+rwX,g+rwX", OUT], check=False)  # noqa: S603, S607


def furnished() -> None:
    """Give the home, which is new in each container, what libraries would have to make there."""
    if os.path.isdir(FURNITURE):  # noqa: PTH112 - pathlib takes longer to load than this takes
        home = os.path.expanduser("~")  # noqa: PTH111
        # Without it everything works as well, only later.
        subprocess.run(["cp", "-R", f"{FURNITURE}/.", home], check=False)  # noqa: S603, S607


def run(command: list[str]) -> int:
    """The exit code of `command`: 127 when it cannot be started, 128 + n after signal n."""
    try:
        # A process group of its own, as in a shell: what it signals is not this process.
        done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False, process_group=0)  # noqa: S603
    except OSError as error:
        print(f"{command[0]} cannot be started: {error}", file=sys.stderr, flush=True)
        return NOT_STARTED
    return done.returncode if done.returncode >= 0 else SIGNALLED - done.returncode


def end_the_rest() -> None:
    """Kill every process in this container but this one and its first."""
    with suppress(ProcessLookupError):
        while True:
            os.kill(-1, signal.SIGKILL)


def main() -> None:
    """Run the command, say how it ended, wait to be killed."""
    mark, *command = sys.argv[1:]
    furnished()
    code = run(command)
    end_the_rest()
    opened()
    os.write(2, f"\n{mark} {code}\n".encode())
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
