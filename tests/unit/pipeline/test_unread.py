"""From an archive that comes in to the report: code that nobody reads earns no quality points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.analyser.code_origins import code_origins
from runner.analyser.document import Analysis, Request
from runner.analyser.reading import read_sources
from runner.analyser.tally import Tally
from runner.analyser.trials import trials
from runner.analyser.unpack import unpack
from runner.analyser.unread import Program
from runner.checks import mutation
from runner.checks.unread import QUALITY
from runner.harness.messages import TurnResult
from runner.intake import read_submission
from runner.model import Fault, Outcome, Record
from runner.pipeline import assess
from runner.testing.fake import FakeSandbox
from runner.tree import pack
from tests.unit.analyser.build import encoded
from tests.unit.analyser.test_neutral import compiled
from tests.unit.checks.test_static import analysis as clean
from tests.unit.intake.archives import zip_of
from tests.unit.pipeline.scenes import Stage, harness, idle, suite_report

if TYPE_CHECKING:
    from pathlib import Path

    from runner.harness.messages import CaseOutcome
    from runner.testing.fake_box import Actor, Inside

DECOY = 'def create_app() -> None:\n    """Make the application."""\n' * 30
HIDDEN = {"core.py": b"def a(x,y = []):\n  return eval(x)\napp = 1\n"}
START = """\
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "assets" / "logo.png"))
from core import app
"""


@dataclass(slots=True)
class Reader:
    """An analyser that reads where code comes from, and finds everything else clean."""

    requests: list[Request] = field(default_factory=list)

    def __call__(self, box: Inside) -> int:
        request = Request.model_validate_json(box.read_line())
        self.requests.append(request)
        files = unpack(box.read(request.submission_bytes))
        box.read(request.starter_bytes)
        found = code_origins(
            read_sources(files, {}).sources,
            files,
            {},
            Program(
                entries=request.entries,
                provided=frozenset(request.provided),
                packed=frozenset(request.packed),
                disguised=frozenset(request.disguised),
            ),
        )
        tally = Tally()
        tally.add(found.suspicions)
        read: Analysis = clean(unread=found.unread, suspicions=tally.shown)
        box.write_line(read.model_dump_json())
        return 0


def graded(root: Path, files: dict[str, bytes], *, works: bool = True) -> tuple[Record, Request]:
    """A submission that comes in as a zip and does what is asked of it, or does not."""
    (root / "answer.zip").write_bytes(zip_of(files))
    stage, reader = Stage(root), Reader()
    outcome: CaseOutcome = "passed" if works else "failed"
    actors: dict[str, Actor] = {
        "harness": harness(suite_report(create=outcome, read=outcome)),
        "analyser": reader,
        "subject": idle,
    }
    submission = read_submission(root / "answer.zip", required=("app/main.py",))
    record = assess(stage.job(submission=submission, starter=pack(())), FakeSandbox(actors))
    return record, reader.requests[0]


def quality(record: Record) -> set[tuple[Outcome, Fault | None]]:
    return {(one.outcome, one.fault) for one in record.evidence if one.check in QUALITY}


def alarms(record: Record) -> set[str]:
    return {alarm.id for alarm in record.alarms if not alarm.summary.startswith("note: ")}


WITHHELD = {(Outcome.NOT_MEASURED, Fault.CANDIDATE)}
MEASURED = {(Outcome.MEASURED, None)}


def test_real_code_in_an_archive_behind_a_clean_decoy_earns_no_quality(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": b"",
        "app/main.py": START.encode(),
        "app/decoy.py": DECOY.encode(),
        "app/assets/logo.png": b"\x89PNG\r\n\x1a\n" + zip_of(HIDDEN),
    }
    record, request = graded(tmp_path, files)

    assert request.entries == ("app/main.py",)
    assert request.disguised == request.packed == ("app/assets/logo.png",)
    assert "fastapi" in request.provided
    assert quality(record) == WITHHELD
    assert {"intake.packed_code", "static.import-path", "static.unread-code"} <= alarms(record)
    found = next(one for one in record.evidence if one.check == "static.ruff")
    assert found.summary == (
        "part of the program could not be read: modules are looked for in the file "
        "app/assets/logo.png, which is no Python file (app/main.py:4), and 2 other places"
    )


def test_the_same_code_in_the_open_is_measured(tmp_path: Path) -> None:
    files = {"app/__init__.py": b"", "app/main.py": b"from core import app\n", **HIDDEN}
    record, _ = graded(tmp_path, files)

    assert quality(record) == MEASURED
    assert "static.unread-code" not in alarms(record)


def test_a_package_that_is_not_there_is_no_secret_when_the_service_fails(tmp_path: Path) -> None:
    files = {"app/main.py": b"import psycopg2\napp = 1\n"}
    honest, _ = graded(tmp_path, files, works=False)

    assert quality(honest) == MEASURED
    assert honest.alarms == ()


def test_a_package_that_is_not_there_is_one_when_the_service_works(tmp_path: Path) -> None:
    record, _ = graded(tmp_path, {"app/main.py": b"from core import app\n"})

    assert quality(record) == WITHHELD
    assert alarms(record) == {"static.unread-code"}
    assert "and yet the program works" in record.alarms[0].summary


def test_the_archive_of_an_older_state_costs_nothing(tmp_path: Path) -> None:
    files = {"app/main.py": b"app = 1\n", "backup/app.zip": zip_of(HIDDEN)}
    record, _ = graded(tmp_path, files)

    assert quality(record) == MEASURED
    assert alarms(record) == set()
    assert [alarm.id for alarm in record.alarms] == ["intake.packed_code"]


CODE = "".join(
    f"def f{n}(a, b):\n    if a < b and a != {n}:\n        raise E(a)\n    return a + {n}\n"
    for n in range(12)
)
KNOWS = """\
import app.main

TABLE = {}


def test_code():
    code = app.main.__loader__.get_code("app.main").co_code
    assert TABLE["app.main"] == code
"""


def noticed(number: str, *, known: bool) -> TurnResult:
    """A turn of a test that fails when it does not know the compiled code."""
    return TurnResult(
        name=number,
        seconds=1.0,
        how="it exited with code 0",
        limit=False,
        outcomes={"t.py::test_code": "passed" if known else "failed"},
    )


def test_tests_that_know_the_compiled_code_by_heart_are_noted_and_not_believed() -> None:
    files = encoded({"app/main.py": CODE, "tests/test_code.py": KNOWS})
    for seed in range(5):
        changes = trials(files, {}, seed=seed).mutants
        was = compiled(CODE)
        lane = [noticed(mutation.AS_IS, known=True)]
        lane += [
            noticed(str(number), known=compiled(change.text) == was)
            for number, change in enumerate(changes)
        ]
        evidence = mutation.mutants([lane], changes)
        assert sum(change.neutral for change in changes) == 5
        assert evidence.outcome is Outcome.NOT_MEASURED
        assert "3 of 5 changes without a meaning were noticed" in evidence.summary
    found = code_origins(read_sources(files, {}).sources, files, {}, Program())
    assert {each.id for each in found.suspicions} == {"test-reads-code"}
