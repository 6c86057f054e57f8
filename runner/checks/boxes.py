"""The containers of a harness: itself, the subjects beside it, and what they share."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from runner.checks import HARNESS_USER, SHARED_GROUP, SUBJECT_USER, CheckContext
from runner.checks.programs import new_mark, until_said
from runner.checks.volumes import MIB
from runner.harness.messages import ServiceJob
from runner.model import Limits, ServiceSubject
from runner.sandbox import BoxSpec, Mount, SandboxError

if TYPE_CHECKING:
    from runner.checks.programs import Command
    from runner.checks.volumes import Slot, Volumes
    from runner.model import TestRuns
    from runner.sandbox import Box, Volume

PYTHON = "/opt/venv/bin/python"
SERVE = "/opt/takehome/launcher.py"
RUN = "/opt/takehome/program.py"

GRACE_SECONDS = 90.0
"""What the harness gets beyond the suite's own time, to start and to stop things."""

SAME_EACH_TIME = {"PYTHONHASHSEED": "0"}
"""Tests that go through a set have one order in all runs, so that runs can be compared."""


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
        mounts=volumes.of_harness,
        interactive=True,
    )


def locker_spec(context: CheckContext, data: Volume | None) -> BoxSpec:
    """Ours, in the place of a user of these data of the service: it locks the databases there."""
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
        mounts=(Mount(volume=data, target="/data", read_only=False),) if data else (),
        interactive=True,
    )


def service_spec(
    context: CheckContext,
    harness: Box,
    mounts: tuple[Mount, ...],
    workers: int,
    *,
    stacks: bool = False,
) -> BoxSpec:
    """The candidate's service."""
    subject = _served(context)
    options = ["--port", str(subject.port), "--workers", str(workers), *["--stacks"] * stacks]
    command = (PYTHON, SERVE, subject.app, *options)
    # A service may live as long as the suite; its own wall-clock limit is for commands.
    seconds = context.challenge.suite.suite_seconds + 2 * GRACE_SECONDS
    return _subject_spec(context, harness, mounts, command, seconds)


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
    return _ours(context, harness, volumes, env, options=("--workers", str(workers)))


def reference(context: CheckContext, volumes: Volumes) -> Box:
    """Start a service of ours that the candidate's tests are held against; it serves then.

    `SandboxError` when it does not in time. It has a loopback of its own. One that two runs of the
    tests share would remember for them: its counters and closed connections outlive a process.
    """
    mark = new_mark()
    box = context.run.start(reference_spec(context, volumes, mark))
    until_said(box, mark, _served(context).start_seconds)
    return box


def reference_spec(context: CheckContext, volumes: Volumes, mark: str) -> BoxSpec:
    """Such a service, which prints the mark when it serves."""
    spec = _ours(context, None, volumes, without_data(context), options=("--ready", mark))
    return replace(spec, background=True)


def _ours(
    context: CheckContext,
    harness: Box | None,
    volumes: Volumes,
    env: dict[str, str],
    *,
    options: tuple[str, ...],
) -> BoxSpec:
    """What the harness wrote to the volume `control`, in the place of the candidate's service."""
    subject = _served(context)
    command = (PYTHON, SERVE, subject.app, "--port", str(subject.port), *options)
    spec = _subject_spec(context, harness, volumes.of_control, command, 300.0)
    return replace(spec, role="control", env=env)


def _served(context: CheckContext) -> ServiceSubject:
    subject = context.challenge.subject
    if not isinstance(subject, ServiceSubject):
        message = f"the suite of {context.challenge.id} starts a service where there is none"
        raise SandboxError(message)
    return subject


def command_spec(context: CheckContext, volumes: Volumes, slot: Slot, command: Command) -> BoxSpec:
    """One command of the candidate's, with a loopback of its own; `python` is the image's.

    That of the reference differs in whose code it is.
    """
    argv = (PYTHON, "-I", RUN, command.mark, *command.argv)
    seconds = min(command.seconds, context.challenge.subject.limits.wall_seconds)
    mounts = volumes.of_command(slot, reference=command.reference)
    spec = _subject_spec(context, None, mounts, argv, seconds)
    if not command.reference:
        return spec
    if context.control.tiny:
        message = f"the suite of {context.challenge.id} runs a reference where no solution is"
        raise SandboxError(message)
    return replace(spec, role="control")


def tests_spec(
    context: CheckContext,
    mounts: tuple[Mount, ...],
    command: Command,
    runs: TestRuns,
    beside: Box | None,
) -> BoxSpec:
    """The candidate's own tests, by themselves or on the loopback of a service of ours.

    By themselves they find no address of ours, as on the candidate's machine. The repository is in
    `/in`, from where they are copied to a place that they may write to.
    """
    argv = (PYTHON, "-I", RUN, command.mark, *command.argv)
    subject = _served(context) if command.joined else None
    addresses = subject and {
        "BASE_URL": f"http://127.0.0.1:{subject.port}",
        "STUB_PORT": str(subject.upstream_port),
    }
    return replace(
        _subject_spec(context, beside, mounts, argv, command.seconds),
        role="tests",
        limits=runs.limits.model_copy(update={"wall_seconds": command.seconds}),
        background=True,
        env=SAME_EACH_TIME | (without_data(context) | addresses if addresses else {}),
        workdir="/in",
    )


def _subject_spec(
    context: CheckContext,
    network_of: Box | None,
    mounts: tuple[Mount, ...],
    argv: tuple[str, ...],
    seconds: float,
) -> BoxSpec:
    """The candidate's code: its own source read-only, its volumes, a loopback that it may share."""
    return BoxSpec(
        role="subject",
        image=context.images["subject"],
        argv=argv,
        uid=SUBJECT_USER,
        gid=SHARED_GROUP,
        limits=context.challenge.subject.limits.model_copy(update={"wall_seconds": seconds}),
        env=environment(context),
        mounts=mounts,
        network_of=network_of,
        workdir="/src",
    )
