"""The vocabulary refuses what would make no sense."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from runner.model import Band


@pytest.mark.parametrize("bounds", [{}, {"at_most": 1.0, "at_least": 1.0}])
def test_a_band_has_exactly_one_bound(bounds: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        Band(share=0.5, **bounds)


@pytest.mark.parametrize("bounds", [{"at_most": 1.0}, {"at_least": 1.0}])
def test_either_bound_makes_a_band(bounds: dict[str, float]) -> None:
    assert Band(share=0.5, **bounds).share == 0.5
