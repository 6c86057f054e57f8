"""A challenge as its author states it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from runner.model.base import Document, Identifier, Level, Role


class Requirement(Document):
    """One graded behaviour, stated in the brief under its id.

    `category` names a category of the rubric, `weight` its share within that category,
    `levels` its role at each level. `why` tells a reader what it costs in production,
    `question` what to ask in the review call when it failed, and `route` (`POST /orders`)
    where to look in the code.
    """

    id: Identifier
    title: str
    category: Identifier
    weight: Annotated[int, Field(ge=1, le=10)] = 1
    levels: dict[Level, Role]
    why: str
    question: str
    route: str = ""


class Limits(Document):
    """Ceilings for one container. `wall_seconds` is enforced by the host's monotonic clock."""

    memory_mib: Annotated[int, Field(ge=16)] = 512
    pids: Annotated[int, Field(ge=8)] = 128
    cpus: Annotated[float, Field(gt=0)] = 1.0
    wall_seconds: Annotated[float, Field(gt=0)] = 180.0
    output_kib: Annotated[int, Field(ge=1)] = 4096
    scratch_mib: Annotated[int, Field(ge=1)] = 64
    scratch_inodes: Annotated[int, Field(ge=16)] = 4096
    open_files: Annotated[int, Field(ge=64)] = 1024


class Subject(Document):
    """What all submissions of a challenge have in common, however they are run.

    `files` must exist in a submission for it to be one. In the values of `environment`,
    `{random}` becomes 64 hexadecimal digits of the run's own. A command finds its inputs in
    `/in` and writes to `/out`, which hold so many MiB.
    """

    environment: dict[str, str]
    files: tuple[str, ...]
    in_mib: Annotated[int, Field(ge=1, le=256)] = 32
    out_mib: Annotated[int, Field(ge=1, le=256)] = 32
    limits: Limits = Limits()


class ProgramSubject(Subject):
    """A submission whose commands are run, each from its start to its end."""

    kind: Literal["program"]


class ServiceSubject(Subject):
    """A submission that is started as a web service; its commands can be run as well.

    `app` is `module:attribute` of an ASGI or WSGI application; once `ready_path` answers
    anything at all it serves. It keeps data in `/data` and finds files that the suite gives it
    in `/given`, each of which holds so many MiB; with 0 there is no `/given`.
    """

    kind: Literal["service"]
    app: str
    port: Annotated[int, Field(ge=1024, le=65535)]
    upstream_port: Annotated[int, Field(ge=1024, le=65535)]
    ready_path: str
    start_seconds: Annotated[float, Field(gt=0)] = 60.0
    data_mib: Annotated[int, Field(ge=1)] = 64
    given_mib: Annotated[int, Field(ge=0, le=256)] = 0


class SuiteLimits(Document):
    """Time that the hidden suite may take: one request, one test, all of it (seconds).

    It may run so many `commands` of a submission and of the reference together, whatever the
    submission does: for each of them a volume of its own is made before the first one runs.
    """

    request_seconds: Annotated[float, Field(gt=0)] = 10.0
    test_seconds: Annotated[float, Field(gt=0)] = 60.0
    suite_seconds: Annotated[float, Field(gt=0)] = 240.0
    commands: Annotated[int, Field(ge=0, le=400)] = 80


ENOUGH_FAULTS = 10
"""With fewer faults than this a share of them says little."""


class TestRuns(Document):
    """How the candidate's own tests are run.

    `faults` are variants of the folder `flawed/` against which the tests are held, each as a
    service laid over the solution. One run of all tests may take `run_seconds`, all runs beside
    services together `seconds`, and all runs on the candidate's own code `changed_seconds`.
    """

    __test__ = False  # not a test of ours, whatever its name says

    faults: tuple[str, ...] = ()
    run_seconds: Annotated[float, Field(gt=0)] = 120.0
    seconds: Annotated[float, Field(gt=0)] = 150.0
    changed_seconds: Annotated[float, Field(gt=0)] = 90.0
    limits: Limits = Limits(memory_mib=1024, pids=512, scratch_mib=256, scratch_inodes=24_000)


class GeneratedData(Document):
    """A file of the repository that is made for each candidate, when a challenge is issued.

    It is what `data(seed)` returns in the Python file `module` of the challenge, as bytes.
    """

    module: Annotated[str, Field(pattern=r"^hidden/[a-z][a-z0-9_]*\.py$", max_length=80)]
    path: Annotated[str, Field(pattern=r"^[a-z0-9_-]+(/[a-z0-9_-]+)*\.[a-z0-9]+$", max_length=80)]


class Challenge(Document):
    """A challenge as its `challenge.toml` states it."""

    schema_version: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", max_length=80)]
    version: str
    title: str
    summary: str
    specialization: Literal["backend", "datasci", "mle"]
    rubric: str
    time_box_minutes: Annotated[int, Field(ge=10, le=480)]
    allowed_packages: tuple[str, ...]
    subject: Annotated[ServiceSubject | ProgramSubject, Field(discriminator="kind")]
    suite: SuiteLimits = SuiteLimits()
    tests: TestRuns | None = None
    data: GeneratedData | None = None
    requirements: tuple[Requirement, ...]

    def required(self, level: Level) -> tuple[str, ...]:
        """Ids of the requirements that count at a level, in the challenge's order."""
        return tuple(one.id for one in self.requirements if one.levels.get(level) is Role.REQUIRED)
