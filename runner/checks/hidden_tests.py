"""The hidden suite: the harness judges, the host only starts and kills what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from runner.checks import (
    HARNESS_USER,
    SHARED_GROUP,
    SUBJECT_USER,
    CheckContext,
    CheckResult,
)
from runner.checks.conversation import converse
from runner.checks.subjects import Subjects
from runner.checks.verdict import evidence_from
from runner.harness.messages import Job, ServiceJob, SuiteReport
from runner.model import Limits, ServiceSubject
from runner.sandbox import BoxSpec, Mount, SandboxError, Volume

if TYPE_CHECKING:
    from runner.checks.programs import Command
    from runner.sandbox import Box

PYTHON = "/opt/venv/bin/python"
SERVE = "/opt/takehome/launcher.py"
RUN = "/opt/takehome/program.py"

GRACE_SECONDS = 90.0
"""What the harness gets beyond the suite's own time, to start and to stop things."""

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """How files get to a subject and from it; each is mounted at `/` and its name.

    `source`, `inputs` and `control` (a service of ours) are filled by the harness and read-only
    for subjects. `data` is the service's and nobody else's. `outputs` is what commands write and
    the harness reads, each time after the command is dead.
    """

    source: Volume
    control: Volume
    inputs: Volume
    data: Volume
    outputs: Volume

    @classmethod
    def sized(cls, context: CheckContext) -> Self:
        """Room for every submission that the intake lets through, and what the challenge says."""
        subject = context.challenge.subject
        data_mib = subject.data_mib if isinstance(subject, ServiceSubject) else 1
        # A file of one byte takes a kilobyte of the archive and four of the volume.
        source_mib = 4 * len(context.sources) // MIB + 16
        return cls(
            source=_volume("src", source_mib, HARNESS_USER, inodes=24_000),
            control=_volume("control", 1, HARNESS_USER),
            inputs=_volume("in", subject.in_mib, HARNESS_USER),
            data=_volume("data", data_mib, SUBJECT_USER),
            outputs=_volume("out", subject.out_mib, SUBJECT_USER),
        )

    @property
    def all(self) -> tuple[Volume, ...]:
        """What the harness mounts: a memory-backed volume lives as long as a mount of it."""
        return (self.source, self.control, self.inputs, self.data, self.outputs)

    @property
    def of_service(self) -> tuple[Volume, ...]:
        """What the candidate's service mounts."""
        return (self.source, self.data)

    @property
    def of_command(self) -> tuple[Volume, ...]:
        """What a command of the candidate's mounts."""
        return (self.source, self.inputs, self.outputs)


def _mounts(volumes: tuple[Volume, ...], user: int) -> tuple[Mount, ...]:
    """For a container of this user, who can write to what is its own."""
    return tuple(
        Mount(volume=volume, target=f"/{volume.name}", read_only=volume.uid != user)
        for volume in volumes
    )


def _volume(name: str, size_mib: int, owner: int, inodes: int = 4096) -> Volume:
    return Volume(name=name, size_mib=size_mib, inodes=inodes, uid=owner, gid=SHARED_GROUP)


def environment(context: CheckContext) -> dict[str, str]:
    """What the subject is configured with; `{random}` becomes 64 digits of this run's own.

    They follow from the seed, so that grading a submission again repeats them.
    """
    return {
        name: value.replace("{random}", sha256(f"{context.seed}/{name}".encode()).hexdigest())
        for name, value in context.challenge.subject.environment.items()
    }


def lifetime(context: CheckContext) -> float:
    """Seconds after which the host ends harness and subject, should it have lost both."""
    return context.challenge.suite.suite_seconds + 2 * GRACE_SECONDS


def harness_spec(context: CheckContext, volumes: Volumes) -> BoxSpec:
    """The judge."""
    subject = context.challenge.subject
    return BoxSpec(
        role="harness",
        image=context.images["harness"],
        argv=(PYTHON, "-I", "-m", "runner.harness"),
        uid=HARNESS_USER,
        gid=SHARED_GROUP,
        limits=Limits(
            # A test holds what several commands wrote.
            memory_mib=1024 + subject.in_mib + 8 * subject.out_mib,
            cpus=2.0,
            wall_seconds=lifetime(context),
        ),
        mounts=_mounts(volumes.all, HARNESS_USER),
        interactive=True,
    )


def service_spec(
    context: CheckContext, harness: Box, volumes: Volumes, workers: int, *, stacks: bool = False
) -> BoxSpec:
    """The candidate's service."""
    subject = _served(context)
    options = ["--port", str(subject.port), "--workers", str(workers), *["--stacks"] * stacks]
    command = (PYTHON, SERVE, subject.app, *options)
    # A service may live as long as the suite; its own wall-clock limit is for commands.
    return _subject_spec(context, harness, volumes.of_service, command, lifetime(context))


def control_spec(context: CheckContext, harness: Box, volumes: Volumes) -> BoxSpec:
    """A service of ours that is known to be good, at the limits of the candidate's."""
    subject = _served(context)
    spec = _subject_spec(
        context, harness, (), (PYTHON, SERVE, subject.app, "--port", str(subject.port)), 300.0
    )
    return replace(
        spec,
        role="control",
        env={
            "UPSTREAM_URL": f"http://127.0.0.1:{subject.upstream_port}",
            "DATABASE": "/tmp/tiny.db",  # noqa: S108 - the container's own
        },
        mounts=(Mount(volume=volumes.control, target="/src", read_only=True),),
    )


def _served(context: CheckContext) -> ServiceSubject:
    subject = context.challenge.subject
    if not isinstance(subject, ServiceSubject):
        message = f"the suite of {context.challenge.id} starts a service where there is none"
        raise SandboxError(message)
    return subject


def command_spec(context: CheckContext, volumes: Volumes, command: Command) -> BoxSpec:
    """One command of the candidate's, with a loopback of its own; `python` is the image's."""
    argv = (PYTHON, "-I", RUN, command.mark, *command.argv)
    seconds = min(command.seconds, context.challenge.subject.limits.wall_seconds)
    return _subject_spec(context, None, volumes.of_command, argv, seconds)


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


def job_for(context: CheckContext) -> Job:
    """The harness's job, from the challenge."""
    subject, suite = context.challenge.subject, context.challenge.suite
    service = None
    if isinstance(subject, ServiceSubject):
        service = ServiceJob(
            port=subject.port,
            upstream_port=subject.upstream_port,
            ready_path=subject.ready_path,
            start_seconds=subject.start_seconds,
        )
    return Job(
        suite=dict(context.suite),
        seed=context.seed,
        settings=environment(context),
        service=service,
        command_seconds=subject.limits.wall_seconds,
        output_bytes=subject.out_mib * MIB,
        request_seconds=suite.request_seconds,
        test_seconds=suite.test_seconds,
        suite_seconds=suite.suite_seconds,
        sources_bytes=len(context.sources),
        control=context.control,
    )


def expected(context: CheckContext) -> tuple[tuple[str, str | None], ...]:
    """The evidence that `run` returns: every hidden check, known from the suite's source."""
    return tuple(context.expected)


def run(context: CheckContext) -> CheckResult:
    """Run the hidden suite against the submission."""
    report = report_on(context, job_for(context))
    return CheckResult(
        evidence=evidence_from(report, context.expected),
        tools=report.tools,
        timings={
            "suite": report.suite_seconds,
            "suite.waiting_for_subject": report.subject_seconds,
            "suite.subject_starts": sum(report.start_seconds),
        },
    )


def report_on(context: CheckContext, job: Job) -> SuiteReport:
    """Do a job of the harness in containers of its own; what the harness reports."""
    volumes = Volumes.sized(context)
    for volume in volumes.all:
        context.run.volume(volume)
    harness = context.run.start(harness_spec(context, volumes))
    subjects = Subjects(
        lambda kind, workers: context.run.start(
            control_spec(context, harness, volumes)
            if kind == "control"
            else service_spec(context, harness, volumes, workers, stacks=kind == "stacks")
        ),
        lambda command: context.run.start(command_spec(context, volumes, command)),
        rounds=job.rounds,
    )
    return converse(
        harness,
        job,
        context.sources,
        subjects,
        seconds=context.challenge.suite.suite_seconds + GRACE_SECONDS,
        on_event=context.on_event,
    )
