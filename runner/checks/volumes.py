"""The volumes of a harness: how files get to a subject and from it.

What a process of the candidate's may write to is for one run of it only. Emptying is not enough:
access times, mode bits, extended attributes and the numbers of inodes outlive it, and one run
could tell the next what it has seen. A memory-backed volume lives as long as a mount of it, and a
container gets no mounts later. So the harness mounts, from its start, as many as there will be
runs, and the host hands out each of them once.
"""

from __future__ import annotations

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from runner.checks import HARNESS_USER, SHARED_GROUP, SUBJECT_USER
from runner.harness.program import FILES_LIMIT
from runner.model import ServiceSubject
from runner.sandbox import Mount, SandboxError, Volume

if TYPE_CHECKING:
    from runner.checks import CheckContext
    from runner.sandbox import Run

MIB = 1024 * 1024

PAGE = 4096
"""Bytes that a file of one byte takes of a volume."""

INODES = 4096
"""Files and folders that a volume holds. What a command wrote may all be handed to the next one,
in another folder: where that comes in there is room for twice as many."""

SOURCE_INODES = 24_000

DATA_VOLUMES = 2
"""The service's data while the probes run, and afterwards."""

MAKERS = 4
"""Volumes that are made at a time: the engine takes half as long for a hundred of them then."""

COMMANDS = re.compile(r"\bsubject\b")
"""The fixture that runs commands: a suite that does not name it runs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What one command finds in `/in` and writes to `/out`. No other one mounts its `outputs`."""

    inputs: Volume
    outputs: Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """What a harness and the subjects beside it share.

    `source`, `control` (a service or program of ours) and `given` (what a service finds there) are
    filled by the harness and read-only for subjects. `data` are the service's and nobody else's,
    one after the other. Commands write to the outputs of their slot; the harness reads them after
    the command is dead.

    What nobody has a use for is None or empty: `source` for a candidate's own tests, of which each
    run finds the submission in its slot, `data` without a service, `given` where it gets no files.
    """

    control: Volume
    slots: tuple[Slot, ...] = ()
    source: Volume | None = None
    data: tuple[Volume, ...] = ()
    given: Volume | None = None

    @classmethod
    def of_suite(cls, context: CheckContext) -> Self:
        """Room for every submission that the intake lets through, and what the challenge says.

        All slots have one volume of inputs: nobody but the harness can write there, and each run
        can be told by its inputs anyway. To make a second one for each would take as long again.
        """
        subject = context.challenge.subject
        service = subject if isinstance(subject, ServiceSubject) else None
        inputs = _volume("in", subject.in_mib, HARNESS_USER, inodes=2 * INODES)
        return cls(
            control=_volume("control", 2, HARNESS_USER),
            slots=tuple(
                Slot(inputs=inputs, outputs=_outputs(subject.out_mib))
                for _ in range(_commands(context))
            ),
            source=_volume("src", _source_mib(context), HARNESS_USER, inodes=SOURCE_INODES),
            data=tuple(_volume("data", service.data_mib, SUBJECT_USER) for _ in range(DATA_VOLUMES))
            if service
            else (),
            given=_given(service.given_mib) if service else None,
        )

    @classmethod
    def of_tests(cls, context: CheckContext, turns: int) -> Self:
        """For so many runs of the candidate's own tests. All that a run finds is written for it.

        What is in the code and what is asked of the tests are in one volume. A file that was
        changed between two runs cannot be told from the others by its times or its inode.
        """
        size = _source_mib(context) + context.challenge.subject.in_mib
        return cls(
            control=_volume("control", 2, HARNESS_USER),
            slots=tuple(
                Slot(
                    inputs=_volume("in", size, HARNESS_USER, inodes=SOURCE_INODES + INODES),
                    outputs=_outputs(context.challenge.subject.out_mib),
                )
                for _ in range(turns)
            ),
        )

    @property
    def all(self) -> tuple[Volume, ...]:
        """Each of them once."""
        return tuple({mount.volume.name: mount.volume for mount in self.of_harness}.values())

    @property
    def of_harness(self) -> tuple[Mount, ...]:
        """What the harness mounts: all of them, so that they live as long as it does."""
        single = {"/control": self.control, "/src": self.source, "/given": self.given}
        return (
            *(_written(volume, target) for target, volume in single.items() if volume),
            *(_read(volume, f"/data/{number}") for number, volume in enumerate(self.data)),
            *(
                mount
                for number, slot in enumerate(self.slots)
                for mount in (
                    _written(slot.inputs, f"/slots/{number}/in"),
                    _written(slot.outputs, f"/slots/{number}/out"),
                )
            ),
        )

    def of_service(self, data: Volume | None) -> tuple[Mount, ...]:
        """What the candidate's service mounts, with these data."""
        return (
            *_readable(("/src", self.source), ("/given", self.given)),
            *((_written(data, "/data"),) if data else ()),
        )

    @property
    def of_control(self) -> tuple[Mount, ...]:
        """What a service of ours mounts in the candidate's place; its data are its own box's."""
        return _readable(("/src", self.control), ("/given", self.given))

    def of_command(self, slot: Slot, *, reference: bool = False) -> tuple[Mount, ...]:
        """What a command mounts; that of the reference finds our code where the candidate's is."""
        return (
            *_readable(("/src", self.control if reference else self.source), ("/in", slot.inputs)),
            _written(slot.outputs, "/out"),
        )


class Shelf:
    """What of a harness's volumes nobody has used yet."""

    def __init__(self, volumes: Volumes) -> None:
        """Nothing of it is used."""
        self._slots = dict(enumerate(volumes.slots))
        self._data = list(volumes.data)

    def slot(self, number: int) -> Slot:
        """The slot of that number, for one command; `SandboxError` when it was used before."""
        if number not in self._slots:
            message = f"the slot {number!r} for a command is refused: it is used, or there is none"
            raise SandboxError(message)
        return self._slots.pop(number)

    @property
    def data(self) -> Volume | None:
        """Where the service keeps its data; None where there is no service."""
        return self._data[0] if self._data else None

    def renew(self) -> None:
        """Give up the service's data: an empty volume takes their place from now on."""
        if not self._data[1:]:
            message = "other data are refused: the service has none, or has had its last ones"
            raise SandboxError(message)
        del self._data[0]


def make(run: Run, volumes: Volumes) -> None:
    """Make all of these volumes."""
    with ThreadPoolExecutor(MAKERS) as pool:
        list(pool.map(run.volume, volumes.all))


def _commands(context: CheckContext) -> int:
    """How many commands the hidden suite may run."""
    named = any(COMMANDS.search(text) for _, text in context.suite)
    return context.challenge.suite.commands if named else 0


def _readable(*volumes: tuple[str, Volume | None]) -> tuple[Mount, ...]:
    """Those that there are, at these places."""
    return tuple(_read(volume, target) for target, volume in volumes if volume)


def _read(volume: Volume, target: str) -> Mount:
    return Mount(volume=volume, target=target, read_only=True)


def _written(volume: Volume, target: str) -> Mount:
    return Mount(volume=volume, target=target, read_only=False)


def _source_mib(context: CheckContext) -> int:
    """A file of one byte takes a kilobyte of the archive and four of the volume."""
    return 4 * len(context.sources) // MIB + 16


def _given(size_mib: int) -> Volume | None:
    """Room for that many MiB in as many files as the harness takes from a command.

    Sparse files come back in full: each may need a page more here than where it was written.
    """
    if not size_mib:
        return None
    size_mib += FILES_LIMIT * PAGE // MIB + 1
    return _volume("given", size_mib, HARNESS_USER, inodes=2 * INODES)


def _outputs(size_mib: int) -> Volume:
    """Theirs who write there, as a folder of their own machine is; the harness empties it."""
    return _volume("out", size_mib, SUBJECT_USER, mode=0o770)


def _volume(
    what: str, size_mib: int, owner: int, *, inodes: int = INODES, mode: int = 0o750
) -> Volume:
    """A volume whose name tells nobody whose it is, or which of several."""
    return Volume(
        name=f"{what}-{secrets.token_hex(6)}",
        size_mib=size_mib,
        inodes=inodes,
        uid=owner,
        gid=SHARED_GROUP,
        mode=mode,
    )
