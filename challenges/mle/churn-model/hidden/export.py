"""What `takehome new` writes for a candidate: training data that no other candidate gets."""

from __future__ import annotations

from files import training
from subscriptions import subscriptions

ACCOUNTS = 1800


def data(seed: int) -> bytes:
    """The bytes of `data/train.csv` for a seed."""
    return training(subscriptions(seed, accounts=ACCOUNTS))
