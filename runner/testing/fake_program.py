"""Interprets a program of `runner.testing.steps` in a simulated box."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, Any, Protocol

from runner.testing.fake_world import MIB, Kernel, failed

if TYPE_CHECKING:
    from runner.sandbox import Signal

_BEAT_SECONDS = 0.02
_KILLED_CODE = 137


class Left(Exception):  # noqa: N818 - how a program ends is no error
    """The program ended by itself."""

    def __init__(self, code: int, *, out_of_memory: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.out_of_memory = out_of_memory


class Process(Protocol):
    """What a box offers to the program in it. Every call ends the program once it is killed."""

    kernel: Kernel

    def emit(self, data: bytes, *, error: bool = False) -> None:
        """Write to a standard stream."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

    def read_line(self) -> bytes:
        """One line of standard input, `b""` at its end."""

    def handle(self, name: Signal, reply: bytes | None, code: int) -> None:
        """Answer a signal with `reply` and end with `code`; None ignores the signal."""

    def daemon(self, path: str, seconds: float) -> None:
        """Append to a file at this interval while the box lives."""

    def out_of_memory(self) -> None:
        """Note that a child was killed for its use of memory."""


class Interpreter:
    """Does the steps, each by the method of its name."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._kernel = process.kernel

    def run(self, program: list[list[Any]]) -> int:
        """All steps; the exit code."""
        try:
            for name, *arguments in program:
                self._step(name, arguments)
        except Left as left:
            if left.out_of_memory:
                self._process.out_of_memory()
            return left.code
        return 0

    def _step(self, name: str, arguments: list[Any]) -> None:
        try:
            getattr(self, f"_do_{name}")(*arguments)
        except OSError as error:
            self._say(errno.errorcode[error.errno or errno.EIO])

    def _say(self, text: str) -> None:
        self._process.emit(f"{text}\n".encode())

    def _do_raw(self, digits: str, error: bool) -> None:  # noqa: FBT001 - comes from JSON
        self._process.emit(bytes.fromhex(digits), error=error)

    def _do_flood(self, mib: int) -> None:
        for _ in range(mib * 16):
            self._process.emit(b"x" * (MIB // 16))

    def _do_allocate(self, mib: int, child: bool) -> None:  # noqa: FBT001 - comes from JSON
        fits = self._kernel.fits(mib * MIB)
        if child:
            if not fits:
                self._process.out_of_memory()
            self._say("child ended")
        elif not fits:
            raise Left(_KILLED_CODE, out_of_memory=True)
        else:
            self._kernel.memory += mib * MIB
            self._say("allocated")

    def _do_spawn(self, count: int) -> None:
        made, problem = self._repeat(count, lambda _: self._kernel.fork())
        self._say(f"spawned {made} {problem}")

    def _do_write(self, path: str, mib: int) -> None:
        self._kernel.write(path, b"x" * (mib * MIB))
        self._say("ok")

    def _do_put(self, path: str, digits: str) -> None:
        self._kernel.write(path, bytes.fromhex(digits))
        self._say("ok")

    def _do_fill(self, folder: str, count: int) -> None:
        made, problem = self._repeat(
            count, lambda number: self._kernel.write(f"{folder}/file-{number}", b"")
        )
        self._say(f"made {made} {problem}")

    def _do_show(self, path: str) -> None:
        self._say(self._kernel.read(path).hex())

    def _do_size(self, path: str) -> None:
        self._say(str(len(self._kernel.read(path))))

    def _do_mark(self, folder: str) -> None:
        self._kernel.mark(folder)
        self._say("ok")

    def _do_picture(self, folder: str) -> None:
        self._say(json.dumps(self._kernel.picture(folder)))

    def _do_execute(self, path: str) -> None:
        self._kernel.write(path, b"#!/bin/sh\necho executed\n")
        raise failed(errno.EACCES)

    def _do_sleep(self, seconds: float) -> None:
        self._process.sleep(seconds)

    def _do_echo(self) -> None:
        while line := self._process.read_line():
            self._process.emit(line)

    def _do_leave(self, code: int) -> None:
        raise Left(code)

    def _do_die(self) -> None:
        raise Left(_KILLED_CODE)

    def _do_trap(self, name: Signal, text: str, code: int) -> None:
        self._process.handle(name, f"{text}\n".encode(), code)
        self._say("trapping")

    def _do_ignore(self, name: Signal) -> None:
        self._process.handle(name, None, 0)
        self._say("ignoring")

    def _do_linger(self, path: str) -> None:
        self._process.daemon(path, _BEAT_SECONDS)

    def _do_listen(self, port: int) -> None:
        self._kernel.listen(port)
        self._say("listening")

    def _do_connect(self, host: str, port: int) -> None:
        self._kernel.connect(host, port)
        self._say("connected")

    def _do_resolve(self, name: str) -> None:
        self._say("resolved" if name == "localhost" else "unresolved")

    def _do_facts(self) -> None:
        spec = self._kernel.spec
        facts = {
            "uid": spec.uid,
            "gid": spec.gid,
            "groups": [],
            "capabilities": 0,
            "no_new_privileges": True,
            "seccomp": True,
            "read_only_root": True,
            "environment": {"PATH": "/usr/bin", "HOSTNAME": "box", "HOME": "/", **spec.env},
            "folder": spec.workdir,
            "host": "box",
            "interfaces": ["lo"],
            "arguments": list(spec.argv[2:]),
        }
        self._say(json.dumps(facts))

    def _repeat(self, count: int, action: Any) -> tuple[int, str]:  # noqa: ANN401
        for number in range(count):
            try:
                action(number)
            except OSError as error:
                return number, errno.errorcode[error.errno or errno.EIO]
        return count, ""
