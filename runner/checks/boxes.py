"""The containers of a harness: itself, the subjects beside it, and what they share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from runner.checks import HARNESS_USER, SHARED_GROUP, SUBJECT_USER, CheckContext
from runner.checks.subjects import CLEANER_SECONDS
from runner.harness.messages import ServiceJob
from runner.harness.program import FILES_LIMIT
from runner.model import Limits, ServiceSubject
from runner.sandbox import BoxSpec, Mount, SandboxError, Volume

if TYPE_CHECKING:
    from runner.checks.programs import Command
    from runner.model import TestRuns
    from runner.sandbox import Box

PYTHON = "/opt/venv/bin/python"
SERVE = "/opt/takehome/launcher.py"
RUN = "/opt/takehome/program.py"

EMPTY = 'chmod -R u+rwX "$0"; find "$0" -mindepth 1 -delete'
"""`chmod` and `find` take paths of any depth and follow no link."""

GRACE_SECONDS = 90.0
"""What the harness gets beyond the suite's own time, to start and to stop things."""

MIB = 1024 * 1024

PAGE = 4096
"""Bytes that a file of one byte takes of a volume."""

INODES = 4096
"""Files and folders that a volume holds. What a command wrote may all be handed to the next one,
in another folder: where that comes in there is room for twice as many."""

SAME_EACH_TIME = {"PYTHONHASHSEED": "0"}
"""Tests that go through a set have one order in all runs, so that runs can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """How files get to a subject and from it; each is mounted at `/` and the end of its name.

    `source`, `inputs`, `control` (a service or program of ours) and `given` (what a service finds
    there) are filled by the harness and read-only for subjects. `data` is the service's and nobody
    else's. `outputs` is what commands write, `ours` what those of the reference write; the harness
    reads them, each time after the command is dead.

    What a challenge has no use for is None: `data` without a service, `given` where it gets no
    files, `ours` where the control is a tiny service.
    """

    source: Volume
    control: Volume
    inputs: Volume
    outputs: Volume
    data: Volume | None
    given: Volume | None
    ours: Volume | None

    @classmethod
    def sized(cls, context: CheckContext, lane: str = "") -> Self:
        """Room for every submission that the intake lets through, and what the challenge says.

        Volumes of several harnesses of one run are told apart by `lane`.
        """
        subject = context.challenge.subject
        service = subject if isinstance(subject, ServiceSubject) else None
        out_mib = subject.out_mib
        # A file of one byte takes a kilobyte of the archive and four of the volume.
        source_mib = 4 * len(context.sources) // MIB + 16
        return cls(
            source=_volume(lane, "src", source_mib, HARNESS_USER, inodes=24_000),
            control=_volume(lane, "control", 2, HARNESS_USER),
            inputs=_volume(lane, "in", subject.in_mib, HARNESS_USER, inodes=2 * INODES),
            outputs=_volume(lane, "out", out_mib, SUBJECT_USER),
            data=_volume(lane, "data", service.data_mib, SUBJECT_USER) if service else None,
            given=_given(lane, service.given_mib) if service else None,
            ours=None if context.control.tiny else _volume(lane, "ours", out_mib, SUBJECT_USER),
        )

    @property
    def all(self) -> tuple[Volume, ...]:
        """What the harness mounts: a memory-backed volume lives as long as a mount of it."""
        always = (self.source, self.control, self.inputs, self.outputs)
        return (*always, *_there(self.data, self.given, self.ours))

    @property
    def of_service(self) -> tuple[Volume, ...]:
        """What the candidate's service mounts."""
        return (self.source, *_there(self.data, self.given))

    @property
    def of_command(self) -> tuple[Volume, ...]:
        """What a command of the candidate's mounts."""
        return (self.source, self.inputs, self.outputs)

    @property
    def of_control(self) -> tuple[Mount, ...]:
        """What a service of ours mounts in the candidate's place; its data are its own."""
        return (
            Mount(volume=self.control, target="/src", read_only=True),
            *_mounts(_there(self.given), SUBJECT_USER),
        )

    @property
    def of_reference(self) -> tuple[Mount, ...]:
        """What the reference's commands mount: places of ours where the candidate's are."""
        return (
            Mount(volume=self.control, target="/src", read_only=True),
            *_mounts((self.inputs,), SUBJECT_USER),
            *(Mount(volume=one, target="/out", read_only=False) for one in _there(self.ours)),
        )


def _there(*volumes: Volume | None) -> tuple[Volume, ...]:
    """Those that a challenge has."""
    return tuple(one for one in volumes if one is not None)


def _mounts(volumes: tuple[Volume, ...], user: int) -> tuple[Mount, ...]:
    """For a container of this user, who can write to what is its own."""
    return tuple(
        Mount(volume=one, target=f"/{one.name.rpartition('-')[2]}", read_only=one.uid != user)
        for one in volumes
    )


def _given(lane: str, size_mib: int) -> Volume | None:
    """Room for that many MiB in as many files as the harness takes from a command.

    Sparse files come back in full: each may need a page more here than where it was written.
    """
    if not size_mib:
        return None
    size_mib += FILES_LIMIT * PAGE // MIB + 1
    return _volume(lane, "given", size_mib, HARNESS_USER, inodes=2 * INODES)


def _volume(lane: str, name: str, size_mib: int, owner: int, inodes: int = INODES) -> Volume:
    title = f"{lane}-{name}" if lane else name
    return Volume(name=title, size_mib=size_mib, inodes=inodes, uid=owner, gid=SHARED_GROUP)


def environment(context: CheckContext) -> dict[str, str]:
    """What the subject is configured with; `{random}` becomes 64 digits of this run's own.

    They follow from the seed, so that grading a submission again repeats them.
    """
    return {
        name: value.replace("{random}", sha256(f"{context.seed}/{name}".encode()).hexdigest())
        for name, value in context.challenge.subject.environment.items()
    }


def service_job(context: CheckContext) -> ServiceJob | None:
    """How the harness reaches a service, where the subject is one."""
    subject = context.challenge.subject
    if not isinstance(subject, ServiceSubject):
        return None
    return ServiceJob(
        port=subject.port,
        upstream_port=subject.upstream_port,
        ready_path=subject.ready_path,
        start_seconds=subject.start_seconds,
        given_bytes=subject.given_mib * MIB,
    )


def without_data(context: CheckContext) -> dict[str, str]:
    """The environment of a container that keeps its data in a place of its own."""
    return {
        name: value.replace("/data/", "/tmp/")  # noqa: S108 - the container's own
        for name, value in environment(context).items()
    }


def harness_spec(context: CheckContext, volumes: Volumes, seconds: float) -> BoxSpec:
    """The judge, for a job of so many seconds."""
    subject = context.challenge.subject
    given_mib = subject.given_mib if isinstance(subject, ServiceSubject) else 0
    return BoxSpec(
        role="harness",
        image=context.images["harness"],
        argv=(PYTHON, "-I", "-m", "runner.harness"),
        uid=HARNESS_USER,
        gid=SHARED_GROUP,
        limits=Limits(
            # A test holds what several commands wrote. What a service was given is in its volume
            # and held beside it, and so is what was given to the one that it makes room for.
            memory_mib=1024 + subject.in_mib + 8 * subject.out_mib + 4 * given_mib,
            cpus=2.0,
            wall_seconds=seconds + 2 * GRACE_SECONDS,
        ),
        mounts=_mounts(volumes.all, HARNESS_USER),
        interactive=True,
    )


def locker_spec(context: CheckContext, volumes: Volumes) -> BoxSpec:
    """Ours, in the place of a user of the service's data: it locks the databases there."""
    _served(context)
    return BoxSpec(
        role="locker",
        image=context.images["harness"],
        argv=(PYTHON, "-I", "-m", "runner.harness.locker"),
        uid=SUBJECT_USER,
        gid=SHARED_GROUP,
        limits=Limits(
            memory_mib=128,
            wall_seconds=context.challenge.suite.suite_seconds + 2 * GRACE_SECONDS,
        ),
        mounts=_mounts(_there(volumes.data), SUBJECT_USER),
        interactive=True,
    )


def cleaner_spec(context: CheckContext, volumes: Volumes) -> BoxSpec:
    """Ours, in the place of a user of the service's data: it leaves nothing there."""
    _served(context)
    return BoxSpec(
        role="cleaner",
        image=context.images["subject"],
        argv=("sh", "-c", EMPTY, "/data"),
        uid=SUBJECT_USER,
        gid=SHARED_GROUP,
        limits=Limits(memory_mib=128, wall_seconds=CLEANER_SECONDS),
        mounts=_mounts(_there(volumes.data), SUBJECT_USER),
    )


def service_spec(
    context: CheckContext, harness: Box, volumes: Volumes, workers: int, *, stacks: bool = False
) -> BoxSpec:
    """The candidate's service."""
    subject = _served(context)
    options = ["--port", str(subject.port), "--workers", str(workers), *["--stacks"] * stacks]
    command = (PYTHON, SERVE, subject.app, *options)
    # A service may live as long as the suite; its own wall-clock limit is for commands.
    seconds = context.challenge.suite.suite_seconds + 2 * GRACE_SECONDS
    return _subject_spec(context, harness, volumes.of_service, command, seconds)


def control_spec(
    context: CheckContext, harness: Box, volumes: Volumes, workers: int = 1
) -> BoxSpec:
    """A service of ours that is known to be good, at the limits of the candidate's.

    The challenge's solution is configured as a submission is, and finds files in the same place.
    A tiny service serves every challenge of a specialization, whatever those are configured with:
    it has two variables of its own.
    """
    upstream = f"http://127.0.0.1:{_served(context).upstream_port}"
    tiny = {"UPSTREAM_URL": upstream, "DATABASE": "/tmp/tiny.db"}  # noqa: S108 - the container's own
    env = tiny if context.control.tiny else without_data(context)
    return _ours(context, harness, volumes, env, workers)


def reference_spec(context: CheckContext, harness: Box, volumes: Volumes) -> BoxSpec:
    """A service of ours that the candidate's tests are held against."""
    spec = _ours(context, harness, volumes, without_data(context))
    return replace(spec, background=True)


def _ours(
    context: CheckContext, harness: Box, volumes: Volumes, env: dict[str, str], workers: int = 1
) -> BoxSpec:
    """What the harness wrote to the volume `control`, in the place of the candidate's service."""
    subject = _served(context)
    options = ("--port", str(subject.port), "--workers", str(workers))
    command = (PYTHON, SERVE, subject.app, *options)
    return replace(
        _subject_spec(context, harness, (), command, 300.0),
        role="control",
        env=env,
        mounts=volumes.of_control,
    )


def _served(context: CheckContext) -> ServiceSubject:
    subject = context.challenge.subject
    if not isinstance(subject, ServiceSubject):
        message = f"the suite of {context.challenge.id} starts a service where there is none"
        raise SandboxError(message)
    return subject


def command_spec(context: CheckContext, volumes: Volumes, command: Command) -> BoxSpec:
    """One command of the candidate's, with a loopback of its own; `python` is the image's.

    That of the reference differs in whose code it is and in where it writes.
    """
    argv = (PYTHON, "-I", RUN, command.mark, *command.argv)
    seconds = min(command.seconds, context.challenge.subject.limits.wall_seconds)
    spec = _subject_spec(context, None, volumes.of_command, argv, seconds)
    if not command.reference:
        return spec
    if volumes.ours is None:
        message = f"the suite of {context.challenge.id} runs a reference where no solution is"
        raise SandboxError(message)
    return replace(spec, role="control", mounts=volumes.of_reference)


def tests_spec(
    context: CheckContext, harness: Box, volumes: Volumes, command: Command, runs: TestRuns
) -> BoxSpec:
    """The candidate's own tests, by themselves or on the harness's loopback.

    By themselves they find no address of ours, as on the candidate's machine.
    """
    argv = (PYTHON, "-I", RUN, command.mark, *command.argv)
    subject = _served(context) if command.joined else None
    addresses = subject and {
        "BASE_URL": f"http://127.0.0.1:{subject.port}",
        "STUB_PORT": str(subject.upstream_port),
    }
    return replace(
        _subject_spec(
            context, harness if subject else None, volumes.of_command, argv, command.seconds
        ),
        role="tests",
        limits=runs.limits.model_copy(update={"wall_seconds": command.seconds}),
        background=True,
        env=SAME_EACH_TIME | (without_data(context) | addresses if addresses else {}),
    )


def _subject_spec(
    context: CheckContext,
    harness: Box | None,
    volumes: tuple[Volume, ...],
    argv: tuple[str, ...],
    seconds: float,
) -> BoxSpec:
    """The candidate's code: its own source read-only, its volumes, the harness's loopback."""
    return BoxSpec(
        role="subject",
        image=context.images["subject"],
        argv=argv,
        uid=SUBJECT_USER,
        gid=SHARED_GROUP,
        limits=context.challenge.subject.limits.model_copy(update={"wall_seconds": seconds}),
        env=environment(context),
        mounts=_mounts(volumes, SUBJECT_USER),
        network_of=harness,
        workdir="/src",
    )
