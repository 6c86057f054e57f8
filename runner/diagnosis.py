"""What a machine needs to grade, checked one by one."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.catalog import list_challenges
from runner.errors import InfrastructureError, TakehomeError
from runner.sandbox import images
from runner.sandbox.docker import DockerSandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from docker import DockerClient

FREE_MIB = 5120
"""Free space for images and reports. All images take about 2 GiB, their builds as much again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `do` is advice, empty when there is none to give."""

    subject: str
    ok: bool
    detail: str
    do: str = ""


def diagnose(connect: Callable[[], DockerClient]) -> tuple[Finding, ...]:
    """Everything a grading depends on, in the order in which one would mend it."""
    return (_python(), _disk(), _challenges(), *_engine(connect))


def _python() -> Finding:
    ok = sys.version_info >= (3, 11)
    return Finding(subject="Python", ok=ok, detail=platform.python_version())


def _disk() -> Finding:
    free = shutil.disk_usage(tempfile.gettempdir()).free // 1024**2
    return Finding(
        subject="disk",
        ok=free >= FREE_MIB,
        detail=f"{free} MiB free",
        do="" if free >= FREE_MIB else f"Free at least {FREE_MIB} MiB",
    )


def _challenges() -> Finding:
    try:
        known = list_challenges()
    except TakehomeError as error:
        return Finding(subject="challenges", ok=False, detail=error.what, do=error.do)
    return Finding(
        subject="challenges", ok=bool(known), detail=", ".join(item.challenge.id for item in known)
    )


def _engine(connect: Callable[[], DockerClient]) -> tuple[Finding, ...]:
    try:
        engine = connect()
        isolation = DockerSandbox(engine).isolation()
    except InfrastructureError as error:
        detail = f"{error.what} ({error.why})" if error.why else error.what
        return (Finding(subject="Docker", ok=False, detail=detail, do=error.do),)
    docker = Finding(
        subject="Docker",
        ok=True,
        detail=f"{isolation.engine} {isolation.version}, runtime {isolation.runtime}",
    )
    return docker, _images(engine)


def _images(engine: DockerClient) -> Finding:
    known = images.specializations()
    missing = [name for each in known for name in images.missing(engine, each)]
    return Finding(
        subject="images",
        ok=True,
        detail=f"{', '.join(missing)} not built yet" if missing else "up to date",
        do="Run `takehome images build` (a grading does so too)" if missing else "",
    )
