"""`python -m runner.harness`: one job in, one suite report out, nothing else on stdout."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from runner.harness.channel import Channel
from runner.harness.messages import TestsJob
from runner.harness.own_tests import run_tests
from runner.harness.run import run_job

if TYPE_CHECKING:
    from runner.harness.messages import Job, SuiteReport, TestsReport


def claim_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the real stdin and stdout for the channel; whatever prints goes to stderr."""
    reader = os.fdopen(os.dup(0), "rb")
    writer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    return reader, writer


def do(channel: Channel, job: Job | TestsJob, sources: bytes) -> SuiteReport | TestsReport:
    """Either kind of job, in this container's folders."""
    control_root = Path(os.environ.get("TAKEHOME_CONTROL", "/control"))
    if isinstance(job, TestsJob):
        return run_tests(channel, job, sources, control_root=control_root)
    return run_job(
        channel,
        job,
        sources,
        suite_root=Path(os.environ.get("TAKEHOME_SUITE", "/tmp/suite")),  # noqa: S108
        source_root=Path(os.environ.get("TAKEHOME_SRC", "/src")),
        control_root=control_root,
    )


def main() -> int:
    """Serve one job; exit code 0 when a report was sent."""
    reader, writer = claim_streams()
    channel = Channel(reader, writer)
    try:
        job, sources = channel.receive_job()
        report = do(channel, job, sources)
    except Exception:  # noqa: BLE001 - the host reads the trace and voids the run
        traceback.print_exc()
        return 1
    channel.send(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
