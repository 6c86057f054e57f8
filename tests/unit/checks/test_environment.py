"""What the subject is configured with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.checks import CheckContext
from runner.checks.boxes import environment
from runner.checks.hidden_tests import job_for
from runner.harness.messages import Control
from runner.testing.fake import FakeSandbox
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path

SECRET = tiny.CHALLENGE.replace('{ MODE = "grading" }', '{ KEY = "k-{random}", MODE = "x" }')


def context(root: Path, seed: int) -> CheckContext:
    with FakeSandbox().open(ttl_seconds=60) as run:
        return CheckContext(
            run=run,
            challenge=tiny.load(root, challenge_dot_toml=SECRET).challenge,
            images={},
            sources=b"",
            starter=b"",
            suite=(),
            expected=(),
            seed=seed,
        )


def test_random_values_repeat_with_the_seed_and_differ_between_runs(tmp_path: Path) -> None:
    first, again, other = (environment(context(tmp_path, seed)) for seed in (1, 1, 2))

    assert first == again
    assert first["KEY"] != other["KEY"]
    assert len(first["KEY"]) == len("k-") + 64
    assert first["MODE"] == "x"


def test_the_suite_knows_what_the_subject_was_given(tmp_path: Path) -> None:
    given = context(tmp_path, 1)

    assert job_for(given).settings == environment(given)
    assert job_for(replace(given, issued_seed=7)).issued_seed == 7
    good = Control(files={"app/main.py": "app = 1"}, tiny=True)
    assert job_for(replace(given, control=good)).control == good
