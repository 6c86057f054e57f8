"""The subjects of one harness: what its calls may do, and nothing beyond it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from pydantic import ValidationError

from runner.checks.programs import LIMITS, Command, finish, new_mark
from runner.harness.messages import Locked
from runner.sandbox import Ended, Ending, SandboxError, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.sandbox import Box

OUTPUT_SHOWN = 16_000
Kind = Literal["service", "control", "stacks", "reference"]
"""The candidate's service, one of ours that is known to be good, the candidate's again with its
stack printed at SIGUSR1, or one that the candidate's tests are held against."""

MOST_STARTS = 150
MOST_WORKERS = 4

LOCKER_SECONDS = 30.0
"""How long the locker may take to answer, its start included: many times what it does take."""

HOW = {
    Ending.KILLED: "it was killed by the harness",
    Ending.TIMEOUT: "it ran into its wall-clock limit",
    Ending.MEMORY: "it ran out of its memory limit",
    Ending.OUTPUT: "it wrote more output than its limit",
}


def describe(ended: Ended) -> str:
    """How a subject ended, as a clause."""
    return HOW.get(ended.ending) or f"it exited with code {ended.exit_code}"


class Subjects:
    """Starts, signals and kills the service of one harness, and runs commands beside it.

    One service at a time, and one command. A locker that was asked for stays as long as the data
    that it locks.
    """

    def __init__(
        self,
        start: Callable[[Kind, int], Box],
        launch: Callable[[Command, Box | None], Box],
        locker: Callable[[], Box] | None = None,
        renew: Callable[[], None] | None = None,
        *,
        rounds: int = 1,
    ) -> None:
        """`start(kind, workers)` makes a fresh service, `launch(command, beside)` begins a command.

        `beside` is the service that runs, where there is one that the command is to join.
        `locker()` makes the box that locks the service's databases, where the harness may ask
        for that; from `renew()` on the service and the locker find empty data. `rounds` is how
        often the harness runs each of its tests.
        """
        self._most_starts = MOST_STARTS * rounds
        self._start = start
        self._launch = launch
        self._new_locker = locker
        self._renew = renew
        self._locker: Box | None = None
        self._boxes: dict[str, Box] = {}
        self._output = ""
        self._running = ""

    def serve(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Carry out one call of the harness; `SandboxError` when the engine cannot."""
        verbs: dict[str, Callable[..., dict[str, Any]]] = {
            "start": self._do_start,
            "signal": self._do_signal,
            "kill": self._do_kill,
            "wait": self._do_wait,
            "output": self._do_output,
            "usage": self._do_usage,
            "run": self._do_run,
            "forget": self._do_forget,
            "keep": partial(self._tell_locker, "keep"),
            "lock": partial(self._tell_locker, "lock"),
            "unlock": partial(self._tell_locker, "unlock"),
        }
        try:
            return verbs[verb](**arguments)
        except (KeyError, TypeError) as error:
            what = f"the harness made a malformed call of {verb!r}"
            raise SandboxError(what, why=f"{type(error).__name__}: {error}") from error

    def _do_start(self, kind: str, workers: int) -> dict[str, Any]:
        known = kind in get_args(Kind) and 1 <= workers <= MOST_WORKERS
        if not known or len(self._boxes) >= self._most_starts:
            message = f"start {len(self._boxes) + 1} of a {kind} with {workers} workers is refused"
            raise SandboxError(message)
        if self._running:
            # The harness lost the answer to an earlier start: its deadline came in between.
            self._do_kill(self._running)
        box = self._start(cast("Kind", kind), workers)
        self._boxes[box.id] = box
        self._running = box.id
        return {"subject": box.id}

    def _do_signal(self, subject: str, signal: str) -> dict[str, Any]:
        if signal not in get_args(Signal):
            message = f"signal {signal!r} is not one the harness may send"
            raise SandboxError(message)
        self._boxes[subject].signal(cast("Signal", signal))
        return {}

    def _do_kill(self, subject: str) -> dict[str, Any]:
        box = self._boxes[subject]
        ended = box.kill()
        self._keep(box.output().text)
        box.remove()
        if subject == self._running:
            self._running = ""
        return {"how": describe(ended), "limit": ended.ending in LIMITS}

    def _do_wait(self, subject: str, seconds: float) -> dict[str, Any]:
        ended = self._boxes[subject].wait(seconds)
        if ended is None:
            return {"ended": False, "how": "", "limit": False}
        return {"ended": True, "how": describe(ended), "limit": ended.ending in LIMITS}

    def _do_output(self) -> dict[str, Any]:
        return {"text": self._output}

    def _do_run(self, argv: list[str], *, usage: bool, **details: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of Command
        command = Command(argv=tuple(argv), mark=new_mark(), **details)
        beside = self._boxes.get(self._running) if command.joined else None
        finished = finish(self._launch(command, beside), command, usage=usage)
        if not command.reference:
            self._keep(finished.output)
        ended, used = finished.ended, finished.usage
        return {
            "how": "it was ended where it was to stop" if finished.stopped else describe(ended),
            "limit": ended.ending in LIMITS,
            "exit_code": ended.exit_code if ended.ending is Ending.EXITED else None,
            "wall_seconds": ended.wall_seconds,
            "output": finished.output,
            "cpu_seconds": used.cpu_seconds if used else None,
            "peak_memory_bytes": used.peak_memory_bytes if used else None,
        }

    def _do_forget(self) -> dict[str, Any]:
        if self._renew is None or self._running:
            message = "'forget' is refused: there are no data to forget, or a service uses them"
            raise SandboxError(message)
        if self._locker is not None:
            self._locker.remove()
            self._locker = None
        self._renew()
        return {}

    def _tell_locker(self, word: str) -> dict[str, Any]:
        if self._new_locker is None:
            message = f"{word!r} is refused: this harness locks nothing"
            raise SandboxError(message)
        self._locker = self._locker or self._new_locker()
        self._locker.write(f"{word}\n".encode())
        try:
            line = self._locker.read_line(LOCKER_SECONDS)
            return Locked.model_validate_json(line).model_dump()
        except (TimeoutError, ValidationError) as error:
            what = f"the locker did not answer {word!r}"
            raise SandboxError(what, why=self._locker.output().text or str(error)) from error

    def _keep(self, output: str) -> None:
        self._output = (self._output + output)[-OUTPUT_SHOWN:]

    def _do_usage(self, subject: str) -> dict[str, Any]:
        usage = self._boxes[subject].usage()
        if usage is None:
            return {}
        return {"cpu_seconds": usage.cpu_seconds, "peak_memory_bytes": usage.peak_memory_bytes}
