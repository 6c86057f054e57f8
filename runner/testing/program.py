"""Runs a program of `runner.testing.steps` for real. The whole file is sent into a box.

Standard library only; the program comes as JSON in the first argument.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

MIB = 1024 * 1024
CONNECT_SECONDS = 2.0
BEAT_SECONDS = 0.02


def out(text: str) -> None:
    """One line to standard output, at once."""
    os.write(1, f"{text}\n".encode())


def name_of(error: OSError) -> str:
    """The symbolic name of an error, `ETIMEDOUT` for the library's own timeouts."""
    return errno.errorcode.get(error.errno or errno.ETIMEDOUT, str(error.errno))


def do_raw(digits: str, error: bool) -> None:  # noqa: FBT001 - comes from JSON
    """Write bytes."""
    os.write(2 if error else 1, bytes.fromhex(digits))


def do_flood(mib: int) -> None:
    """Write many bytes."""
    for _ in range(mib * 16):
        sys.stdout.buffer.write(b"x" * (MIB // 16))
    sys.stdout.buffer.flush()


def do_allocate(mib: int, child: bool) -> None:  # noqa: FBT001 - comes from JSON
    """Use memory, every page of it."""
    if child:
        pid = os.fork()
        if pid == 0:
            kept = b"x" * (mib * MIB)
            os._exit(len(kept) % 2)
        os.waitpid(pid, 0)
        out("child ended")
        return
    globals()["kept"] = b"x" * (mib * MIB)
    out("allocated")


def do_spawn(count: int) -> None:
    """Start sleeping children."""
    made, problem = 0, ""
    for _ in range(count):
        try:
            pid = os.fork()
        except OSError as error:
            problem = name_of(error)
            break
        if pid == 0:
            signal.pause()
        made += 1
    out(f"spawned {made} {problem}")


def do_write(path: str, mib: int) -> None:
    """Write a large file."""
    with Path(path).open("wb", buffering=0) as file:
        for _ in range(mib):
            if file.write(b"x" * MIB) < MIB:
                raise OSError(errno.ENOSPC, "short write")
    out("ok")


def do_put(path: str, digits: str) -> None:
    """Write a small file."""
    Path(path).write_bytes(bytes.fromhex(digits))
    out("ok")


def do_fill(folder: str, count: int) -> None:
    """Make many files."""
    made, problem = 0, ""
    try:
        for number in range(count):
            (Path(folder) / f"file-{number}").touch()
            made += 1
    except OSError as error:
        problem = name_of(error)
    out(f"made {made} {problem}")


def do_show(path: str) -> None:
    """Say a file's content."""
    out(Path(path).read_bytes().hex())


def do_size(path: str) -> None:
    """Say a file's size."""
    out(str(Path(path).stat().st_size))


def do_mark(folder: str) -> None:
    """Leave traces that no removal of files takes away."""
    place = Path(folder)
    for _ in range(3):
        (place / "gone").touch()
        (place / "gone").unlink()
    os.setxattr(place, "user.mark", b"1")
    place.chmod(0o1775)
    out("ok")


def do_picture(folder: str) -> None:
    """Say what a folder looks like."""
    place = Path(folder)
    status, told = place.stat(), os.statvfs(place)
    facts: dict[str, Any] = {
        "mode": oct(status.st_mode),
        "owner": [status.st_uid, status.st_gid],
        "untouched": status.st_atime_ns == status.st_mtime_ns == status.st_ctime_ns,
        "attributes": os.listxattr(place),
        "names": sorted(path.name for path in place.iterdir()),
        "room": [told.f_blocks, told.f_bfree, told.f_files, told.f_ffree],
    }
    (place / "new").touch()
    facts["inodes"] = [status.st_ino, (place / "new").stat().st_ino]
    (place / "new").unlink()
    out(json.dumps(facts))


def do_execute(path: str) -> None:
    """Write and execute a script."""
    Path(path).write_text("#!/bin/sh\necho executed\n", encoding="utf-8")
    Path(path).chmod(0o755)
    os.execv(path, [path])  # noqa: S606 - that it must fail is what is tested


def do_sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def do_echo() -> None:
    """Write lines back."""
    for line in sys.stdin.buffer:
        os.write(1, line)


def do_leave(code: int) -> None:
    """End, with all children."""
    os._exit(code)


def do_die() -> None:
    """Kill ourselves."""
    os.kill(os.getpid(), signal.SIGKILL)


def do_trap(name: str, text: str, code: int) -> None:
    """Handle a signal."""

    def handle(*_: object) -> None:
        out(text)
        os._exit(code)

    signal.signal(signal.Signals[f"SIG{name}"], handle)
    out("trapping")


def do_ignore(name: str) -> None:
    """Ignore a signal."""
    signal.signal(signal.Signals[f"SIG{name}"], signal.SIG_IGN)
    out("ignoring")


def do_linger(path: str) -> None:
    """Leave a daemon behind: fork, new session, fork again, no common file left open."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 3)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                with Path(path).open("ab") as file:
                    file.write(b".")
                time.sleep(BEAT_SECONDS)
        os._exit(0)
    os.wait()


def do_listen(port: int) -> None:
    """Accept connections in the background."""
    server = socket.create_server(("127.0.0.1", port))

    def serve() -> None:
        while True:
            server.accept()[0].close()

    threading.Thread(target=serve, daemon=True).start()
    out("listening")


def do_connect(host: str, port: int) -> None:
    """Connect once."""
    socket.create_connection((host, port), CONNECT_SECONDS).close()
    out("connected")


def do_resolve(name: str) -> None:
    """Look up a name."""
    try:
        socket.getaddrinfo(name, 80)
    except socket.gaierror:
        out("unresolved")
    else:
        out("resolved")


def do_facts() -> None:
    """Say what this process is and has."""
    status = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text("utf-8").splitlines()
    )
    facts: dict[str, Any] = {
        "uid": os.getuid(),
        "gid": os.getgid(),
        "groups": sorted(set(os.getgroups()) - {os.getgid()}),
        "capabilities": max(int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")),
        "no_new_privileges": status["NoNewPrivs"].strip() == "1",
        "seccomp": status["Seccomp"].strip() == "2",
        "read_only_root": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "host": socket.gethostname(),
        "interfaces": sorted(name for _, name in socket.if_nameindex()),
        "arguments": sys.argv[2:],
    }
    out(json.dumps(facts))


def main() -> None:
    """Do all steps of the program."""
    for name, *arguments in json.loads(sys.argv[1]):
        try:
            globals()[f"do_{name}"](*arguments)
        except OSError as error:
            out(name_of(error))


if __name__ == "__main__":
    main()
