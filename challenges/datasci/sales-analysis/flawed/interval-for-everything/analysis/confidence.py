"""How sure intervals are, and how exactly they are written."""

from __future__ import annotations

from statistics import NormalDist

LEVEL = 0.9999

UPPER = (1 + LEVEL) / 2
"""The probability below the upper bound."""

NORMAL = NormalDist().inv_cdf(UPPER)
"""Standard errors of an interval by the normal distribution, on either side."""

DECIMALS = 4
"""Of figures with an interval. Conclusions are drawn from what is written."""
