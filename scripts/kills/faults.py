"""The faults: what each does to a grading, and when."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.kills.proxy import MODES, Proxy
from scripts.kills.small import PLAIN, TESTED

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scripts.kills.engine import Engine, SecondEngine

SIGNALS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}
ROLES = {
    **dict.fromkeys(("harness", "analyser", "subject", "locker"), PLAIN),
    **dict.fromkeys(("tests", "control"), TESTED),
}
"""Containers that are killed, and the challenge that has them."""

LOOK_SECONDS = 0.02
STALL_SECONDS = (2.0, 20.0)
"""A stall that an engine under load may have, shorter than the longest silence of a call."""

KIB = 1024
BLOCK = 512
"""Bytes of a unit of `ulimit -f`."""

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a fault may use. `seconds` is how long the challenge takes undisturbed."""

    rng: random.Random
    seconds: float
    size: int
    """Bytes of the reports of an undisturbed grading."""
    folder: Path
    out: Path
    engine: Engine
    second: SecondEngine | None

    def later(self, share: float = 1.0) -> float:
        """A delay somewhere in that share of a grading."""
        return self.rng.uniform(0.0, self.seconds * share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How the grading is started, and what is done to it. `strike` says whether it was.

    It is `cut` when it may not be able to clean up.
    """

    strike: Callable[[Process], bool]
    host: str = ""
    second: bool = False
    prefix: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to break our own side, in a grading of the challenge."""

    name: str
    challenge: str
    make: Callable[[Moment], AbstractContextManager[Setting]]


def faults(*, second: bool, mounts: bool) -> tuple[Fault, ...]:
    """All of them, but for those of a second engine or of mounted disks where there are none."""
    every = [_signalled(name, number) for name, number in SIGNALS.items()]
    every += [_killed(role, challenge) for role, challenge in ROLES.items()]
    every += [_proxied(mode) for mode in MODES]
    every.append(Fault(name="disk: limit of a file", challenge=PLAIN, make=_limited))
    if mounts:
        every.append(Fault(name="disk: full", challenge=PLAIN, make=_full))
        every.append(Fault(name="disk: read-only", challenge=PLAIN, make=_read_only))
        every.append(Fault(name="disk: read-only later", challenge=PLAIN, make=_frozen))
    if second:
        every += [_restarted("stopped", hard=False), _restarted("killed", hard=True)]
    return tuple(every)


def _signalled(name: str, number: signal.Signals) -> Fault:
    @contextmanager
    def make(moment: Moment) -> Iterator[Setting]:
        def strike(process: Process) -> bool:
            if _over(process, moment.later()):
                return False
            process.send_signal(number)
            return True

        yield Setting(strike=strike, cut=number == signal.SIGKILL)

    return Fault(name=f"orchestrator: {name}", challenge=PLAIN, make=make)


def _killed(role: str, challenge: str) -> Fault:
    @contextmanager
    def make(moment: Moment) -> Iterator[Setting]:
        def strike(process: Process) -> bool:
            _over(process, moment.later(0.7))
            while process.poll() is None:
                found = moment.engine.containers(process.pid, role)
                if found and moment.engine.kill(moment.rng.choice(found)):
                    return True
                time.sleep(LOOK_SECONDS)
            return False

        yield Setting(strike=strike)

    return Fault(name=f"container: {role} killed", challenge=challenge, make=make)


def _proxied(mode: str) -> Fault:
    @contextmanager
    def make(moment: Moment) -> Iterator[Setting]:
        path = moment.folder / "proxy.sock"
        with Proxy(path, moment.engine.socket, mode, moment.rng) as proxy:

            def strike(process: Process) -> bool:
                if _over(process, moment.later(0.8)):
                    return False
                proxy.strike()
                if mode == "stall":
                    _over(process, moment.rng.uniform(*STALL_SECONDS))
                    proxy.wake()
                process.wait()
                return proxy.struck.is_set()

            yield Setting(strike=strike, host=f"unix://{path}", cut=True)

    return Fault(name=f"connection: {mode}", challenge=PLAIN, make=make)


@contextmanager
def _limited(moment: Moment) -> Iterator[Setting]:
    blocks = moment.rng.randint(1, 60)
    prefix = ("sh", "-c", 'ulimit -f "$0"; exec "$@"', str(blocks))
    yield Setting(strike=_never, prefix=prefix)


@contextmanager
def _full(moment: Moment) -> Iterator[Setting]:
    size = moment.rng.randint(4 * KIB, moment.size * 9 // 10)
    with _mounted(moment.out, f"size={size}"):
        yield Setting(strike=_never)


@contextmanager
def _read_only(moment: Moment) -> Iterator[Setting]:
    with _mounted(moment.out, "ro"):
        yield Setting(strike=_never)


@contextmanager
def _frozen(moment: Moment) -> Iterator[Setting]:
    with _mounted(moment.out, "rw"):

        def strike(process: Process) -> bool:
            if _over(process, moment.later(0.8)):
                return False
            subprocess.run(["mount", "-o", "remount,ro", str(moment.out)], check=True)
            return True

        yield Setting(strike=strike)


def _restarted(name: str, *, hard: bool) -> Fault:
    @contextmanager
    def make(moment: Moment) -> Iterator[Setting]:
        second = moment.second
        if second is None:
            raise RuntimeError("there is no second engine")
        with second.turn:

            def strike(process: Process) -> bool:
                if _over(process, moment.later()):
                    return False
                second.stop(hard=hard)
                if moment.rng.random() < 0.5:  # noqa: PLR2004 - it comes back after the end only
                    process.wait()
                second.start()
                process.wait()
                return True

            yield Setting(strike=strike, host=second.host, second=True, cut=True)

    return Fault(name=f"engine: {name}", challenge=PLAIN, make=make)


def _never(process: Process) -> bool:
    """The fault is there from the beginning."""
    process.wait()
    return True


def _over(process: Process, seconds: float) -> bool:
    """Wait so long; whether the process has ended by then."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


@contextmanager
def _mounted(folder: Path, options: str) -> Iterator[None]:
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "takehome-kills", str(folder)], check=True
    )
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
