"""The measures that rubrics may name are those that checks bring."""

from __future__ import annotations

import re

from runner.catalog.measures import MEASURES
from runner.checks.static import STATIC_CHECKS, evidence_from
from tests.meta.repository import ROOT
from tests.unit.checks import test_faults, test_mutation
from tests.unit.checks.test_static import analysis

ROW = re.compile(r"^\| `((?:static|tests)\.\w+)` \| (.+) \|$", re.MULTILINE)


def test_every_measure_of_a_check_can_be_judged() -> None:
    brought = {
        item.check: tuple(measure.name for measure in item.measures)
        for item in evidence_from(analysis())
    }
    tried = [test_faults.judged(test_faults.honest()), *test_mutation.measured()]
    assert set(brought) == set(STATIC_CHECKS)
    brought |= {item.check: tuple(measure.name for measure in item.measures) for item in tried}
    assert brought == MEASURES, "keep runner/catalog/measures.py in step"


def test_every_measure_is_documented() -> None:
    text = (ROOT / "docs" / "rubric-format.md").read_text("utf-8")
    documented = {check: set(re.findall(r"`(\w+)`", cell)) for check, cell in ROW.findall(text)}
    assert documented == {check: set(names) for check, names in MEASURES.items()}
