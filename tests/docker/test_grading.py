"""`takehome grade` on real containers, as its users run it."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.docker.command import CHALLENGE, FOLDER, ROOT, leftovers, takehome

pytestmark = [pytest.mark.docker, pytest.mark.slow]


def grade(path: Path, out: Path, *words: str) -> dict[str, Any]:
    ran = takehome("grade", path, "--challenge", CHALLENGE, "--out", out, "--json", *words)
    assert ran.code == 0, ran.stderr
    record: dict[str, Any] = json.loads(ran.stdout)
    return record


def judged(record: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a grading decides: every criterion and every piece of evidence by its outcome."""
    criteria = [(c["id"], c["status"], c["points"], c["earned"]) for c in record["criteria"]]
    evidence = [(e["check"], e["outcome"], e["cases"]) for e in record["evidence"]]
    return [*criteria, *evidence]


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, Path("answer") / path.relative_to(folder))
    return target


def test_the_reference_earns_everything_twice_alike_and_leaves_nothing(tmp_path: Path) -> None:
    first = grade(FOLDER / "solution", tmp_path / "a", "--level", "senior")
    archive = zipped(FOLDER / "solution", tmp_path / "answer.zip")
    second = grade(archive, tmp_path / "b", "--level", "senior")

    assert first["outcome"] == "graded"
    assert first["score"]["automatic"]["percent"] == 100.0
    assert first["alarms"] == []
    assert judged(first) == judged(second)
    assert first["submission"]["digest"] == second["submission"]["digest"]
    for record in (first, second):
        assert leftovers(run=record["provenance"]["run"]) == []
    names = {path.name for path in (tmp_path / "a").rglob("*") if path.is_file()}
    assert {"report.html", "report.json", "report.md", "junit.xml"} <= names


def test_the_untouched_starter_earns_next_to_nothing(tmp_path: Path) -> None:
    issued = tmp_path / "repository"
    made = takehome("new", CHALLENGE, issued, "--candidate", "Ada <b>L.</b>", "--level", "mid")
    assert made.code == 0, made.stderr

    ran = takehome("grade", issued, "--out", tmp_path / "out", "--json", "--fail-under", "50")

    record = json.loads(ran.stdout)
    assert ran.code == 5
    assert "below --fail-under" in ran.stderr
    assert record["level"] == "mid"
    assert record["submission"]["candidate"] == "Ada <b>L.</b>"
    assert record["score"]["automatic"]["percent"] <= 5.0


def test_a_killed_grading_is_swept_up_by_gc(tmp_path: Path) -> None:
    source = tmp_path / "answer"
    shutil.copytree(FOLDER / "solution", source)
    words = ["grade", str(source), "--challenge", CHALLENGE, "--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", "runner", *words], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not leftovers(pid=process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(random.uniform(0.0, 8.0))
    process.send_signal(signal.SIGKILL)
    process.wait()

    ran = takehome("gc")

    assert ran.code == 0, ran.stderr
    assert leftovers(pid=process.pid) == []


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_grading_cleans_up_by_itself(tmp_path: Path, name: int) -> None:
    words = ["grade", str(FOLDER / "solution"), "--challenge", CHALLENGE, "--out", str(tmp_path)]
    process = subprocess.Popen(
        # A shell that runs tests in the background makes its children ignore SIGINT.
        ["env", "--default-signal=INT", sys.executable, "-m", "runner", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not leftovers(pid=process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(2.0)
    process.send_signal(name)
    _, stderr = process.communicate(timeout=60)

    assert process.returncode in (130, 143)
    assert "Traceback" not in stderr
    assert leftovers(pid=process.pid) == []


def test_without_an_engine_grading_refuses_and_says_what_to_do(tmp_path: Path) -> None:
    ran = takehome(
        "grade",
        FOLDER / "solution",
        "--challenge",
        CHALLENGE,
        "--out",
        tmp_path,
        environment={"DOCKER_HOST": f"unix://{tmp_path}/no.sock"},
    )

    assert ran.code == 4
    assert "Docker" in ran.stderr
    assert "do:" in ran.stderr
    assert "Traceback" not in ran.stderr
