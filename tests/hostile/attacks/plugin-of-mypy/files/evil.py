"""Runs wherever mypy loads it: it would end the tool, and leave a file."""

import os
from pathlib import Path

for place in ("/tmp", ".", str(Path.home())):
    try:
        (Path(place) / "takehome-canary-mypy").write_text("x")
    except OSError:
        pass
os._exit(0)
