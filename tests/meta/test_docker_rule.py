"""No test reaches an engine unless it is marked, and no missing engine looks like a pass."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import docker
import pytest

from tests.conftest import UNREACHABLE
from tests.meta.repository import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MARKED = "import pytest\n\n@pytest.mark.docker\ndef test_marked():\n    pass\n"


def _run(folder: Path, *, required: str) -> str:
    path = folder / "test_marked.py"
    path.write_text(MARKED, encoding="utf-8")
    settings = [
        "-c",
        str(ROOT / "pyproject.toml"),
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
    ]
    environment = {"DOCKER_HOST": UNREACHABLE, "TAKEHOME_REQUIRE_DOCKER": required}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *settings, "--rootdir", str(folder), str(path)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout + run.stderr


def test_an_unmarked_test_reaches_no_engine() -> None:
    with pytest.raises(docker.errors.DockerException):
        docker.from_env(timeout=5).ping()


def test_a_marked_test_is_skipped_where_no_engine_answers(tmp_path: Path) -> None:
    assert "1 skipped" in _run(tmp_path, required="0")


def test_a_marked_test_fails_there_when_an_engine_is_required(tmp_path: Path) -> None:
    said = _run(tmp_path, required="1")
    assert "no Docker engine answers" in said
    assert "1 error" in said
