"""What `takehome new` writes for a candidate: an export that no other candidate gets."""

from __future__ import annotations

from dirt import exported, written
from sales import orders_of


def data(seed: int) -> bytes:
    """The bytes of `data/sales.csv` for a seed."""
    return written(exported(orders_of(seed), seed))
