"""What hostile code would use up, leave behind and disturb. The whole file is sent into a box.

Standard library only. `python -I -c SOURCE PART` does one part; facts are one JSON object.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import resource
import signal
import socket
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

MIB = 1024 * 1024
BURN_SECONDS = 1.0
MARK = b"takehome-canary"
MARKS = ("/tmp/mark", "/dev/shm/mark", "/data/mark")  # noqa: S108 - inside the box


def name_of(error: OSError) -> str:
    """The symbolic name of an error."""
    return errno.errorcode.get(error.errno or 0, str(error.errno))


def tried(action: Any, *arguments: Any) -> str:  # noqa: ANN401 - anything that may fail
    """`done`, or the name of the error."""
    try:
        action(*arguments)
    except OSError as error:
        return name_of(error)
    return "done"


def limits() -> dict[str, Any]:
    """Where files, descriptors, the processor and processes end. Uses all of them up."""
    return {
        "processes_seen": len([one for one in os.listdir("/proc") if one.isdecimal()]),  # noqa: PTH208
        "descriptors": used_up(lambda: os.open("/dev/null", os.O_RDONLY), 100_000, os.close),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[1],
        "bytes": used_up(partial(more_bytes, "/data/bytes"), 1024),
        "giant": tried(giant, "/data/giant"),
        "inodes": used_up(more_files("/tmp/many"), 100_000),  # noqa: S108 - inside the box
        "cpu_share": burned(),
        "processes": used_up(fork, 5_000, lambda child: os.kill(child, signal.SIGKILL)),
    }


def used_up(take: Any, most: int, give: Any = None) -> list[Any]:  # noqa: ANN401 - any resource
    """How many of something can be had, and the error that ends it; all of them are given back."""
    had: list[Any] = []
    problem = ""
    while len(had) < most and not problem:
        try:
            had.append(take())
        except OSError as error:
            problem = name_of(error)
    for one in had if give else ():
        with suppress(OSError):
            give(one)
    return [len(had), problem]


def more_bytes(path: str) -> None:
    """A mebibyte more."""
    with Path(path).open("ab", buffering=0) as file:
        if file.write(bytes(MIB)) < MIB:
            raise OSError(errno.ENOSPC, "short write")


def giant(path: str) -> None:
    """A file without bytes and with an enormous size."""
    with Path(path).open("wb") as file:
        file.truncate(2**62)


def more_files(folder: str) -> Any:  # noqa: ANN401 - a function
    """A function that makes one file more."""
    numbers = iter(range(1_000_000))
    Path(folder).mkdir(exist_ok=True)

    def make() -> None:
        (Path(folder) / str(next(numbers))).touch()

    return make


def burned() -> float:
    """Processor seconds that four processes use in a second."""
    ends = time.monotonic() + BURN_SECONDS
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            while time.monotonic() < ends:
                pass
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round((used.ru_utime + used.ru_stime) / BURN_SECONDS, 2)


def fork() -> int:
    """A child that waits."""
    child = os.fork()
    if child == 0:
        signal.pause()
    return child


def leave_marks() -> None:
    """Leave a mark in every place that another grading might see; wait; say that they are whole."""
    for path in MARKS:
        Path(path).write_bytes(MARK)
    held = Path("/etc/passwd").open("rb")  # noqa: SIM115 - held as long as this process lives
    fcntl.flock(held, fcntl.LOCK_EX)
    listener = socket.create_server(("127.0.0.1", 8765))
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind("\0takehome-mark")
    abstract.listen()
    print("ready", flush=True)  # noqa: T201 - the box's only way to speak
    sys.stdin.readline()
    whole = all(Path(path).read_bytes() == MARK for path in MARKS)
    print(json.dumps({"whole": whole}), flush=True)  # noqa: T201 - as above
    listener.close()
    abstract.close()
    held.close()


def find_marks() -> dict[str, Any]:
    """Which marks of another grading are seen; then everything in sight is killed."""
    seen = [path for path in MARKS if Path(path).exists()]
    if tried(socket.create_connection, ("127.0.0.1", 8765), 1.0) == "done":
        seen.append("a port")
    if tried(reach, "\0takehome-mark") == "done":
        seen.append("a socket")
    if tried(lock, "/etc/passwd") != "done":
        seen.append("a lock")
    killed = [
        int(one)
        for one in os.listdir("/proc")  # noqa: PTH208 - names are enough
        if one.isdecimal() and int(one) not in {1, os.getpid()} and stopped(int(one))
    ]
    return {"marks_seen": seen, "others_killed": len(killed)}


def reach(name: str) -> None:
    """Connect to a local socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(name)


def lock(path: str) -> None:
    """Take a lock, now or never."""
    with Path(path).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def stopped(process: int) -> bool:
    """Whether a process could be killed."""
    try:
        os.kill(process, signal.SIGKILL)
    except OSError:
        return False
    return True


def daemon() -> None:
    """Leave a daemon that writes, ignore every polite signal, never end."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                with Path("/data/beat").open("ab") as file:
                    file.write(b".")
                time.sleep(0.02)
        os._exit(0)
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    while True:
        time.sleep(60)


def beats() -> dict[str, Any]:
    """Whether a daemon of an earlier box still writes."""
    before = Path("/data/beat").stat().st_size
    time.sleep(0.3)
    return {"beats": [before, Path("/data/beat").stat().st_size]}


def greedy() -> None:
    """Take more memory than there is."""
    kept = [bytes(b"x" * MIB) for _ in range(4096)]
    print(len(kept))  # noqa: T201 - never reached where the limit holds


def flood() -> None:
    """Write without end."""
    line = b"x" * 65536
    while True:
        os.write(1, line)


def main() -> None:
    """Do one part."""
    part, *arguments = sys.argv[1:]
    facts = globals()[part](*arguments)
    if facts is not None:
        os.write(1, (json.dumps(facts) + "\n").encode())


if __name__ == "__main__":
    main()
