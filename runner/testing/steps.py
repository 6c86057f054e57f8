"""A small language of programs that run the same in a real box and in a simulated one.

A program is a tuple of steps, done one after the other. Steps report on standard output, one
line each: what they did, or the name of the error (`EROFS`, `ENOSPC`, …). A failing step does
not end its program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from runner.sandbox import Signal

Step: TypeAlias = tuple[str | int | float | bool, ...]
Program: TypeAlias = tuple[Step, ...]


def say(text: str, *, error: bool = False) -> Step:
    """Write `text` and a newline, to standard error on request."""
    return ("raw", f"{text}\n".encode().hex(), error)


def raw(data: bytes) -> Step:
    """Write bytes to standard output as they are."""
    return ("raw", data.hex(), False)


def flood(mib: int) -> Step:
    """Write so many MiB to standard output."""
    return ("flood", mib)


def allocate(mib: int, *, child: bool = False) -> Step:
    """Use so much memory, in a child process on request; `allocated` or `child ended`."""
    return ("allocate", mib, child)


def spawn(count: int) -> Step:
    """Start so many processes that sleep; `spawned <number> <error>`."""
    return ("spawn", count)


def write(path: str, mib: int) -> Step:
    """Write a file of so many MiB; `ok`."""
    return ("write", path, mib)


def put(path: str, data: bytes) -> Step:
    """Write a file with these bytes; `ok`."""
    return ("put", path, data.hex())


def fill(folder: str, count: int) -> Step:
    """Make so many empty files in a folder; `made <number> <error>`."""
    return ("fill", folder, count)


def show(path: str) -> Step:
    """Say the content of a file in hexadecimal digits."""
    return ("show", path)


def size(path: str) -> Step:
    """Say the size of a file in bytes."""
    return ("size", path)


def mark(folder: str) -> Step:
    """Leave in a folder what outlives the files in it: mode bits, an attribute, inodes; `ok`."""
    return ("mark", folder)


def picture(folder: str) -> Step:
    """Say all that can be seen of a folder but the time of day, as one JSON object."""
    return ("picture", folder)


def execute(path: str) -> Step:
    """Write a small program to `path` and execute it; `executed`."""
    return ("execute", path)


def sleep(seconds: float) -> Step:
    """Do nothing for a time."""
    return ("sleep", seconds)


def echo() -> Step:
    """Write every line of standard input back, until its end."""
    return ("echo",)


def leave(code: int) -> Step:
    """End the program with an exit code."""
    return ("leave", code)


def die() -> Step:
    """The program sends itself SIGKILL."""
    return ("die",)


def trap(name: Signal, text: str, code: int) -> Step:
    """From now on say `text` and end with `code` when the signal comes; `trapping`."""
    return ("trap", name, text, code)


def ignore(name: Signal) -> Step:
    """From now on ignore a signal; `ignoring`."""
    return ("ignore", name)


def linger(path: str) -> Step:
    """Leave a daemon behind, in a session of its own, that keeps appending to a file."""
    return ("linger", path)


def listen(port: int) -> Step:
    """Accept connections on 127.0.0.1 from now on; `listening`."""
    return ("listen", port)


def connect(host: str, port: int) -> Step:
    """Try to connect; `connected` or the error."""
    return ("connect", host, port)


def resolve(name: str) -> Step:
    """Look up a host name; `resolved` or `unresolved`."""
    return ("resolve", name)


def facts() -> Step:
    """Say what the process is and has, as one JSON object (see `program.facts`)."""
    return ("facts",)
