"""`takehome grade` as a process that may be cut off anywhere: what is said, kept and returned.

The engine is the fake one; everything else is what a user runs.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from runner.publish import sweep
from tests.meta.repository import ROOT
from tests.unit.catalog import tiny
from tests.unit.pipeline.scenes import small_analysis

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

GRADE = """
import json, resource, sys
from pathlib import Path
from runner.analyser.document import Analysis
from runner.cli import main
from runner.sandbox import docker, images
from runner.testing.fake import IMAGE, FakeSandbox
from tests.unit.pipeline.scenes import analyser, harness, idle, saying, suite_report

options = json.loads(sys.argv.pop(1))
docker.connect = lambda: None
images.ensure = lambda *_: {"harness": IMAGE, "subject": IMAGE}
suite = saying("nonsense") if options["void"] else harness(suite_report())
analysis = Analysis.model_validate_json(Path(options["analysis"]).read_text())
actors = {"harness": suite, "analyser": analyser(analysis), "subject": idle}
docker.DockerSandbox = lambda engine, **_: FakeSandbox(actors)
if options["limit"]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (options["limit"],) * 2)
print("ready", file=sys.stderr, flush=True)
main()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a grading ended, what it said, and the reports that it kept."""

    code: int
    out: str
    error: str
    reports: tuple[Any, ...]


class Desk:
    """A folder with a challenge and an answer to it; reports go to `out`."""

    def __init__(self, root: Path) -> None:
        self.root = tiny.write(root)
        self.out = root / "out"
        # Made here once: it starts real tools.
        (root / "analysis.json").write_text(small_analysis().model_dump_json())
        (root / "answer" / "app").mkdir(parents=True)
        (root / "answer" / "app" / "main.py").write_text("app = 1\n")

    def options(self, **options: Any) -> str:
        """What the process is to play, as a word for it."""
        analysis = str(self.root / "analysis.json")
        return json.dumps({"void": False, "limit": 0, "analysis": analysis} | options)

    def start(self, words: Sequence[str] = (), **options: Any) -> subprocess.Popen[str]:
        """Begin a grading; it is about to run the command by now."""
        grade = ["grade", str(self.root / "answer"), "--challenge", "backend/tiny"]
        process = subprocess.Popen(
            [
                *(
                    "env",
                    "--default-signal=INT",
                    sys.executable,
                    "-c",
                    GRADE,
                    self.options(**options),
                ),
                *(*grade, "--challenges", str(self.root), "--out", str(self.out), *words),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"TMPDIR": str(self.root)},
        )
        assert process.stderr is not None
        assert process.stderr.readline() == "ready\n"
        return process

    def end(self, process: subprocess.Popen[str]) -> Ran:
        """Wait for it."""
        out, error = process.communicate(timeout=60)
        return Ran(code=process.returncode, out=out, error=error, reports=self.kept())

    def kept(self) -> tuple[Any, ...]:
        return tuple(json.loads(path.read_text()) for path in self.out.glob("*/report.json"))

    def grade(self, *words: str, **options: Any) -> Ran:
        return self.end(self.start(words, **options))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_grading_says_its_score_and_where_the_reports_are(desk: Desk) -> None:
    ran = desk.grade()

    assert ran.code == 0, ran.error
    assert [report["outcome"] for report in ran.reports] == ["graded"]
    assert "automatic" in ran.out
    assert str(desk.out) in ran.out.replace("\n", "")


@pytest.mark.parametrize("words", [(), ("--json",), ("--fail-under", "50")], ids=str)
def test_a_void_run_names_its_stage_and_has_no_score(desk: Desk, words: tuple[str, ...]) -> None:
    ran = desk.grade(*words, void=True)

    assert ran.code == 4
    assert "the stage 'suite' broke" in ran.error
    assert [report["outcome"] for report in ran.reports] == ["void"]
    assert ran.reports[0]["score"]["automatic"] == {"earned": 0, "possible": 0, "percent": 0}
    if "--json" not in words:
        assert not re.search(r"%|\d/\d|\bearned\b", ran.out)


@pytest.mark.parametrize(("limit", "words"), [(1, ()), (4096, ("--json",)), (20_000, ())], ids=str)
def test_a_full_disk_keeps_and_says_nothing_of_a_grading(
    desk: Desk, limit: int, words: tuple[str, ...]
) -> None:
    ran = desk.grade(*words, limit=limit)

    assert ran.code == 4
    assert "cannot be written" in ran.error
    assert "file too large" in ran.error
    assert "Traceback" not in ran.error
    assert ran.out == ""
    assert list(desk.out.iterdir()) == []


def test_where_reports_cannot_go_nothing_is_graded(desk: Desk) -> None:
    desk.out.write_text("a file")
    ran = desk.grade()

    assert ran.code == 2
    assert "cannot hold reports" in ran.error or "is a file" in ran.error
    assert ran.out == ""


@pytest.mark.parametrize("void", [False, True])
def test_a_reader_that_goes_away_changes_no_exit_code(desk: Desk, *, void: bool) -> None:
    process = desk.start(("--json",), void=void)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    ran = desk.end(process)

    assert ran.code == (4 if void else 0)
    assert "Traceback" not in ran.error
    assert len(ran.reports) == 1


@pytest.mark.parametrize("words", ["grade", "list"])
def test_output_that_cannot_be_written_is_said(desk: Desk, words: str) -> None:
    grade = f"grade {desk.root}/answer --challenge backend/tiny --challenges {desk.root}"
    command = f"{grade} --out {desk.out}" if words == "grade" else words
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        ran = subprocess.run(
            [sys.executable, "-c", GRADE, desk.options(), *command.split()],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ran.returncode == 4
    assert "no space left on device" in ran.stderr.lower()
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_grading_that_is_cut_off_has_a_whole_report_or_none(desk: Desk, name: int) -> None:
    process, begun = desk.start(), time.monotonic()
    whole = desk.end(process).reports[0]
    seconds = time.monotonic() - begun
    cut = 0
    for part in range(4):
        process = desk.start()
        time.sleep(seconds * (part + random.random()) / 4)
        process.send_signal(name)
        ran = desk.end(process)
        cut += bool(ran.code)
        assert ran.code in (0, -name, 128 + name)
        assert "Traceback" not in ran.error
        assert {report["outcome"] for report in ran.reports} == {"graded"}
        assert [report["criteria"] for report in ran.reports] == [whole["criteria"]] * len(
            ran.reports
        )
    swept = sweep(desk.out)

    assert cut
    assert swept == 0 or name == signal.SIGKILL
    assert not list(desk.out.glob(".*"))
    assert not list(desk.root.glob("takehome-crash-*"))
