"""What the analyser hands out for trying the candidate's own tests."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from runner.analyser import __main__ as entry
from runner.analyser import trials as module
from runner.analyser.document import OwnTests, Request
from runner.analyser.trials import trials
from tests.unit.analyser.build import tar_of

if TYPE_CHECKING:
    import pytest

APP = "def add(a: int, b: int) -> int:\n    if a < 0:\n        raise ValueError\n    return a + b\n"
GIVEN = "def test_given():\n    assert add(1, 1) == 2\n"
OWN = "import pytest\n\n\nclass TestAdd:\n    def test_own(self):\n        assert add(1, 2) == 3\n"


def found(seed: int = 1) -> OwnTests:
    files = {
        "app/add.py": APP.encode(),
        "app/given.py": b"x = 1\n",
        "tests/test_given.py": GIVEN.encode(),
        "tests/test_own.py": (OWN + GIVEN.replace("test_given", "test_copy")).encode(),
    }
    starter = {"app/given.py": b"x = 1\n", "tests/test_given.py": GIVEN.encode()}
    return trials(files, starter, seed=seed)


def test_only_what_the_candidate_wrote_counts() -> None:
    own = found()

    assert [(test.path, test.name, test.line) for test in own.tests] == [
        ("tests/test_own.py", "test_own", 5)
    ]
    assert own.lines == {"app/add.py": (1, 2, 3, 4)}
    assert {mutant.path for mutant in own.mutants} == {"app/add.py"}


def test_neutral_mutants_come_first_so_that_no_ceiling_cuts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everything = found().mutants
    neutral = [mutant.neutral for mutant in everything]
    assert neutral == sorted(neutral, reverse=True)
    assert {True, False} == set(neutral)

    monkeypatch.setattr(module, "TESTS", 0)
    assert found().left_out == 1


def test_the_seed_draws_the_mutants() -> None:
    assert found(1) == found(1)
    assert found(1).mutants != found(2).mutants


def test_it_is_asked_for_by_kind() -> None:
    submission, starter = tar_of({"app/add.py": APP}), tar_of({})
    request = Request(
        kind="tests", submission_bytes=len(submission), starter_bytes=len(starter), seed=7
    )
    stream = io.BytesIO(request.model_dump_json().encode() + b"\n" + submission + starter)

    document = entry.serve(stream)
    assert isinstance(document, OwnTests)
    assert OwnTests.model_validate_json(entry.line_of(document)) == document
