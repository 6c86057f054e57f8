"""The one exchange with the host: a line and two archives in, a line out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runner.analyser import __main__ as entry
from runner.analyser.document import Analysis, Request
from runner.analyser.unpack import ProtocolError
from tests.unit.analyser.build import Texts, tar_of

ROOT = Path(__file__).resolve().parents[3]


def request(files: Texts, starter: Texts, *, extra: int = 0) -> bytes:
    submission, given = tar_of(files), tar_of(starter)
    header = Request(
        kind="analysis",
        submission_bytes=len(submission),
        starter_bytes=len(given) + extra,
        changed_minimum=40,
    )
    return header.model_dump_json().encode() + b"\n" + submission + given


def test_one_request_gives_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runner.analyser"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=request({"app/a.py": "import os\nx = '\u202e'\n"}, {}),
        capture_output=True,
        check=True,
    )
    assert done.stdout.endswith(b"\n")
    assert done.stdout.count(b"\n") == 1
    assert done.stdout.isascii()
    analysis = Analysis.model_validate_json(done.stdout)
    assert analysis.lint.graded.total == 2
    assert [each.id for each in analysis.suspicions] == ["invisible-text"]


@pytest.mark.parametrize(
    "data",
    [b"", b"{}\n", b'{"kind":"analysis"}\n', b"x" * 10_000, request({}, {}, extra=1)],
)
def test_a_malformed_request_is_ours(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        entry.serve(io.BytesIO(data))


class Standard:
    """Standard input or output on a buffer."""

    def __init__(self, data: bytes = b"") -> None:
        self.buffer = io.BytesIO(data)
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        """Nothing is held back."""


def test_the_exit_code_tells_ours_from_done(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = Standard(), Standard()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr(sys, "stdin", Standard(b"nonsense\n"))
    assert entry.main() == 3
    assert (out.text, err.text[:10]) == ("", "analyser: ")
    monkeypatch.setattr(sys, "stdin", Standard(request({}, {})))
    assert entry.main() == 0
    assert json.loads(out.text)["kind"] == "analysis"
