"""The tiny services that prove the probes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.catalog import control, load_controls, probe_checks, variants
from runner.errors import ChallengeError
from runner.harness.messages import Control
from tests.unit.catalog import tiny

if TYPE_CHECKING:
    from pathlib import Path

BAD = 2
"""Services that each probe has to tell from the good one, at least."""

OBSERVATIONS = {"crowd"}
"""Probes that record and never fail."""


def test_each_probe_has_services_that_fail_it() -> None:
    loaded = load_controls("backend")
    known = variants(loaded)
    requirements = {requirement.id for requirement in loaded.challenge.requirements}

    for requirement in requirements - OBSERVATIONS:
        bad = [one.name for one in known if requirement in one.expects.probes]
        assert len(bad) >= BAD, f"{requirement} is failed by {bad}"


def test_every_check_of_the_controls_is_a_probe() -> None:
    loaded = load_controls("backend")
    assert probe_checks(loaded.suite) == tuple(check for check, _ in loaded.expected)


def test_the_control_service_is_the_good_one(tmp_path: Path) -> None:
    loaded = tiny.load(tmp_path)

    assert control(loaded).tiny
    assert {"app/main.py", "app/shop.py", "app/store.py"} <= control(loaded).files.keys()


@pytest.mark.parametrize("challenge", [tiny.PROGRAM, tiny.GIVEN], ids=["commands", "no-service"])
def test_where_there_is_none_the_solution_is_the_good_one(tmp_path: Path, challenge: str) -> None:
    loaded = tiny.load(tmp_path, challenge_dot_toml=challenge)

    solution = {"app/main.py": "app = 1\n", "app/db.py": "db = 1\n"}
    assert control(loaded) == Control(files=solution, tiny=False)
    assert control(replace(loaded, files=())) == Control()


def test_a_solution_is_text(tmp_path: Path) -> None:
    root = tiny.load(tmp_path, challenge_dot_toml=tiny.PROGRAM).root
    (root / "solution/data.bin").write_bytes(b"\xff")

    with pytest.raises(ChallengeError, match=r"solution/data.bin: it is not valid UTF-8"):
        control(tiny.load(tmp_path, challenge_dot_toml=tiny.PROGRAM))
