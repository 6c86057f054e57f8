"""Fixtures: the program runs once, as it is run when graded, and tests read what it wrote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import sample

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the program filled from the sample."""
    folder = tmp_path_factory.mktemp("run")
    export, output = folder / "export.csv", folder / "output"
    output.mkdir()
    sample.write(export, sample.rows())
    command = [sys.executable, "-m", "analysis", "--input", str(export), "--output", str(output)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return output
