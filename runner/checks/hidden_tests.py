"""The hidden suite: the harness judges, the host only starts and kills what it asks for."""

from __future__ import annotations

from runner.checks import CheckContext, CheckResult
from runner.checks.boxes import (
    GRACE_SECONDS,
    command_spec,
    control_spec,
    environment,
    harness_spec,
    locker_spec,
    service_job,
    service_spec,
)
from runner.checks.conversation import converse
from runner.checks.subjects import Subjects
from runner.checks.verdict import alarms_from, evidence_from
from runner.checks.volumes import MIB, Shelf, Volumes, make
from runner.harness.messages import Job, SuiteReport


def job_for(context: CheckContext) -> Job:
    """The harness's job, from the challenge."""
    subject, suite = context.challenge.subject, context.challenge.suite
    return Job(
        suite=dict(context.suite),
        seed=context.seed,
        issued_seed=context.issued_seed,
        settings=environment(context),
        service=service_job(context),
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
    wanted = tuple(one for one in context.expected if not context.only or one[0] in context.only)
    job = job_for(context).model_copy(update={"select": tuple(sorted(context.only))})
    report = report_on(context, job)
    return CheckResult(
        evidence=evidence_from(report, wanted),
        alarms=alarms_from(report),
        tools=report.tools,
        timings={
            "suite": report.suite_seconds,
            "suite.probes": sum(
                case.seconds
                for check in report.checks
                if check.id in context.probes
                for case in check.cases
            ),
            "suite.waiting_for_subject": report.subject_seconds,
            "suite.subject_starts": sum(report.start_seconds),
        },
    )


def report_on(context: CheckContext, job: Job) -> SuiteReport:
    """Do a job of the harness in containers of its own; what the harness reports."""
    volumes = Volumes.of_suite(context)
    make(context.run, volumes)
    shelf = Shelf(volumes)
    seconds = context.challenge.suite.suite_seconds
    harness = context.run.start(harness_spec(context, volumes, seconds))
    subjects = Subjects(
        lambda kind, workers: context.run.start(
            control_spec(context, harness, volumes, workers)
            if kind == "control"
            else service_spec(
                context, harness, volumes.of_service(shelf.data), workers, stacks=kind == "stacks"
            )
        ),
        lambda command, _beside: context.run.start(
            command_spec(context, volumes, shelf.slot(command.slot), command)
        ),
        lambda: context.run.start(locker_spec(context, shelf.data)),
        shelf.renew,
        rounds=job.rounds,
    )
    return converse(
        harness,
        job,
        context.sources,
        subjects,
        seconds=seconds + GRACE_SECONDS,
        on_event=context.on_event,
        report=SuiteReport,
    )
