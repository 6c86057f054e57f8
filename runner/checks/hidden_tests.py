"""The hidden suite: the harness judges, the host only starts and kills what it asks for."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

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
from runner.harness.messages import Job
from runner.model import Limits
from runner.sandbox import BoxSpec, Mount, Volume

if TYPE_CHECKING:
    from runner.sandbox import Box

PYTHON = "/opt/venv/bin/python"
LAUNCHER = "/opt/takehome/launcher.py"

GRACE_SECONDS = 90.0
"""What the harness gets beyond the suite's own time, to start and to stop things."""

MIB = 1024 * 1024


def volumes(context: CheckContext) -> tuple[Volume, Volume]:
    """`src`, filled by the harness and read-only for the subject, and `data`, the subject's."""
    subject = context.challenge.subject
    source = Volume(
        name="src",
        # A file of one byte takes a kilobyte of the archive and four of the volume.
        size_mib=4 * len(context.sources) // MIB + 16,
        inodes=24_000,
        uid=HARNESS_USER,
        gid=SHARED_GROUP,
    )
    data = Volume(
        name="data",
        size_mib=subject.data_mib,
        inodes=4096,
        uid=SUBJECT_USER,
        gid=SHARED_GROUP,
    )
    return source, data


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


def harness_spec(context: CheckContext, source: Volume, data: Volume) -> BoxSpec:
    """The harness mounts both volumes: a memory-backed volume lives as long as a mount of it."""
    return BoxSpec(
        role="harness",
        image=context.images["harness"],
        argv=(PYTHON, "-I", "-m", "runner.harness"),
        uid=HARNESS_USER,
        gid=SHARED_GROUP,
        limits=Limits(memory_mib=1024, cpus=2.0, wall_seconds=lifetime(context)),
        mounts=(
            Mount(volume=source, target="/src", read_only=False),
            Mount(volume=data, target="/data", read_only=True),
        ),
        interactive=True,
    )


def subject_spec(
    context: CheckContext, harness: Box, source: Volume, data: Volume, workers: int
) -> BoxSpec:
    """The candidate's service: its own source read-only, its data, our loopback."""
    subject = context.challenge.subject
    command = (PYTHON, LAUNCHER, subject.app, "--port", str(subject.port))
    return BoxSpec(
        role="subject",
        image=context.images["subject"],
        argv=(*command, "--workers", str(workers)),
        uid=SUBJECT_USER,
        gid=SHARED_GROUP,
        # A service may live as long as the suite; its own wall-clock limit is for programs.
        limits=subject.limits.model_copy(update={"wall_seconds": lifetime(context)}),
        env=environment(context),
        mounts=(
            Mount(volume=source, target="/src", read_only=True),
            Mount(volume=data, target="/data", read_only=False),
        ),
        network_of=harness,
        workdir="/src",
    )


def job_for(context: CheckContext) -> Job:
    """The harness's job, from the challenge."""
    subject, suite = context.challenge.subject, context.challenge.suite
    return Job(
        suite=dict(context.suite),
        seed=context.seed,
        settings=environment(context),
        port=subject.port,
        upstream_port=subject.upstream_port,
        ready_path=subject.ready_path,
        start_seconds=subject.start_seconds,
        request_seconds=suite.request_seconds,
        test_seconds=suite.test_seconds,
        suite_seconds=suite.suite_seconds,
        sources_bytes=len(context.sources),
    )


def expected(context: CheckContext) -> tuple[tuple[str, str | None], ...]:
    """The evidence that `run` returns: every hidden check, known from the suite's source."""
    return tuple(context.expected)


def run(context: CheckContext) -> CheckResult:
    """Run the hidden suite against the submission."""
    source, data = volumes(context)
    for volume in (source, data):
        context.run.volume(volume)
    harness = context.run.start(harness_spec(context, source, data))
    subjects = Subjects(
        lambda workers: context.run.start(subject_spec(context, harness, source, data, workers))
    )
    report = converse(
        harness,
        job_for(context),
        context.sources,
        subjects,
        seconds=context.challenge.suite.suite_seconds + GRACE_SECONDS,
        on_event=context.on_event,
    )
    return CheckResult(
        evidence=evidence_from(report, context.expected),
        tools=report.tools,
        timings={
            "suite": report.suite_seconds,
            "suite.waiting_for_subject": report.subject_seconds,
            "suite.subject_starts": sum(report.start_seconds),
        },
    )
