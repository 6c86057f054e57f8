"""The analyser's box: it reads a copy of the sources, which are never executed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from runner.analyser.document import Analysis, OwnTests, Request
from runner.checks import ANALYSER_USER, CheckContext
from runner.checks.boxes import PYTHON
from runner.model import Evidence, Fault, Limits, Outcome
from runner.sandbox import BoxSpec, Ending, SandboxError
from runner.sandbox.provided import provided

if TYPE_CHECKING:
    from typing import Literal

    from runner.sandbox import Box, Ended

Document = TypeVar("Document", Analysis, OwnTests)

CHANGED_MINIMUM = 40
"""Below so many changed lines of code there is nothing to judge quality by: about the size of
one endpoint with its validation."""

PACKED_NAMED = 20
"""Files with packed code that the analyser is told of: one is enough, and paths are long."""

LIMITS = Limits(
    memory_mib=1536, cpus=2.0, pids=64, wall_seconds=120.0, scratch_mib=512, scratch_inodes=24_000
)


class UnreadableError(Exception):
    """The sources drove the analyser over a limit of its own; the message says which.

    Where the limit is time (`slow`), the machine may be the reason.
    """

    def __init__(self, ending: Ending) -> None:
        """Keep which limit it was."""
        super().__init__(f"the sources cannot be analysed within limits ({ending})")
        self.slow = ending is Ending.TIMEOUT

    def evidence(self, check: str) -> Evidence:
        """What that means for a check: sources that cannot be read are not clean."""
        outcome = Outcome.NOT_MEASURED if self.slow else Outcome.FAILED
        return Evidence(check=check, outcome=outcome, fault=Fault.LIMIT, summary=str(self))


def read(
    context: CheckContext, kind: Literal["analysis", "tests"], document: type[Document]
) -> Document:
    """What the analyser says about the sources.

    Raises `UnreadableError` for what the sources did to it, `SandboxError` for what we did.
    """
    box = context.run.start(
        BoxSpec(
            role="analyser",
            image=context.images["harness"],
            argv=(PYTHON, "-I", "-m", "runner.analyser"),
            uid=ANALYSER_USER,
            gid=ANALYSER_USER,
            limits=LIMITS,
            interactive=True,
            workdir="/tmp",  # noqa: S108 - the container's own
        )
    )
    line = _exchange(box, context, kind)
    ended = box.wait(10.0) or box.kill()
    if not line.endswith(b"\n"):
        raise _explained(box, ended)
    try:
        found = document.model_validate_json(line)
    except ValidationError as error:
        raise SandboxError("the analyser sent a malformed document", why=str(error)) from error
    if found.broken:
        # A bug of ours that sources like these find: the pipeline tries the reference.
        raise SandboxError("the analyser broke on these sources", why=found.broken)
    return found


def _exchange(box: Box, context: CheckContext, kind: Literal["analysis", "tests"]) -> bytes:
    request = Request(
        kind=kind,
        submission_bytes=len(context.sources),
        starter_bytes=len(context.starter),
        changed_minimum=CHANGED_MINIMUM,
        seed=context.seed,
        entries=tuple(path for path in context.challenge.subject.files if path.endswith(".py")),
        provided=provided(context.challenge.specialization),
        packed=context.packed[:PACKED_NAMED],
        disguised=context.disguised[:PACKED_NAMED],
    )
    header = request.model_dump_json().encode() + b"\n"
    try:
        box.write(header + context.sources + context.starter)
        return box.read_line(LIMITS.wall_seconds + 30.0)
    except (TimeoutError, SandboxError):
        # Ended while it was reading or thinking; how it ended decides whose fault that is.
        return b""


def _explained(box: Box, ended: Ended) -> UnreadableError | SandboxError:
    """Sources that drive the analyser over its limits are not clean: they are not analysable."""
    if ended.ending in (Ending.MEMORY, Ending.TIMEOUT, Ending.OUTPUT):
        return UnreadableError(ended.ending)
    return SandboxError("the analyser ended without a document", why=box.output().text[-2000:])
