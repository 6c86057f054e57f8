"""How sure intervals are."""

from __future__ import annotations

from statistics import NormalDist

LEVEL = 0.9999

UPPER = (1 + LEVEL) / 2
"""The probability below the upper bound."""

NORMAL = NormalDist().inv_cdf(UPPER)
"""Standard errors of an interval by the normal distribution, on either side."""
