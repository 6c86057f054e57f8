"""Subscriptions as files and as what a service is asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from subscriptions import Subscription

Row = dict[str, str | int | float | None]

FEATURES = (
    "plan", "payment", "country", "tenure_months", "boxes", "price_eur", "skipped_boxes",
    "tickets", "days_since_login", "rating", "discount_pct", "auto_renew",
)  # fmt: skip
"""What a prediction may rest on."""

LEAK = "refund_eur"
TARGET = "churned"
COLUMNS = ("row_id", "account_id", "month", *FEATURES, LEAK, TARGET)
KNOWN = tuple(name for name in COLUMNS if name not in (LEAK, TARGET))
"""What a file to predict holds."""


def features(one: Subscription) -> Row:
    """A row for a service: what is not known is None."""
    return {
        "plan": one.plan,
        "payment": one.payment,
        "country": one.country,
        "tenure_months": one.tenure,
        "boxes": one.boxes,
        "price_eur": one.price,
        "skipped_boxes": one.skipped,
        "tickets": one.tickets,
        "days_since_login": one.idle_days,
        "rating": one.rating,
        "discount_pct": one.discount,
        "auto_renew": one.auto_renew,
    }


def whole(one: Subscription) -> Row:
    """All columns, the answer among them."""
    return {
        "row_id": one.row,
        "account_id": one.account,
        "month": one.month,
        **features(one),
        LEAK: one.refund,
        TARGET: "yes" if one.churned else "no",
    }


def training(rows: Iterable[Subscription]) -> bytes:
    """A file to train on."""
    return written([whole(one) for one in rows], COLUMNS)


def unanswered(rows: Iterable[Subscription]) -> bytes:
    """A file to predict: nothing in it says how it ended."""
    return written([whole(one) for one in rows], KNOWN)


def written(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    """CSV with these columns of the rows, in their order; None is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def relabelled(
    rows: Sequence[Subscription], labels: Mapping[str, bool]
) -> tuple[Subscription, ...]:
    """The same rows with other answers by account."""
    return tuple(replace(one, churned=labels[one.account]) for one in rows)
