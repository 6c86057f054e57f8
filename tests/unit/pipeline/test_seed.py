"""What the randomness of a run depends on: no candidate can know it, everybody can repeat it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.intake import submission_from_files
from runner.tree import SourceFile
from tests.unit.catalog import tiny
from tests.unit.pipeline.scenes import Stage

if TYPE_CHECKING:
    from pathlib import Path


def test_a_seed_depends_on_the_submission_and_on_the_hidden_suite(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    job = stage.job()
    other = submission_from_files((SourceFile(path="app/main.py", data=b"app = 3\n"),))
    text = tiny.TESTS.replace('"/items"', '"/items/"')
    suite = tiny.load(tmp_path / "other", hidden__test_items_dot_py=text)

    assert job.seed == stage.job().seed
    assert job.seed != replace(job, submission=other).seed
    assert job.seed != replace(job, challenge=suite).seed
    assert job.seed == replace(job, candidate="B", source="b.zip", issued_seed=9).seed
