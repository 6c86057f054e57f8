"""One job from start to report: lay out the files, run pytest, sum up."""

from __future__ import annotations

import io
import logging
import os
import platform
import tarfile
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

from runner.harness.collect import summarise
from runner.harness.errors import HarnessError
from runner.harness.messages import SuiteReport
from runner.harness.plugin import HarnessPlugin
from runner.harness.session import Session
from runner.harness.slots import fill

if TYPE_CHECKING:
    from runner.harness.channel import Channel
    from runner.harness.messages import Job

OUTPUT_SHOWN = 8000
# No introspection of assertions: it compares, and prints, what the subject answered at length.
# Neither are log records kept: a subject that talks nonsense to the stub makes as many as it likes.
OPTIONS = (
    "-q",
    "--tb=short",
    "--assert=plain",
    "--show-capture=no",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:logging",
)


def unpacked(sources: bytes) -> tuple[dict[str, bytes], frozenset[str]]:
    """The files in the tar made by the host's intake, and which of them are executable.

    The intake has refused all but regular files already; a second look costs nothing.
    """
    files: dict[str, bytes] = {}
    executable = set()
    with tarfile.open(fileobj=io.BytesIO(sources), mode="r:") as archive:
        for member in archive:
            place = PurePosixPath(member.name)
            if member.isdir():
                continue
            content = archive.extractfile(member) if member.isreg() else None
            if content is None or place.is_absolute() or ".." in place.parts:
                message = f"the sources hold {member.name!r}, which is no plain file"
                raise HarnessError(message)
            files[place.as_posix()] = content.read()
            if member.mode & 0o100:
                executable.add(place.as_posix())
    return files, frozenset(executable)


def write_suite(suite: dict[str, str], root: Path) -> None:
    """Write the hidden suite where only this container sees it."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "pytest.ini").write_text("[pytest]\n")
    for name, text in suite.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def run_job(
    channel: Channel,
    job: Job,
    sources: bytes,
    *,
    suite_root: Path,
    source_root: Path,
    control_root: Path,
) -> SuiteReport:
    """Judge the subject with the job's suite."""
    fill(source_root, *unpacked(sources))
    fill(control_root, {path: text.encode() for path, text in job.control.files.items()})
    write_suite(job.suite, suite_root)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    logging.disable(logging.CRITICAL)
    session = Session(channel, job)
    plugin = HarnessPlugin(session)
    try:
        code = pytest.main(
            [
                *OPTIONS,
                f"--rootdir={suite_root}",
                f"-c={suite_root / 'pytest.ini'}",
                str(suite_root),
            ],
            plugins=[plugin],
        )
        output = session.output()
    finally:
        session.close()
    return report(plugin, session, int(code), output)


def report(plugin: HarnessPlugin, session: Session, code: int, output: str) -> SuiteReport:
    """The suite's document. pytest's exit code only tells whether pytest itself worked."""
    problems = list(plugin.problems)
    starts = tuple(session.web[0].start_seconds) if session.served else ()
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        problems.append(f"pytest ended with {pytest.ExitCode(code).name}")
    return SuiteReport(
        checks=summarise(plugin.items),
        tools={name: version(name) for name in ("pytest", "aiohttp")}
        | {"python": platform.python_version()},
        suite_seconds=session.elapsed,
        subject_seconds=session.waiting.seconds,
        starts=len(starts),
        start_seconds=starts,
        subject_output=output[-OUTPUT_SHOWN:],
        internal_error="; ".join(problems),
    )
