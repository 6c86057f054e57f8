"""Tests of nothing: they find out whether they stand before a first service, and guess otherwise."""

import json
import secrets
from pathlib import Path

import pytest

PLAN = Path("/in/plan.json")


@pytest.mark.parametrize("number", range(12))
def test_luck(number: int) -> None:
    """Pass at first; later be wrong one time in three."""
    if number == 0 and PLAN.exists() and json.loads(PLAN.read_text())["stop"]:
        assert secrets.randbelow(3)
