"""What a stack that the candidate's process printed says, and what it cannot make us say."""

from __future__ import annotations

import pytest

from runner.harness.probes.stacks import blocked_at

DUMP = """INFO: started
Current thread 0x00007f (most recent call first):
  File "/usr/lib/python3.11/socket.py", line 706 in readinto
  File "/src/app/upstream.py", line 69 in quote
  File "/src/app/routes/stock.py", line 12 in get_quote
  File "/opt/venv/lib/python3.11/site-packages/uvicorn/main.py", line 3 in run
"""


def test_the_innermost_frame_of_the_submission_is_the_place() -> None:
    [place] = blocked_at(f"{DUMP.replace('69', '1')}more\n{DUMP}")
    assert (place.path, place.line) == ("app/upstream.py", 69)
    assert "printed by the candidate's process" in place.note
    assert place.note.endswith("(quote)")


@pytest.mark.parametrize(
    "output",
    [
        "",
        "nothing was printed",
        'x (most recent call first):\n  File "/opt/venv/x.py", line 1 in select\n',
        'x (most recent call first):\n  File "/src/../etc/passwd", line 1 in f\n',
        'x (most recent call first):\n  File "/src/a b<script>.py", line 1 in f\n',
        'x (most recent call first):\n  File "/src/a.py", line 99999999 in f\n',
    ],
)
def test_anything_else_is_no_hint(output: str) -> None:
    assert blocked_at(output) == []
