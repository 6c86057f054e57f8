"""What the model is told of a subscription: the same in training, in files and in requests."""

from __future__ import annotations

from collections.abc import Callable
from math import log1p

from churn.schema import Subscription

Features = dict[str, float | str]
"""Texts become a column each; the model passes over those that training has not seen."""

Recipe = Callable[[Subscription], Features]
"""How features are made of a subscription."""

USUAL_RATING = 3.5
USUAL_LOGIN = log1p(20)
"""Values count from here, so that a gap, which counts 0, is nothing out of the ordinary even if
the training had no gap to learn from. If it had, the word for the gap has a weight of its own."""


def features(row: Subscription) -> Features:
    """The features of a subscription.

    A month more means much to a new customer and little to an old one: hence the logarithms.
    """
    days = row.days_since_login
    return {
        "plan": row.plan,
        "payment": row.payment,
        "country": row.country,
        "tenure": log1p(row.tenure_months),
        "boxes": row.boxes,
        "price_per_box": row.price_eur / row.boxes,
        "skipped_boxes": row.skipped_boxes,
        "tickets": row.tickets,
        "login": "never" if days is None else log1p(days) - USUAL_LOGIN,
        "rating": "none" if row.rating is None else row.rating - USUAL_RATING,
        "discount_pct": row.discount_pct,
        "auto_renew": row.auto_renew or "unknown",
    }


def tenure_only(row: Subscription) -> Features:
    """Those of the simplest model that is any use: whoever is new leaves.

    A model that was fitted with them passes over all others.
    """
    return {"tenure": log1p(row.tenure_months)}
