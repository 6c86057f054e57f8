"""`python -I -m runner.analyser`: one request in, one line out.

Exit codes: 0 the document was written; 3 the request was not ours (standard error says why).
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pydantic import ValidationError

from runner.analyser.analysis import analyse
from runner.analyser.collect import cut
from runner.analyser.document import Analysis, OwnTests, Request
from runner.analyser.refusals import told
from runner.analyser.trials import trials
from runner.analyser.unpack import ProtocolError, unpack
from runner.analyser.unread import Program

if TYPE_CHECKING:
    from runner.analyser.project import Files

_REQUEST_BYTES = 64 * 1024
"""The first line names modules and paths; the host names few of either."""


def main() -> int:
    """Serve the one request on standard input."""
    try:
        document = serve(sys.stdin.buffer)
    except ProtocolError as error:
        sys.stderr.write(f"analyser: {error}\n")
        return 3
    sys.stdout.write(line_of(document))
    sys.stdout.flush()
    return 0


def serve(stream: BinaryIO) -> Analysis | OwnTests:
    """Read a request and both archives from `stream`; raises `ProtocolError`.

    Whatever else is raised comes of the sources, and the document says so.
    """
    try:
        request = Request.model_validate_json(stream.readline(_REQUEST_BYTES))
    except ValidationError as error:
        what = f"the request is malformed: {error}"
        raise ProtocolError(what) from error
    submission = unpack(_exactly(stream, request.submission_bytes))
    starter = unpack(_exactly(stream, request.starter_bytes))
    try:
        return _answered(request, submission, starter)
    except Exception as error:  # noqa: BLE001 - the boundary around what no file's own holds
        document = OwnTests if request.kind == "tests" else Analysis
        return document.broke(cut(told(error)))


def _answered(request: Request, submission: Files, starter: Files) -> Analysis | OwnTests:
    program = Program(
        entries=request.entries,
        provided=frozenset(request.provided),
        packed=frozenset(request.packed),
        disguised=frozenset(request.disguised),
    )
    if request.kind == "tests":
        return trials(submission, starter, seed=request.seed, program=program)
    with tempfile.TemporaryDirectory(prefix="analysis-") as scratch:
        return analyse(
            submission,
            starter,
            changed_minimum=request.changed_minimum,
            program=program,
            scratch=Path(scratch).resolve(),
        )


def line_of(document: Analysis | OwnTests) -> str:
    """The document as one line of ASCII, so that no text of a candidate can break it.

    Every list and text in it has a ceiling in bytes, so that it is below `limits.DOCUMENT_BYTES`.
    """
    return json.dumps(document.model_dump(mode="json"), separators=(",", ":")) + "\n"


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        what = f"the input ended after {len(data)} of {size} bytes"
        raise ProtocolError(what)
    return data


if __name__ == "__main__":
    sys.exit(main())
